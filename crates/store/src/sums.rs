//! Checksums of rows: made for those that have none, and compared.

use folkmoot_core::AccountId;
use futures_util::TryStreamExt;

use crate::db::{Transaction, each_backend};
use crate::table::{Cell, Table};
use crate::{Store, StoreResult, statements, tables};

/// Gives every row of an earlier version its checksum, before anything else is done with the database. Other processes
/// may be doing the same: each account is done under its write lock, by whoever comes first.
pub(crate) async fn fill(store: &Store) -> StoreResult<()> {
    let accounts: Vec<i64> = each_backend!(read &store.db, executor =>
        sqlx::query_scalar("SELECT id FROM accounts WHERE sum IS NULL ORDER BY id").fetch_all(executor).await?
    );
    if accounts.is_empty() {
        return Ok(());
    }
    tracing::info!(accounts = accounts.len(), "giving each row its checksum; this is done once");
    for account in accounts.into_iter().map(AccountId) {
        let mut transaction = store.lock(account).await?;
        // The account comes last: its checksum says that all others are there.
        for table in tables::ALL.iter().rev() {
            fill_table(&mut transaction, table, account).await?;
        }
        transaction.commit().await?;
    }
    Ok(())
}

async fn fill_table(
    transaction: &mut Transaction,
    table: &'static Table,
    account: AccountId,
) -> StoreResult<()> {
    let mut without = Vec::new();
    each_backend!(in &mut *transaction, executor => {
        let mut rows = sqlx::query(table.select).bind(account.0).fetch(executor);
        while let Some(row) = rows.try_next().await? {
            if let (cells, None) = table.read(&row)? {
                without.push(cells.into_iter().map(Cell::into_owned).collect::<Vec<_>>());
            }
        }
    });
    statements::insert(transaction, table, &without, table.or_replace).await
}

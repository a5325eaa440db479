//! The rows of a database that has no file of its own, copied into one that has: a backup of PostgreSQL is a backup
//! like any other.

use std::path::Path;

use futures_util::TryStreamExt;

use crate::db::{Db, Transaction, each_backend};
use crate::progress::Steps;
use crate::table::{Cell, Table};
use crate::{Finding, StoreResult, statements, tables};

/// A row as it is, with the checksum that it carries.
type Row = (Vec<Cell<'static>>, Option<i64>);

/// What is in a database besides the rows of `tables::ALL`, and belongs into its backup.
struct Besides {
    select: &'static str,
    insert: &'static str,
}

const REVISIONS: Besides = Besides {
    select: "SELECT account_id, revision, generation FROM revisions ORDER BY account_id",
    insert: "INSERT INTO revisions (account_id, revision, generation) VALUES ($1, $2, $3)",
};

const CANARIES: Besides = Besides {
    select: "SELECT account_id, sealed FROM canaries ORDER BY account_id",
    insert: "INSERT INTO canaries (account_id, sealed) VALUES ($1, $2)",
};

/// Copies everything that `view` shows to a new SQLite database at `path`. A row whose checksum does not match is told
/// of and copied as it is, so that it is still known as damaged.
pub(super) async fn copy(
    view: &mut Transaction,
    path: &Path,
    steps: &mut Steps<'_>,
    findings: &mut Vec<Finding>,
) -> StoreResult<()> {
    let copy = Db::open_sqlite(path, true).await?;
    let mut transaction = copy.begin().await?;
    let accounts: Vec<i64> = each_backend!(in &mut *view, executor =>
        sqlx::query_scalar("SELECT id FROM accounts ORDER BY id").fetch_all(executor).await?
    );
    for table in tables::ALL {
        for &account in &accounts {
            copy_table(view, &mut transaction, (table, account), steps, findings).await?;
        }
    }
    let revisions: Vec<(i64, i64, i64)> = each_backend!(in &mut *view, executor =>
        sqlx::query_as(REVISIONS.select).fetch_all(executor).await?
    );
    for (account, revision, generation) in revisions {
        each_backend!(in &mut transaction, executor =>
            sqlx::query(REVISIONS.insert)
                .bind(account)
                .bind(revision)
                .bind(generation)
                .execute(executor)
                .await?
                .rows_affected()
        );
    }
    let canaries: Vec<(i64, Vec<u8>)> = each_backend!(in &mut *view, executor =>
        sqlx::query_as(CANARIES.select).fetch_all(executor).await?
    );
    for (account, sealed) in canaries {
        each_backend!(in &mut transaction, executor =>
            sqlx::query(CANARIES.insert).bind(account).bind(&sealed[..]).execute(executor).await?.rows_affected()
        );
    }
    transaction.commit().await?;
    // Folds the write-ahead log in: what is left is one file.
    copy.close().await;
    Ok(())
}

async fn copy_table(
    view: &mut Transaction,
    copy: &mut Transaction,
    (table, account): (&'static Table, i64),
    steps: &mut Steps<'_>,
    findings: &mut Vec<Finding>,
) -> StoreResult<()> {
    let mut block: Vec<Row> = Vec::new();
    each_backend!(in view, executor => {
        let mut rows = sqlx::query(table.select).bind(account).fetch(executor);
        while let Some(row) = rows.try_next().await? {
            let (cells, sum) = table.read(&row)?;
            if sum != Some(table.sum(&cells)) {
                let what = "its checksum does not match; it was copied as it is";
                findings.push(Finding::row(account, table.name, table.id(&cells), what));
            }
            steps.step();
            block.push((cells.into_iter().map(Cell::into_owned).collect(), sum));
            if block.len() == statements::AT_ONCE {
                statements::insert_as_read(copy, table, &block, "").await?;
                block.clear();
            }
        }
    });
    statements::insert_as_read(copy, table, &block, "").await
}

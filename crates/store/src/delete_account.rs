//! Deleting an account.

use folkmoot_core::{Account, AccountId, AccountState, Settings, Text};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::accounts::account_row;
use crate::db::each_backend;
use crate::{Store, StoreError, StoreResult, statements, tables};

/// What is kept of an account besides its data, and goes with it.
const TRACES: [&str; 3] = [
    "DELETE FROM login_failures WHERE account_id = $1",
    "DELETE FROM leases WHERE account_id = $1",
    "DELETE FROM revisions WHERE account_id = $1",
];

impl Store {
    /// Removes everything of an account: rows, change log, pictures. Its number alone is kept, so that no other account
    /// ever gets it; its name is free again.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], or when the database or the blobs cannot be written to. Where only pictures are left
    /// behind, `folkmoot check --repair` removes them.
    pub async fn delete_account(&self, id: AccountId) -> StoreResult<()> {
        let mut transaction = self.lock(id).await?;
        let created: Option<i64> = each_backend!(in &mut transaction, executor =>
            sqlx::query_scalar("SELECT created FROM accounts WHERE id = $1 AND state <> $2")
                .bind(id.0)
                .bind(AccountState::Deleted.code())
                .fetch_optional(executor)
                .await?
        );
        let created = crate::rows::moment(created.ok_or(StoreError::NoAccount)?)?;
        let data = tables::ALL.iter().rev().filter(|table| table.name != tables::ACCOUNTS.name);
        for statement in data.map(|table| table.delete).chain(TRACES) {
            each_backend!(in &mut transaction, executor =>
                sqlx::query(statement).bind(id.0).execute(executor).await?.rows_affected()
            );
        }
        let row = tombstone(id);
        statements::insert(
            &mut transaction,
            &tables::ACCOUNTS,
            &[account_row(&row, created)],
            tables::ACCOUNTS.or_replace,
        )
        .await?;
        transaction.commit().await?;
        self.remove_directory_image(id)?;
        self.remove_all_pictures(id).await
    }

    async fn remove_all_pictures(&self, account: AccountId) -> StoreResult<()> {
        let names = self.blobs.list(account).await?;
        // Nobody can come to need them any more, lock or no lock.
        let remove = async |name| {
            if self.blobs.delete(account, name).await? {
                return Ok(());
            }
            Err(StoreError::Unusable(format!(
                "the pictures of account {account} are held for a backup; folkmoot check --repair removes them later"
            )))
        };
        let removals = stream::iter(names).map(remove).buffer_unordered(self.blobs.reads_at_once());
        removals.try_collect::<()>().await?;
        self.blobs.forget(account).await
    }
}

/// What is left of an account. No host name has such a label.
fn tombstone(id: AccountId) -> Account {
    Account {
        id,
        subdomain: Text::from(format!("#{id}")),
        name: Text::default(),
        settings: Settings::default(),
        state: AccountState::Deleted,
    }
}

//! Accounts.

use folkmoot_core::{Account, AccountId, Action, Object, Settings, Text};

use crate::db::each_backend;
use crate::{Author, Store, StoreError, StoreResult};

/// There is an account of that name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is an account of that name already")]
pub struct AccountExists;

impl Store {
    /// All accounts, in order of creation.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn accounts(&self) -> StoreResult<Vec<Account>> {
        let rows: Vec<(i64, String, String, String)> = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT id, subdomain, name, settings FROM accounts ORDER BY id")
                .fetch_all(executor)
                .await?
        );
        rows.into_iter()
            .map(|(id, subdomain, name, settings)| {
                let settings: Settings = serde_json::from_str(&settings)
                    .map_err(|error| StoreError::Damaged(format!("settings of account {id}: {error}")))?;
                Ok(Account { id: AccountId(id), subdomain: subdomain.into(), name: name.into(), settings })
            })
            .collect()
    }

    /// Makes an account. `subdomain` is taken in lower case.
    ///
    /// # Errors
    /// When the database fails; `Ok(Err(AccountExists))` when there is one of that name.
    pub async fn create_account(
        &self,
        subdomain: &str,
        name: &str,
        settings: Settings,
        author: Author,
    ) -> StoreResult<Result<Account, AccountExists>> {
        let subdomain = subdomain.to_ascii_lowercase();
        let mut transaction = self.db.begin().await?;
        let (next, taken): (i64, i64) = each_backend!(in &mut transaction, executor =>
            sqlx::query_as(
                "SELECT COALESCE(MAX(id), 0) + 1, COUNT(*) FILTER (WHERE subdomain = $1) FROM accounts",
            )
            .bind(&subdomain)
            .fetch_one(executor)
            .await?
        );
        if taken > 0 {
            return Ok(Err(AccountExists));
        }
        let account =
            Account { id: AccountId(next), subdomain: Text::from(subdomain), name: name.into(), settings };
        each_backend!(in &mut transaction, executor =>
            sqlx::query(
                "INSERT INTO accounts (id, subdomain, name, settings, revision, created)
                 VALUES ($1, $2, $3, $4, 0, $5)",
            )
            .bind(next)
            .bind(account.subdomain.as_str())
            .bind(name)
            .bind(json(&settings))
            .bind(self.clock.now().as_microsecond())
            .execute(executor)
            .await?
        );
        let mut tx = self.tx(transaction, account.id, author, 0);
        tx.log(Object::Config, account.id.0, Action::Add, None, Some(json(&settings)));
        tx.commit().await?;
        Ok(Ok(account))
    }

    /// The newest revision of an account's change log.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], or when the database fails.
    pub async fn revision(&self, account: AccountId) -> StoreResult<u64> {
        let revision: Option<i64> = each_backend!(read &self.db, executor =>
            sqlx::query_scalar("SELECT revision FROM accounts WHERE id = $1")
                .bind(account.0)
                .fetch_optional(executor)
                .await?
        );
        revision.map(i64::unsigned_abs).ok_or(StoreError::NoAccount)
    }
}

/// The JSON of a value that always has one.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_string(value) {
        Ok(text) => text,
        Err(error) => unreachable!("a value with string keys and no failing parts: {error}"),
    }
}

//! Accounts.

use std::collections::HashMap;

use folkmoot_core::{Account, AccountId, AccountState, Action, Object, Settings};
use jiff::Timestamp;

use crate::chain::Chain;
use crate::db::each_backend;
use crate::group::InTurn;
use crate::rows::whole_micros;
use crate::table::{Cell, cells};
use crate::{Author, Store, StoreError, StoreResult, canary, roles, tables};

/// There is an account of that name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is an account of that name already")]
pub struct AccountExists;

/// How big an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSize {
    /// How many people it has, those who have left included.
    pub people: u64,
    /// How many pictures they have.
    pub pictures: u64,
    /// The newest revision of its change log.
    pub revision: u64,
}

impl Store {
    /// All accounts, in order of creation.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn accounts(&self) -> StoreResult<Vec<Account>> {
        let rows: Vec<(i64, String, String, String, String)> = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT id, subdomain, name, settings, state FROM accounts WHERE state <> $1 ORDER BY id")
                .bind(AccountState::Deleted.code())
                .fetch_all(executor)
                .await?
        );
        rows.into_iter().map(account).collect()
    }

    /// One account.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], or when the database fails or holds what it should not.
    pub async fn account(&self, id: AccountId) -> StoreResult<Account> {
        let row: Option<(i64, String, String, String, String)> = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT id, subdomain, name, settings, state FROM accounts WHERE id = $1 AND state <> $2")
                .bind(id.0)
                .bind(AccountState::Deleted.code())
                .fetch_optional(executor)
                .await?
        );
        account(row.ok_or(StoreError::NoAccount)?)
    }

    /// All accounts with their sizes, in order of creation.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn account_sizes(&self) -> StoreResult<Vec<(Account, AccountSize)>> {
        let accounts = self.accounts().await?;
        let revisions: HashMap<AccountId, u64> = self.revisions().await?.into_iter().collect();
        let rows: Vec<(i64, i64, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT account_id, COUNT(*), COUNT(DISTINCT picture) FROM users GROUP BY account_id")
                .fetch_all(executor)
                .await?
        );
        let counts: HashMap<i64, (i64, i64)> = rows.into_iter().map(|(id, a, b)| (id, (a, b))).collect();
        let size = |account: Account| {
            let (people, pictures) = counts.get(&account.id.0).copied().unwrap_or_default();
            let revision = revisions.get(&account.id).copied().unwrap_or_default();
            let size =
                AccountSize { people: people.unsigned_abs(), pictures: pictures.unsigned_abs(), revision };
            (account, size)
        };
        Ok(accounts.into_iter().map(size).collect())
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
        loop {
            let made = self.try_to_create_account(&subdomain, name, settings, author).await;
            match made {
                // Another process has made one at the same moment, and taken the number or the name.
                Err(StoreError::Database(sqlx::Error::Database(error))) if error.is_unique_violation() => {}
                made => return made,
            }
        }
    }

    async fn try_to_create_account(
        &self,
        subdomain: &str,
        name: &str,
        settings: Settings,
        author: Author,
    ) -> StoreResult<Result<Account, AccountExists>> {
        let mut transaction = self.db.begin().await?;
        // First of all, so that it waits for a rotation that is about to look at every account.
        let generation = canary::generation(&mut transaction).await?;
        let (next, taken): (i64, i64) = each_backend!(in &mut transaction, executor =>
            sqlx::query_as(
                "SELECT COALESCE(MAX(id), 0) + 1, COUNT(*) FILTER (WHERE subdomain = $1) FROM accounts",
            )
            .bind(subdomain)
            .fetch_one(executor)
            .await?
        );
        if taken > 0 {
            return Ok(Err(AccountExists));
        }
        let account = Account {
            id: AccountId(next),
            subdomain: subdomain.into(),
            name: name.into(),
            settings,
            state: AccountState::Active,
        };
        let row = account_row(&account, self.clock.now());
        crate::statements::insert(&mut transaction, &tables::ACCOUNTS, &[row], "").await?;
        each_backend!(in &mut transaction, executor =>
            sqlx::query("INSERT INTO revisions (account_id, revision, generation) VALUES ($1, 1, $2)")
                .bind(next)
                .bind(i64::from(generation))
                .execute(executor)
                .await?
                .rows_affected()
        );
        roles::enter(&mut transaction, account.id, whole_micros(self.clock.now())).await?;
        let mut tx = self.tx(InTurn::alone(transaction, None), account.id, author, (1, Chain::START));
        tx.log(Object::Config, account.id.0, Action::Add, None, Some(json(&settings)));
        tx.commit().await?;
        Ok(Ok(account))
    }

    /// Changes what the operator decides of an account: its name, its settings, its state, its subdomain. Returns the
    /// account revision, or that another account has that subdomain.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], or when the database fails.
    pub async fn edit_account(
        &self,
        id: AccountId,
        author: Author,
        edit: impl FnOnce(&mut Account),
    ) -> StoreResult<Result<u64, AccountExists>> {
        let mut tx = self.begin(id, author).await?;
        let row: Option<(i64, String, String, String, String)> = each_backend!(in &mut tx.transaction, executor =>
            sqlx::query_as("SELECT id, subdomain, name, settings, state FROM accounts WHERE id = $1 AND state <> $2")
                .bind(id.0)
                .bind(AccountState::Deleted.code())
                .fetch_optional(executor)
                .await?
        );
        let created: i64 = each_backend!(in &mut tx.transaction, executor =>
            sqlx::query_scalar("SELECT created FROM accounts WHERE id = $1")
                .bind(id.0)
                .fetch_optional(executor)
                .await?
        )
        .ok_or(StoreError::NoAccount)?;
        let before = account(row.ok_or(StoreError::NoAccount)?)?;
        let mut after = before.clone();
        edit(&mut after);
        if before == after {
            return Ok(Ok(tx.base()));
        }
        let created = crate::rows::moment(created)?;
        let (was, is) = (account_row(&before, created), account_row(&after, created));
        match tx.update(&tables::ACCOUNTS, &was, &is).await {
            Err(StoreError::Database(sqlx::Error::Database(error))) if error.is_unique_violation() => {
                return Ok(Err(AccountExists));
            }
            updated => updated?,
        }
        tx.log(Object::Config, id.0, Action::Edit, Some(json(&before)), Some(json(&after)));
        tx.commit().await.map(Ok)
    }

    /// The newest revision of an account's change log.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], or when the database fails.
    pub async fn revision(&self, account: AccountId) -> StoreResult<u64> {
        let revision: Option<i64> = each_backend!(read &self.db, executor =>
            sqlx::query_scalar("SELECT revision FROM revisions WHERE account_id = $1")
                .bind(account.0)
                .fetch_optional(executor)
                .await?
        );
        revision.map(i64::unsigned_abs).ok_or(StoreError::NoAccount)
    }

    /// The newest revision of every account, in order, deleted ones included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revisions(&self) -> StoreResult<Vec<(AccountId, u64)>> {
        let rows: Vec<(i64, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT account_id, revision FROM revisions ORDER BY account_id")
                .fetch_all(executor)
                .await?
        );
        Ok(rows.into_iter().map(|(id, revision)| (AccountId(id), revision.unsigned_abs())).collect())
    }
}

fn account(
    (id, subdomain, name, settings, state): (i64, String, String, String, String),
) -> StoreResult<Account> {
    let settings: Settings = serde_json::from_str(&settings)
        .map_err(|error| StoreError::Damaged(format!("settings of account {id}: {error}")))?;
    let state = AccountState::from_code(&state)
        .ok_or_else(|| StoreError::Damaged(format!("state of account {id} is not a known one")))?;
    Ok(Account { id: AccountId(id), subdomain: subdomain.into(), name: name.into(), settings, state })
}

pub(crate) fn account_row(account: &Account, created: Timestamp) -> Vec<Cell<'_>> {
    cells![
        account.id.0,
        account.subdomain.as_str(),
        account.name.as_str(),
        json(&account.settings),
        account.state.code(),
        created.as_microsecond(),
    ]
}

/// The JSON of a value that always has one.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_string(value) {
        Ok(text) => text,
        Err(error) => unreachable!("a value with string keys and no failing parts: {error}"),
    }
}

//! Changes that are made once, however often they are sent (`Idempotency-Key`).
//!
//! What is kept is which change it was and of which object, not what was answered: that is of personal data, and is read
//! anew.

use std::time::Duration;

use folkmoot_core::UserId;
use jiff::{SignedDuration, Timestamp};

use crate::db::each_backend;
use crate::table::cells;
use crate::{Store, StoreResult, Tx, tables};

/// How long a change is remembered.
const KEPT: Duration = Duration::from_hours(24);

/// A change as its client named it: both are keyed hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedChange {
    /// Who sends it.
    pub user: UserId,
    /// The client's name for it.
    pub name: u128,
    /// The request: another one under the same name is a mistake.
    pub request: u128,
}

/// What is known of a change of some name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It has been made, to the object with this number.
    Made(i64),
    /// Another change has that name.
    Another,
}

impl Tx<'_> {
    /// Whether the change has been made already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_change(&mut self, change: &NamedChange) -> StoreResult<Option<Known>> {
        let account = self.account.0;
        let row: Option<(String, i64)> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_as(
                "SELECT request, object_id FROM changes_once
                 WHERE account_id = $1 AND user_id = $2 AND name = $3 AND at > $4",
            )
            .bind(account)
            .bind(change.user.0)
            .bind(text(change.name))
            .bind(forgotten(self.now).as_microsecond())
            .fetch_optional(executor)
            .await?
        );
        let known = |(request, object): (String, i64)| {
            if request == text(change.request) { Known::Made(object) } else { Known::Another }
        };
        Ok(row.map(known))
    }

    /// Remembers that the change is made with this transaction, to the object with this number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember_change(&mut self, change: &NamedChange, object: i64) -> StoreResult<()> {
        let (account, at) = (self.account.0, self.now.as_microsecond());
        let row = cells![account, change.user.0, text(change.name), text(change.request), object, at];
        self.replace(&tables::CHANGES_ONCE, row).await
    }
}

impl Store {
    /// Forgets named changes that are long past, and returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_named_changes(&self, now: Timestamp) -> StoreResult<u64> {
        let mut transaction = self.db.begin().await?;
        let forgotten = each_backend!(in &mut transaction, executor =>
            sqlx::query("DELETE FROM changes_once WHERE at <= $1")
                .bind(forgotten(now).as_microsecond())
                .execute(executor)
                .await?
                .rows_affected()
        );
        transaction.commit().await?;
        Ok(forgotten)
    }
}

/// What was made by then is forgotten.
fn forgotten(now: Timestamp) -> Timestamp {
    let kept = SignedDuration::try_from(KEPT).unwrap_or(SignedDuration::MAX);
    now.checked_sub(kept).unwrap_or(Timestamp::MIN)
}

fn text(hash: u128) -> String {
    format!("{hash:032x}")
}

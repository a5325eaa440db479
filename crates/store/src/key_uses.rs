//! When API keys were last used: noted now and then, beside the change log, and lost in a crash without harm.

use std::collections::BTreeMap;
use std::time::Duration;

use folkmoot_core::{AccountId, KeyHash, UserId};
use jiff::Timestamp;

use crate::db::each_backend;
use crate::rows;
use crate::table::cells;
use crate::{Store, StoreResult, tables};

/// How much later than the one that is noted a use of a key must be for it to be noted.
pub const KEY_USE_NOTED_EVERY: Duration = Duration::from_mins(10);

/// A use of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// Whose.
    pub account: AccountId,
    /// Who has the key.
    pub user: UserId,
    /// Which key: one that has been replaced since is passed over.
    pub key: KeyHash,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Notes uses of keys, except those soon after ones that are noted already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_key_uses(&self, uses: &[KeyUse]) -> StoreResult<()> {
        // In order, so that two nodes do not wait for each other's rows.
        let mut uses: Vec<&KeyUse> = uses.iter().collect();
        uses.sort_unstable_by_key(|key_use| (key_use.account, key_use.user));
        let mut transaction = self.db.begin().await?;
        for KeyUse { account, user, key, at } in uses {
            let at = at.as_microsecond();
            let row = cells![account.0, user.0, at];
            let sum = tables::KEY_USES.sum(&row);
            each_backend!(in &mut transaction, executor =>
                sqlx::query(
                    "INSERT INTO key_uses (account_id, user_id, last_used, sum)
                     SELECT account_id, id, $3, $4 FROM users
                     WHERE account_id = $1 AND id = $2 AND api_key_hash = $5
                     ON CONFLICT (account_id, user_id) DO UPDATE SET last_used = excluded.last_used, sum = excluded.sum
                     WHERE key_uses.last_used <= excluded.last_used - $6",
                )
                .bind(account.0)
                .bind(user.0)
                .bind(at)
                .bind(sum)
                .bind(&key.0[..])
                .bind(KEY_USE_NOTED_EVERY.as_micros() as i64)
                .execute(executor)
                .await?
                .rows_affected()
            );
        }
        transaction.commit().await
    }

    /// When the keys of an account's users were last used, as far as that has been noted.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn key_uses(&self, account: AccountId) -> StoreResult<BTreeMap<UserId, Timestamp>> {
        let uses: Vec<(i64, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT user_id, last_used FROM key_uses WHERE account_id = $1")
                .bind(account.0)
                .fetch_all(executor)
                .await?
        );
        uses.into_iter().map(|(user, at)| Ok((UserId(user), rows::moment(at)?))).collect()
    }
}

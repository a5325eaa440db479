//! When API keys are used: noted in memory, and written to the store in batches, beside requests. What is lost in a crash
//! is written with the next use.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use folkmoot_core::{AccountId, KeyHash, UserId};
use folkmoot_store::{KEY_USE_NOTED_EVERY, KeyUse, Store};
use quick_cache::sync::Cache;

const EVERY: Duration = Duration::from_secs(10);
/// Keys whose last noted use is remembered.
const REMEMBERED: usize = 65_536;
/// Uses of one batch; those that exceed it are noted when the key is used again.
const BATCH: usize = 4096;

/// Notes uses of API keys.
pub(crate) struct KeyUses {
    /// When a use of a key was last noted, in microseconds.
    noted: Cache<KeyHash, i64>,
    waiting: Mutex<HashMap<KeyHash, KeyUse>>,
}

impl std::fmt::Debug for KeyUses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyUses(…)")
    }
}

impl KeyUses {
    pub(crate) fn new() -> KeyUses {
        KeyUses { noted: Cache::new(REMEMBERED), waiting: Mutex::default() }
    }

    /// Notes that `user` has used `key` just now. Most uses are soon after another, and cost a look.
    pub(crate) fn note(&self, store: &Store, account: AccountId, user: UserId, key: KeyHash) {
        let at = store.clock().now();
        let now = at.as_microsecond();
        let recent =
            |noted: i64| (0..KEY_USE_NOTED_EVERY.as_micros() as i64).contains(&now.saturating_sub(noted));
        if self.noted.get(&key).is_some_and(recent) {
            return;
        }
        let mut waiting = self.waiting();
        if waiting.len() < BATCH || waiting.contains_key(&key) {
            waiting.insert(key, KeyUse { account, user, key, at });
            self.noted.insert(key, now);
        }
    }

    /// Writes what is waiting to the store, again and again, for as long as the task lives.
    pub(crate) async fn keep_writing(&self, store: &Store) {
        loop {
            tokio::time::sleep(EVERY).await;
            self.write(store).await;
        }
    }

    /// Writes what is waiting to the store.
    pub(crate) async fn write(&self, store: &Store) {
        let waiting = std::mem::take(&mut *self.waiting());
        let uses: Vec<KeyUse> = waiting.into_values().collect();
        if !uses.is_empty()
            && let Err(error) = store.note_key_uses(&uses).await
        {
            tracing::warn!(%error, "when keys were last used could not be noted");
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<KeyHash, KeyUse>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

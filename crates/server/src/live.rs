//! Accounts that are being served: their directory in memory, brought up to date after every write.

use std::sync::Arc;

use arc_swap::ArcSwap;
use folkmoot_core::{Account, AccountId, Directory};
use folkmoot_store::{Store, StoreResult};
use tokio::sync::Mutex;

/// An account in memory.
#[derive(Debug)]
pub struct LiveAccount {
    id: AccountId,
    directory: ArcSwap<Directory>,
    refreshing: Mutex<()>,
}

impl LiveAccount {
    /// Loads an account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(store: &Store, account: &Account) -> StoreResult<LiveAccount> {
        let directory = store.load_directory(account.id, store.clock().today()).await?;
        Ok(LiveAccount {
            id: account.id,
            directory: ArcSwap::from_pointee(directory),
            refreshing: Mutex::new(()),
        })
    }

    /// The account's identifier.
    pub fn id(&self) -> AccountId {
        self.id
    }

    /// The newest snapshot.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// Takes up what has been committed, by this process or another, and the day that it has become.
    ///
    /// # Errors
    /// When the store fails; the snapshot stays as it was.
    pub async fn refresh(&self, store: &Store) -> StoreResult<()> {
        let _one_at_a_time = self.refreshing.lock().await;
        let current = self.directory();
        if let Some(next) = store.refresh(&current, store.clock().today()).await? {
            self.directory.store(Arc::new(next));
        }
        Ok(())
    }
}

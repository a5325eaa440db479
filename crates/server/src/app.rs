//! What every request shares.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use folkmoot_store::{Passwords, Store, StoreResult};

use crate::decoding::Decoding;
use crate::document_cache::DocumentCache;
use crate::host::Hosts;
use crate::live::LiveAccount;
use crate::password_cache::PasswordCache;
use crate::picture_cache::PictureCache;
use crate::request_id::RequestIds;
use crate::settings::Settings;
use crate::user_list::ListCache;

/// How often a snapshot is compared with the store for what other processes have written. The bound on staleness.
const POLL: Duration = Duration::from_millis(500);

/// The application: settings, store, accounts in memory, caches.
#[derive(Debug)]
pub struct App {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) hosts: Hosts,
    pub(crate) accounts: ArcSwap<Vec<Arc<LiveAccount>>>,
    pub(crate) passwords: Passwords,
    pub(crate) verified: PasswordCache,
    pub(crate) lists: ListCache,
    pub(crate) pictures: PictureCache,
    pub(crate) documents: DocumentCache,
    pub(crate) decoding: Decoding,
    pub(crate) request_ids: RequestIds,
}

impl App {
    /// Loads every account of the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn new(
        settings: Settings,
        store: Store,
        random: &dyn folkmoot_core::RandomSource,
    ) -> StoreResult<Arc<App>> {
        let definitions = store.accounts().await?;
        let mut accounts = Vec::with_capacity(definitions.len());
        for definition in &definitions {
            accounts.push(Arc::new(LiveAccount::load(&store, definition).await?));
        }
        let cache = settings.cache_bytes();
        Ok(Arc::new(App {
            hosts: Hosts::new(&settings),
            accounts: ArcSwap::from_pointee(accounts),
            passwords: Passwords::new(settings.passwords_at_once()),
            verified: PasswordCache::new(random),
            lists: ListCache::new(cache / 2),
            documents: DocumentCache::new(cache / 4),
            pictures: PictureCache::new(cache / 4),
            decoding: Decoding::new(),
            request_ids: RequestIds::new(random),
            settings,
            store,
        }))
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Accounts in memory.
    pub fn accounts(&self) -> Arc<Vec<Arc<LiveAccount>>> {
        self.accounts.load_full()
    }

    /// Loads accounts that were made since the last look.
    async fn take_up_new_accounts(&self) -> StoreResult<()> {
        let known = self.accounts();
        let mut all = Vec::clone(&known);
        for definition in self.store.accounts().await? {
            if !known.iter().any(|account| account.id() == definition.id) {
                all.push(Arc::new(LiveAccount::load(&self.store, &definition).await?));
            }
        }
        if all.len() > known.len() {
            self.accounts.store(Arc::new(all));
        }
        Ok(())
    }

    /// Takes up, again and again, what others write to the same store and what dates bring. Ends with the task that
    /// runs it.
    pub(crate) async fn keep_fresh(self: Arc<Self>) {
        for account in self.accounts().iter() {
            match self.store.remove_unused_pictures(account.id()).await {
                Ok(0) => {}
                Ok(removed) => {
                    tracing::info!(account = account.id().0, removed, "removed pictures nobody has");
                }
                Err(error) => {
                    tracing::warn!(account = account.id().0, %error, "cannot look for unused pictures");
                }
            }
        }
        loop {
            tokio::time::sleep(POLL).await;
            if let Err(error) = self.take_up_new_accounts().await {
                tracing::warn!(%error, "cannot look for new accounts");
            }
            for account in self.accounts().iter() {
                if let Err(error) = account.refresh(&self.store).await {
                    tracing::warn!(account = account.id().0, %error, "cannot read changes");
                }
            }
        }
    }
}

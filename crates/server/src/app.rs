//! What every request shares.

use std::sync::Arc;
use std::time::Duration;

use folkmoot_core::{AccountState, Directory};
use folkmoot_store::{Passwords, Store, StoreError, StoreResult};
use http::uri::Authority;
use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::accounts::{Accounts, LiveAccount};
use crate::acme::Surroundings;
use crate::api::{find_accounts, invitations};
use crate::decoding::Decoding;
use crate::document_cache::DocumentCache;
use crate::feed::Feed;
use crate::health::Health;
use crate::key_uses::KeyUses;
use crate::mail::Post;
use crate::metrics::{CacheState, Metrics};
use crate::nodes::{Jobs, Nodes};
use crate::password_cache::PasswordCache;
use crate::picture_cache::PictureCache;
use crate::policy::Policy;
use crate::rate_limit::RateLimit;
use crate::request_id::RequestIds;
use crate::rosters::Rosters;
use crate::settings::Settings;
use crate::throttle::Throttle;
use crate::traces::Traces;
use crate::user_list::ListCache;
use crate::webhooks::{Hooks, Sender};

/// How often the store is asked for what other processes have written. The bound on staleness.
const POLL: Duration = Duration::from_millis(500);

/// How often pictures are looked through for those that nobody has.
const BETWEEN_TIDYINGS: Duration = Duration::from_hours(24);

/// How long it is kept what became of a webhook's delivery.
const DELIVERIES_KEPT: Duration = Duration::from_hours(30 * 24);

/// How often it is tried once more to remove pictures that could not be removed.
const BETWEEN_REMOVALS: Duration = Duration::from_secs(30);

/// The application: settings, store, accounts in memory, caches.
#[derive(Debug)]
pub struct App {
    pub(crate) settings: Settings,
    pub(crate) policy: Policy,
    pub(crate) store: Store,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) key_uses: KeyUses,
    pub(crate) verified: PasswordCache,
    pub(crate) lists: ListCache,
    pub(crate) rosters: Rosters,
    pub(crate) pictures: PictureCache,
    pub(crate) documents: DocumentCache,
    pub(crate) decoding: Decoding,
    pub(crate) request_ids: RequestIds,
    pub(crate) nodes: Arc<Nodes>,
    pub(crate) jobs: Jobs,
    pub(crate) metrics: Metrics,
    pub(crate) health: Health,
    pub(crate) searches: RateLimit,
    pub(crate) invitations: RateLimit,
    pub(crate) traces: Traces,
    pub(crate) feed: Feed,
    pub(crate) hooks: Hooks,
    pub(crate) post: Post,
}

impl App {
    /// Takes up the accounts of the store. One alone is loaded; of several, each when it is asked for.
    ///
    /// # Errors
    /// When the store fails, or is not one that these settings can be followed with.
    pub async fn new(
        settings: Settings,
        store: Store,
        random: &dyn folkmoot_core::RandomSource,
    ) -> StoreResult<Arc<App>> {
        let cache = settings.cache_bytes();
        let accounts = Accounts::new(&settings, store.clone()).await?;
        let sender = Sender::new(&settings).map_err(|error| StoreError::Unusable(error.to_string()))?;
        Ok(Arc::new(App {
            nodes: Arc::new(Nodes::new(store.clone(), Arc::clone(&accounts))),
            jobs: Jobs::new(store.clone()),
            accounts,
            passwords: Passwords::new(settings.passwords_at_once()),
            throttle: Throttle::new(&settings, store.clone()),
            key_uses: KeyUses::new(),
            verified: PasswordCache::new(random),
            lists: ListCache::new(cache / 2),
            rosters: Rosters::new(cache / 8),
            documents: DocumentCache::new(cache / 8),
            pictures: PictureCache::new(cache / 4),
            decoding: Decoding::new(),
            request_ids: RequestIds::new(random),
            metrics: Metrics::new(),
            searches: find_accounts::limit(),
            invitations: invitations::limit(),
            traces: Traces::new(&settings, random),
            health: Health::new(store.clock().now()),
            feed: Feed::new(settings.max_waiting()),
            hooks: Hooks::new(sender),
            post: Post::new(&settings, &store).map_err(|error| StoreError::Unusable(error.to_string()))?,
            policy: Policy::new(&settings, &store)?,
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

    /// The accounts.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The directory with what this process has just written as `revision`, once every node shows it.
    pub(crate) async fn after_write(
        &self,
        account: &Arc<LiveAccount>,
        held: &Arc<Directory>,
        revision: u64,
    ) -> StoreResult<Arc<Directory>> {
        let directory = self.accounts.refresh_to(account, held, revision).await?;
        self.nodes.settled(account.id(), directory.revision()).await;
        Ok(directory)
    }

    /// How many nodes on the same database this one knows of, itself included.
    pub fn nodes(&self) -> usize {
        1 + self.nodes.others().len()
    }

    /// Whether this is the node that does what one does for all.
    pub fn does_jobs(&self) -> bool {
        self.jobs.are_mine()
    }

    /// Begins what goes on beside requests.
    pub(crate) fn begin_background(self: &Arc<Self>) -> Background {
        let (fresh, jobs, due) = (Arc::clone(self), Arc::clone(self), Arc::clone(self));
        let (throttle, key_uses) = (Arc::clone(self), Arc::clone(self));
        let traces = Arc::clone(self);
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&self.nodes).listen());
        tasks.spawn(async move { fresh.keep_fresh().await });
        tasks.spawn(async move {
            let tidy = || async {
                let post = Box::pin(jobs.post.run(&jobs.store));
                tokio::join!(jobs.tidy(), jobs.throttle.keep_tidy(), jobs.hooks.run(&jobs), post);
            };
            jobs.jobs.run(tidy).await;
        });
        tasks.spawn(async move { due.remove_due_pictures().await });
        tasks.spawn(async move { throttle.throttle.keep_exchanging().await });
        tasks.spawn(async move { key_uses.key_uses.keep_writing(&key_uses.store).await });
        tasks.spawn(async move { traces.traces.run().await });
        Background { app: Arc::clone(self), tasks }
    }

    /// The caches, as the metrics see them.
    pub(crate) fn caches(&self) -> Vec<CacheState<'_>> {
        let [lists, pieces] = self.lists.states();
        vec![lists, pieces, self.documents.state(), self.pictures.state(), self.verified.state()]
    }

    /// Takes up, again and again, what others write to the same store and what dates bring. Ends with the task that
    /// runs it.
    async fn keep_fresh(&self) {
        loop {
            tokio::time::sleep(POLL).await;
            let began = Instant::now();
            match self.accounts.take_up().await {
                Ok(()) => self.health.store_was_reached(),
                Err(error) => {
                    self.metrics.refreshes_failed.add(1);
                    tracing::warn!(%error, "cannot look for changes");
                }
            }
            self.metrics.refreshes.note(began.elapsed());
        }
    }

    /// Forgets named changes, invitations and deliveries of webhooks of long ago, and removes what processes that were killed have left
    /// of pictures, account by account, once a day.
    async fn tidy(&self) {
        loop {
            match self.store.forget_named_changes(self.store.clock().now()).await {
                Ok(forgotten) => tracing::debug!(forgotten, "named changes that nobody sends again"),
                Err(error) => tracing::warn!(%error, "named changes of long ago cannot be removed"),
            }
            if let Err(error) = self.store.forget_invitations().await {
                tracing::warn!(%error, "invitations of long ago cannot be removed");
            }
            for account in self.accounts.ids() {
                match self.store.remove_unused_pictures(account).await {
                    Ok(0) => {}
                    Ok(removed) => {
                        tracing::info!(account = account.0, removed, "removed pictures nobody has");
                    }
                    Err(error) => {
                        tracing::warn!(account = account.0, %error, "cannot look for unused pictures");
                    }
                }
            }
            let long_ago = self.store.clock().now().saturating_sub(DELIVERIES_KEPT).unwrap_or(Timestamp::MIN);
            if let Err(error) = self.store.forget_deliveries(long_ago).await {
                tracing::warn!(%error, "cannot remove old deliveries of webhooks");
            }
            tokio::time::sleep(BETWEEN_TIDYINGS).await;
        }
    }

    /// Removes pictures that could not be when this process took them from their last owners.
    async fn remove_due_pictures(&self) {
        loop {
            tokio::time::sleep(BETWEEN_REMOVALS).await;
            match self.store.remove_due_pictures().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "removed pictures that had been held or out of reach"),
                Err(error) => tracing::warn!(%error, "pictures that nobody has cannot be removed yet"),
            }
        }
    }
}

/// What goes on beside requests, until it is stopped.
pub(crate) struct Background {
    app: Arc<App>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Ends it, and leaves to other nodes what this one did for all.
    pub(crate) async fn stop(mut self) {
        self.app.hooks.rest().await;
        self.tasks.shutdown().await;
        self.app.key_uses.write(&self.app.store).await;
        self.app.nodes.leave();
        self.app.jobs.release().await;
        self.app.traces.flush().await;
    }
}

impl Surroundings for App {
    fn is_known_host(&self, host: &str) -> bool {
        let below_base = self.settings.base_domain().is_some();
        let Ok(host) = Authority::try_from(host) else { return false };
        below_base && self.accounts.on(&host).is_some_and(|account| account.state() == AccountState::Active)
    }

    fn orders_here(&self) -> bool {
        self.does_jobs()
    }

    fn now(&self) -> Timestamp {
        self.store.clock().now()
    }
}

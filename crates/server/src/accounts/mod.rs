//! The accounts: from the Host header to an account, and from an account to its directory, which is loaded when it is
//! asked for and let go of when memory is needed for others (`http.md`, Accounts).

mod catalogue;
mod host;
mod live;
mod loading;
mod memory;
mod revisions;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use folkmoot_core::{Account, AccountId, Directory, Durations};
use folkmoot_store::{Store, StoreError, StoreResult};
use futures_util::stream::{self, StreamExt};
use http::uri::Authority;
use tokio::sync::Mutex;
use tokio::time::Instant;

use catalogue::Catalogue;
use host::Hosts;
pub(crate) use live::LiveAccount;
pub(crate) use loading::LoadFailure;
use loading::Turns;
use memory::{Memory, Released};
use revisions::Revisions;

use crate::metrics::Counter;
use crate::settings::Settings;

/// Accounts that are brought up to date at a time.
const REFRESHES: usize = 4;
/// Generations that one load may count through: as many as could ever be, so that no two loads share one.
const GENERATIONS: u64 = 1 << 32;
/// Beyond this, giving back memory is left to another thread.
const MUCH: usize = 4 << 20;

/// Every account there is, and the directories of those in use.
#[derive(Debug)]
pub struct Accounts {
    store: Store,
    hosts: Hosts,
    catalogue: ArcSwap<Catalogue>,
    memory: Memory,
    turns: Turns,
    generations: AtomicU64,
    /// The revisions that the catalogue is of.
    seen: Mutex<Revisions>,
    pub(crate) counts: Counts,
}

/// What is counted of loading.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// How long loads took, without waiting for a turn.
    pub(crate) loads: Durations,
    pub(crate) failed: Counter,
    /// Loads for which there was no place to wait.
    pub(crate) refused: Counter,
}

impl Accounts {
    /// Reads the catalogue. Where there is but one account, its directory is loaded too.
    pub(crate) async fn new(settings: &Settings, store: Store) -> StoreResult<Arc<Accounts>> {
        let accounts = Arc::new(Accounts {
            store,
            hosts: Hosts::new(settings),
            catalogue: ArcSwap::default(),
            memory: Memory::new(settings.account_memory_bytes()),
            turns: Turns::new(settings.account_loads_at_once()),
            generations: AtomicU64::new(0),
            seen: Mutex::default(),
            counts: Counts::default(),
        });
        accounts.take_up_catalogue().await?;
        let only = accounts.catalogue.load().only().map(Arc::clone);
        if let Some(account) = only {
            let changing = account.change().await;
            accounts.read(&account, &changing).await?;
        }
        Ok(accounts)
    }

    /// How many accounts there are.
    pub fn count(&self) -> usize {
        self.catalogue.load().len()
    }

    /// The directories that are in memory.
    pub fn in_memory(&self) -> Vec<Arc<Directory>> {
        self.memory.accounts().iter().filter_map(|account| account.in_memory()).collect()
    }

    /// How many accounts are in memory, and about how many bytes they take.
    pub fn taken(&self) -> (usize, u64) {
        self.memory.taken()
    }

    /// How many accounts have made room for others so far.
    pub(crate) fn evicted(&self) -> u64 {
        self.memory.evicted()
    }

    /// Every account's identifier.
    pub(crate) fn ids(&self) -> Vec<AccountId> {
        self.catalogue.load().ids().collect()
    }

    /// The account with this identifier.
    pub(crate) fn get(&self, id: AccountId) -> Option<Arc<LiveAccount>> {
        self.catalogue.load().get(id).map(Arc::clone)
    }

    /// The account that `host` names.
    pub(crate) fn on(&self, host: &Authority) -> Option<Arc<LiveAccount>> {
        self.hosts.account(&self.catalogue.load(), host).map(Arc::clone)
    }

    /// Whether `host` is the base domain itself, below which accounts are.
    pub(crate) fn are_below(&self, host: &Authority) -> bool {
        self.hosts.is_base(host)
    }

    /// The account's directory, loaded if it is not in memory.
    pub(crate) async fn directory(
        self: &Arc<Self>,
        account: &Arc<LiveAccount>,
    ) -> Result<Arc<Directory>, LoadFailure> {
        if let Some(directory) = account.in_memory() {
            return Ok(directory);
        }
        let failures = account.failures();
        let mut changing = account.change().await;
        if let Some(directory) = account.in_memory() {
            // Somebody else has loaded it meanwhile.
            return Ok(directory);
        }
        if account.failures() != failures
            && let Some(failure) = LiveAccount::last_failure(&changing)
        {
            // Or has tried to: trying again for everybody who waits would only make them wait longer.
            return Err(failure);
        }
        let (accounts, account) = (Arc::clone(self), Arc::clone(account));
        // In a task of its own: a client that goes away does not undo what others wait for.
        let load = tokio::spawn(async move {
            let loaded = match accounts.turns.next().await {
                Ok(_turn) => accounts.read(&account, &changing).await.map_err(|error| {
                    accounts.counts.failed.add(1);
                    tracing::error!(account = account.id().0, %error, "an account cannot be loaded");
                    LoadFailure::from(&error)
                }),
                Err(busy) => {
                    accounts.counts.refused.add(1);
                    Err(busy)
                }
            };
            if let Err(failure) = &loaded {
                account.fail(&mut changing, *failure);
            }
            loaded
        });
        load.await.unwrap_or(Err(LoadFailure::Other))
    }

    async fn read(
        &self,
        account: &Arc<LiveAccount>,
        changing: &live::Changing,
    ) -> StoreResult<Arc<Directory>> {
        let began = Instant::now();
        let directory = self.store.load_directory(account.id(), self.store.clock().today()).await?;
        let directory = Arc::new(match self.next_generation() {
            0 => directory,
            generation => directory.continuing_after(generation),
        });
        self.counts.loads.note(began.elapsed());
        account.put(changing, Arc::clone(&directory));
        release(self.memory.note(account, &directory));
        Ok(directory)
    }

    /// A generation that no snapshot in this process has been near.
    fn next_generation(&self) -> u64 {
        self.generations.fetch_add(GENERATIONS, Ordering::Relaxed)
    }

    /// Notes that somebody of the account has been recognised: it is in use, and stays in memory before others that
    /// nobody is known to use.
    pub(crate) fn establish(&self, account: &Arc<LiveAccount>) {
        release(self.memory.establish(account));
    }

    /// Notes that the account is used by somebody who need not be recognised.
    pub(crate) fn touch(&self, account: &LiveAccount) {
        self.memory.touch(account);
    }

    /// The directory with all that has been committed by now: what this process or another wrote, and the day that it
    /// has become. `held` is what the caller has been working with, in case the account has left memory since.
    pub(crate) async fn refresh(
        &self,
        account: &Arc<LiveAccount>,
        held: &Arc<Directory>,
    ) -> StoreResult<Arc<Directory>> {
        let changing = account.change().await;
        self.refresh_in_turn(account, held, &changing, None).await
    }

    async fn refresh_in_turn(
        &self,
        account: &Arc<LiveAccount>,
        held: &Arc<Directory>,
        changing: &live::Changing,
        revision: Option<u64>,
    ) -> StoreResult<Arc<Directory>> {
        let (current, in_memory) = match account.in_memory() {
            Some(directory) => (directory, true),
            None => (Arc::clone(held), false),
        };
        let today = self.store.clock().today();
        let next = match revision {
            Some(revision) => self.store.refresh_to(&current, revision, today).await?,
            None => self.store.refresh(&current, today).await?,
        };
        let Some(next) = next else { return Ok(current) };
        if !in_memory {
            // For this caller alone: whoever asks next loads the account, and must not find its generations taken.
            return Ok(Arc::new(next.continuing_after(self.next_generation())));
        }
        let next = Arc::new(next);
        account.put(changing, Arc::clone(&next));
        release(self.memory.note(account, &next));
        Ok(next)
    }

    /// The directory at `revision` or later, which this process has just written: one reading serves all who wrote
    /// meanwhile.
    pub(crate) async fn refresh_to(
        &self,
        account: &Arc<LiveAccount>,
        held: &Arc<Directory>,
        revision: u64,
    ) -> StoreResult<Arc<Directory>> {
        let is_there = |account: &LiveAccount| account.in_memory().filter(|now| now.revision() >= revision);
        if let Some(directory) = is_there(account) {
            return Ok(directory);
        }
        let changing = account.change().await;
        if let Some(directory) = is_there(account) {
            return Ok(directory);
        }
        self.refresh_in_turn(account, held, &changing, Some(revision)).await
    }

    /// Takes up what others have written: accounts that came, went or changed, and what has changed in those that are
    /// in memory.
    pub(crate) async fn take_up(&self) -> StoreResult<()> {
        let revisions = self.take_up_catalogue().await?;
        let today = self.store.clock().today();
        let differs = |account: Arc<LiveAccount>| {
            let directory = account.in_memory()?;
            let newest = revisions.of(account.id())?;
            (newest != directory.revision() || directory.is_due(today)).then_some((account, directory))
        };
        let changed: Vec<_> = self.memory.accounts().into_iter().filter_map(differs).collect();
        let refreshes = stream::iter(changed).for_each_concurrent(REFRESHES, async |(account, directory)| {
            if let Err(error) = self.refresh(&account, &directory).await {
                tracing::warn!(account = account.id().0, %error, "cannot read changes");
            }
        });
        refreshes.await;
        release(self.memory.sweep());
        Ok(())
    }

    /// Takes up what another has written to one account, up to `revision`.
    pub(crate) async fn take_up_one(&self, id: AccountId, revision: u64) -> StoreResult<()> {
        let known = self.catalogue.load().get(id).map(Arc::clone);
        let Some(account) = known else {
            // Somebody has made it just now.
            return self.take_up().await;
        };
        account.has_come_to(revision);
        if account.in_memory().is_none() {
            // It may be being loaded, and have been read before this was written.
            drop(account.change().await);
        }
        if let Some(directory) = account.in_memory() {
            if directory.revision() < revision {
                self.refresh(&account, &directory).await?;
            }
            if account.in_memory().is_none_or(|now| *now.account() == *account.definition()) {
                return Ok(());
            }
        }
        // Its name or its state, too, may be what has changed.
        self.define(id).await
    }

    /// Reads anew what the catalogue says of one account.
    async fn define(&self, id: AccountId) -> StoreResult<()> {
        let _one_at_a_time = self.seen.lock().await;
        let (changed, gone) = match self.store.account(id).await {
            Ok(definition) => (vec![definition], vec![]),
            Err(StoreError::NoAccount) => (vec![], vec![id]),
            Err(error) => return Err(error),
        };
        if let Some(next) = self.catalogue.load().after(changed, &gone) {
            self.catalogue.store(Arc::new(next));
        }
        for id in gone {
            release(self.memory.forget(id));
        }
        Ok(())
    }

    /// Brings the catalogue up to date, and returns the revisions of all accounts.
    async fn take_up_catalogue(&self) -> StoreResult<Revisions> {
        let mut seen = self.seen.lock().await;
        let newest = Revisions::new(self.store.revisions().await?);
        let changed = newest.changed_since(&seen);
        let gone = seen.gone_in(&newest);
        if !changed.is_empty() || !gone.is_empty() {
            let definitions = self.definitions(&changed).await?;
            if let Some(next) = self.catalogue.load().after(definitions, &gone) {
                self.catalogue.store(Arc::new(next));
            }
            for &account in &gone {
                release(self.memory.forget(account));
            }
            let catalogue = self.catalogue.load();
            for &id in &changed {
                if let (Some(account), Some(revision)) = (catalogue.get(id), newest.of(id)) {
                    account.has_come_to(revision);
                }
            }
            *seen = newest.clone();
        }
        Ok(newest)
    }

    /// What the store says of these accounts. One that has gone meanwhile is left out.
    async fn definitions(&self, accounts: &[AccountId]) -> StoreResult<Vec<Account>> {
        /// Beyond so many, reading all in one sweep is quicker.
        const FEW: usize = 50;
        if accounts.len() > FEW {
            return self.store.accounts().await;
        }
        let mut definitions = Vec::with_capacity(accounts.len());
        for &account in accounts {
            match self.store.account(account).await {
                Ok(definition) => definitions.push(definition),
                Err(StoreError::NoAccount) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(definitions)
    }
}

fn release(released: Released) {
    if released.iter().map(|directory| directory.approximate_bytes()).sum::<usize>() > MUCH {
        tokio::task::spawn_blocking(move || drop(released));
    }
}

#[cfg(test)]
mod tests;

//! An account that is served: what the catalogue says of it, and its directory while that is in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};
use folkmoot_core::{Account, AccountId, AccountState, Directory};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::LoadFailure;

/// An account of the catalogue. There is one of each for as long as the account is known; the directory comes and goes.
#[derive(Debug)]
pub(crate) struct LiveAccount {
    id: AccountId,
    definition: ArcSwap<Account>,
    directory: ArcSwapOption<Directory>,
    changing: Arc<Mutex<Option<LoadFailure>>>,
    failures: AtomicU64,
    used: AtomicU64,
    established: AtomicBool,
    /// The revision of the newest snapshot that was put into memory.
    shown: watch::Sender<u64>,
    /// The newest revision that is known of, whether or not the account is in memory.
    newest: watch::Sender<u64>,
}

/// The right to change an account's directory: whoever loads, refreshes or lets go of it has it alone.
pub(super) struct Changing(OwnedMutexGuard<Option<LoadFailure>>);

impl LiveAccount {
    pub(super) fn new(definition: Account) -> LiveAccount {
        LiveAccount {
            id: definition.id,
            definition: ArcSwap::from_pointee(definition),
            directory: ArcSwapOption::empty(),
            changing: Arc::default(),
            failures: AtomicU64::new(0),
            used: AtomicU64::new(0),
            established: AtomicBool::new(false),
            shown: watch::Sender::new(0),
            newest: watch::Sender::new(0),
        }
    }

    /// The account's identifier.
    pub(crate) fn id(&self) -> AccountId {
        self.id
    }

    /// Whether it is served.
    pub(crate) fn state(&self) -> AccountState {
        self.definition.load().state
    }

    /// What the catalogue says of it.
    pub(crate) fn definition(&self) -> Arc<Account> {
        self.definition.load_full()
    }

    pub(super) fn define(&self, definition: Account) {
        self.definition.store(Arc::new(definition));
    }

    /// The newest snapshot, if the account is in memory.
    pub(crate) fn in_memory(&self) -> Option<Arc<Directory>> {
        self.directory.load_full()
    }

    /// Waits for the right to change the directory.
    pub(super) async fn change(&self) -> Changing {
        Changing(Arc::clone(&self.changing).lock_owned().await)
    }

    /// The right to change the directory, unless somebody has it.
    pub(super) fn try_change(&self) -> Option<Changing> {
        Arc::clone(&self.changing).try_lock_owned().ok().map(Changing)
    }

    pub(super) fn put(&self, _: &Changing, directory: Arc<Directory>) {
        let revision = directory.revision();
        self.directory.store(Some(directory));
        self.shown.send_replace(revision);
        self.has_come_to(revision);
    }

    /// Notes that the account has been written to, up to `revision`.
    pub(super) fn has_come_to(&self, revision: u64) {
        self.newest.send_if_modified(|newest| {
            let later = revision > *newest;
            *newest = revision.max(*newest);
            later
        });
    }

    /// Tells when there is another snapshot in memory.
    pub(crate) fn shown(&self) -> watch::Receiver<u64> {
        self.shown.subscribe()
    }

    /// Tells when the account has been written to.
    pub(crate) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// Lets go of the directory. Requests that are being answered from it keep it until they are done.
    pub(super) fn take(&self, _: &Changing) -> Option<Arc<Directory>> {
        self.established.store(false, Ordering::Relaxed);
        self.directory.swap(None)
    }

    /// How often loading has failed.
    pub(super) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Acquire)
    }

    /// Why loading failed last.
    pub(super) fn last_failure(changing: &Changing) -> Option<LoadFailure> {
        *changing.0
    }

    pub(super) fn fail(&self, changing: &mut Changing, failure: LoadFailure) {
        *changing.0 = Some(failure);
        self.failures.fetch_add(1, Ordering::Release);
    }

    /// When it was last used, as [`super::memory::Memory`] counts.
    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    pub(super) fn set_used(&self, at: u64) {
        self.used.store(at, Ordering::Relaxed);
    }

    /// Whether somebody of this account has been recognised since it was loaded.
    pub(super) fn is_established(&self) -> bool {
        self.established.load(Ordering::Relaxed)
    }

    pub(super) fn establish(&self) {
        self.established.store(true, Ordering::Relaxed);
    }
}

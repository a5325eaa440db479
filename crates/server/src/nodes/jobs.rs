//! What one node does for all: it holds a lease, and another takes over when it is gone.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use folkmoot_store::{Lease, Store, StoreResult};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

const LEASE: &str = "jobs";
/// How often the holder says that it is there, and the others look.
const BEAT: Duration = Duration::from_secs(1);
/// After so long without a beat the holder is taken to be gone.
const GONE: Duration = Duration::from_secs(5);

/// The lease on the jobs, as this node sees it.
#[derive(Debug)]
pub(crate) struct Jobs {
    store: Store,
    held: AtomicBool,
    term: AtomicI64,
}

impl Jobs {
    pub(crate) fn new(store: Store) -> Jobs {
        Jobs { store, held: AtomicBool::new(false), term: AtomicI64::new(0) }
    }

    /// Whether this node does the jobs.
    pub(crate) fn are_mine(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    /// Does `jobs` whenever this node holds the lease, for as long as the task lives. They are dropped at their next
    /// wait when the lease is lost.
    pub(crate) async fn run<F: Future<Output = ()>>(&self, jobs: impl Fn() -> F) {
        loop {
            let term = self.take().await;
            tracing::debug!(term, "this node does the jobs");
            self.term.store(term, Ordering::Relaxed);
            self.held.store(true, Ordering::Relaxed);
            let work = async {
                jobs().await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = work => {}
                () = self.keep(term) => {}
            }
            self.held.store(false, Ordering::Relaxed);
            tracing::info!(term, "another node does the jobs now");
        }
    }

    /// Gives the lease back.
    pub(crate) async fn release(&self) {
        if self.held.swap(false, Ordering::Relaxed)
            && let Err(error) = self.store.release_lease(LEASE, self.term.load(Ordering::Relaxed)).await
        {
            tracing::debug!(%error, "the lease on the jobs was not given back");
        }
    }

    /// Waits until the lease is this node's, and returns the term.
    async fn take(&self) -> i64 {
        let mut seen: Option<(Option<Lease>, Instant)> = None;
        loop {
            match self.try_to_take(&mut seen).await {
                Ok(Some(term)) => return term,
                Ok(None) => {}
                Err(error) => {
                    // What has not been seen has not stood still.
                    seen = None;
                    tracing::debug!(%error, "cannot look at the lease on the jobs");
                }
            }
            sleep(BEAT).await;
        }
    }

    async fn try_to_take(&self, seen: &mut Option<(Option<Lease>, Instant)>) -> StoreResult<Option<i64>> {
        let now = Instant::now();
        let lease = self.store.lease(LEASE).await?;
        let free = lease.as_ref().is_none_or(|lease| lease.holder.is_none());
        let still = match seen {
            Some((before, since)) if *before == lease => now.duration_since(*since) >= GONE,
            _ => {
                *seen = Some((lease.clone(), now));
                false
            }
        };
        if free || still { self.store.take_lease(LEASE, lease.as_ref()).await } else { Ok(None) }
    }

    /// Says again and again that the holder is there; returns when the lease is lost. While the database cannot be
    /// reached nobody else can take it either.
    async fn keep(&self, term: i64) {
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            match self.store.renew_lease(LEASE, term).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::debug!(%error, "cannot renew the lease on the jobs"),
            }
        }
    }
}

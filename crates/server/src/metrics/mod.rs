//! What the server tells of itself in numbers, in the text format of OpenMetrics, which Prometheus reads. Nothing
//! here names an account or a person. Counting is an addition to an atomic that is found without looking: the text is
//! made when it is asked for.

mod collect;
mod listener;
mod process;
mod requests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use folkmoot_core::Durations;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

pub(crate) use listener::serve;
pub(crate) use requests::{Requests, RouteId};

use crate::app::App;

/// The media type of [`text`].
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counts upwards.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts what is there at the moment.
#[derive(Debug, Default)]
pub(crate) struct Present {
    came: Counter,
    left: Counter,
}

impl Present {
    /// Counts one more, for as long as what is returned lives.
    pub(crate) fn one(&self) -> One<'_> {
        self.came.add(1);
        One(self)
    }

    /// How many are there. Counted one after the other, so that it is never less than none.
    pub(crate) fn now(&self) -> u64 {
        let left = self.left.get();
        self.came.get() - left
    }

    /// How many ever came.
    pub(crate) fn ever(&self) -> u64 {
        self.came.get()
    }
}

/// One of those present.
#[derive(Debug)]
pub(crate) struct One<'a>(&'a Present);

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.0.left.add(1);
    }
}

/// How often something was found in a cache.
#[derive(Debug, Default)]
pub(crate) struct CacheUse {
    hits: Counter,
    misses: Counter,
}

impl CacheUse {
    /// Notes what a look into the cache found, and hands it on.
    pub(crate) fn note<T>(&self, found: Option<T>) -> Option<T> {
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.add(1);
        found
    }
}

/// A cache as the metrics see it.
#[derive(Debug)]
pub(crate) struct CacheState<'a> {
    pub(crate) name: &'static str,
    pub(crate) used: &'a CacheUse,
    pub(crate) bytes: u64,
}

/// What is counted that has no better place.
#[derive(Debug)]
pub(crate) struct Metrics {
    pub(crate) requests: Requests,
    pub(crate) connections: Present,
    pub(crate) sent_bytes: Counter,
    /// Password checks, from waiting for a turn.
    pub(crate) password_checks: Durations,
    /// Password checks for which there was no place to wait.
    pub(crate) passwords_refused: Counter,
    /// Passwords that were not looked at, since there had been too many wrong ones.
    pub(crate) passwords_throttled: Counter,
    /// Looks at the store for what others have written.
    pub(crate) refreshes: Durations,
    pub(crate) refreshes_failed: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        Metrics {
            requests: Requests::new(),
            connections: Present::default(),
            sent_bytes: Counter::default(),
            password_checks: Durations::default(),
            passwords_refused: Counter::default(),
            passwords_throttled: Counter::default(),
            refreshes: Durations::default(),
            refreshes_failed: Counter::default(),
        }
    }
}

/// Everything that is counted, as text.
fn text(app: &Arc<App>) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(collect::Everything(Arc::clone(app))));
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => text,
        Err(error) => unreachable!("writing to memory: {error}"),
    }
}

//! What was asked for and what was promised: against this everything is held in the end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is known of one person's picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// The newest attempt that was acknowledged; `None` before the first.
    acknowledged: Option<Content>,
    /// Attempts since then of which nothing is known: each may be what is there.
    unknown: Vec<Content>,
}

/// What a person has: the picture of an attempt, or none.
pub(super) type Content = Option<u32>;

/// The ledger of all writers.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: Mutex<BTreeMap<u32, Entry>>,
    counts: Mutex<Counts>,
}

/// How writes came out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) acknowledged: u64,
    /// Of those, pictures that were put and not taken away.
    pub(super) pictures: u64,
    pub(super) unknown: u64,
    pub(super) reads: u64,
    pub(super) keys: u64,
}

impl Entry {
    /// Whether this may be what is there.
    pub(super) fn allows(&self, content: Content) -> bool {
        self.unknown.contains(&content) || self.acknowledged.unwrap_or(None) == content
    }
}

impl Ledger {
    /// Notes an attempt, before it is made.
    pub(super) fn attempt(&self, user: u32, content: Content) {
        self.entries().entry(user).or_default().unknown.push(content);
    }

    /// The attempt made last was acknowledged: from now on nothing else may be there.
    pub(super) fn acknowledge(&self, user: u32, content: Content) {
        *self.entries().entry(user).or_default() = Entry { acknowledged: Some(content), unknown: Vec::new() };
        self.count(|counts| {
            counts.acknowledged += 1;
            counts.pictures += u64::from(content.is_some());
        });
    }

    pub(super) fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn counts(&self) -> Counts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn entry(&self, user: u32) -> Entry {
        self.entries().get(&user).cloned().unwrap_or_default()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<u32, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_promised_or_is_unknown_may_be_there() {
        let ledger = Ledger::default();
        assert!(ledger.entry(1).allows(None) && !ledger.entry(1).allows(Some(1)));
        ledger.attempt(1, Some(1));
        assert!(ledger.entry(1).allows(None) && ledger.entry(1).allows(Some(1)));
        ledger.acknowledge(1, Some(1));
        assert!(!ledger.entry(1).allows(None), "it was promised");
        ledger.attempt(1, Some(2));
        assert!(ledger.entry(1).allows(Some(2)) && ledger.entry(1).allows(Some(1)));
        assert!(!ledger.entry(1).allows(None) && !ledger.entry(1).allows(Some(3)));
    }
}

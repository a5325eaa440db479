//! Nodes tell each other of wrong passwords through the store, about once a second and off the way of requests. When the
//! store cannot be reached, each goes on with what it knows.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use folkmoot_store::{StoreResult, Subject};
use jiff::Timestamp;

use super::Throttle;
use super::limit::HORIZON;

const EVERY: Duration = Duration::from_secs(1);
/// How often what is over is removed from the store.
const SWEEP: Duration = Duration::from_hours(1);
/// The most that is kept of each kind until it is told. What exceeds it, other nodes do not get to know.
const MAX_KEPT: usize = 4096;

/// What there is to tell and to ask.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// How far subjects' moments have moved.
    moved: HashMap<Subject, Moved>,
    /// Names at addresses that are known, and until when, in microseconds.
    homes: HashMap<Subject, i64>,
    /// Names at addresses that other nodes may know.
    asked: HashSet<Subject>,
}

/// How far a subject's moment has moved, in microseconds, and since when: what is told late is held against the subject
/// from when it happened, not from when it is told.
#[derive(Clone, Copy, Debug)]
struct Moved {
    since: i64,
    by: i64,
}

impl Moved {
    /// As a moment moves: from now on where nothing was held against the subject any more.
    fn further(self, more: i64, now: i64) -> Moved {
        let clear = self.since.saturating_add(self.by) <= now;
        if clear && more > 0 && self.by >= 0 {
            Moved { since: now, by: more }
        } else {
            Moved { since: self.since, by: self.by.saturating_add(more) }
        }
    }
}

impl Outbox {
    pub(super) fn add(&mut self, moved: impl IntoIterator<Item = (Subject, i64)>, now: i64) {
        for (subject, more) in moved {
            if let Some(moved) = self.moved.get_mut(&subject) {
                *moved = moved.further(more, now);
            } else if self.moved.len() < MAX_KEPT {
                self.moved.insert(subject, Moved { since: now, by: more });
            }
        }
    }

    /// Puts back what could not be told. What has been added since comes after it.
    fn put_back(&mut self, moved: HashMap<Subject, Moved>) {
        for (subject, before) in moved {
            let after = self.moved.get(&subject).copied();
            if after.is_none() && self.moved.len() >= MAX_KEPT {
                continue;
            }
            let whole = after.map_or(before, |after| before.further(after.by, after.since));
            self.moved.insert(subject, whole);
        }
    }

    pub(super) fn note_homes(&mut self, homes: impl IntoIterator<Item = (Subject, i64)>) {
        for (home, until) in homes {
            if self.homes.len() < MAX_KEPT {
                self.homes.insert(home, until);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.moved.len() + self.homes.len() + self.asked.len()
    }

    pub(super) fn ask(&mut self, home: Subject) {
        if self.asked.len() < MAX_KEPT {
            self.asked.insert(home);
        }
    }
}

impl Throttle {
    /// Tells and asks other nodes again and again, for as long as the task lives.
    pub(crate) async fn keep_exchanging(&self) {
        let mut reached = true;
        loop {
            tokio::time::sleep(EVERY).await;
            let exchanged = self.exchange().await;
            if let (Err(error), true) = (&exchanged, reached) {
                tracing::warn!(%error, "other nodes cannot be told of wrong passwords just now");
            }
            reached = exchanged.is_ok();
        }
    }

    /// Removes what is over from the store, now and then, for as long as the task lives.
    pub(crate) async fn keep_tidy(&self) {
        loop {
            match self.store.forget_clear_subjects(self.store.clock().now()).await {
                Ok(0) => {}
                Ok(forgotten) => tracing::debug!(forgotten, "wrong passwords that are no matter any more"),
                Err(error) => tracing::warn!(%error, "old wrong passwords cannot be removed"),
            }
            tokio::time::sleep(SWEEP).await;
        }
    }

    /// Tells what there is to tell, and takes up what others have told. What cannot be told is kept.
    pub(super) async fn exchange(&self) -> StoreResult<()> {
        let Outbox { moved, homes, asked } = std::mem::take(&mut *self.outbox());
        if !moved.is_empty() {
            let subjects: Vec<_> =
                moved.iter().map(|(&subject, &Moved { since, by })| (subject, since, by)).collect();
            match self.store.hold_against(&subjects, self.store.clock().now(), HORIZON).await {
                Ok(told) => self.take_up(&told),
                Err(error) => {
                    let mut outbox = self.outbox();
                    outbox.put_back(moved);
                    outbox.note_homes(homes);
                    return Err(error);
                }
            }
        }
        if !homes.is_empty() {
            let moment = |until| Timestamp::from_microsecond(until).unwrap_or(Timestamp::MAX);
            let noted: Vec<_> = homes.iter().map(|(&home, &until)| (home, moment(until))).collect();
            if let Err(error) = self.store.note_subjects(&noted).await {
                self.outbox().note_homes(homes);
                return Err(error);
            }
        }
        if !asked.is_empty() {
            let asked: Vec<Subject> = asked.into_iter().collect();
            for (home, until) in self.store.noted_subjects(&asked).await? {
                self.known.insert(home.hash, until.as_microsecond());
            }
        }
        Ok(())
    }

    /// Takes up what is held against subjects by all nodes, and what has been added here since they were told.
    fn take_up(&self, told: &[(Subject, Timestamp)]) {
        let outbox = self.outbox();
        for (subject, clear_at) in told {
            let told = Moved { since: clear_at.as_microsecond(), by: 0 };
            let with = |more: &Moved| told.further(more.by, more.since);
            let Moved { since, by } = outbox.moved.get(subject).map_or(told, with);
            self.table.set_to(subject.hash, since.saturating_add(by));
        }
    }
}

//! A subscription that is posted to all the while: in the end it has been told every event once at least, in order, and
//! nothing that did not happen.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::client::ask;
use super::random::Chance;
use super::writer::Run;
use crate::clock::Stopwatch;
use crate::receiver;

/// How long the rest may take to come once all is well: pauses after failures have grown meanwhile.
const PATIENCE: Duration = Duration::from_mins(4);
/// One in so many is answered with a failure.
const FAILS: u64 = 16;

/// The subscription, and what its receiver has taken.
pub(super) struct Hooks {
    url: String,
    taken: Arc<Mutex<Taken>>,
    /// Whether the receiver may fail. Not while a clock is a year ahead: an event as old as that is given up.
    may_fail: Arc<AtomicBool>,
}

#[derive(Default)]
struct Taken {
    revisions: BTreeSet<u64>,
    requests: u64,
    failed: u64,
    /// Those that came after a later one, and had not come before.
    late: Vec<u64>,
}

impl Hooks {
    pub(super) fn new(seed: u64) -> Result<Hooks> {
        let (taken, may_fail) = (Arc::<Mutex<Taken>>::default(), Arc::new(AtomicBool::new(true)));
        let (shared, may) = (Arc::clone(&taken), Arc::clone(&may_fail));
        let chance = Chance::seeded(seed ^ 0xFA11);
        let address = receiver::start(move |revision| {
            let mut taken = shared.lock().unwrap_or_else(PoisonError::into_inner);
            taken.requests += 1;
            if may.load(Ordering::SeqCst) && chance.between(0, FAILS) == 0 {
                taken.failed += 1;
                return 500;
            }
            if taken.revisions.last().is_some_and(|&last| revision < last)
                && !taken.revisions.contains(&revision)
            {
                taken.late.push(revision);
            }
            taken.revisions.insert(revision);
            200
        })?;
        Ok(Hooks { url: format!("http://{address}/"), taken, may_fail })
    }

    /// What to subscribe.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn may_fail(&self, may: bool) {
        self.may_fail.store(may, Ordering::SeqCst);
    }
}

impl Run<'_> {
    /// Compares what the receiver was told with the change feed, as an administrator reads it.
    pub(super) fn hold_hooks_to_account(&self, since: u64) -> Result<()> {
        self.hooks.may_fail(false);
        let happened = self.edits_since(since)?;
        let newest = happened.last().copied().unwrap_or(since);
        let watch = Stopwatch::start();
        let taken = || self.hooks.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while taken().revisions.last().is_none_or(|&last| last < newest) {
            if watch.elapsed() > PATIENCE {
                self.broken(format!("the webhook is not told of revision {newest}, and all is well"));
                break;
            }
            thread::sleep(Duration::from_millis(200));
        }
        let taken = taken();
        let lost: Vec<_> = happened.difference(&taken.revisions).collect();
        let invented: Vec<_> = taken.revisions.difference(&happened).collect();
        for (what, which) in [("was not told of", lost), ("was told of what did not happen,", invented)] {
            if !which.is_empty() {
                self.broken(format!("the webhook {what} {which:?}"));
            }
        }
        if !taken.late.is_empty() {
            self.broken(format!("the webhook was told out of order of {:?}", taken.late));
        }
        println!(
            "webhook: {} events told in order by {} requests, {} of which were answered with a failure",
            taken.revisions.len(),
            taken.requests,
            taken.failed
        );
        Ok(())
    }

    /// The revisions after `since` at which somebody was edited.
    fn edits_since(&self, mut since: u64) -> Result<BTreeSet<u64>> {
        let mut edits = BTreeSet::new();
        loop {
            let path = format!("/changes.json?since={since}&limit=1000");
            let node = &self.stage.nodes[0];
            let answer = ask(node.address, "GET", &path, "ada", &self.stage.key, None)?;
            ensure!(answer.status == 200, "GET {path}: {}", answer.status);
            let page: Value = serde_json::from_slice(&answer.body)?;
            let changes = page["changes"].as_array().context("no changes")?;
            let is_edit = |change: &&Value| change["object"] == "User" && change["action"] == "Edit";
            edits.extend(changes.iter().filter(is_edit).filter_map(|change| change["revision"].as_u64()));
            since = page["next"].as_u64().context("no next")?;
            if page["more"] != true {
                return Ok(edits);
            }
        }
    }
}

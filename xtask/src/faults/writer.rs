//! Those who write: each has people of their own, and writes to one of them after the other, on any node.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::client::ask;
use super::hooks::Hooks;
use super::ledger::{Content, Ledger};
use super::picture;
use super::random::Chance;
use super::stage::{PEOPLE, Stage};

/// How many write pictures at once.
pub(super) const WRITERS: u32 = 8;
/// The last people are given new API keys by the operator's command, and not pictures.
pub(super) const WITH_KEYS: u32 = 4;
/// The first person's number: the administrator has 1.
const FIRST: u32 = 2;

/// What writers and whoever makes trouble share.
pub(super) struct Run<'a> {
    pub(super) stage: &'a Stage,
    pub(super) ledger: &'a Ledger,
    pub(super) hooks: &'a Hooks,
    pub(super) chance: &'a Chance,
    pub(super) over: AtomicBool,
    /// Whether nothing has been wrong for long enough that every promise of a healthy system holds.
    pub(super) healthy: AtomicBool,
    pub(super) attempts: AtomicU32,
    /// The newest key of each person who is given keys.
    pub(super) keys: Mutex<Vec<Option<String>>>,
    pub(super) broken: Mutex<Vec<String>>,
}

impl Run<'_> {
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Notes a promise that was broken.
    pub(super) fn broken(&self, what: String) {
        eprintln!("BROKEN: {what}");
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// Writes pictures of this writer's people until the run is over.
    pub(super) fn write_pictures(&self, writer: u32) {
        let people: Vec<u32> = (0..PEOPLE - WITH_KEYS)
            .filter(|number| number % WRITERS == writer)
            .map(|number| FIRST + number)
            .collect();
        while !self.is_over() {
            let user = *self.chance.pick(&people);
            if let Err(error) = self.write_picture(user) {
                self.broken(format!("{error:#}"));
            }
        }
    }

    fn write_picture(&self, user: u32) -> Result<()> {
        let attempt = self.attempts.fetch_add(1, Ordering::SeqCst);
        // One in eight takes the picture away.
        let content = (self.chance.between(0, 8) > 0).then_some(attempt);
        let (one, other) = if self.chance.between(0, 2) == 0 { (0, 1) } else { (1, 0) };
        let was_healthy = self.healthy.load(Ordering::SeqCst);
        self.ledger.attempt(user, content);
        let path = format!("/users/{user}/picture.json");
        let (method, body) = match content {
            Some(attempt) => ("PUT", Some(picture::draw(attempt)?)),
            None => ("DELETE", None),
        };
        let address = self.stage.nodes[one].address;
        match ask(address, method, &path, "ada", &self.stage.key, body.as_deref()) {
            Ok(answer) if answer.status == 200 => self.ledger.acknowledge(user, content),
            Ok(answer) if answer.status < 500 => bail!("{method} {path}: {}", answer.status),
            // An error of the server or of the connection: it may have been done all the same.
            _ => {
                self.ledger.count(|counts| counts.unknown += 1);
                thread::sleep(Duration::from_millis(self.chance.between(5, 100)));
                return Ok(());
            }
        }
        // Whoever wrote sees it on the other node at once, while nothing is wrong.
        if let Ok(seen) = self.read(other, user)
            && was_healthy
            && self.healthy.load(Ordering::SeqCst)
        {
            self.ledger.count(|counts| counts.reads += 1);
            if seen != content {
                bail!("user {user}: wrote {content:?} on node {one}, and node {other} shows {seen:?}");
            }
        }
        Ok(())
    }

    /// What a node shows of somebody.
    pub(super) fn read(&self, node: usize, user: u32) -> Result<Content> {
        let path = format!("/users/{user}/picture");
        let answer = ask(self.stage.nodes[node].address, "GET", &path, "ada", &self.stage.key, None)?;
        match answer.status {
            200 => Ok(Some(picture::read(&answer.body).with_context(|| format!("user {user}"))?)),
            404 => Ok(None),
            status => bail!("GET {path}: {status}"),
        }
    }

    /// Gives people new keys by the operator's command until the run is over.
    pub(super) fn give_keys(&self) {
        while !self.is_over() {
            let number = self.chance.between(0, u64::from(WITH_KEYS)) as usize;
            let name = format!("user{}", PEOPLE as usize - WITH_KEYS as usize + number);
            let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            match self.stage.folkmoot(&["users", "new-key", &name, "--json"]) {
                Ok(said) => {
                    keys[number] = said["api_key"].as_str().map(str::to_owned);
                    self.ledger.count(|counts| counts.keys += 1);
                }
                // It may have a new key that nobody was told.
                Err(_) => keys[number] = None,
            }
            drop(keys);
            thread::sleep(Duration::from_millis(self.chance.between(200, 1500)));
        }
    }
}

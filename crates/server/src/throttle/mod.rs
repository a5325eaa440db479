//! Throttling of wrong passwords, so that they cannot be guessed, and nobody can be locked out by somebody else
//! (`docs/decisions/0012-login-throttling.md`).
//!
//! Failures are held against three subjects: the name that was given at the address that it came from, that name from
//! everywhere, and that address. Names are what was given, whether anybody has them or not. From an address at which
//! a name's right password was given lately, only the first of the three counts. API keys are not throttled at all: they
//! cannot be guessed.
//!
//! A check is charged before it is made and given back when the password was right: what is tried at the same time
//! counts, and so does what nobody waits for.

mod exchange;
mod limit;
mod table;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use folkmoot_core::{AccountId, fold_identifier};
use folkmoot_store::{Store, Subject};
use quick_cache::sync::Cache;

use crate::rate_limit::one_client;
use crate::settings::Settings;
use exchange::Outbox;
use limit::Limit;
use table::Table;

/// A name at an address. Who mistypes waits for a minute now and then.
const PAIR: Limit = Limit::new(10, Duration::from_mins(1));
/// A name, from all addresses but those where its right password was given lately.
const NAME: Limit = Limit::new(30, Duration::from_secs(30));
/// How soon one of an address's failures is forgotten.
const ADDRESS_INTERVAL: Duration = Duration::from_secs(6);
/// For how long an address is known to be a name's, after its right password was given there.
const KNOWN: Duration = Duration::from_hours(30 * 24);
/// How much of that may pass before it is noted anew.
const KNOWN_ANEW: Duration = Duration::from_hours(24);
/// Names at addresses that are known and in memory; others are asked for.
const MAX_KNOWN: usize = 65_536;

/// Counts wrong passwords.
#[derive(Debug)]
pub(crate) struct Throttle {
    store: Store,
    table: Table,
    /// Until when which names are at home at which addresses, in microseconds.
    known: Cache<u128, i64>,
    outbox: Mutex<Outbox>,
    address: Limit,
}

/// There have been too many wrong passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    /// When to try again, in seconds.
    pub(crate) seconds: u32,
}

impl Throttle {
    pub(crate) fn new(settings: &Settings, store: Store) -> Throttle {
        Throttle {
            store,
            table: Table::new(),
            known: Cache::new(MAX_KNOWN),
            outbox: Mutex::default(),
            address: Limit::new(settings.wrong_passwords_per_address(), ADDRESS_INTERVAL),
        }
    }

    /// An attempt to enter `account` as `identifier` from `client`, whether there is anybody of that name or not.
    pub(crate) fn attempt(&self, account: AccountId, identifier: &str, client: IpAddr) -> Attempt<'_> {
        let keys = self.store.keys();
        let name = [&account.0.to_be_bytes()[..], fold_identifier(identifier).as_bytes()].concat();
        let name = keys.login_subject(b'n', &name);
        let address = match one_client(client) {
            IpAddr::V4(address) => keys.login_subject(b'a', &address.octets()),
            IpAddr::V6(address) => keys.login_subject(b'a', &address.octets()),
        };
        // Of two keyed hashes; nobody can find others that come to the same.
        let pair = name.rotate_left(1) ^ address;
        Attempt {
            throttle: self,
            client,
            now: self.store.clock().now().as_microsecond(),
            name: Subject { account, hash: name },
            pair: Subject { account, hash: pair },
            home: Subject { account, hash: !pair },
            address: Subject { account: Subject::ALL_ACCOUNTS, hash: address },
        }
    }

    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody gives a password.
pub(crate) struct Attempt<'a> {
    throttle: &'a Throttle,
    client: IpAddr,
    /// In microseconds.
    now: i64,
    name: Subject,
    address: Subject,
    pair: Subject,
    /// The pair, as one that is known.
    home: Subject,
}

impl Attempt<'_> {
    /// Whether the password may be looked at: even one that is remembered would tell who guesses that it is right.
    ///
    /// # Errors
    /// When it may not, and when to try again.
    pub(crate) fn may_be_made(&self) -> Result<(), Wait> {
        let wait =
            |(subject, limit): (Subject, Limit)| limit.wait(self.throttle.table.get(subject.hash), self.now);
        match self.limits().map(wait).max() {
            Some(longest) if longest > 0 => Err(self.refuse(longest)),
            _ => Ok(()),
        }
    }

    /// Charges a check of the password, all at once or not at all.
    ///
    /// # Errors
    /// When others have been quicker, and it may not be made any more.
    pub(crate) fn charge(&self) -> Result<Charge<'_>, Wait> {
        let (table, limited) = (&self.throttle.table, self.limits().count());
        for (at, (subject, limit)) in self.all().into_iter().enumerate() {
            let charged = table.change(subject.hash, |clear_at| match limit.wait(clear_at, self.now) {
                wait if wait > 0 && at < limited => Err(wait),
                _ => Ok(limit.after_failure(clear_at, self.now)),
            });
            if let Err(wait) = charged {
                for (subject, limit) in self.all().into_iter().take(at) {
                    table.bring_nearer(subject.hash, limit.interval());
                }
                return Err(self.refuse(wait));
            }
        }
        let moved = self.all().map(|(subject, limit)| (subject, limit.interval()));
        self.throttle.outbox().add(moved, self.now);
        Ok(Charge(self))
    }

    /// The password was right.
    pub(crate) fn succeeded(&self) {
        let known = &self.throttle.known;
        let until = self.now.saturating_add(micros(KNOWN));
        let fresh = until.saturating_sub(micros(KNOWN_ANEW));
        // Later than can be comes of a clock that was wrong.
        if !known.get(&self.home.hash).is_some_and(|noted| (fresh..=until).contains(&noted)) {
            known.insert(self.home.hash, until);
            self.throttle.outbox().note_homes([(self.home, until)]);
        }
    }

    /// What is held against whom, those first that count in any case.
    fn all(&self) -> [(Subject, Limit); 3] {
        [(self.pair, PAIR), (self.name, NAME), (self.address, self.throttle.address)]
    }

    /// Those that count.
    fn limits(&self) -> impl Iterator<Item = (Subject, Limit)> {
        let home = self.throttle.known.get(&self.home.hash).is_some_and(|until| until > self.now);
        self.all().into_iter().take(if home { 1 } else { 3 })
    }

    fn refuse(&self, wait: i64) -> Wait {
        // Another node may know better.
        if self.limits().count() > 1 {
            self.throttle.outbox().ask(self.home);
        }
        Wait { seconds: wait.unsigned_abs().div_ceil(1_000_000).clamp(1, 3600) as u32 }
    }
}

/// A check that has been charged. Dropped, it stays so.
pub(crate) struct Charge<'a>(&'a Attempt<'a>);

impl Charge<'_> {
    /// Nothing was wrong with the password, or it has not been looked at.
    pub(crate) fn give_back(self) {
        let Attempt { throttle, .. } = self.0;
        let charged = self.0.all();
        for (subject, limit) in charged {
            throttle.table.bring_nearer(subject.hash, limit.interval());
        }
        throttle.outbox().add(charged.map(|(subject, limit)| (subject, -limit.interval())), self.0.now);
    }

    /// The password was wrong.
    pub(crate) fn keep(self) {
        let Attempt { throttle, now, client, name, .. } = self.0;
        let full =
            |(subject, limit): (Subject, Limit)| limit.wait(throttle.table.get(subject.hash), *now) > 0;
        // Said as often as one gets full, which is once an interval. The name is not said: it may be a password.
        let (account, [pair, name, address]) = (name.account.0, self.0.all().map(full));
        if pair {
            tracing::info!(account, %client, "many wrong passwords for one name from one address");
        }
        if name {
            tracing::warn!(account, %client, "many wrong passwords for one name, the latest from this address");
        }
        if address {
            tracing::warn!(account, %client, "many wrong passwords from one address");
        }
    }
}

const fn micros(duration: Duration) -> i64 {
    duration.as_micros() as i64
}

#[cfg(test)]
mod tests;

//! Keeping certificates: taking up what is in the storage, ordering what is missing or due, remembering what failed.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::client::{Client, OrderError};
use super::schedule::{Failure, Jitter};
use super::storage::{Kind, Storage};
use super::{Acme, lock, order};
use crate::tls::{Certificate, Names};

/// How often the storage is looked at for what other nodes have done, and the clock for what is due.
const LOOK: Duration = Duration::from_secs(2);
/// How soon after a certificate came it may be ordered again: never at once, also when the clock is wrong and each new
/// one seems to be due.
const SOONEST: SignedDuration = SignedDuration::from_hours(1);
/// Orders that are worked on at a time.
const AT_ONCE: usize = 4;
/// How long nothing is ordered after the authority has said that it was too much.
const PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// Keeps certificates; the one task of ACME.
pub(crate) struct Keeper {
    acme: Arc<Acme>,
    client: Arc<Client>,
    jitter: Jitter,
    /// What was read of the storage, by host.
    held: HashMap<String, Held>,
    /// Versions of the failures that were read.
    failed: HashMap<String, String>,
    /// Hosts that were asked for and have been written down, for whichever node orders.
    passed_on: HashSet<String>,
    /// Whether what a process that ended has left was cleared away.
    cleared: bool,
    orders: JoinSet<(String, Result<(), OrderError>)>,
    ordering: HashSet<String>,
    /// When the last order of each host was filled.
    filled: HashMap<String, Timestamp>,
    paused_until: Option<Timestamp>,
}

struct Held {
    version: String,
    /// `None` when it cannot be read.
    certificate: Option<(Arc<Certificate>, Timestamp)>,
}

impl Keeper {
    pub(super) fn new(acme: Arc<Acme>, client: Client, jitter: Jitter) -> Keeper {
        Keeper {
            acme,
            client: Arc::new(client),
            jitter,
            held: HashMap::new(),
            failed: HashMap::new(),
            passed_on: HashSet::new(),
            cleared: false,
            orders: JoinSet::new(),
            ordering: HashSet::new(),
            filled: HashMap::new(),
            paused_until: None,
        }
    }

    /// Keeps certificates for as long as the task lives.
    pub(crate) async fn run(mut self) {
        let mut looking = interval(LOOK);
        looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let acme = Arc::clone(&self.acme);
        loop {
            tokio::select! {
                _ = looking.tick() => {}
                () = acme.wake.notified() => {}
                Some(done) = self.orders.join_next() => if let Ok((host, result)) = done {
                    self.ordering.remove(&host);
                    if let Err(error) = self.note(&host, result).await {
                        tracing::warn!(%host, %error, "cannot keep what came of an order");
                    }
                },
            }
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "cannot read what is kept of ACME");
            }
        }
    }

    async fn look(&mut self) -> io::Result<()> {
        let asked: Vec<String> = lock(&self.acme.asked).iter().cloned().collect();
        for host in asked {
            if !self.passed_on.contains(&host) {
                self.storage().write(Kind::Wanted, &host, Vec::new()).await?;
                self.passed_on.insert(host);
            }
        }
        self.take_up_failures().await?;
        self.take_up_certificates().await?;
        if self.acme.surroundings.orders_here() {
            self.order_what_is_due().await?;
        }
        Ok(())
    }

    fn storage(&self) -> &dyn Storage {
        &*self.acme.storage
    }

    /// Reads certificates that are new or were renewed, and shows them from then on.
    async fn take_up_certificates(&mut self) -> io::Result<()> {
        let listed: HashMap<String, String> =
            self.storage().list(Kind::Certificate).await?.into_iter().collect();
        let before = self.held.len();
        self.held.retain(|host, _| listed.contains_key(host));
        let mut changed = self.held.len() != before;
        for (host, version) in listed {
            if self.held.get(&host).is_some_and(|held| held.version == version) {
                continue;
            }
            let Some(pem) = self.storage().read(Kind::Certificate, &host).await? else { continue };
            let certificate = match Certificate::from_pem(&pem, &pem, &self.acme.provider) {
                Ok(certificate) => {
                    let renewal = self.jitter.renewal(&host, certificate.validity);
                    Some((Arc::new(certificate), renewal))
                }
                Err(fault) => {
                    tracing::error!(%host, %fault, "the certificate that is kept cannot be used");
                    None
                }
            };
            self.held.insert(host, Held { version, certificate });
            changed = true;
        }
        if changed {
            self.show();
        }
        Ok(())
    }

    /// Shows what is held; those that the settings name first, so that clients without a name see the first of them.
    fn show(&mut self) {
        let mut names = Names::default();
        let named = self.acme.settings.domains.iter().filter_map(|host| self.held.get(host));
        for held in named.chain(self.held.values()) {
            if let Some((certificate, _)) = &held.certificate {
                names.add(Arc::clone(certificate));
            }
        }
        self.acme.certificates.replace_ordered(names);
        self.settled(|host, acme| acme.certificates.has(host));
    }

    async fn take_up_failures(&mut self) -> io::Result<()> {
        let listed = self.acme.storage.list(Kind::Failure).await?;
        let versions: HashMap<String, String> = listed.into_iter().collect();
        if versions == self.failed {
            return Ok(());
        }
        let mut failures = HashMap::with_capacity(versions.len());
        for host in versions.keys() {
            let text = self.storage().read(Kind::Failure, host).await?;
            if let Some(failure) = text.and_then(|text| Failure::read(&text)) {
                failures.insert(host.clone(), failure);
            }
        }
        self.failed = versions;
        *lock(&self.acme.failures) = failures;
        self.settled(|host, acme| lock(&acme.failures).contains_key(host));
        Ok(())
    }

    /// Tells those who wait that there is news, and forgets who asked for what is settled: they will ask again.
    fn settled(&mut self, is_settled: impl Fn(&str, &Acme) -> bool) {
        lock(&self.acme.asked).retain(|host| !is_settled(host, &self.acme));
        self.passed_on.retain(|host| !is_settled(host, &self.acme));
        self.acme.news.send_replace(());
    }

    async fn order_what_is_due(&mut self) -> io::Result<()> {
        let now = self.acme.surroundings.now();
        if !self.cleared {
            self.clear(now).await?;
            self.cleared = true;
        }
        if self.paused_until.is_some_and(|until| now < until) {
            return Ok(());
        }
        let wanted = self.storage().list(Kind::Wanted).await?;
        let hosts = self.acme.settings.domains.iter().cloned();
        let hosts = hosts.chain(self.held.keys().cloned()).chain(wanted.into_iter().map(|(host, _)| host));
        for host in hosts.collect::<HashSet<_>>() {
            if self.orders.len() < AT_ONCE && self.is_due(&host, now) {
                self.order(host);
            }
        }
        Ok(())
    }

    fn is_due(&self, host: &str, now: Timestamp) -> bool {
        let held = self.held.get(host).and_then(|held| held.certificate.as_ref());
        let waits = || lock(&self.acme.failures).get(host).is_some_and(|failure| failure.again > now);
        let filled = self.filled.get(host);
        held.is_none_or(|(_, renewal)| *renewal <= now)
            && filled.is_none_or(|&filled| now.duration_since(filled) >= SOONEST)
            && !self.ordering.contains(host)
            && self.acme.is_wanted(host)
            && !waits()
    }

    fn order(&mut self, host: String) {
        tracing::info!(%host, "ordering a certificate");
        let (acme, client) = (Arc::clone(&self.acme), Arc::clone(&self.client));
        self.ordering.insert(host.clone());
        self.orders.spawn(async move {
            let challenge = acme.settings.challenge;
            let filled = order::fill(&host, &client, challenge, &*acme.storage, &acme.provider).await;
            (host, filled)
        });
    }

    /// Remembers what came of an order.
    async fn note(&mut self, host: &str, result: Result<(), OrderError>) -> io::Result<()> {
        let Err(error) = result else {
            tracing::info!(host, "a certificate was ordered");
            self.filled.insert(host.to_owned(), self.acme.surroundings.now());
            self.storage().remove(Kind::Failure, host).await?;
            return self.storage().remove(Kind::Wanted, host).await;
        };
        let now = self.acme.surroundings.now();
        let before = lock(&self.acme.failures).get(host).copied();
        let failure = Failure::next(before, host, now, &self.jitter);
        tracing::error!(host, %error, again = %failure.again, "a certificate could not be ordered");
        if error.is_rate_limit() {
            self.paused_until = now.checked_add(PAUSE).ok();
        }
        if error.is_unknown_account() {
            self.client.forget_account(&*self.acme.storage).await?;
        }
        self.storage().write(Kind::Failure, host, failure.write()).await
    }

    /// Clears away what an earlier process has left half-way, and certificates that nobody wants any more.
    async fn clear(&self, now: Timestamp) -> io::Result<()> {
        for kind in [Kind::HttpChallenge, Kind::AlpnChallenge] {
            for (name, _) in self.storage().list(kind).await? {
                self.storage().remove(kind, &name).await?;
            }
        }
        for kind in [Kind::Wanted, Kind::Failure] {
            for (host, _) in self.storage().list(kind).await? {
                if !self.acme.is_wanted(&host) {
                    self.storage().remove(kind, &host).await?;
                }
            }
        }
        for (host, held) in &self.held {
            let over = |(certificate, _): &(Arc<Certificate>, _)| certificate.validity.until <= now;
            if held.certificate.as_ref().is_none_or(over) && !self.acme.is_wanted(host) {
                self.storage().remove(Kind::Certificate, host).await?;
            }
        }
        Ok(())
    }
}

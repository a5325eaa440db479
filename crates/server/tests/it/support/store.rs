//! A store in a folder of its own, with a clock that a test moves.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use folkmoot_core::{AccountId, Clock, Org, PersonHistory, Settings};
use folkmoot_server::SystemRandom;
use folkmoot_store::{Author, DataDir, Store};
use jiff::Timestamp;
use tempfile::TempDir;

use super::NOW;

/// A clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct KeptClock(AtomicI64);

impl KeptClock {
    pub(crate) fn set(&self, now: &str) {
        let now: Timestamp = now.parse().expect("a moment");
        self.0.store(now.as_second(), Ordering::Relaxed);
    }
}

impl Clock for KeptClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a moment")
    }
}

/// A store, and what it lives in.
pub(crate) struct Kept {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
    pub(crate) clock: Arc<KeptClock>,
}

impl Kept {
    pub(crate) async fn new() -> Kept {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(KeptClock(AtomicI64::new(0)));
        clock.set(NOW);
        let place = DataDir::at(folder.path().join("data"));
        let store = Store::create(place, clock.clone(), Arc::new(SystemRandom)).await.expect("a new store");
        Kept { folder, store, clock }
    }

    /// The store once more, as another process would open it.
    pub(crate) async fn again(&self) -> Store {
        let place = DataDir::at(self.folder.path().join("data"));
        Store::open(place, self.clock.clone(), Arc::new(SystemRandom)).await.expect("the store")
    }

    pub(crate) async fn account(&self, subdomain: &str, settings: Settings) -> AccountId {
        let made = self.store.create_account(subdomain, "Company", settings, Author::OPERATOR).await;
        made.expect("the store works").expect("the name is free").id
    }

    pub(crate) async fn add_people(&self, account: AccountId, people: &[PersonHistory]) {
        self.add(account, &Org::default(), people).await;
    }

    pub(crate) async fn add(&self, account: AccountId, org: &Org, people: &[PersonHistory]) {
        let mut tx = self.store.begin(account, Author::OPERATOR).await.expect("a transaction");
        tx.add_org(org).await.expect("the organisation");
        let encrypted = org.custom_fields.values().filter(|field| field.encrypted).map(|field| field.id);
        tx.add_people(people, &encrypted.collect::<HashSet<_>>()).await.expect("people");
        tx.commit().await.expect("a commit");
    }
}

//! A store in a folder of its own, and what tests ask of it.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use folkmoot_core::{
    AccountId, ApiKey, Clock, Dated, Directory, Person, PictureKind, PictureName, RandomSource, Settings,
    UserId,
};
use folkmoot_store::{Author, Blobs, DataDir, KeySource, Store, StoredPicture};
use folkmoot_testing::Backend;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};

use crate::company::{crowd, encrypted, org, sequences};
pub(crate) use crate::place::{Place, all_bytes, files, in_bucket};

/// A clock that goes when it is told to.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn new() -> Arc<TestClock> {
        Arc::new(TestClock(AtomicI64::new(1_790_000_000_123_456)))
    }

    pub(crate) fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// The same bytes in every run.
pub(crate) struct TestRandom(pub(crate) AtomicU64);

impl TestRandom {
    pub(crate) fn seeded(seed: u64) -> Arc<TestRandom> {
        Arc::new(TestRandom(AtomicU64::new(seed << 32)))
    }
}

impl RandomSource for TestRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            let block = Sha256::digest(self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            part.copy_from_slice(&block[..part.len()]);
        }
    }
}

/// A store, and where it is.
pub(crate) struct Home {
    pub(crate) store: Store,
    pub(crate) clock: Arc<TestClock>,
    place: Place,
}

impl Deref for Home {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

pub(crate) const ACME: AccountId = AccountId(1);
pub(crate) const TODAY: Date = date(2026, 11, 15);
pub(crate) const GOVERNMENT_ID: &str = "GOV-123-45-6789";
pub(crate) const SECRET_NOTE: &str = "allergic to SECRETPEANUTS";

impl Home {
    pub(crate) async fn empty() -> Home {
        Home::on(Backend::chosen(), 1, None).await
    }

    /// With an account of `people` people.
    pub(crate) async fn of(people: i64) -> Home {
        Home::empty().await.peopled(people).await
    }

    /// In a data directory, whichever backend is chosen.
    pub(crate) async fn embedded_empty() -> Home {
        Home::on(Backend::Sqlite, 1, None).await
    }

    /// In a data directory, with an account of `people` people.
    pub(crate) async fn embedded(people: i64) -> Home {
        Home::embedded_empty().await.peopled(people).await
    }

    /// In a data directory, but for the blobs.
    pub(crate) async fn embedded_with(blobs: Blobs, people: i64) -> Home {
        let mut place = Place::new(Backend::Sqlite).await;
        place.blobs = Some(blobs);
        Home::at(place, 1, None).await.peopled(people).await
    }

    /// Empty, on this backend, with random numbers of this seed, and with this key or else one of its own.
    pub(crate) async fn on(backend: Backend, seed: u64, keys: Option<KeySource>) -> Home {
        Home::at(Place::new(backend).await, seed, keys).await
    }

    /// Empty, at this place, with random numbers of this seed, and with this key or else one of its own.
    pub(crate) async fn at(place: Place, seed: u64, keys: Option<KeySource>) -> Home {
        let mut options = place.options();
        options.keys = keys.unwrap_or(options.keys);
        let clock = TestClock::new();
        let store = Store::create(options, clock.clone(), TestRandom::seeded(seed)).await.unwrap();
        Home { store, clock, place }
    }

    pub(crate) async fn peopled(self, people: i64) -> Home {
        let made = self.store.create_account("acme", "Acme", Settings::default(), Author::OPERATOR).await;
        assert_eq!(made.unwrap().unwrap().id, ACME);
        let mut tx = self.store.begin(ACME, Author::OPERATOR).await.unwrap();
        tx.add_org(&org()).await.unwrap();
        tx.add_people(&crowd(&self.store, 1..=people), &encrypted()).await.unwrap();
        tx.set_sequences(&sequences(people)).await.unwrap();
        tx.commit().await.unwrap();
        self
    }

    pub(crate) async fn load(&self) -> Directory {
        self.store.load_directory(ACME, TODAY).await.unwrap()
    }

    pub(crate) fn image(&self) -> PathBuf {
        self.store.data_dir().unwrap().images().join("1.image")
    }

    /// The name of `user`'s picture.
    pub(crate) async fn picture_of(&self, user: i64) -> PictureName {
        self.load().await.person(UserId(user)).unwrap().user.picture.unwrap()
    }

    pub(crate) async fn set_picture(&self, user: i64, content: Option<&str>) -> u64 {
        let picture = content.map(picture);
        self.store.set_picture(ACME, Author::OPERATOR, UserId(user), picture).await.unwrap()
    }

    pub(crate) async fn set_key(&self, user: i64) -> ApiKey {
        let key = self.store.keys().new_api_key();
        let mut tx = self.store.begin(ACME, Author::OPERATOR).await.unwrap();
        tx.set_api_key(UserId(user), &key).await.unwrap();
        tx.commit().await.unwrap();
        key
    }
}

pub(crate) async fn open(path: &Path) -> Store {
    Store::open(DataDir::at(path), TestClock::new(), TestRandom::seeded(7)).await.unwrap()
}

pub(crate) fn picture(content: &str) -> StoredPicture {
    StoredPicture { kind: PictureKind::Jpeg, content: content.as_bytes().to_vec() }
}

pub(crate) fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

/// A person without what is over on `as_of`, in which snapshots may differ.
fn trimmed(person: &Person, as_of: Date) -> Person {
    Person {
        employee: Dated::new(person.employee.records().to_vec(), as_of),
        assignment: Dated::new(person.assignment.records().to_vec(), as_of),
        work_hours: Dated::new(person.work_hours.records().to_vec(), as_of),
        ..person.clone()
    }
}

/// Asserts that two directories say the same.
pub(crate) fn assert_same(one: &Directory, other: &Directory, as_of: Date) {
    assert_eq!(one.account(), other.account());
    assert_eq!(one.org(), other.org());
    assert_eq!(one.access(), other.access());
    assert_eq!(one.revision(), other.revision());
    assert_eq!(one.next_change(), other.next_change());
    assert_eq!(one.in_effect_since(), other.in_effect_since());
    let people = |directory: &Directory| -> Vec<Person> {
        directory.people().map(|person| trimmed(person, as_of)).collect()
    };
    assert_eq!(people(one), people(other));
    for person in one.people() {
        for directory in [one, other] {
            let found = directory.by_username(&person.user.username).unwrap();
            assert_eq!(found.user.id, person.user.id);
            if let Some(hash) = &person.user.api_key_hash {
                assert_eq!(directory.by_key(hash).unwrap().user.id, person.user.id);
            }
            if let Some(name) = &person.user.picture {
                assert!(directory.has_picture(name));
            }
        }
    }
}

//! A store of its own for each test, with a clock that a test moves.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use folkmoot_core::{
    AccountId, Badge, BadgeId, Clock, CompanyValue, EventType, EventTypeId, Org, PersonHistory, PictureName,
    Sequences, Settings, ValueId,
};
use folkmoot_server::SystemRandom;
use folkmoot_store::{
    Author, Blobs, BlobsOptions, BlobsUrl, DataDir, Database, S3Options, Store, StoreOptions,
};
use folkmoot_testing::{Backend, OwnServer, Postgres, TestBucket, TestDatabase};
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

    /// A minute later a wrong password is forgotten.
    pub(crate) fn wait_a_minute(&self) {
        self.0.fetch_add(60, Ordering::Relaxed);
    }
}

impl Clock for KeptClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a moment")
    }
}

/// A store, and what it lives in: a folder, and with PostgreSQL a database and a bucket.
pub(crate) struct Kept {
    pub(crate) folder: TempDir,
    database: Option<TestDatabase>,
    bucket: Option<TestBucket>,
    pub(crate) store: Store,
    pub(crate) clock: Arc<KeptClock>,
}

impl Kept {
    /// On the backend that the environment asks for.
    pub(crate) async fn new() -> Kept {
        Kept::on(Backend::chosen(), None).await
    }

    /// On the backend that the environment asks for, with its pictures in this bucket.
    pub(crate) async fn in_bucket(bucket: TestBucket) -> Kept {
        Kept::on(Backend::chosen(), Some(bucket)).await
    }

    /// With everything in a folder, whatever the environment asks for.
    pub(crate) async fn in_folder() -> Kept {
        Kept::on(Backend::Sqlite, None).await
    }

    /// In PostgreSQL, on a server that no other test uses.
    pub(crate) async fn on_own_server() -> Kept {
        Kept::with(Some(TestDatabase::on_own_server().await), Some(TestBucket::create())).await
    }

    async fn on(backend: Backend, bucket: Option<TestBucket>) -> Kept {
        match backend {
            Backend::Sqlite => Kept::with(None, bucket).await,
            Backend::Postgres => {
                let bucket = bucket.unwrap_or_else(TestBucket::create);
                Kept::with(Some(TestDatabase::create().await), Some(bucket)).await
            }
        }
    }

    async fn with(database: Option<TestDatabase>, bucket: Option<TestBucket>) -> Kept {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(KeptClock(AtomicI64::new(0)));
        clock.set(NOW);
        let options = options(&folder, database.as_ref(), bucket.as_ref());
        let store = Store::create(options, clock.clone(), Arc::new(SystemRandom)).await.expect("a new store");
        Kept { folder, database, bucket, store, clock }
    }

    /// The store once more, as another process would open it.
    pub(crate) async fn again(&self) -> Store {
        let options = options(&self.folder, self.database.as_ref(), self.bucket.as_ref());
        Store::open(options, self.clock.clone(), Arc::new(SystemRandom)).await.expect("the store")
    }

    /// The same store as another node has it.
    pub(crate) async fn on_another_node(&self) -> Kept {
        let folder = tempfile::tempdir().expect("a folder");
        Kept {
            folder,
            database: None,
            bucket: None,
            store: self.again().await,
            clock: Arc::clone(&self.clock),
        }
    }

    /// The PostgreSQL server that no other test uses.
    pub(crate) fn postgres(&self) -> &Postgres {
        self.database.as_ref().and_then(TestDatabase::own_server).expect("a server of this test alone")
    }

    /// The server of its bucket.
    pub(crate) fn s3(&mut self) -> OwnServer<'_> {
        self.bucket.as_mut().and_then(TestBucket::own).expect("a server of this test alone")
    }

    /// The text of its key file.
    pub(crate) fn key_text(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("data/key")).expect("the key")
    }

    /// The pictures that are kept for an account, whoever needs them.
    pub(crate) async fn blobs(&self, account: AccountId) -> BTreeSet<PictureName> {
        self.store.blobs().list(account).await.expect("the blobs").into_iter().collect()
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
        let mut next = tx.sequences().await.expect("sequences");
        for id in org.event_types.keys() {
            Sequences::mark_used(&mut next.event_types, id.0);
        }
        for id in org.company_values.keys() {
            Sequences::mark_used(&mut next.company_values, id.0);
        }
        for id in org.badges.keys() {
            Sequences::mark_used(&mut next.badges, id.0);
        }
        for person in people {
            Sequences::mark_used(&mut next.users, person.user.id.0);
            person.employee.iter().for_each(|one| Sequences::mark_used(&mut next.employee_records, one.id));
            person
                .assignment
                .iter()
                .for_each(|one| Sequences::mark_used(&mut next.assignment_records, one.id));
        }
        tx.set_sequences(&next).await.expect("sequences");
        tx.commit().await.expect("a commit");
    }
}

/// A type of events, a value and a badge, with numbers from `first` on.
pub(crate) fn culture(first: i64) -> Org {
    let moment: Timestamp = NOW.parse().expect("a moment");
    let (created, modified) = (moment, moment);
    let name = |what: &str| format!("{what} {first}").into();
    let event_type = EventType { id: EventTypeId(first), name: name("Fair"), order: 1, created, modified };
    let value = CompanyValue { id: ValueId(first + 1), name: name("Candour"), order: 1, created, modified };
    let badge = Badge { id: BadgeId(first + 2), name: name("Mentor"), order: 1, created, modified };
    Org {
        event_types: [(event_type.id, event_type)].into(),
        company_values: [(value.id, value)].into(),
        badges: [(badge.id, badge)].into(),
        ..Org::default()
    }
}

fn options(folder: &TempDir, database: Option<&TestDatabase>, bucket: Option<&TestBucket>) -> StoreOptions {
    let data_dir = DataDir::at(folder.path().join("data"));
    let mut options = StoreOptions::from(data_dir.clone());
    if let Some(database) = database {
        std::fs::create_dir_all(data_dir.path()).expect("a folder");
        options.database = Database::Postgres { url: database.url(), connections: 8 };
    }
    options.blobs = bucket.map_or(options.blobs, in_bucket);
    options
}

/// Blobs in a bucket, as another process opens them.
fn in_bucket(of: &TestBucket) -> Blobs {
    let url = format!("s3://{}/{}", of.bucket, of.prefix);
    let Ok(BlobsUrl::S3(location)) = url.parse() else { panic!("{url}") };
    let options = S3Options {
        location,
        endpoint: Some(of.endpoint.clone()),
        region: "us-east-1".to_owned(),
        path_style: true,
        access_key: of.access_key.clone(),
        secret_key: of.secret_key.clone().into(),
    };
    Blobs::open(&BlobsOptions::S3(options), &SystemRandom).expect("a bucket")
}

//! Where a test's store is, and what can be done there behind the store's back.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use folkmoot_store::{
    Blobs, BlobsOptions, BlobsUrl, DataDir, Database, KeySource, S3Options, Store, StoreOptions, StoreResult,
};
use folkmoot_testing::{Backend, TestBucket, TestDatabase};
use sqlx::FromRow;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqliteRow};
use tempfile::TempDir;

use crate::support::{ACME, TestClock, TestRandom};

/// How many stores have been opened again.
static OPENED: AtomicU64 = AtomicU64::new(7);

/// A folder, and with PostgreSQL a database and a bucket.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) database: Option<TestDatabase>,
    bucket: Option<TestBucket>,
    /// Where blobs are kept that are neither in the data directory nor in the bucket that goes with the database.
    pub(crate) blobs: Option<Blobs>,
}

impl Place {
    pub(crate) async fn new(backend: Backend) -> Place {
        Place::with(match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(TestDatabase::create().await),
        })
    }

    pub(crate) fn with(database: Option<TestDatabase>) -> Place {
        let bucket = database.is_some().then(TestBucket::create);
        Place { folder: tempfile::tempdir().unwrap(), database, bucket, blobs: None }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The data directory, where rows are in one.
    pub(crate) fn data_dir(&self) -> DataDir {
        DataDir::at(self.path("data"))
    }

    pub(crate) fn options(&self) -> StoreOptions {
        let options = match (&self.database, &self.bucket) {
            (Some(database), Some(bucket)) => StoreOptions {
                database: Database::Postgres { url: database.url(), connections: 8 },
                blobs: in_bucket(bucket),
                keys: KeySource::File(self.path("key")),
            },
            _ => self.data_dir().into(),
        };
        StoreOptions { blobs: self.blobs.clone().unwrap_or(options.blobs), ..options }
    }

    /// The file with the keys.
    pub(crate) fn key_file(&self) -> PathBuf {
        match self.options().keys {
            KeySource::File(path) => path,
            KeySource::Command(_) => unreachable!("tests keep keys in files"),
        }
    }

    /// The store as another process opens it.
    pub(crate) async fn again(&self) -> Store {
        self.opened().await.unwrap()
    }

    /// What comes of opening it in another process.
    pub(crate) async fn opened(&self) -> StoreResult<Store> {
        // No two of them are taken for one.
        let random = TestRandom::seeded(OPENED.fetch_add(1, Ordering::Relaxed));
        Store::open(self.options(), TestClock::new(), random).await
    }

    /// Runs SQL that no store would, as damage or as another program's hand. Bytes are written as ` x'00ff'`.
    pub(crate) async fn sql(&self, statements: &str) {
        if let Some(database) = &self.database {
            return database.sql(statements).await.unwrap();
        }
        let pool = self.sqlite().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&pool).await.unwrap();
        pool.close().await;
    }

    /// What a query finds.
    pub(crate) async fn rows<T>(&self, query: &'static str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        if let Some(database) = &self.database {
            let pool = PgPool::connect(&database.url()).await.unwrap();
            let rows = sqlx::query_as(query).fetch_all(&pool).await.unwrap();
            pool.close().await;
            return rows;
        }
        let pool = self.sqlite().await;
        let rows = sqlx::query_as(query).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }

    /// SQLite's file without the rules that stores keep; it is made if there is none.
    pub(crate) async fn sqlite(&self) -> SqlitePool {
        let options = SqliteConnectOptions::new()
            .filename(self.data_dir().database())
            .create_if_missing(true)
            .foreign_keys(false)
            .pragma("ignore_check_constraints", "ON");
        SqlitePool::connect_with(options).await.unwrap()
    }

    /// All bytes of everything that is kept: files, and the rows of every table.
    pub(crate) async fn everything(&self) -> Vec<u8> {
        let mut bytes = all_bytes(self.folder.path());
        if let Some(database) = &self.database {
            bytes.extend(database.contents().await.unwrap());
        }
        if let Some(bucket) = &self.bucket {
            match bucket.files() {
                Some(files) => bytes.extend(all_bytes(&files)),
                // A server that other tests use too has its files elsewhere.
                None => bytes.extend(pictures_in(bucket).await),
            }
        }
        bytes
    }
}

async fn pictures_in(bucket: &TestBucket) -> Vec<u8> {
    let (blobs, mut bytes) = (in_bucket(bucket), Vec::new());
    for name in blobs.list(ACME).await.unwrap() {
        bytes.extend(blobs.get(ACME, name).await.unwrap().unwrap());
    }
    bytes
}

/// Blobs in a bucket, as another process opens them.
pub(crate) fn in_bucket(of: &TestBucket) -> Blobs {
    let Ok(BlobsUrl::S3(location)) = format!("s3://{}/{}", of.bucket, of.prefix).parse() else {
        panic!("{of:?}")
    };
    let options = S3Options {
        location,
        endpoint: Some(of.endpoint.clone()),
        region: "us-east-1".to_owned(),
        path_style: true,
        access_key: of.access_key.clone(),
        secret_key: of.secret_key.clone().into(),
    };
    let random = TestRandom::seeded(OPENED.fetch_add(1, Ordering::Relaxed));
    Blobs::open(&BlobsOptions::S3(options), &*random).unwrap()
}

/// All bytes of all files below `folder`.
pub(crate) fn all_bytes(folder: &Path) -> Vec<u8> {
    files(folder).into_iter().flat_map(|path| fs::read(path).unwrap()).collect()
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

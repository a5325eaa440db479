//! Blobs in a bucket of an S3 server.
//!
//! Keys are `PREFIX ACCOUNT/ab/NAME`. Beside the blobs there are three things of our own: `owner`, which says whose
//! blobs these are, so that two stores that were given the same place by mistake do not remove each other's; `holds/`
//! (`hold.rs`); and `removing/` (`removal.rs`).
//!
//! A server must show in a listing what was put before it (Amazon's, Ceph's and all that are known do).

mod error;
mod hold;
mod http;
mod removal;
mod sign;
mod stage;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName, RandomSource};
use futures_util::TryStreamExt;
pub(super) use hold::BucketHold;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, BackoffConfig, ObjectStore, ObjectStoreExt, PutOptions, PutPayload, RetryConfig,
};
pub(super) use removal::BucketRemoval;
use secrecy::ExposeSecret;
pub use sign::{Presigned, Presigner};
pub(super) use stage::StagedObjects;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use self::error::Failure;
use self::hold::HOLDS;
use self::http::Http;
use self::removal::MARKS;
use super::Survey;
use super::folder::relative_path;
use super::options::S3Options;
use crate::{Place, StoreError, StoreResult};

/// A name says what the content is: whoever has it may keep it.
const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";
const OWNER: &str = "owner";
/// Blobs read or written at a time.
pub(super) const AT_ONCE: usize = 16;

/// Blobs in a bucket. Cloning shares it.
#[derive(Clone)]
pub struct Bucket {
    shared: Arc<Shared>,
}

struct Shared {
    store: AmazonS3,
    /// What operators know it as.
    place: String,
    /// What keys begin with, with a slash at its end unless it is empty.
    prefix: String,
    presigner: Arc<Presigner>,
    timing: Timing,
    /// What tells this process from others, and how often that was asked for.
    unique: (u128, AtomicU64),
    /// Whose blobs these are to be.
    owner: OnceLock<String>,
    /// Set once that has been made sure.
    claimed: OnceCell<()>,
    /// Holds, as they were when they last changed, and since when they have been so.
    seen: Mutex<HashMap<Path, (Bytes, Instant)>>,
}

/// How long things take at most.
#[derive(Clone, Copy, Debug)]
struct Timing {
    /// From the putting of a mark to the sending of the request to remove.
    remove: Duration,
    /// Until whoever found the mark of a removal takes it that its request has arrived.
    settle: Duration,
    /// Between two signs of life of whoever holds blobs.
    renew: Duration,
    /// Until one who gives no sign of life is taken to be dead.
    lapse: Duration,
}

const TIMING: Timing = Timing {
    remove: Duration::from_secs(5),
    settle: Duration::from_secs(15),
    renew: Duration::from_secs(20),
    lapse: Duration::from_mins(3),
};

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bucket({})", self.shared.place)
    }
}

impl Bucket {
    pub(super) fn open(options: &S3Options, random: &dyn RandomSource) -> StoreResult<Bucket> {
        Bucket::with_timing(options, random, TIMING)
    }

    fn with_timing(options: &S3Options, random: &dyn RandomSource, timing: Timing) -> StoreResult<Bucket> {
        let place = options.location.to_string();
        let unusable = |what: String| StoreError::Unusable(format!("{place}: {what}"));
        let presigner = Presigner::new(options).map_err(&unusable)?;
        let http = Http::new(presigner.is_secure()).map_err(|error| unusable(error.to_string()))?;
        let store = AmazonS3Builder::new()
            .with_bucket_name(options.location.bucket())
            // With the bucket in it; nothing is put together from parts any more.
            .with_endpoint(presigner.bucket_url())
            .with_virtual_hosted_style_request(true)
            .with_region(&options.region)
            .with_access_key_id(&options.access_key)
            .with_secret_access_key(options.secret_key.expose_secret())
            .with_disable_tagging(true)
            // One request each: every server knows that one.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(50),
                    max_backoff: Duration::from_secs(1),
                    base: 2.0,
                },
                max_retries: 4,
                retry_timeout: Duration::from_secs(5),
            })
            .with_http_connector(http)
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        let mut unique = [0; 16];
        random.fill(&mut unique);
        let shared = Shared {
            store,
            place,
            prefix: options.location.prefix().to_owned(),
            presigner: Arc::new(presigner),
            timing,
            unique: (u128::from_be_bytes(unique), AtomicU64::new(0)),
            owner: OnceLock::new(),
            claimed: OnceCell::new(),
            seen: Mutex::default(),
        };
        Ok(Bucket { shared: Arc::new(shared) })
    }

    /// From now on, refuses to touch what is not `owner`'s.
    pub(super) fn belong_to(&self, owner: &str) -> StoreResult<()> {
        if *self.shared.owner.get_or_init(|| owner.to_owned()) == owner {
            Ok(())
        } else {
            Err(self.anothers())
        }
    }

    /// Makes sure that what is here is the owner's, or nobody's yet.
    pub(super) async fn claim(&self) -> StoreResult<()> {
        // As long as it is nobody's, nothing has been made sure.
        let Some(owner) = self.shared.owner.get() else { return Ok(()) };
        let claim = async || {
            let key = self.key(OWNER);
            let mut written = self.read(&key).await?;
            if written.is_none() {
                self.write(&key, Bytes::from(owner.clone())).await?;
                // Of two that come first, one sees the other's.
                written = self.read(&key).await?;
            }
            if written.as_deref() == Some(owner.as_bytes()) {
                return Ok(());
            }
            Err(self.anothers())
        };
        self.shared.claimed.get_or_try_init(claim).await.copied()
    }

    /// What nobody else says, and this process says once.
    fn unique(&self) -> String {
        let (process, count) = &self.shared.unique;
        format!("{process:032x}-{}", count.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) async fn probe(&self) -> StoreResult<()> {
        self.claim().await?;
        // A listing, because not every server says of what it is asked for alone that there is no such bucket.
        self.keys(HOLDS).await.map(drop)
    }

    fn anothers(&self) -> StoreError {
        let place = &self.shared.place;
        StoreError::Unusable(format!("{place} holds the pictures of another store, with another key"))
    }

    pub(super) fn presigner(&self) -> &Arc<Presigner> {
        &self.shared.presigner
    }

    /// Waits until no removal of it is under way, and puts it.
    pub(super) async fn put(&self, account: AccountId, name: PictureName, content: Bytes) -> StoreResult<()> {
        self.claim().await?;
        self.settle(account, &[name]).await?;
        self.put_blob(account, name, content).await
    }

    /// Makes sure, under the write lock, that a blob is there; `false` when the mark of a removal is.
    pub(super) async fn confirm(
        &self,
        account: AccountId,
        name: PictureName,
        content: &Bytes,
    ) -> StoreResult<bool> {
        self.claim().await?;
        let (mark, key) = (self.mark(account, name), self.blob(account, name));
        let (mark, blob) = tokio::try_join!(self.size(&mark), self.size(&key))?;
        if mark.is_some() {
            return Ok(false);
        }
        if blob != Some(content.len() as u64) {
            self.put_blob(account, name, content.clone()).await?;
        }
        Ok(true)
    }

    pub(super) async fn get(&self, account: AccountId, name: PictureName) -> StoreResult<Option<Bytes>> {
        self.read(&self.blob(account, name)).await
    }

    /// The names of all blobs of an account, and of those whose removal was not seen to its end.
    pub(super) async fn list(&self, account: AccountId) -> StoreResult<Vec<PictureName>> {
        self.claim().await?;
        let mut names = self.names(&account.to_string()).await?;
        names.extend(self.marked(account).await?);
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    pub(super) async fn survey(&self, accounts: &[AccountId]) -> StoreResult<Survey> {
        self.claim().await?;
        let mut survey = Survey::default();
        for key in self.keys("").await? {
            let mut parts = key.split('/');
            let account = parts.next().and_then(|first| first.parse().ok().map(AccountId));
            let name = key.rsplit('/').next().and_then(|last| last.parse::<PictureName>().ok());
            match (account, name) {
                (Some(account), Some(name))
                    if accounts.contains(&account) && relative_path(account, &name) == key =>
                {
                    survey.blobs.push((account, name));
                }
                _ if key == OWNER || key.starts_with(HOLDS) || key.starts_with(MARKS) => {}
                _ => survey.strangers.push(Place::Object(format!("{}{key}", self.shared.place))),
            }
        }
        Ok(survey)
    }

    pub(super) fn root(&self) -> Place {
        Place::Object(self.shared.place.clone())
    }

    pub(super) fn place(&self, account: AccountId, name: PictureName) -> Place {
        Place::Object(format!("{}{}", self.shared.place, relative_path(account, &name)))
    }

    async fn put_blob(&self, account: AccountId, name: PictureName, content: Bytes) -> StoreResult<()> {
        let attributes = Attributes::from_iter([
            (Attribute::ContentType, name.kind.content_type()),
            (Attribute::CacheControl, CACHE_CONTROL),
        ]);
        let options = PutOptions { attributes, ..PutOptions::default() };
        let key = self.blob(account, name);
        let put = self.shared.store.put_opts(&key, PutPayload::from_bytes(content), options).await;
        put.map(drop).map_err(|error| self.failed("put", &key, &error))
    }

    async fn read(&self, key: &Path) -> StoreResult<Option<Bytes>> {
        let read = async { self.shared.store.get(key).await?.bytes().await };
        self.if_there("get", key, read.await)
    }

    async fn size(&self, key: &Path) -> StoreResult<Option<u64>> {
        let found = self.shared.store.head(key).await;
        Ok(self.if_there("look for", key, found)?.map(|found| found.size))
    }

    async fn write(&self, key: &Path, content: Bytes) -> StoreResult<()> {
        let put = self.shared.store.put(key, PutPayload::from_bytes(content)).await;
        put.map(drop).map_err(|error| self.failed("put", key, &error))
    }

    async fn remove(&self, key: &Path) -> StoreResult<()> {
        let removed = self.shared.store.delete(key).await;
        self.if_there("remove", key, removed).map(drop)
    }

    /// The blobs' names right below `folder` and its folders. What is there besides is for a check to tell of.
    async fn names(&self, folder: &str) -> StoreResult<Vec<PictureName>> {
        let keys = self.keys(folder).await?;
        Ok(keys.iter().filter_map(|key| key.rsplit('/').next()?.parse().ok()).collect())
    }

    /// Every key below `folder`, without the prefix.
    async fn keys(&self, folder: &str) -> StoreResult<Vec<String>> {
        let below = self.key(folder);
        let found = self.shared.store.list(Some(&below));
        let keys = found.map_ok(|object| {
            let key = object.location.as_ref();
            key.strip_prefix(&self.shared.prefix).unwrap_or(key).to_owned()
        });
        keys.try_collect().await.map_err(|error| self.failed("list", &below, &error))
    }

    fn key(&self, path: &str) -> Path {
        Path::from(format!("{}{path}", self.shared.prefix))
    }

    fn blob(&self, account: AccountId, name: PictureName) -> Path {
        self.key(&relative_path(account, &name))
    }

    fn if_there<T>(
        &self,
        doing: &str,
        key: &Path,
        result: object_store::Result<T>,
    ) -> StoreResult<Option<T>> {
        match result {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(doing, key, &error)),
        }
    }

    fn failed(&self, doing: &str, key: &Path, error: &object_store::Error) -> StoreError {
        let Failure { what, unreachable } = Failure::of(error);
        let place = self.shared.place.clone();
        StoreError::Bucket { place, what: format!("cannot {doing} {key}: {what}"), unreachable }
    }

    fn unreachable(&self, what: &str) -> StoreError {
        StoreError::Bucket { place: self.shared.place.clone(), what: what.to_owned(), unreachable: true }
    }
}

#[cfg(test)]
mod tests;

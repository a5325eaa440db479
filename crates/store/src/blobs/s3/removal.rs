//! Removing blobs from a bucket.
//!
//! As with files, who removes a blob and who makes sure that it is there do so under the account's write lock, with the
//! rows looked at under the same lock. But a request to a bucket may still be on its way when whoever sent it has lost
//! the lock, because it was killed, or was cut off from the database. A late removal must not hit what somebody else
//! has put there since. Conditional requests would help if every server honoured them. So before a blob is removed, a
//! mark is put at `removing/ACCOUNT/NAME`, and taken away after it. Once the mark is there, the remover makes sure that
//! it still has the lock; so whoever has it after this one sees the mark. Who comes to put a blob and sees the mark of
//! its removal waits for longer than a request is under way, and only then takes the mark away and puts the blob. Who
//! finds a mark under the write lock, where there can be none by right, begins again. The remover in turn gives up when
//! it has not sent its request soon after the mark was put. None of this asks a clock what time it is.

use folkmoot_core::{AccountId, PictureName};
use futures_util::future::try_join_all;
use object_store::path::Path;
use tokio::time::Instant;

use super::Bucket;
use crate::StoreResult;

pub(super) const MARKS: &str = "removing";

/// A removal whose mark is put.
#[derive(Debug)]
pub(crate) struct BucketRemoval {
    bucket: Bucket,
    mark: Path,
    key: Path,
    send_before: Instant,
}

impl Bucket {
    /// Begins to remove a blob, under the write lock; nothing when somebody holds blobs.
    pub(in crate::blobs) async fn begin_removal(
        &self,
        account: AccountId,
        name: PictureName,
    ) -> StoreResult<Option<BucketRemoval>> {
        self.claim().await?;
        if self.is_held().await? {
            return Ok(None);
        }
        let (mark, key) = (self.mark(account, name), self.blob(account, name));
        let send_before = Instant::now() + self.shared.timing.remove;
        self.write(&mark, self.unique().into()).await?;
        Ok(Some(BucketRemoval { bucket: self.clone(), mark, key, send_before }))
    }

    /// The blobs of an account whose removal was not seen to its end.
    pub(super) async fn marked(&self, account: AccountId) -> StoreResult<Vec<PictureName>> {
        self.names(&format!("{MARKS}/{account}")).await
    }

    pub(super) fn mark(&self, account: AccountId, name: PictureName) -> Path {
        self.key(&format!("{MARKS}/{account}/{name}"))
    }

    /// Waits until removals of these are over, or what may be left of them has arrived.
    pub(super) async fn settle(&self, account: AccountId, names: &[PictureName]) -> StoreResult<()> {
        let marked = self.marked(account).await?;
        let marks =
            marked.into_iter().filter(|name| names.contains(name)).map(|name| self.mark(account, name));
        try_join_all(marks.map(|mark| self.settle_mark(mark))).await.map(drop)
    }

    async fn settle_mark(&self, mark: Path) -> StoreResult<()> {
        let (settle, mut seen) = (self.shared.timing.settle, None);
        while let Some(content) = self.read(&mark).await? {
            match &seen {
                // A removal of its own makes a mark of its own.
                Some((last, since)) if *last == content => {
                    let since: &Instant = since;
                    if since.elapsed() >= settle {
                        return self.remove(&mark).await;
                    }
                }
                _ => seen = Some((content, Instant::now())),
            }
            tokio::time::sleep(settle / 50).await;
        }
        Ok(())
    }
}

impl BucketRemoval {
    /// Removes the blob. The write lock must have been held when the removal had begun.
    pub(in crate::blobs) async fn finish(self) -> StoreResult<()> {
        let BucketRemoval { bucket, mark, key, send_before } = self;
        match tokio::time::timeout_at(send_before, bucket.remove(&key)).await {
            Ok(removed) => removed?,
            Err(_) => return Err(bucket.unreachable("the server does not answer in time")),
        }
        bucket.remove(&mark).await
    }

    /// Leaves the blob after all.
    pub(in crate::blobs) async fn cancel(self) -> StoreResult<()> {
        self.bucket.remove(&self.mark).await
    }
}

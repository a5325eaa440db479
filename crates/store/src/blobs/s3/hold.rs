//! Holding blobs for a backup or an import, while everybody else goes on writing and removing them.
//!
//! Who holds blobs puts an object below `holds/` and changes it every now and then. Nobody removes a blob while there
//! is one that changes: what was to be removed is left for later. A removal that looked too early to see the object was
//! begun under the write lock before it was put. So its row was changed before the database is copied, which is after
//! that; and who puts the same blob anew waits for the lock, and finds it missing.
//!
//! Whether a holder is alive is told by its object having changed since one last looked, not by clocks: a holder that
//! was killed is known as such by whoever has watched its object for long enough. A process that has only just begun to
//! watch leaves the blob to others.

use bytes::Bytes;
use futures_util::future::try_join_all;
use object_store::path::Path;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Bucket;
use crate::StoreResult;

pub(super) const HOLDS: &str = "holds";

/// While this lives, nothing is removed from the bucket. Dropping it lets go.
#[derive(Debug)]
pub(crate) struct BucketHold {
    bucket: Bucket,
    key: Path,
    renewing: JoinHandle<()>,
    released: bool,
}

impl Bucket {
    /// From now on, nothing is removed.
    pub(in crate::blobs) async fn hold(&self) -> StoreResult<BucketHold> {
        self.claim().await?;
        let key = self.key(&format!("{HOLDS}/{}", self.unique()));
        self.write(&key, Bytes::from_static(b"0")).await?;
        let (bucket, renewed) = (self.clone(), key.clone());
        let renewing = tokio::spawn(async move {
            for round in 1_u64.. {
                tokio::time::sleep(bucket.shared.timing.renew).await;
                if let Err(error) = bucket.write(&renewed, Bytes::from(round.to_string())).await {
                    tracing::warn!(%error, "cannot go on to hold pictures");
                }
            }
        });
        Ok(BucketHold { bucket: self.clone(), key, renewing, released: false })
    }

    /// Whether anybody alive holds blobs.
    pub(in crate::blobs) async fn is_held(&self) -> StoreResult<bool> {
        let keys: Vec<Path> = self.keys(HOLDS).await?.iter().map(|key| self.key(key)).collect();
        let contents = try_join_all(keys.iter().map(|key| self.read(key))).await?;
        let found = keys.into_iter().zip(contents).filter_map(|(key, content)| Some((key, content?)));
        let (alive, dead) = self.look_at(found.collect());
        for key in dead {
            self.remove(&key).await?;
        }
        Ok(alive)
    }

    /// Whether one of these holds is alive, and which are not.
    fn look_at(&self, found: Vec<(Path, Bytes)>) -> (bool, Vec<Path>) {
        let Ok(mut seen) = self.shared.seen.lock() else { return (true, Vec::new()) };
        let (mut alive, mut dead) = (false, Vec::new());
        let before = std::mem::take(&mut *seen);
        for (key, content) in found {
            let since = match before.get(&key) {
                Some((last, since)) if *last == content => *since,
                _ => Instant::now(),
            };
            if since.elapsed() < self.shared.timing.lapse {
                alive = true;
                seen.insert(key, (content, since));
            } else {
                dead.push(key);
            }
        }
        (alive, dead)
    }
}

impl BucketHold {
    pub(in crate::blobs) async fn release(mut self) {
        self.released = true;
        self.renewing.abort();
        if let Err(error) = self.bucket.remove(&self.key).await {
            tracing::warn!(%error, "pictures that nobody has stay for some minutes longer");
        }
    }
}

impl Drop for BucketHold {
    fn drop(&mut self) {
        self.renewing.abort();
        // Where it cannot be taken away, it is taken to be dead after a while.
        if !self.released
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (bucket, key) = (self.bucket.clone(), self.key.clone());
            runtime.spawn(async move { bucket.remove(&key).await });
        }
    }
}

#[cfg(test)]
impl BucketHold {
    /// As if the process had ended without a word.
    pub(super) fn killed(mut self) {
        self.renewing.abort();
        self.released = true;
    }
}

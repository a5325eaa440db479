//! Many blobs at once, in a bucket.

use std::collections::HashSet;

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::hold::BucketHold;
use super::{AT_ONCE, Bucket};
use crate::{StoreError, StoreResult};

/// Blobs that are in their places, and held there although no row names them yet.
#[derive(Debug)]
pub(in crate::blobs) struct StagedObjects {
    bucket: Bucket,
    account: AccountId,
    hold: BucketHold,
    names: HashSet<PictureName>,
}

impl StagedObjects {
    pub(in crate::blobs) async fn begin(bucket: Bucket, account: AccountId) -> StoreResult<StagedObjects> {
        let hold = bucket.hold().await?;
        Ok(StagedObjects { bucket, account, hold, names: HashSet::new() })
    }

    pub(in crate::blobs) async fn add(&mut self, blobs: Vec<(PictureName, Vec<u8>)>) -> StoreResult<()> {
        let (bucket, account) = (&self.bucket, self.account);
        let names: Vec<PictureName> = blobs.iter().map(|(name, _)| *name).collect();
        bucket.settle(account, &names).await?;
        let puts =
            blobs.into_iter().map(|(name, content)| bucket.put_blob(account, name, Bytes::from(content)));
        stream::iter(puts).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        self.names.extend(names);
        Ok(())
    }

    /// Makes sure that they are all still there.
    pub(in crate::blobs) async fn publish(self) -> StoreResult<()> {
        let StagedObjects { bucket, account, hold, names } = self;
        // What was removed in spite of the hold was about to be when it began; under the lock, that is over.
        let there: HashSet<PictureName> = bucket.names(&account.to_string()).await?.into_iter().collect();
        let removing = bucket.marked(account).await?;
        hold.release().await;
        if names.is_subset(&there) && !removing.iter().any(|name| names.contains(name)) {
            return Ok(());
        }
        let what =
            "pictures were removed by somebody else while they were put; nothing was changed, try again";
        Err(StoreError::Bucket {
            place: bucket.shared.place.clone(),
            what: what.to_owned(),
            unreachable: true,
        })
    }
}

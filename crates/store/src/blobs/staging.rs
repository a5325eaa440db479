//! Many blobs at once: written with few flushes, and found by nobody before they are all there.

use folkmoot_core::{AccountId, PictureName};

use super::Blobs;
use super::folder::StagedFiles;
use super::s3::StagedObjects;
use crate::pictures::run_blocking;
use crate::{StoreError, StoreResult};

/// Blobs that are written, and that nobody takes for unused although no row names them yet. Dropping this undoes that;
/// in a bucket, it leaves them for who looks for blobs that nobody has.
#[derive(Debug)]
pub struct Staging {
    account: AccountId,
    staged: Staged,
}

#[derive(Debug)]
enum Staged {
    /// Taken while a thread works on them, which lets go of them when it fails.
    Files(Option<StagedFiles>),
    Objects(StagedObjects),
}

impl Staging {
    pub(crate) async fn begin(blobs: &Blobs, account: AccountId) -> StoreResult<Staging> {
        let staged = match blobs {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                Staged::Files(Some(run_blocking(move || StagedFiles::begin(folder)).await?))
            }
            Blobs::S3(bucket) => Staged::Objects(StagedObjects::begin(bucket.clone(), account).await?),
        };
        Ok(Staging { account, staged })
    }

    /// Writes some more, with one flush for all of them.
    ///
    /// # Errors
    /// When one cannot be written; then the staging is over, and keeps none.
    pub async fn add(&mut self, blobs: Vec<(PictureName, Vec<u8>)>) -> StoreResult<()> {
        let account = self.account;
        match &mut self.staged {
            Staged::Files(files) => {
                let mut taken = files.take().ok_or_else(over)?;
                let add = move || {
                    taken.add(account, &blobs)?;
                    Ok(taken)
                };
                *files = Some(run_blocking(add).await?);
                Ok(())
            }
            Staged::Objects(objects) => objects.add(blobs).await,
        }
    }

    /// Gives each its name, durably. Done under the account's write lock, nobody takes them for unused before the rows
    /// that name them are there.
    ///
    /// # Errors
    /// When one cannot be given its name; those before it have theirs.
    pub async fn publish(self) -> StoreResult<()> {
        match self.staged {
            Staged::Files(files) => {
                let files = files.ok_or_else(over)?;
                run_blocking(move || files.publish()).await
            }
            Staged::Objects(objects) => objects.publish().await,
        }
    }
}

fn over() -> StoreError {
    StoreError::Unusable("pictures were not kept, because some before them could not be".to_owned())
}

//! Blobs: pictures by their content-addressed names (`avatars.md`).
//!
//! A blob is whole, durable and under its name, or it is not there. Who touches blobs on account of rows does so under
//! the account's write lock (`pictures.rs`).

mod folder;
mod folder_hold;
mod options;
mod s3;
mod staging;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use folder::Folder;
pub(crate) use folder::{private_folder, relative_path};
use folder_hold::FolderHold;
use folkmoot_core::{AccountId, PictureName, RandomSource};
pub use options::{BlobsOptions, BlobsUrl, BucketLocation, ParseBlobsUrlError, S3Options};
use s3::{Bucket, BucketHold, BucketRemoval};
pub use s3::{Presigned, Presigner};
pub use staging::Staging;

use crate::pictures::run_blocking;
use crate::{Finding, Place, StoreResult};

/// Where blobs are kept. Cloning shares it.
#[derive(Clone, Debug)]
pub enum Blobs {
    /// Files of this machine.
    Folder(Folder),
    /// Objects in a bucket of an S3 server.
    S3(Bucket),
}

impl Blobs {
    /// Blobs in files below `root`.
    pub fn in_folder(root: impl Into<PathBuf>) -> Blobs {
        Blobs::Folder(Folder::at(root.into()))
    }

    /// Blobs where an operator wants them. No request is made yet.
    ///
    /// # Errors
    /// When no request can ever be made with these options.
    pub fn open(options: &BlobsOptions, random: &dyn RandomSource) -> StoreResult<Blobs> {
        match options {
            BlobsOptions::Folder(root) => Ok(Blobs::in_folder(root)),
            BlobsOptions::S3(options) => Ok(Blobs::S3(Bucket::open(options, random)?)),
        }
    }

    /// Whether the blobs of these are the same.
    pub(crate) fn is_same_place(&self, other: &Blobs) -> bool {
        match (self, other) {
            (Blobs::Folder(one), Blobs::Folder(other)) => one.is_same_place(other),
            (Blobs::S3(one), Blobs::S3(other)) => one.presigner().is_same_place(other.presigner()),
            _ => false,
        }
    }

    /// Signs addresses of blobs; nothing where blobs have none.
    pub fn presigner(&self) -> Option<&Arc<Presigner>> {
        match self {
            Blobs::Folder(_) => None,
            Blobs::S3(bucket) => Some(bucket.presigner()),
        }
    }

    /// Where a blob is below the address of the bucket's prefix, or below the folder: `ACCOUNT/ab/NAME`.
    pub fn relative_path(account: AccountId, name: PictureName) -> String {
        relative_path(account, &name)
    }

    /// From now on, blobs that are not `owner`'s are not touched.
    pub(crate) fn belong_to(&self, owner: &str) -> StoreResult<()> {
        match self {
            Blobs::Folder(_) => Ok(()),
            Blobs::S3(bucket) => bucket.belong_to(owner),
        }
    }

    /// Makes sure that blobs can be kept here.
    ///
    /// # Errors
    /// [`StoreError::Bucket`] when the bucket cannot be reached or refuses; when it holds another store's blobs.
    pub async fn probe(&self) -> StoreResult<()> {
        match self {
            Blobs::Folder(_) => Ok(()),
            Blobs::S3(bucket) => bucket.probe().await,
        }
    }

    /// Keeps `content` under `name`: whole, or not at all, and durably when this returns. What is there already under
    /// that name is left, unless it is damaged: the name says what the content is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put(&self, account: AccountId, name: PictureName, content: Bytes) -> StoreResult<()> {
        match self {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                run_blocking(move || folder.put(account, &name, &content)).await
            }
            Blobs::S3(bucket) => bucket.put(account, name, content).await,
        }
    }

    /// Makes sure, under the account's write lock, that what was put is there: somebody may have removed it since.
    /// `false` when somebody may yet, who has lost the lock: then it must be put again, without the lock.
    pub(crate) async fn confirm(
        &self,
        account: AccountId,
        name: PictureName,
        content: &Bytes,
    ) -> StoreResult<bool> {
        match self {
            Blobs::Folder(_) => self.put(account, name, content.clone()).await.map(|()| true),
            Blobs::S3(bucket) => bucket.confirm(account, name, content).await,
        }
    }

    /// The content kept under `name`, if there is any. Whether it is what the name says is for the caller to see.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, account: AccountId, name: PictureName) -> StoreResult<Option<Bytes>> {
        match self {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                run_blocking(move || folder.get(account, &name)).await
            }
            Blobs::S3(bucket) => bucket.get(account, name).await,
        }
    }

    /// Forgets what is kept under `name`, whoever needs it; `false` when somebody holds it.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub async fn delete(&self, account: AccountId, name: PictureName) -> StoreResult<bool> {
        match self.begin_removal(account, name).await? {
            Some(removal) => removal.finish().await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Begins to remove what is kept under `name`, under the account's write lock. Nothing when somebody holds it; then
    /// it is to be removed another time.
    pub(crate) async fn begin_removal(
        &self,
        account: AccountId,
        name: PictureName,
    ) -> StoreResult<Option<Removal>> {
        match self {
            Blobs::Folder(folder) => Ok(Some(Removal::Folder(folder.clone(), account, name))),
            Blobs::S3(bucket) => Ok(bucket.begin_removal(account, name).await?.map(Removal::S3)),
        }
    }

    /// Forgets an account that has no blobs any more.
    ///
    /// # Errors
    /// When what was left of it cannot be removed.
    pub(crate) async fn forget(&self, account: AccountId) -> StoreResult<()> {
        match self {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                run_blocking(move || folder.remove_empty(account)).await
            }
            Blobs::S3(_) => Ok(()),
        }
    }

    /// The names of all blobs of an account.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub async fn list(&self, account: AccountId) -> StoreResult<Vec<PictureName>> {
        match self {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                Ok(run_blocking(move || folder.list(account)).await?.names)
            }
            Blobs::S3(bucket) => bucket.list(account).await,
        }
    }

    /// Everything that is kept for `accounts`, and whatever else lies about.
    pub(crate) async fn survey(&self, accounts: &[AccountId]) -> StoreResult<Survey> {
        match self {
            Blobs::Folder(folder) => {
                let (folder, accounts) = (folder.clone(), accounts.to_vec());
                run_blocking(move || folder.survey(&accounts)).await
            }
            Blobs::S3(bucket) => bucket.survey(accounts).await,
        }
    }

    /// Where all of them are.
    pub(crate) fn root(&self) -> Place {
        match self {
            Blobs::Folder(folder) => Place::File(folder.root().to_owned()),
            Blobs::S3(bucket) => bucket.root(),
        }
    }

    /// Where a blob is, for whoever has to look at it.
    pub(crate) fn place(&self, account: AccountId, name: PictureName) -> Place {
        match self {
            Blobs::Folder(folder) => Place::File(folder.path(account, &name)),
            Blobs::S3(bucket) => bucket.place(account, name),
        }
    }

    /// From now on, keeps what others remove.
    pub(crate) async fn hold(&self) -> StoreResult<Hold> {
        match self {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                Ok(Hold::Folder(run_blocking(move || folder.hold()).await?.into()))
            }
            Blobs::S3(bucket) => Ok(Hold::S3(bucket.hold().await?)),
        }
    }

    /// Removes what writers that were killed left behind; called when a store is opened.
    pub(crate) async fn tidy(&self) {
        match self {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                // What cannot be removed is told of by a check.
                let _ = run_blocking(move || {
                    folder.remove_temporaries();
                    Ok(())
                })
                .await;
            }
            // What was left in a bucket is removed by who comes across it.
            Blobs::S3(_) => {}
        }
    }

    /// What writers that were killed left behind, each removed if `repair`.
    pub(crate) async fn leftovers(&self, repair: bool) -> StoreResult<Vec<Finding>> {
        match self {
            Blobs::Folder(folder) => {
                let folder = folder.clone();
                let look = move || {
                    let leftovers = folder.leftovers().into_iter().map(|path| {
                        let mut finding = Finding::file(&path, "is left over from a writer that was killed");
                        finding.repaired = repair && Folder::remove_leftover(&path).is_ok();
                        finding
                    });
                    Ok(leftovers.collect())
                };
                run_blocking(look).await
            }
            Blobs::S3(_) => Ok(Vec::new()),
        }
    }

    /// How many blobs are worth reading at a time.
    pub(crate) fn reads_at_once(&self) -> usize {
        match self {
            Blobs::Folder(_) => 4,
            Blobs::S3(_) => s3::AT_ONCE,
        }
    }
}

/// What [`Blobs::survey`] found.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) blobs: Vec<(AccountId, PictureName)>,
    /// What is no blob of these accounts.
    pub(crate) strangers: Vec<Place>,
    /// Whether there is not even a place for blobs.
    pub(crate) nothing_there: bool,
}

/// While this lives, what is removed stays readable through it. Dropping it lets go.
#[derive(Debug)]
pub(crate) enum Hold {
    Folder(Arc<FolderHold>),
    S3(BucketHold),
}

impl Hold {
    /// Lets go.
    pub(crate) async fn release(self) {
        match self {
            Hold::Folder(hold) => {
                let let_go = move || {
                    drop(hold);
                    Ok(())
                };
                // Letting go cannot fail, and neither can a task that does not panic.
                let _ = run_blocking(let_go).await;
            }
            Hold::S3(hold) => hold.release().await,
        }
    }

    /// What was kept under `name` and has been removed since.
    pub(crate) async fn get(&self, account: AccountId, name: PictureName) -> StoreResult<Option<Bytes>> {
        match self {
            Hold::Folder(hold) => {
                let hold = hold.clone();
                run_blocking(move || hold.get(account, &name)).await
            }
            // What is held in a bucket stays in its place.
            Hold::S3(_) => Ok(None),
        }
    }
}

/// A removal that has begun. Before it goes on, whoever began it makes sure that they still have the write lock.
#[derive(Debug)]
pub(crate) enum Removal {
    Folder(Folder, AccountId, PictureName),
    S3(BucketRemoval),
}

impl Removal {
    /// Removes the blob.
    pub(crate) async fn finish(self) -> StoreResult<()> {
        match self {
            Removal::Folder(folder, account, name) => {
                run_blocking(move || folder.delete(account, &name)).await
            }
            Removal::S3(removal) => removal.finish().await,
        }
    }

    /// Leaves the blob after all.
    pub(crate) async fn cancel(self) -> StoreResult<()> {
        match self {
            Removal::Folder(..) => Ok(()),
            Removal::S3(removal) => removal.cancel().await,
        }
    }
}

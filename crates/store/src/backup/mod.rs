//! Backups: a consistent copy of everything, taken while the store is served and written to.
//!
//! The order makes it consistent. First the backup takes hold of the blobs: from then on a picture that is removed
//! stays readable to it (`blobs`). Then the database is copied, as it is at one moment: page by page (`pages.rs`), or
//! row by row where it has no file (`rows.rs`). Then every picture that this copy names is copied, from its place or
//! from the hold. Pictures are written before the rows that name them, and a row that is in the copy was committed
//! before it; so each is in one of the two places.
//!
//! An incremental backup holds the pages and the pictures that the one before it has not (`chain.rs`); see
//! `docs/decisions/0014-incremental-backups.md`.
//!
//! Everything goes into a folder of another name, which gets its own when all of it is on disk. A backup that was
//! killed leaves `.NAME.partial` behind, which cannot be restored and which the next one of that name replaces.

mod chain;
pub(crate) mod manifest;
mod page_files;
mod pages;
mod restore;
mod rows;
mod wal;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use folkmoot_core::{AccountId, AccountState, PictureName};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
pub use manifest::BackedUpAccount;
pub use restore::{RestoreOptions, RestoreReport, restore, verify_backup};
use sha2::{Digest, Sha256};

use self::chain::Chain;
use self::manifest::{Manifest, Since, Sum, Sums, write_private};
use self::page_files::PageHashes;
use crate::blobs::{Hold, private_folder, relative_path};
use crate::db::{Transaction, each_backend};
use crate::partial::Partial;
use crate::pictures::run_blocking;
use crate::progress::Steps;
use crate::{Finding, KeyRing, OnProgress, Stage, Store, StoreError, StoreResult};

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupOptions {
    /// Whether the key is copied too. Without it the backup tells no secrets, and is worth nothing to those who have
    /// not kept the key elsewhere.
    pub include_key: bool,
    /// An earlier backup of this store: what that one has, or those that it was made since, is left out.
    pub since: Option<PathBuf>,
}

impl Default for BackupOptions {
    fn default() -> Self {
        BackupOptions { include_key: true, since: None }
    }
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Where it is.
    pub path: PathBuf,
    /// When it was begun.
    pub made: Timestamp,
    /// The accounts in it, each at a revision.
    pub accounts: Vec<BackedUpAccount>,
    /// How many pictures it brings back.
    pub pictures: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether the key is in it.
    pub includes_key: bool,
    /// What was found to be wrong with the store on the way. The backup is as whole as the store was.
    pub findings: Vec<Finding>,
}

impl Store {
    /// Copies everything to `target`, a folder that must not exist yet, while the store is served and written to.
    ///
    /// # Errors
    /// When `target` exists, cannot be written, or another backup to it is under way; when the database cannot be
    /// copied; when the backup that this one is to be made since, or one that it needs, is not whole or not this
    /// store's. Then there is nothing at `target`.
    pub async fn backup(
        &self,
        target: &Path,
        options: BackupOptions,
        on_progress: OnProgress,
    ) -> StoreResult<BackupReport> {
        let made = self.clock.now();
        let since = self.open_since(options.since).await?;
        let partial = {
            let target = target.to_owned();
            run_blocking(move || Partial::begin(&target)).await?
        };
        let manifest = match &since {
            None => Manifest::begin(made, options.include_key, None),
            Some(before) => {
                let newest = before.chain.newest();
                let since = Since::of(&newest.folder, newest.manifest.made)?;
                Manifest::begin(made, options.include_key, Some(since))
            }
        };
        let (sums, contents) = (Sums::default(), Sums::default());
        let mut writing =
            Writing { partial, since, manifest, sums, contents, bytes: 0, findings: Vec::new() };
        let hold = self.blobs.hold().await?;
        let mut view = self.copy_database(&mut writing, &on_progress).await?;
        writing.manifest.accounts = accounts(&mut view).await?;
        let pictures = pictures(&mut view, &mut writing.findings).await?;
        drop(view);
        self.copy_pictures(&mut writing, &hold, &pictures, &on_progress).await?;
        hold.release().await;
        // Read after the database was copied: whatever sealed a value is in the source before the value is anywhere.
        // What has been dropped from it meanwhile is known still, and goes along.
        self.keys.refresh().await?;
        let keys = self.keys.known();
        run_blocking(move || {
            if options.include_key {
                writing.put(manifest::KEY, keys.text().as_bytes())?;
            }
            if writing.since.is_some() {
                let contents = std::mem::take(&mut writing.contents);
                writing.put(manifest::CONTENTS, contents.text.as_bytes())?;
            }
            let Writing { partial, manifest, sums, bytes, findings, .. } = writing;
            let (accounts, pictures) = (manifest.accounts.clone(), manifest.pictures);
            manifest.write(&partial.folder, keys.root(), &sums)?;
            let path = partial.complete()?;
            let includes_key = options.include_key;
            Ok(BackupReport { path, made, accounts, pictures, bytes, includes_key, findings })
        })
        .await
    }

    /// The backup that another is to be made since.
    async fn open_since(&self, since: Option<PathBuf>) -> StoreResult<Option<Arc<Before>>> {
        let Some(folder) = since else { return Ok(None) };
        if self.data_dir().is_none() {
            return Err(StoreError::Unusable(
                "only of a store in a data directory are there incremental backups; PostgreSQL has tools of its own"
                    .to_owned(),
            ));
        }
        let keys = self.keys.known();
        let open = move || {
            let chain = Chain::open(&folder, keys.root(), None)?;
            let pages = chain.newest().page_hashes()?;
            Ok(Arc::new(Before { chain, pages }))
        };
        run_blocking(open).await.map(Some)
    }

    /// Copies the database, and returns the view of it that was copied.
    async fn copy_database(
        &self,
        writing: &mut Writing,
        on_progress: &OnProgress,
    ) -> StoreResult<Transaction> {
        let folder = writing.partial.folder.clone();
        let Some(data_dir) = self.data_dir() else {
            let mut view = self.db.snapshot().await?;
            let mut steps = Steps::begin(on_progress, Stage::CopyDatabase, 0);
            let path = folder.join(manifest::DATABASE);
            rows::copy(&mut view, &path, &mut steps, &mut writing.findings).await?;
            steps.finish();
            let hash = move || {
                let mut length = 0;
                Ok((hash_file(&path, &mut length)?, length))
            };
            let (hash, length) = run_blocking(hash).await?;
            writing.note(manifest::DATABASE, &hash, length);
            return Ok(view);
        };
        let scratch = folder.join("wal");
        let (view, pages) = self.db.view_of_pages(&data_dir.database(), &scratch).await?;
        let (on_progress, before) = (on_progress.clone(), writing.since.clone());
        let write = move || {
            let mut steps = Steps::begin(&on_progress, Stage::CopyDatabase, u64::from(pages.count()));
            let written = match before {
                None => {
                    let whole =
                        page_files::write_whole(&pages, &folder.join(manifest::DATABASE), &mut steps)?;
                    (whole.hash, vec![(manifest::DATABASE, whole)])
                }
                Some(before) => {
                    let paths = [manifest::PAGES, manifest::HASHES].map(|name| folder.join(name));
                    let changes =
                        page_files::write_changed(&pages, &before.pages, (&paths[0], &paths[1]), &mut steps)?;
                    let files = vec![(manifest::PAGES, changes.pages), (manifest::HASHES, changes.hashes)];
                    (changes.whole, files)
                }
            };
            steps.finish();
            drop(pages);
            fs::remove_file(&scratch).map_err(StoreError::file(&scratch))?;
            Ok(written)
        };
        let (whole, files) = run_blocking(write).await?;
        for (name, file) in files {
            writing.note(name, &file.hash, file.length);
        }
        writing.contents.add(manifest::DATABASE, &whole);
        Ok(view)
    }

    /// Copies the pictures that the backup before this one has not.
    async fn copy_pictures(
        &self,
        writing: &mut Writing,
        hold: &Hold,
        pictures: &[(AccountId, PictureName)],
        on_progress: &OnProgress,
    ) -> StoreResult<()> {
        /// Written by one thread in one go.
        const AT_ONCE: usize = 32;
        let pictures = writing.without_known(pictures);
        let mut steps = Steps::begin(on_progress, Stage::CopyPictures, pictures.len() as u64);
        let read = async |&(account, name)| {
            let content = match self.blobs.get(account, name).await? {
                Some(content) => Some(content),
                None => hold.get(account, name).await?,
            };
            Ok::<_, StoreError>((account, name, content))
        };
        let mut batches = pin!(
            stream::iter(&pictures).map(read).buffered(self.blobs.reads_at_once()).ready_chunks(AT_ONCE)
        );
        while let Some(batch) = batches.next().await {
            let batch = batch.into_iter().collect::<StoreResult<Vec<_>>>()?;
            let (keys, folder) = (self.keys.clone(), writing.partial.folder.join(manifest::BLOBS));
            for picture in run_blocking(move || write_pictures(&keys, &folder, batch)).await? {
                let place = || self.blobs.place(picture.account, picture.name);
                if let Some(Written { hash, length, right }) = picture.written {
                    let path = path_of(picture.account, &picture.name);
                    writing.note(&path, &hash, length as u64);
                    writing.contents.add(&path, &hash);
                    writing.manifest.pictures += 1;
                    if !right {
                        writing.findings.push(Finding::new(place(), "is damaged, and was copied as it is"));
                        writing.manifest.damaged.push(path);
                    }
                } else {
                    writing.findings.push(Finding::new(place(), "is missing, and is not in the backup"));
                }
                steps.step();
            }
        }
        Ok(())
    }
}

/// Where a picture is in a backup.
fn path_of(account: AccountId, name: &PictureName) -> String {
    format!("{}/{}", manifest::BLOBS, relative_path(account, name))
}

/// A picture that the backup was to have.
struct Copied {
    account: AccountId,
    name: PictureName,
    /// Nothing when it is not there any more.
    written: Option<Written>,
}

struct Written {
    hash: [u8; 32],
    length: usize,
    /// Whether the content is what the name says.
    right: bool,
}

fn write_pictures(
    keys: &KeyRing,
    folder: &Path,
    pictures: Vec<(AccountId, PictureName, Option<Bytes>)>,
) -> StoreResult<Vec<Copied>> {
    let write = |(account, name, content): (AccountId, PictureName, Option<Bytes>)| {
        let Some(content) = content else { return Ok(Copied { account, name, written: None }) };
        let path = folder.join(relative_path(account, &name));
        private_folder(path.parent().unwrap_or(folder))?;
        write_private(&path, &content)?;
        let right = keys.picture_name(account, name.kind, &content) == name;
        let written = Written { hash: Sha256::digest(&content).into(), length: content.len(), right };
        Ok(Copied { account, name, written: Some(written) })
    };
    pictures.into_iter().map(write).collect()
}

/// The backup that another is made since.
struct Before {
    /// It, and those that it needs itself.
    chain: Chain,
    pages: PageHashes,
}

struct Writing {
    partial: Partial,
    since: Option<Arc<Before>>,
    manifest: Manifest,
    /// The files of this backup.
    sums: Sums,
    /// The files of the store, for an incremental backup.
    contents: Sums,
    bytes: u64,
    findings: Vec<Finding>,
}

impl Writing {
    fn note(&mut self, path: &str, hash: &[u8], length: u64) {
        self.sums.add(path, hash);
        self.bytes += length;
    }

    fn put(&mut self, path: &str, content: &[u8]) -> StoreResult<()> {
        write_private(&self.partial.folder.join(path), content)?;
        self.note(path, &Sha256::digest(content), content.len() as u64);
        Ok(())
    }

    /// Leaves out pictures that the backups before this one have: their names say what they are.
    fn without_known(&mut self, pictures: &[(AccountId, PictureName)]) -> Vec<(AccountId, PictureName)> {
        let Some(Before { chain, .. }) = self.since.as_deref() else { return pictures.to_vec() };
        let newest = chain.newest();
        let damaged = &newest.manifest.damaged;
        let mut known: HashMap<&str, &Sum> = HashMap::new();
        for sum in newest.contents.iter().filter(|sum| sum.is_picture()) {
            if let Some(path) = sum.path.to_str().filter(|path| damaged.iter().all(|other| other != path)) {
                known.insert(path, sum);
            }
        }
        let mut unknown = Vec::new();
        for &(account, name) in pictures {
            let path = path_of(account, &name);
            match known.get(path.as_str()) {
                Some(sum) if chain.find(sum).is_ok_and(|path| path.exists()) => {
                    self.contents.add(&path, &sum.hash);
                    self.manifest.pictures += 1;
                }
                _ => unknown.push((account, name)),
            }
        }
        unknown
    }
}

async fn accounts(view: &mut Transaction) -> StoreResult<Vec<BackedUpAccount>> {
    let rows: Vec<(i64, String, i64)> = each_backend!(in view, executor =>
        sqlx::query_as(
            "SELECT id, subdomain, revision FROM accounts JOIN revisions ON account_id = id WHERE state <> $1 ORDER BY id",
        )
        .bind(AccountState::Deleted.code())
        .fetch_all(executor)
        .await?
    );
    let account = |(id, subdomain, revision): (i64, String, i64)| BackedUpAccount {
        id: AccountId(id),
        subdomain: subdomain.into(),
        revision: revision.unsigned_abs(),
    };
    Ok(rows.into_iter().map(account).collect())
}

async fn pictures(
    view: &mut Transaction,
    findings: &mut Vec<Finding>,
) -> StoreResult<Vec<(AccountId, PictureName)>> {
    let rows: Vec<(i64, String, i64)> = each_backend!(in view, executor =>
        sqlx::query_as(
            "SELECT account_id, picture, MIN(id) FROM users WHERE picture IS NOT NULL
             GROUP BY account_id, picture ORDER BY account_id, picture",
        )
        .fetch_all(executor)
        .await?
    );
    let mut pictures = Vec::with_capacity(rows.len());
    for (account, name, user) in rows {
        match name.parse() {
            Ok(name) => pictures.push((AccountId(account), name)),
            Err(_) => {
                findings.push(Finding::row(account, "users", user, "its picture has no picture's name"));
            }
        }
    }
    Ok(pictures)
}

/// The SHA-256 of a file, whose length is added to `bytes`.
pub(crate) fn hash_file(path: &Path, bytes: &mut u64) -> StoreResult<[u8; 32]> {
    let mut file = File::open(path).map_err(StoreError::file(path))?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 18]);
    loop {
        let read = file.read(&mut buffer).map_err(StoreError::file(path))?;
        if read == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(&buffer[..read]);
        *bytes += read as u64;
    }
}

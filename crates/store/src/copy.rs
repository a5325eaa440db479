//! Backups: a consistent copy of everything, taken while the store is served and written to.
//!
//! The order makes it consistent. First the backup takes hold of the blobs: from then on a picture that is removed
//! stays readable to it (`holds.rs`). Then the database is copied, as it is at one moment. Then every picture that
//! the copy names is copied, from its place or from the hold. Pictures are written before the rows that name them,
//! and a row that is in the copy was committed before it; so each is in one of the two places.
//!
//! Everything goes into a folder of another name, which gets its own when all of it is on disk. A backup that was
//! killed leaves `.NAME.partial` behind, which cannot be restored and which the next one of that name replaces.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use folkmoot_core::{AccountId, PictureName};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::blobs::private_folder;
use crate::data_dir::sync_folder;
use crate::db::{Db, each_backend};
use crate::holds::Hold;
use crate::manifest::{self, BackedUpAccount, Manifest, Sums, write_private};
use crate::pictures::run_blocking;
use crate::progress::Steps;
use crate::{Blobs, Finding, KeyRing, OnProgress, Stage, Store, StoreError, StoreResult};

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupOptions {
    /// Whether the key is copied too. Without it the backup tells no secrets, and is worth nothing to those who have
    /// not kept the key elsewhere.
    pub include_key: bool,
}

impl Default for BackupOptions {
    fn default() -> Self {
        BackupOptions { include_key: true }
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
    /// How many pictures are in it.
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
    /// copied. Then there is nothing at `target`.
    pub async fn backup(
        &self,
        target: &Path,
        options: BackupOptions,
        on_progress: OnProgress,
    ) -> StoreResult<BackupReport> {
        let made = self.clock.now();
        let (partial, hold) = {
            let (target, blobs) = (target.to_owned(), self.blobs.clone());
            run_blocking(move || Ok((Partial::begin(&target)?, blobs.hold()?))).await?
        };
        let steps = Steps::begin(&on_progress, Stage::CopyDatabase, 1);
        let database = partial.folder.join(manifest::DATABASE);
        // Made here first, so that nobody else can read it.
        write_private(&database, b"")?;
        self.db.copy_to(&database).await?;
        let mut findings = Vec::new();
        let copy = Db::open_sqlite_copy(&database).await?;
        let accounts = accounts(&copy).await?;
        let pictures = pictures(&copy, &mut findings).await?;
        copy.close().await;
        steps.finish();
        let writing = Writing {
            partial,
            hold,
            blobs: self.blobs.clone(),
            keys: self.keys.clone(),
            sums: Sums::default(),
            bytes: 0,
            findings,
        };
        let data_dir = self.data_dir.clone();
        run_blocking(move || {
            let mut writing = writing;
            let copied = writing.copy_pictures(&pictures, &on_progress)?;
            let hash = hash_file(&database, &mut writing.bytes)?;
            writing.sums.add(manifest::DATABASE, &hash);
            let key = data_dir.read_key()?;
            if options.include_key {
                let text = fs::read(data_dir.key()).map_err(StoreError::file(data_dir.key()))?;
                writing.put(manifest::KEY, &text)?;
            }
            let manifest = Manifest::new(made, accounts.clone(), copied, options.include_key, &writing.sums);
            manifest.write(&writing.partial.folder, &key, &writing.sums)?;
            drop(writing.hold);
            let path = writing.partial.complete()?;
            Ok(BackupReport {
                path,
                made,
                accounts,
                pictures: copied,
                bytes: writing.bytes,
                includes_key: options.include_key,
                findings: writing.findings,
            })
        })
        .await
    }
}

struct Writing {
    partial: Partial,
    hold: Hold,
    blobs: Blobs,
    keys: KeyRing,
    sums: Sums,
    bytes: u64,
    findings: Vec<Finding>,
}

impl Writing {
    fn copy_pictures(
        &mut self,
        pictures: &[(AccountId, PictureName)],
        on_progress: &OnProgress,
    ) -> StoreResult<u64> {
        let root = Blobs::Folder(PathBuf::from(manifest::BLOBS));
        let mut steps = Steps::begin(on_progress, Stage::CopyPictures, pictures.len() as u64);
        let mut copied = 0;
        for (account, name) in pictures {
            let content = match self.blobs.get(*account, name)? {
                Some(content) => Some(content),
                None => self.hold.get(*account, name)?,
            };
            if let Some(content) = content {
                if self.keys.picture_name(*account, name.kind, &content) != *name {
                    let place = self.blobs.path(*account, name);
                    self.findings.push(Finding::file(place, "is damaged, and was copied as it is"));
                }
                let path = root.path(*account, name);
                let folder = path.parent().unwrap_or(&path);
                private_folder(&self.partial.folder.join(folder))?;
                self.put(&path.to_string_lossy(), &content)?;
                copied += 1;
            } else {
                let place = self.blobs.path(*account, name);
                self.findings.push(Finding::file(place, "is missing, and is not in the backup"));
            }
            steps.step();
        }
        Ok(copied)
    }

    fn put(&mut self, path: &str, content: &[u8]) -> StoreResult<()> {
        write_private(&self.partial.folder.join(path), content)?;
        self.sums.add(path, &Sha256::digest(content));
        self.bytes += content.len() as u64;
        Ok(())
    }
}

async fn accounts(copy: &Db) -> StoreResult<Vec<BackedUpAccount>> {
    let rows: Vec<(i64, String, i64)> = each_backend!(read copy, executor =>
        sqlx::query_as("SELECT id, subdomain, revision FROM accounts ORDER BY id").fetch_all(executor).await?
    );
    let account = |(id, subdomain, revision): (i64, String, i64)| BackedUpAccount {
        id: AccountId(id),
        subdomain: subdomain.into(),
        revision: revision.unsigned_abs(),
    };
    Ok(rows.into_iter().map(account).collect())
}

async fn pictures(copy: &Db, findings: &mut Vec<Finding>) -> StoreResult<Vec<(AccountId, PictureName)>> {
    let rows: Vec<(i64, String, i64)> = each_backend!(read copy, executor =>
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

/// A folder on its way to becoming a backup; removed unless completed.
struct Partial {
    folder: PathBuf,
    target: PathBuf,
    /// Locked while it is written, so that two backups do not share a folder.
    lock: File,
    complete: bool,
}

impl Partial {
    fn begin(target: &Path) -> StoreResult<Partial> {
        let unusable = |what: &str| StoreError::Unusable(format!("{}: {what}", target.display()));
        if target.symlink_metadata().is_ok() {
            return Err(unusable("exists already; a backup is made in a new folder"));
        }
        let name = target.file_name().ok_or_else(|| unusable("is not the name of a new folder"))?;
        let folder = target.with_file_name(format!(".{}.partial", name.to_string_lossy()));
        private_folder(&folder)?;
        let lock = File::open(&folder).map_err(StoreError::file(&folder))?;
        if lock.try_lock().is_err() {
            return Err(unusable("another backup to this place is under way"));
        }
        // What a backup that was killed has left.
        for entry in fs::read_dir(&folder).map_err(StoreError::file(&folder))? {
            let path = entry.map_err(StoreError::file(&folder))?.path();
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(StoreError::file(path))?;
        }
        Ok(Partial { folder, target: target.to_owned(), lock, complete: false })
    }

    /// Gives the folder its name, once all of it is on disk.
    fn complete(mut self) -> StoreResult<PathBuf> {
        rustix::fs::syncfs(&self.lock)
            .map_err(|error| StoreError::file(&self.folder)(io::Error::from(error)))?;
        fs::rename(&self.folder, &self.target).map_err(StoreError::file(&self.target))?;
        self.complete = true;
        match self.target.parent() {
            Some(parent) if parent != Path::new("") => sync_folder(parent)?,
            _ => sync_folder(Path::new("."))?,
        }
        Ok(self.target.clone())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.complete {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

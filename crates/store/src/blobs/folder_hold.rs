//! Holding blobs for a backup, while everybody else goes on writing and removing them.
//!
//! A backup copies the database at one moment and then every picture that the copy names. A picture may lose its
//! last owner in between. So a backup announces itself first, by a folder among the temporaries, and whoever removes
//! a picture leaves a link to it in each such folder. A removal that was too early to see the folder was committed
//! before the database was copied: rows are changed before their pictures are removed, and the folder is made before
//! the copy. The copied database does not name such a picture.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName};

use super::folder::{Folder, private_folder, read_if_there};
use crate::{StoreError, StoreResult};

const PREFIX: &str = "hold-";
/// A hold that is over has this in the place of its prefix.
const RELEASED: &str = "released-";

/// While this lives, what is removed stays readable through it. Dropping it lets go.
#[derive(Debug)]
pub(crate) struct FolderHold {
    folder: PathBuf,
    /// Locked for as long as the backup lives, whatever ends it: so a hold that was left behind is known as such.
    _lock: File,
}

impl Folder {
    /// From now on, keeps what others remove.
    pub(super) fn hold(&self) -> StoreResult<FolderHold> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        private_folder(&self.temporaries())?;
        loop {
            let unique = MADE.fetch_add(1, Ordering::Relaxed);
            let folder = self.temporaries().join(format!("{PREFIX}{}-{unique}", std::process::id()));
            match fs::DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made.map_err(StoreError::file(&folder))?,
            }
            let Ok(lock) = File::open(&folder) else { continue };
            lock.lock().map_err(StoreError::file(&folder))?;
            // Somebody who tidies up may have taken it for one left behind, before it was locked.
            let same = |there: fs::Metadata, ours: fs::Metadata| there.ino() == ours.ino();
            if let (Ok(there), Ok(ours)) = (fs::metadata(&folder), lock.metadata())
                && same(there, ours)
            {
                return Ok(FolderHold { folder, _lock: lock });
            }
        }
    }

    /// Links the blob at `path` into every hold, before it is removed.
    pub(super) fn keep_for_holders(
        &self,
        account: AccountId,
        name: &PictureName,
        path: &Path,
    ) -> StoreResult<()> {
        let Ok(entries) = fs::read_dir(self.temporaries()) else { return Ok(()) };
        for entry in entries.flatten() {
            if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
                continue;
            }
            let kept = entry.path().join(held_name(account, name));
            // Where the file system has no links, a copy does as well. A hold that ends meanwhile needs neither.
            let linked = fs::hard_link(path, &kept).or_else(|error| match error.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound => Ok(()),
                _ => fs::copy(path, &kept).map(drop),
            });
            match linked {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::file(kept)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether the folder at `path` is the hold of a backup that was killed.
pub(super) fn is_abandoned(path: &Path) -> bool {
    File::open(path).is_ok_and(|folder| folder.try_lock().is_ok())
}

impl FolderHold {
    /// What was kept under `name` and has been removed since.
    pub(super) fn get(&self, account: AccountId, name: &PictureName) -> StoreResult<Option<Bytes>> {
        read_if_there(self.folder.join(held_name(account, name)))
    }
}

impl Drop for FolderHold {
    fn drop(&mut self) {
        const TRIES: usize = 100;
        // Under another name nobody finds it any more. Without that, a link that is made between the emptying of the
        // folder and its removal would keep both, and the picture that was to be gone.
        let name =
            self.folder.file_name().unwrap_or_default().to_string_lossy().replacen(PREFIX, RELEASED, 1);
        let released = self.folder.with_file_name(name);
        let folder = match fs::rename(&self.folder, &released) {
            Ok(()) => released,
            Err(_) => self.folder.clone(),
        };
        // Whoever had found it already makes at most one more link.
        for _ in 0..TRIES {
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                _ => return,
            }
        }
    }
}

fn held_name(account: AccountId, name: &PictureName) -> String {
    format!("{account}-{name}")
}

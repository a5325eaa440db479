//! Folders that are there whole or not at all: backups, and exports of accounts.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::blobs::private_folder;
use crate::data_dir::sync_folder;
use crate::{StoreError, StoreResult};

/// The file by which who writes the folder is known to be at it.
const LOCK: &str = ".under-way";

/// A folder on its way to its name; removed unless completed.
pub(crate) struct Partial {
    pub(crate) folder: PathBuf,
    target: PathBuf,
    /// Locked while it is written, so that no two share a folder. Not the folder itself: a store that is made in it
    /// locks that.
    lock: File,
    complete: bool,
}

impl Partial {
    pub(crate) fn begin(target: &Path) -> StoreResult<Partial> {
        let unusable = |what: &str| StoreError::Unusable(format!("{}: {what}", target.display()));
        if target.symlink_metadata().is_ok() {
            return Err(unusable("exists already; name a new folder"));
        }
        let name = target.file_name().ok_or_else(|| unusable("is not the name of a new folder"))?;
        let folder = target.with_file_name(format!(".{}.partial", name.to_string_lossy()));
        private_folder(&folder)?;
        let lock_path = folder.join(LOCK);
        let lock = File::create(&lock_path).map_err(StoreError::file(&lock_path))?;
        if lock.try_lock().is_err() {
            return Err(unusable("another copy to this place is under way"));
        }
        // What one that was killed has left.
        for entry in fs::read_dir(&folder).map_err(StoreError::file(&folder))? {
            let path = entry.map_err(StoreError::file(&folder))?.path();
            if path == lock_path {
                continue;
            }
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(StoreError::file(path))?;
        }
        Ok(Partial { folder, target: target.to_owned(), lock, complete: false })
    }

    /// Gives the folder its name, once all of it is on disk.
    pub(crate) fn complete(mut self) -> StoreResult<PathBuf> {
        let lock_path = self.folder.join(LOCK);
        fs::remove_file(&lock_path).map_err(StoreError::file(lock_path))?;
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

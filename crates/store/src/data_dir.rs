//! The data directory of the embedded default: database, blobs, key.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::{StoreError, StoreResult};

/// Where the parts of a data directory are.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// The data directory at `path`; nothing is touched yet.
    pub fn at(path: impl Into<PathBuf>) -> DataDir {
        DataDir(path.into())
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The SQLite database.
    pub fn database(&self) -> PathBuf {
        self.0.join("folkmoot.db")
    }

    /// The folder of blobs.
    pub fn blobs(&self) -> PathBuf {
        self.0.join("blobs")
    }

    /// The key file, where no other source of keys is named.
    pub fn key(&self) -> PathBuf {
        self.0.join("key")
    }

    /// The folder of directory images: copies that only make starting quicker.
    pub fn images(&self) -> PathBuf {
        self.0.join("images")
    }

    /// What a restore is putting together. While it is there, nothing else here is whole.
    pub(crate) fn restoring(&self) -> PathBuf {
        self.0.join("restoring")
    }

    /// Whether a store has been made here.
    pub fn exists(&self) -> bool {
        self.key().exists() || self.database().exists() || self.restoring().exists()
    }

    /// Refuses what an interrupted restore has left.
    pub(crate) fn must_be_whole(&self) -> StoreResult<()> {
        if !self.restoring().exists() {
            return Ok(());
        }
        let place = self.0.display();
        Err(StoreError::Unusable(format!(
            "{place} is being restored to, or a restore was interrupted; in that case empty it and restore again"
        )))
    }

    /// Makes the directory, readable by nobody else, and its folders.
    ///
    /// # Errors
    /// When it cannot be made, or there is a store in it already.
    pub(crate) fn create(&self) -> StoreResult<()> {
        if self.exists() {
            let place = self.0.display();
            return Err(StoreError::Unusable(format!("{place} already holds a Folkmoot store")));
        }
        let make = |path: &Path| {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(StoreError::file(path))
        };
        make(&self.0)?;
        make(&self.blobs())?;
        make(&self.images())
    }
}

/// Flushes a folder's entries: without it a renamed file can be gone after a power cut.
pub(crate) fn sync_folder(path: &Path) -> StoreResult<()> {
    fs::File::open(path).and_then(|folder| folder.sync_all()).map_err(StoreError::file(path))
}

//! The data directory of the embedded default: database, blobs, key.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use folkmoot_core::RandomSource;

use crate::keys::MASTER_KEY;
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

    /// The master key.
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

    /// Makes the directory, readable by nobody else, and its key.
    ///
    /// # Errors
    /// When it cannot be made, or there is a store in it already.
    pub fn create(&self, random: &dyn RandomSource) -> StoreResult<()> {
        if self.exists() {
            let place = self.0.display();
            return Err(StoreError::Unusable(format!("{place} already holds a Folkmoot store")));
        }
        let make = |path: &Path| {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(StoreError::file(path))
        };
        make(&self.0)?;
        make(&self.blobs())?;
        make(&self.images())?;
        let mut master = [0; MASTER_KEY];
        random.fill(&mut master);
        let text = master.iter().fold(String::new(), |mut text, byte| {
            use std::fmt::Write;
            let _ = write!(text, "{byte:02x}");
            text
        });
        // Whole or not at all: half a key would lock everybody out for good.
        let path = self.0.join("key.new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(StoreError::file(&path))?;
        writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(StoreError::file(&path))?;
        fs::rename(&path, self.key()).map_err(StoreError::file(&path))?;
        sync_folder(&self.0)
    }

    /// Reads the master key, and refuses one that others could have read.
    pub(crate) fn read_key(&self) -> StoreResult<[u8; MASTER_KEY]> {
        let path = self.key();
        let mut file = fs::File::open(&path).map_err(StoreError::file(&path))?;
        let mode = file.metadata().map_err(StoreError::file(&path))?.mode();
        if mode & 0o077 != 0 {
            let place = path.display();
            return Err(StoreError::Unusable(format!(
                "{place} can be read by others (mode {:o}); run: chmod 600 {place}",
                mode & 0o777
            )));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(StoreError::file(&path))?;
        parse_key(&path, &text)
    }
}

/// The master key that a key file's `text` says.
pub(crate) fn parse_key(path: &Path, text: &str) -> StoreResult<[u8; MASTER_KEY]> {
    let malformed = || StoreError::Unusable(format!("{} is not a Folkmoot key", path.display()));
    let digits = text.trim_end();
    if digits.len() != MASTER_KEY * 2 || !digits.is_ascii() {
        return Err(malformed());
    }
    let mut key = [0; MASTER_KEY];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).map_err(|_| malformed())?;
    }
    Ok(key)
}

/// Flushes a folder's entries: without it a renamed file can be gone after a power cut.
pub(crate) fn sync_folder(path: &Path) -> StoreResult<()> {
    fs::File::open(path).and_then(|folder| folder.sync_all()).map_err(StoreError::file(path))
}

//! What a store is opened on.

use crate::{Blobs, DataDir, KeySource};
use std::fmt;

/// Where a store's rows, blobs and key are.
#[derive(Clone)]
pub struct StoreOptions {
    /// The rows.
    pub database: Database,
    /// The blobs.
    pub blobs: Blobs,
    /// The keys.
    pub keys: KeySource,
}

/// Where rows are kept.
#[derive(Clone)]
pub enum Database {
    /// In the data directory of the embedded default.
    Sqlite(DataDir),
    /// In a PostgreSQL database (15 or newer), shared by any number of nodes.
    Postgres {
        /// Its address, `postgres://user:password@host/name`; a secret.
        url: String,
        /// The most connections that this process makes.
        connections: u32,
    },
}

impl Database {
    /// The data directory, where there is one.
    pub fn data_dir(&self) -> Option<&DataDir> {
        match self {
            Database::Sqlite(data_dir) => Some(data_dir),
            Database::Postgres { .. } => None,
        }
    }
}

/// Names the place, and no secret.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite(data_dir) => data_dir.path().display().fmt(f),
            Database::Postgres { .. } => f.write_str("the PostgreSQL database"),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreOptions({})", self.database)
    }
}

/// Everything in one directory.
impl From<DataDir> for StoreOptions {
    fn from(data_dir: DataDir) -> StoreOptions {
        StoreOptions {
            blobs: Blobs::in_folder(data_dir.blobs()),
            keys: KeySource::File(data_dir.key()),
            database: Database::Sqlite(data_dir),
        }
    }
}

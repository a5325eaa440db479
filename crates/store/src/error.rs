//! What can go wrong with the store.

use std::io;
use std::path::PathBuf;

/// A store's result.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why the store could not do as asked. Messages are for the operator, never for a client of the API.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date, or is newer than this program.
    #[error("database schema: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The data directory or its key is not what it should be.
    #[error("{0}")]
    Unusable(String),
    /// Stored data does not mean anything: corruption, or another program's hand.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// A sealed value could not be opened with this key.
    #[error("a sealed value does not open with this data directory's key")]
    WrongKey,
    /// There is no such account.
    #[error("there is no such account")]
    NoAccount,
    /// There is no such user.
    #[error("there is no such user")]
    NoUser,
}

impl StoreError {
    /// Whether the database cannot be reached, or did not get round to it in time.
    pub fn is_unreachable(&self) -> bool {
        let StoreError::Database(error) = self else { return false };
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            // SQLite's SQLITE_BUSY and SQLITE_LOCKED.
            sqlx::Error::Database(error) => error.code().is_some_and(|code| code == "5" || code == "6"),
            _ => false,
        }
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.into();
        move |source| StoreError::File { path, source }
    }
}

//! What can go wrong with the store.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// The bucket of blobs refused or failed.
    #[error("{place}: {what}")]
    Bucket {
        /// The bucket, `s3://BUCKET/PREFIX`.
        place: String,
        /// What was tried, and what came of it.
        what: String,
        /// Whether the same may succeed another time.
        unreachable: bool,
    },
    /// Stored data does not mean anything: corruption, or another program's hand.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// A sealed value could not be opened with this key.
    #[error("a sealed value does not open with this key, which is another store's")]
    WrongKey,
    /// A sealed value asks for a key that the store's source of keys does not tell.
    #[error("a sealed value needs the key of generation {0}, which is not among this store's keys")]
    UnknownGeneration(u32),
    /// A commit of several changes failed, and all of them with it.
    #[error("{0}")]
    Together(Arc<StoreError>),
    /// There is no such account.
    #[error("there is no such account")]
    NoAccount,
    /// There is no such user.
    #[error("there is no such user")]
    NoUser,
}

impl StoreError {
    /// Whether the database or the bucket cannot be reached, or did not get round to it in time.
    pub fn is_unreachable(&self) -> bool {
        if let StoreError::Bucket { unreachable, .. } = self {
            return *unreachable;
        }
        if let StoreError::Together(error) = self {
            return error.is_unreachable();
        }
        let StoreError::Database(error) = self else { return false };
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| is_busy(&code)),
            _ => false,
        }
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.into();
        move |source| StoreError::File { path, source }
    }
}

/// Whether an error code of a database says that another time may do.
fn is_busy(code: &str) -> bool {
    // SQLite's are numbers, the kind in the lowest byte: SQLITE_BUSY, SQLITE_LOCKED.
    if code.len() < 5 {
        return code.parse().is_ok_and(|code: u32| matches!(code & 0xff, 5 | 6));
    }
    // PostgreSQL's classes of lost connections and shutdowns; exhausted connections; a lock, an answer or a turn that
    // was not to be had in time; a server that has just become another's copy.
    ["08", "57P"].iter().any(|class| code.starts_with(class))
        || matches!(code, "53300" | "55P03" | "57014" | "40P01" | "40001" | "25P03" | "25006")
}

#[cfg(test)]
mod tests {
    use super::is_busy;

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED_SHAREDCACHE; connection_failure, admin_shutdown, lock_not_available.
        for busy in ["5", "517", "262", "08006", "57P01", "55P03"] {
            assert!(is_busy(busy), "{busy}");
        }
        // SQLITE_CONSTRAINT_UNIQUE, SQLITE_CORRUPT; unique_violation, data_corrupted, undefined_table, 5 in its lowest byte.
        for other in ["2067", "11", "23505", "XX001", "42P01", "22021", "40197"] {
            assert!(!is_busy(other), "{other}");
        }
    }
}

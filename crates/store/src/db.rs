//! The database: one enum over backends, and one SQL text a query for all of them.
//!
//! A query is written once, inside [`each_backend!`], which expands its body for every arm; see
//! `docs/decisions/0002-one-sql-text.md`.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::{StoreError, StoreResult, manifest};

/// A pool for reading and one, of a single connection, for writing.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    /// SQLite in write-ahead mode: one writer, any number of readers beside it.
    Sqlite { readers: SqlitePool, writer: SqlitePool },
}

/// A writing transaction of any backend.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
}

/// Expands `$body` for each backend, with `$executor` bound to what its queries run on.
macro_rules! each_backend {
    (read $db:expr, $executor:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { readers: $executor, .. } => $body,
        }
    };
    (in $transaction:expr, $executor:ident => $body:expr) => {
        match $transaction {
            $crate::db::Transaction::Sqlite(transaction) => {
                let $executor = &mut **transaction;
                $body
            }
        }
    };
}
pub(crate) use each_backend;

impl Db {
    /// Opens the SQLite database at `path`, makes it if `create`, and brings its schema up to date.
    pub(crate) async fn open_sqlite(path: &Path, create: bool) -> StoreResult<Db> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            .pragma("cache_size", "-4000")
            .pragma("mmap_size", "268435456")
            // A deleted value does not linger in free pages.
            .pragma("secure_delete", "ON")
            // What is slow or fails is logged by whoever asked, with what it was for.
            .disable_statement_logging();
        if create {
            // Made here first, so that nobody else can read it; the write-ahead log takes after it.
            manifest::write_private(path, b"")?;
        }
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(0)
            .connect_lazy_with(options.read_only(true));
        Ok(Db::Sqlite { readers, writer })
    }

    /// Opens a database that nobody writes to, such as a copy.
    pub(crate) async fn open_sqlite_copy(path: &Path) -> StoreResult<Db> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Db::Sqlite { readers: pool.clone(), writer: pool })
    }

    /// Copies the whole database as it is at one moment to `path`, where there must be nothing or an empty file.
    /// Nobody is kept from writing meanwhile.
    pub(crate) async fn copy_to(&self, path: &Path) -> StoreResult<()> {
        let Some(path) = path.to_str() else {
            return Err(StoreError::Unusable(format!("{} is not UTF-8, which SQLite needs", path.display())));
        };
        match self {
            Db::Sqlite { readers, .. } => {
                sqlx::query("VACUUM INTO $1").bind(path).execute(readers).await?;
            }
        }
        Ok(())
    }

    /// Begins a transaction that only reads, in one view of the database.
    pub(crate) async fn snapshot(&self) -> StoreResult<Transaction> {
        match self {
            Db::Sqlite { readers, .. } => Ok(Transaction::Sqlite(readers.begin().await?)),
        }
    }

    /// Begins a transaction that may write, and waits for its turn.
    pub(crate) async fn begin(&self) -> StoreResult<Transaction> {
        match self {
            Db::Sqlite { writer, .. } => Ok(Transaction::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
        }
    }

    /// Closes every connection, so that the write-ahead log is folded into the database.
    pub(crate) async fn close(&self) {
        match self {
            Db::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

impl Transaction {
    /// What the database finds wrong with its own structure: pages, indexes, uniqueness.
    pub(crate) async fn structural_damage(&mut self) -> StoreResult<Vec<String>> {
        match self {
            Transaction::Sqlite(transaction) => {
                let lines: Vec<String> =
                    sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut **transaction).await?;
                Ok(lines.into_iter().filter(|line| line != "ok").collect())
            }
        }
    }

    pub(crate) async fn commit(self) -> StoreResult<()> {
        match self {
            Transaction::Sqlite(transaction) => Ok(transaction.commit().await?),
        }
    }
}

//! The database: one enum over backends, and one SQL text a query for all of them.
//!
//! A query is written once, inside [`each_backend!`], which expands its body for every arm; see
//! `docs/decisions/0002-one-sql-text.md`.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use folkmoot_core::AccountId;
use sqlx::migrate::{Migration, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};

use crate::backup::manifest;
use crate::group::InTurn;
use crate::pictures::run_blocking;
use crate::turns::Turns;
use crate::{StoreError, StoreResult};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a connection to PostgreSQL serves, so that it goes where the database has gone since.
const CONNECTION_LIFE: Duration = Duration::from_mins(30);
/// How long a connection to PostgreSQL may lie about: what stands between forgets about it sooner or later.
const CONNECTION_IDLE: Duration = Duration::from_mins(10);
/// How long a writer waits for another's lock, on either backend.
const LOCK_WAIT: Duration = Duration::from_secs(30);
/// How long is waited for a connection to PostgreSQL.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// The connections to a database.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    /// SQLite in write-ahead mode: one writer, any number of readers beside it.
    Sqlite { readers: SqlitePool, writer: SqlitePool, turns: Turns },
    /// PostgreSQL: any number of writers, one at a time in each account.
    Postgres(PgPool, Turns),
}

/// A transaction of any backend.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// How a transaction is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    /// By itself.
    Alone,
    /// Together with others that come at the same time; for changes that do not take long.
    Together,
}

/// Expands `$body` for each backend, with `$executor` bound to what its queries run on.
macro_rules! each_backend {
    (read $db:expr, $executor:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { readers: $executor, .. } => $body,
            $crate::db::Db::Postgres($executor, _) => $body,
        }
    };
    (in $transaction:expr, $executor:ident => $body:expr) => {
        match ($transaction).backend() {
            $crate::db::Transaction::Sqlite(transaction) => {
                let $executor = &mut **transaction;
                $body
            }
            $crate::db::Transaction::Postgres(transaction) => {
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
            .busy_timeout(LOCK_WAIT)
            .pragma("cache_size", "-4000")
            .pragma("mmap_size", "268435456")
            // In pages. Carrying the log over to the file keeps writers waiting: under load not every second.
            .pragma("wal_autocheckpoint", "4000")
            // A deleted value does not linger in free pages.
            .pragma("secure_delete", "ON")
            // What is slow or fails is logged by whoever asked, with what it was for.
            .disable_statement_logging();
        if create {
            // Made here first, so that nobody else can read it; the write-ahead log takes after it.
            manifest::write_private(path, b"")?;
        }
        let writer = sqlite_pool(1).connect_with(options.clone()).await?;
        {
            let _alone = migrating_alone(path).await?;
            MIGRATIONS.run(&writer).await?;
        }
        let readers = sqlite_pool(4).connect_lazy_with(options.read_only(true));
        Ok(Db::Sqlite { readers, writer, turns: Turns::default() })
    }

    /// Connects to the PostgreSQL database that `url` names, with at most `connections` connections, and brings its
    /// schema up to date.
    pub(crate) async fn open_postgres(url: &str, connections: u32) -> StoreResult<Db> {
        let mut options = postgres_options(url)?;
        for (parameter, value) in [
            ("lock_timeout", format!("{}s", LOCK_WAIT.as_secs())),
            // A node that hangs in the middle of a change does not hold up the others for good, nor does one whose
            // machine has gone without a word.
            ("idle_in_transaction_session_timeout", "300s".to_owned()),
            ("tcp_user_timeout", "30s".to_owned()),
            ("tcp_keepalives_idle", "15".to_owned()),
            ("tcp_keepalives_interval", "5".to_owned()),
            ("tcp_keepalives_count", "3".to_owned()),
        ] {
            // Where the address says otherwise, the operator does.
            if !options.get_options().is_some_and(|given| given.contains(parameter)) {
                options = options.options([(parameter, value)]);
            }
        }
        let pool = PgPoolOptions::new()
            .max_connections(connections.max(2))
            .acquire_timeout(CONNECTION_WAIT)
            .idle_timeout(None)
            .max_lifetime(None)
            .before_acquire(|_, connection| {
                let fresh = connection.age < CONNECTION_LIFE && connection.idle_for < CONNECTION_IDLE;
                Box::pin(async move { Ok(fresh) })
            })
            .connect_with(options)
            .await?;
        in_postgres(&MIGRATIONS).run(&pool).await?;
        Ok(Db::Postgres(pool, Turns::default()))
    }

    /// Whether the PostgreSQL database that `url` names has this program's tables.
    pub(crate) async fn postgres_has_tables(url: &str) -> StoreResult<bool> {
        const QUERY: &str = "SELECT COUNT(*) FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_name = 'accounts'";
        let connecting = postgres_options(url)?;
        let mut connection = tokio::time::timeout(CONNECTION_WAIT, connecting.connect())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        let tables: i64 = sqlx::query_scalar(QUERY).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok(tables > 0)
    }

    /// Begins a transaction that only reads, in one view of the database. After a failure it can go on: see
    /// [`Transaction::forgive`].
    pub(crate) async fn snapshot(&self) -> StoreResult<Transaction> {
        match self {
            Db::Sqlite { readers, .. } => Ok(Transaction::Sqlite(readers.begin().await?)),
            Db::Postgres(pool, _) => {
                const VIEW: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                // A view keeps nobody waiting, and may be needed for longer than a change.
                const FOR_LONG: &str = "SET LOCAL idle_in_transaction_session_timeout = 0";
                let mut transaction = pool.begin_with(VIEW).await?;
                sqlx::query(FOR_LONG).execute(&mut *transaction).await?;
                sqlx::query("SAVEPOINT snapshot").execute(&mut *transaction).await?;
                Ok(Transaction::Postgres(transaction))
            }
        }
    }

    /// Begins a transaction that may write. With SQLite this waits until nobody else does; with PostgreSQL nothing is
    /// locked yet.
    pub(crate) async fn begin(&self) -> StoreResult<Transaction> {
        match self {
            Db::Sqlite { writer, .. } => Ok(Transaction::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Db::Postgres(pool, _) => Ok(Transaction::Postgres(pool.begin().await?)),
        }
    }

    /// Begins a transaction that will wait for the write lock of `account`, and does so in its turn; or goes on with one
    /// that others have begun.
    pub(crate) async fn begin_in_turn(
        &self,
        account: AccountId,
        committed: Committed,
    ) -> StoreResult<InTurn> {
        // With SQLite there is one writer for all accounts.
        const ALL: AccountId = AccountId(0);
        let mut turn = match self {
            Db::Sqlite { turns, .. } => turns.take(ALL, LOCK_WAIT).await?,
            Db::Postgres(_, turns) => turns.take(account, LOCK_WAIT).await?,
        };
        if let Some(group) = turn.take_group() {
            if committed == Committed::Together {
                return Ok(InTurn::member(group, turn));
            }
            // Those who wait do not have to wait for this as well; nor depend on whether its caller stays.
            let _ = tokio::spawn(group.commit()).await;
        }
        match self.begin().await {
            Ok(transaction) if committed == Committed::Together => Ok(InTurn::first(transaction, turn)),
            Ok(transaction) => Ok(InTurn::alone(transaction, Some(turn))),
            Err(error) => {
                turn.was_in_vain();
                Err(error)
            }
        }
    }

    /// Closes every connection, so that the write-ahead log is folded into the database.
    pub(crate) async fn close(&self) {
        match self {
            Db::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(pool, _) => pool.close().await,
        }
    }
}

/// Keeps other processes from bringing the same SQLite database up to date, until it is dropped. PostgreSQL has a lock
/// for that itself.
async fn migrating_alone(database: &Path) -> StoreResult<File> {
    // Not the database: closing another handle of that would let go of SQLite's own locks.
    let folder = database.parent().unwrap_or(database).to_owned();
    run_blocking(move || {
        let lock = || {
            let folder = File::open(&folder)?;
            folder.lock()?;
            Ok(folder)
        };
        lock().map_err(StoreError::file(&folder))
    })
    .await
}

fn postgres_options(url: &str) -> StoreResult<PgConnectOptions> {
    let options: PgConnectOptions = url.parse().map_err(|_| {
        // Nothing of it is repeated: there is a password in it.
        StoreError::Unusable("the database's address is not of the form postgres://user@host/name".to_owned())
    })?;
    Ok(options.application_name("folkmoot").disable_statement_logging())
}

/// A pool whose connections stay. With a timeout, sqlx looks through its idle connections now and then, as often as a
/// counter says; which is less than none for a moment when one is returned and taken at once. Seen at that moment
/// (sqlx 0.9), it looks without an end, and holds a thread for good. With PostgreSQL connections are looked at when they
/// are taken instead.
fn sqlite_pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(connections).idle_timeout(None).max_lifetime(None)
}

/// The migrations as PostgreSQL takes them: its name for bytes is another.
fn in_postgres(migrations: &Migrator) -> Migrator {
    let translated = |migration: &Migration| {
        let text = migration.sql.as_str().replace(" BLOB", " BYTEA");
        Migration::new(
            migration.version,
            migration.description.clone(),
            migration.migration_type,
            sqlx::AssertSqlSafe(text).into_sql_str(),
            migration.no_tx,
        )
    };
    Migrator { migrations: migrations.iter().map(translated).collect(), ..Migrator::DEFAULT }
}

impl Transaction {
    /// Itself: what statements are run on, here and in [`InTurn`].
    pub(crate) fn backend(&mut self) -> &mut Transaction {
        self
    }

    /// What the database finds wrong with its own structure: pages, indexes, uniqueness. PostgreSQL looks for that
    /// itself, where its data checksums are on; rows are checked one by one in any case.
    pub(crate) async fn structural_damage(&mut self) -> StoreResult<Vec<String>> {
        match self {
            Transaction::Sqlite(transaction) => {
                let lines: Vec<String> =
                    sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut **transaction).await?;
                Ok(lines.into_iter().filter(|line| line != "ok").collect())
            }
            Transaction::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Lets a snapshot go on after a statement of it has failed. PostgreSQL refuses everything else until then.
    pub(crate) async fn forgive(&mut self) -> StoreResult<()> {
        if let Transaction::Postgres(transaction) = self {
            sqlx::query("ROLLBACK TO SAVEPOINT snapshot").execute(&mut **transaction).await?;
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> StoreResult<()> {
        match self {
            Transaction::Sqlite(transaction) => Ok(transaction.commit().await?),
            Transaction::Postgres(transaction) => Ok(transaction.commit().await?),
        }
    }
}

//! A database for one test.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use anyhow::Result;
use futures_util::TryStreamExt;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection};
use tempfile::TempDir;

use crate::{Postgres, SERVER_VARIABLE};

/// An empty database, on the server that [`SERVER_VARIABLE`] names or else on one of this process's own. Dropping this
/// drops it.
#[derive(Debug)]
pub struct TestDatabase {
    server: Server,
    name: String,
}

#[derive(Debug)]
enum Server {
    Named(String),
    Own(Arc<OwnServer>),
}

/// A server, and then the folder that it is in.
#[derive(Debug)]
struct OwnServer(Postgres, #[expect(dead_code, reason = "dropping it removes it")] TempDir);

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// When there can be no server: then the test cannot be run at all.
    pub async fn create() -> TestDatabase {
        let server = match std::env::var(SERVER_VARIABLE) {
            Ok(address) if !address.is_empty() => Server::Named(address),
            _ => Server::Own(shared()),
        };
        TestDatabase::create_on(server).await
    }

    /// Makes one on a server that no other test uses: it can be stopped.
    ///
    /// # Panics
    /// When there can be no server.
    pub async fn on_own_server() -> TestDatabase {
        TestDatabase::create_on(Server::Own(Arc::new(OwnServer::start()))).await
    }

    #[expect(clippy::expect_used, reason = "a test without its server has failed")]
    async fn create_on(server: Server) -> TestDatabase {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let database = TestDatabase { server, name };
        let mut connection = database.administration().await.expect("the PostgreSQL server");
        // A test that was killed has left its own, and process numbers come again.
        for statement in ["DROP DATABASE IF EXISTS", "CREATE DATABASE"] {
            let statement = AssertSqlSafe(format!("{statement} {}", database.name));
            sqlx::query(statement).execute(&mut connection).await.expect("a new database");
        }
        database
    }

    /// Its address.
    pub fn url(&self) -> String {
        match &self.server {
            Server::Named(address) => format!("{address}/{}", self.name),
            Server::Own(server) => server.0.url(&self.name),
        }
    }

    /// The server, where it is this process's own.
    pub fn own_server(&self) -> Option<&Postgres> {
        match &self.server {
            Server::Named(_) => None,
            Server::Own(server) => Some(&server.0),
        }
    }

    /// Runs SQL that no store would, as damage or as another program's hand: references are not looked at. Bytes are
    /// written as SQLite takes them, ` x'00ff'`.
    ///
    /// # Errors
    /// When PostgreSQL refuses it.
    pub async fn sql(&self, statements: &str) -> sqlx::Result<()> {
        let pool = PgPool::connect(&self.url()).await?;
        let statements = statements.replace(" x'", r" '\x");
        let statements = format!("SET session_replication_role = replica; {statements}");
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&pool).await?;
        pool.close().await;
        Ok(())
    }

    /// All rows of all tables, as their bytes are: texts and byte strings can be found in them as they were written.
    ///
    /// # Errors
    /// When PostgreSQL refuses to tell.
    pub async fn contents(&self) -> sqlx::Result<Vec<u8>> {
        let mut connection = PgConnection::connect(&self.url()).await?;
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
                .fetch_all(&mut connection)
                .await?;
        let mut contents = Vec::new();
        for table in tables {
            let copy = format!("COPY {table} TO STDOUT (FORMAT binary)");
            let mut rows = connection.copy_out_raw(&copy).await?;
            while let Some(bytes) = rows.try_next().await? {
                contents.extend_from_slice(&bytes);
            }
        }
        Ok(contents)
    }

    async fn administration(&self) -> sqlx::Result<PgConnection> {
        let url = match &self.server {
            Server::Named(address) => format!("{address}/postgres"),
            Server::Own(server) => server.0.url("postgres"),
        };
        PgConnection::connect(&url).await
    }
}

impl OwnServer {
    fn start() -> OwnServer {
        let start = || -> Result<OwnServer> {
            let folder = tempfile::tempdir()?;
            Ok(OwnServer(Postgres::start(folder.path(), false)?, folder))
        };
        start().unwrap_or_else(|error| panic!("no PostgreSQL server for this test: {error:#}"))
    }
}

/// The server that all tests of this process share while one of them needs it.
fn shared() -> Arc<OwnServer> {
    static SHARED: Mutex<Weak<OwnServer>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let server = Arc::new(OwnServer::start());
        *shared = Arc::downgrade(&server);
        server
    })
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let remove = || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            let drop = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
            runtime.block_on(async {
                if let Ok(mut connection) = self.administration().await {
                    let _ = sqlx::query(drop).execute(&mut connection).await;
                }
            });
        };
        // On a thread of its own: the test's runtime may be this thread's.
        thread::scope(|scope| {
            scope.spawn(remove);
        });
    }
}

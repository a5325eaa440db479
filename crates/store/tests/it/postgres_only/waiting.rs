//! Waiting for what others hold, and not for ever.

use std::sync::Arc;

use folkmoot_core::UserId;
use folkmoot_store::{Author, Database, Store};

use super::{execute, home, stranger};
use crate::support::{ACME, Home, TestClock, TestRandom};

const HOLD: &str = "BEGIN; UPDATE revisions SET revision = revision WHERE account_id = 1";

/// The same store, with parameters of the connection from its address.
async fn with(home: &Home, parameters: &str) -> Store {
    let mut options = home.options();
    let Database::Postgres { url, .. } = &mut options.database else { unreachable!() };
    *url = format!("{url}?{parameters}");
    Store::open(options, TestClock::new(), TestRandom::seeded(99)).await.unwrap()
}

#[tokio::test]
async fn whoever_waits_too_long_for_a_lock_or_an_answer_is_told_that_the_database_is_busy() {
    let home = home(1).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut other = stranger(&home).await;
    execute(&mut other, HOLD).await;
    for limit in ["options[lock_timeout]=300ms", "options[statement_timeout]=300ms"] {
        let store = with(&home, limit).await;
        let error = store.begin(ACME, Author::OPERATOR).await.err().unwrap();
        assert!(error.is_unreachable(), "{limit}: {error:?}");
        assert_eq!(store.revision(ACME).await.unwrap(), before, "reading goes on");
    }
    execute(&mut other, "ROLLBACK").await;
    home.set_key(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_waits_for_another_programs_lock_and_then_goes_on() {
    const WAITING: &str = "SELECT COUNT(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE NOT granted AND datname = current_database()";
    let home = Arc::new(home(1).await);
    let before = home.store.revision(ACME).await.unwrap();
    let mut other = stranger(&home).await;
    execute(&mut other, HOLD).await;
    let writer = tokio::spawn({
        let home = home.clone();
        async move { home.set_picture(1, Some("one")).await }
    });
    let mut look = stranger(&home).await;
    while sqlx::query_scalar::<_, i64>(WAITING).fetch_one(&mut look).await.unwrap() == 0 {
        assert!(!writer.is_finished(), "it did not wait");
    }
    execute(&mut other, "COMMIT").await;
    assert_eq!(writer.await.unwrap(), before + 1);
}

#[tokio::test]
async fn a_writer_that_hangs_does_not_hold_up_the_others_for_good() {
    let home = home(1).await;
    let hanging = with(&home, "options[idle_in_transaction_session_timeout]=300ms").await;
    let mut tx = hanging.begin(ACME, Author::OPERATOR).await.unwrap();
    // Waits until the server has had enough of it.
    home.set_key(1).await;
    let error = tx.set_password_hash(UserId(1), "x").await.unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
}

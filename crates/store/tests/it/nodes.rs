//! Several processes on one store: leases, and what they tell each other.

use std::time::Duration;

use folkmoot_core::UserId;
use folkmoot_store::{Author, DataDir, Said, Store};
use folkmoot_testing::Backend;
use tokio::time::timeout;

use crate::support::{ACME, Home, TestClock, TestRandom};

const JOB: &str = "tidying";
/// Long enough for any machine; only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_lease_has_one_holder_at_a_time() {
    let home = Home::of(1).await;
    let (one, other) = (&home.store, home.again().await);
    assert_eq!(one.lease(JOB).await.unwrap(), None);
    let term = one.take_lease(JOB, None).await.unwrap().unwrap();
    assert_eq!(other.take_lease(JOB, None).await.unwrap(), None, "it is taken");
    let seen = other.lease(JOB).await.unwrap().unwrap();
    assert_eq!((seen.holder, seen.term), (Some(one.node()), term));
    assert!(one.renew_lease(JOB, term).await.unwrap());
    assert_eq!(other.take_lease(JOB, Some(&seen)).await.unwrap(), None, "its holder lives");
    // The holder says nothing more.
    let seen = other.lease(JOB).await.unwrap().unwrap();
    let next = other.take_lease(JOB, Some(&seen)).await.unwrap().unwrap();
    assert_eq!(next, term + 1);
    assert!(!one.renew_lease(JOB, term).await.unwrap(), "its term is over");
    assert!(!one.release_lease(JOB, term).await.unwrap(), "what is another's cannot be given back");
    assert!(!one.renew_lease(JOB, next).await.unwrap(), "nor be held by knowing its number");
    assert!(other.release_lease(JOB, next).await.unwrap());
    let free = one.lease(JOB).await.unwrap().unwrap();
    assert_eq!(free.holder, None);
    assert_eq!(one.take_lease(JOB, Some(&free)).await.unwrap(), Some(next + 1));
}

#[tokio::test]
async fn of_many_who_want_a_lease_at_once_one_gets_it() {
    let home = Home::of(1).await;
    let mut stores = Vec::new();
    for _ in 0..8 {
        stores.push(home.again().await);
    }
    let attempts = stores.iter().map(|store| store.take_lease(JOB, None));
    let taken = futures_util::future::join_all(attempts).await;
    assert_eq!(taken.into_iter().filter(|taken| matches!(taken, Ok(Some(1)))).count(), 1);
}

#[tokio::test]
async fn a_commit_is_told_to_those_who_listen() {
    let home = Home::of(2).await;
    let Some(mut listening) = home.again().await.notices().await.unwrap() else {
        return assert_eq!(Backend::chosen(), Backend::Sqlite, "files tell nobody");
    };
    let revision = home.set_picture(2, Some("new")).await;
    let notice = timeout(PATIENCE, listening.next()).await.unwrap().unwrap().unwrap();
    assert_eq!((notice.node, notice.said), (home.store.node(), Said::Wrote));
    assert_eq!(notice.accounts, [(ACME, revision)]);
    // What failed is not told.
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_password_hash(UserId(1), "x").await.unwrap();
    drop(tx);
    home.store.tell(Said::Leaves, None);
    let notice = timeout(PATIENCE, listening.next()).await.unwrap().unwrap().unwrap();
    assert_eq!((notice.said, notice.accounts), (Said::Leaves, vec![]));
}

#[tokio::test]
async fn nobody_listens_without_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let place = DataDir::at(folder.path().join("data"));
    let store = Store::create(place, TestClock::new(), TestRandom::seeded(1)).await.unwrap();
    assert!(store.notices().await.unwrap().is_none());
    store.tell(Said::Lives, None);
    store.close().await;
}

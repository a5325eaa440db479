//! Connections that are cut, and a server that stops and comes back.

use folkmoot_core::UserId;
use folkmoot_store::{Author, StoreError};

use super::{execute, home, home_on_own_server, stranger};
use crate::company::{crowd, encrypted};
use crate::support::{ACME, Home};

/// Ends every connection of the store's, as an administrator or a network does.
async fn cut(home: &Home) {
    const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'folkmoot'";
    execute(&mut stranger(home).await, CUT).await;
}

#[tokio::test]
async fn a_connection_that_is_cut_in_the_middle_of_a_change_leaves_nothing_of_it() {
    let home = home(3).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&crowd(&home.store, 4..=9), &encrypted()).await.unwrap();
    cut(&home).await;
    let error = tx.set_password_hash(UserId(1), "$argon2id$x").await.unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
    drop(tx);
    // Every connection that was kept is a dead one, and nobody notices.
    assert_eq!(home.store.revision(ACME).await.unwrap(), before);
    assert_eq!(home.load().await.len(), 3);
    home.set_key(1).await;
    assert_eq!(home.store.revision(ACME).await.unwrap(), before + 1, "no revision was lost with it");
}

#[tokio::test]
async fn a_commit_that_is_cut_is_all_there_or_not_at_all() {
    let home = home(2).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&crowd(&home.store, 3..=4), &encrypted()).await.unwrap();
    cut(&home).await;
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
    assert_eq!(home.store.revision(ACME).await.unwrap(), before);
    assert_eq!(home.load().await.len(), 2);
}

#[tokio::test]
async fn a_server_that_stops_and_starts_is_found_again() {
    let home = home_on_own_server(2).await;
    let server = home.database.as_ref().unwrap().own_server().unwrap();
    let before = home.store.revision(ACME).await.unwrap();
    let picture = home.set_picture(1, Some("one")).await;
    // Tidily, and as a power cut would.
    for kill in [false, true] {
        let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
        tx.set_password_hash(UserId(2), "$argon2id$x").await.unwrap();
        if kill {
            server.kill().unwrap();
        } else {
            server.stop().unwrap();
        }
        let lost = tx.commit().await.unwrap_err();
        assert!(lost.is_unreachable(), "{lost:?}");
        let (revision, begun, opened) =
            tokio::join!(home.store.revision(ACME), home.store.begin(ACME, Author::OPERATOR), home.opened(),);
        for error in [revision.err(), begun.err(), opened.err()] {
            assert!(error.as_ref().is_some_and(StoreError::is_unreachable), "{error:?}");
        }
        server.restart().unwrap();
        assert_eq!(home.store.revision(ACME).await.unwrap(), picture);
    }
    home.set_key(1).await;
    assert_eq!(home.store.revision(ACME).await.unwrap(), before + 2);
}

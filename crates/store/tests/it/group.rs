//! Changes that are committed together.

use std::sync::Arc;
use std::time::Duration;

use folkmoot_core::UserId;
use folkmoot_store::{Author, Store};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::support::{ACME, Home};

/// People there are in [`Home::of`]`(1)`; as many as are changed at once.
const PEOPLE: i64 = 20;

/// Gives somebody a password, and returns the revision.
async fn change(store: &Store, user: i64, hash: &str) -> u64 {
    let begun = if user % 3 == 0 {
        store.begin_to_change(ACME, Author::SYSTEM, UserId(user)).await
    } else {
        store.begin_together(ACME, Author::SYSTEM).await
    };
    let mut tx = begun.unwrap();
    tx.set_password_hash(UserId(user), hash).await.unwrap();
    tx.commit().await.unwrap()
}

async fn hash_of(home: &Home, user: i64) -> Option<String> {
    let directory = home.again().await.load_directory(ACME, crate::support::TODAY).await.unwrap();
    directory.person(UserId(user)).unwrap().user.password_hash.as_deref().map(str::to_owned)
}

async fn assert_sound(home: &Home, revision: u64) {
    assert_eq!(home.store.revision(ACME).await.unwrap(), revision);
    let report = home
        .store
        .check(folkmoot_store::CheckOptions::default(), folkmoot_store::no_progress())
        .await
        .unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_many_has_a_revision_of_its_own_and_all_are_there() {
    let home = Home::of(PEOPLE).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut writers = JoinSet::new();
    for user in 1..=PEOPLE {
        let store = home.store.clone();
        writers.spawn(async move {
            let mut revisions = Vec::new();
            for turn in 0..10 {
                revisions.push(change(&store, user, &format!("{user} {turn}")).await);
            }
            assert!(revisions.is_sorted(), "{revisions:?}");
            revisions
        });
    }
    let mut revisions = writers.join_all().await.concat();
    revisions.sort_unstable();
    let expected: Vec<u64> = (before + 1..=before + 10 * PEOPLE as u64).collect();
    assert_eq!(revisions, expected);
    for user in 1..=PEOPLE {
        assert_eq!(hash_of(&home, user).await, Some(format!("{user} 9")));
    }
    assert_sound(&home, before + 10 * PEOPLE as u64).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_that_is_given_up_takes_nothing_of_the_others_with_it() {
    let home = Home::of(PEOPLE).await;
    let before = home.store.revision(ACME).await.unwrap();
    // Behind this one all the others come together.
    let first = home.store.begin(ACME, Author::SYSTEM).await.unwrap();
    let ready = Arc::new(Barrier::new(10));
    let mut writers = JoinSet::new();
    for user in 1..10 {
        let (store, ready) = (home.store.clone(), ready.clone());
        writers.spawn(async move {
            ready.wait().await;
            let mut tx = store.begin_together(ACME, Author::SYSTEM).await.unwrap();
            tx.set_password_hash(UserId(user), &format!("hash {user}")).await.unwrap();
            if user % 3 == 0 { None } else { Some(tx.commit().await.unwrap()) }
        });
    }
    ready.wait().await;
    sleep(Duration::from_millis(50)).await;
    drop(first);
    let mut revisions: Vec<u64> = writers.join_all().await.into_iter().flatten().collect();
    revisions.sort_unstable();
    assert_eq!(revisions, (before + 1..=before + 6).collect::<Vec<_>>());
    for user in 1..10 {
        let changed = hash_of(&home, user).await == Some(format!("hash {user}"));
        assert_eq!(changed, user % 3 != 0, "{user}");
    }
    assert_sound(&home, before + 6).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_who_cannot_be_read_leaves_no_gap() {
    let home = Home::of(PEOPLE).await;
    let before = home.store.revision(ACME).await.unwrap();
    home.sql("UPDATE users SET group_id = group_id + 100 WHERE id % 3 = 0").await;
    let first = home.store.begin(ACME, Author::SYSTEM).await.unwrap();
    let mut writers = JoinSet::new();
    for user in 1..10 {
        let store = home.store.clone();
        writers.spawn(async move {
            match store.begin_to_change(ACME, Author::SYSTEM, UserId(user)).await {
                Err(error) => {
                    assert_eq!(user % 3, 0, "{error}");
                    None
                }
                Ok(mut tx) => {
                    tx.set_password_hash(UserId(user), "readable").await.unwrap();
                    Some(tx.commit().await.unwrap())
                }
            }
        });
    }
    sleep(Duration::from_millis(50)).await;
    drop(first);
    let mut revisions: Vec<u64> = writers.join_all().await.into_iter().flatten().collect();
    revisions.sort_unstable();
    assert_eq!(revisions, (before + 1..=before + 6).collect::<Vec<_>>());
    home.sql("UPDATE users SET group_id = group_id - 100 WHERE id % 3 = 0").await;
    assert_sound(&home, before + 6).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_who_go_away_at_any_moment_hold_nobody_up() {
    let home = Home::of(PEOPLE).await;
    let mut writers = JoinSet::new();
    for user in 1..=PEOPLE {
        let store = home.store.clone();
        writers.spawn(async move {
            let mut last = None;
            for turn in 0..40_i64 {
                let hash = format!("{user} {turn}");
                let patience = Duration::from_micros(((user * 7 + turn * 13) % 40 * 150).unsigned_abs());
                if user % 2 == 0 {
                    // Nobody knows whether it was made.
                    let _ = timeout(patience, change(&store, user, &hash)).await;
                } else {
                    change(&store, user, &hash).await;
                    last = Some(hash);
                }
            }
            (user, last)
        });
    }
    for (user, last) in writers.join_all().await {
        if last.is_some() {
            assert_eq!(hash_of(&home, user).await, last);
        }
    }
    // Whatever those who went away have left is done by now.
    change(&home.store, 1, "the last").await;
    let revision = home.store.revision(ACME).await.unwrap();
    assert_sound(&home, revision).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_commits_alone_is_not_held_up_by_those_who_come_together() {
    let home = Home::of(PEOPLE).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut writers = JoinSet::new();
    for user in 1..=PEOPLE {
        let store = home.store.clone();
        writers.spawn(async move {
            for turn in 0..10 {
                if (user + turn) % 5 == 0 {
                    let mut tx = store.begin(ACME, Author::SYSTEM).await.unwrap();
                    tx.set_password_hash(UserId(user), "alone").await.unwrap();
                    if turn % 2 == 0 {
                        tx.commit().await.unwrap();
                    }
                } else {
                    change(&store, user, &format!("{turn}")).await;
                }
            }
        });
    }
    writers.join_all().await;
    let given_up = (1..=PEOPLE).flat_map(|user| (0..10).map(move |turn| (user, turn)));
    let given_up = given_up.filter(|(user, turn)| (user + turn) % 5 == 0 && turn % 2 == 1).count() as u64;
    assert_sound(&home, before + 10 * PEOPLE as u64 - given_up).await;
}

//! What is kept of logins: wrong passwords, and when keys were last used.

use std::time::Duration;

use folkmoot_core::{AccountId, Clock, UserId};
use folkmoot_store::{Author, CheckOptions, KeyUse, StoreError, Subject, no_progress};
use jiff::{SignedDuration, Timestamp};

use crate::support::{ACME, Home, TODAY};

const HALF_AN_HOUR: Duration = Duration::from_mins(30);

fn subject(number: u128) -> Subject {
    Subject { account: if number.is_multiple_of(2) { ACME } else { Subject::ALL_ACCOUNTS }, hash: number }
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now + SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn what_is_held_against_somebody_adds_up_and_passes() {
    let home = Home::of(1).await;
    let (store, now) = (&home.store, home.clock.now());
    let hold = async |held: &[(u128, i64)], now: Timestamp| {
        let held = held.iter();
        let held: Vec<_> = held
            .map(|&(number, seconds)| (subject(number), now.as_microsecond(), seconds * 1_000_000))
            .collect();
        let mut moved = store.hold_against(&held, now, HALF_AN_HOUR).await.unwrap();
        moved.sort_unstable();
        moved
    };
    assert_eq!(hold(&[(2, 10)], now).await, [(subject(2), after(now, 10))]);
    let moved = hold(&[(4, 6), (3, 5), (2, 10)], now).await;
    assert_eq!(
        moved,
        [(subject(3), after(now, 5)), (subject(2), after(now, 20)), (subject(4), after(now, 6))]
    );
    // Time passes by itself; something is given back; what is over begins anew.
    let later = after(now, 15);
    let moved = hold(&[(2, 10), (4, 6)], later).await;
    assert_eq!(moved, [(subject(2), after(now, 30)), (subject(4), after(later, 6))]);
    assert_eq!(hold(&[(2, -10)], later).await, [(subject(2), after(now, 20))]);
    // What a clock that was wrong has left counts for nothing.
    hold(&[(2, 10)], after(now, 400 * 24 * 3600)).await;
    assert_eq!(hold(&[(2, 10)], later).await, [(subject(2), after(later, 10))]);
    // What is told late counts from when it happened, and not at all when it would be over.
    let late =
        [(subject(8), now.as_microsecond(), 20_000_000), (subject(9), now.as_microsecond(), 5_000_000)];
    let mut told = store.hold_against(&late, later, HALF_AN_HOUR).await.unwrap();
    told.sort_unstable_by_key(|(subject, _)| subject.hash);
    assert_eq!(told, [(subject(8), after(now, 20)), (subject(9), after(now, 5))]);
    // Another process's, and one of another account with the same hash.
    let other = home.again().await;
    let twin = Subject { account: AccountId(7), hash: 2 };
    let noted = other.noted_subjects(&[subject(2), twin, subject(99)]).await.unwrap();
    assert_eq!(noted, [(subject(2), after(later, 10))]);
    assert_eq!(other.noted_subjects(&[]).await.unwrap(), []);
    assert_eq!(hold(&[], later).await, []);
}

#[tokio::test]
async fn moments_are_noted_as_they_are_given_and_forgotten_when_they_are_over() {
    let home = Home::of(1).await;
    let (store, now) = (&home.store, home.clock.now());
    // More than go into one statement.
    let many: Vec<_> = (0..2_500).map(|number| (subject(number), after(now, 1 + number as i64))).collect();
    store.note_subjects(&many).await.unwrap();
    store.note_subjects(&[(subject(5), after(now, 9_000)), (subject(2_400), after(now, 1))]).await.unwrap();
    store.note_subjects(&[]).await.unwrap();
    let all: Vec<_> = many.iter().map(|(subject, _)| *subject).collect();
    assert_eq!(store.noted_subjects(&all).await.unwrap().len(), 2_500);
    assert_eq!(store.forget_clear_subjects(now).await.unwrap(), 0);
    assert_eq!(store.forget_clear_subjects(after(now, 1_000)).await.unwrap(), 1_000);
    let mut left = store.noted_subjects(&all).await.unwrap();
    left.sort_unstable_by_key(|(subject, _)| subject.hash);
    assert_eq!((left.len(), left[0]), (1_500, (subject(5), after(now, 9_000))));
    assert_eq!(left[1].0, subject(1_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_count_at_once_count_everything() {
    let home = Home::of(1).await;
    let now = home.clock.now();
    let mut nodes = tokio::task::JoinSet::new();
    for node in 0..4 {
        let store = home.again().await;
        nodes.spawn(async move {
            for turn in 0..10 {
                // Each in another order.
                let mut subjects: Vec<_> =
                    (0..50).map(|number| (subject(number), now.as_microsecond(), 1_000_000)).collect();
                subjects.rotate_left((node * 13 + turn * 7) % 50);
                store.hold_against(&subjects, now, HALF_AN_HOUR).await.unwrap();
            }
        });
    }
    while let Some(ended) = nodes.join_next().await {
        ended.unwrap();
    }
    let all: Vec<_> = (0..50).map(subject).collect();
    let noted = home.store.noted_subjects(&all).await.unwrap();
    assert_eq!(noted.len(), 50);
    assert!(noted.iter().all(|(_, moment)| *moment == after(now, 40)), "{noted:?}");
}

#[tokio::test]
async fn the_last_use_of_a_key_is_of_that_key_and_changes_nothing_else() {
    let home = Home::of(3).await;
    let (store, now) = (&home.store, home.clock.now());
    let (old, _) = (home.set_key(1).await, home.set_key(2).await);
    let before = store.revision(ACME).await.unwrap();
    let minutes = |minutes: i64| after(now, 60 * minutes);
    let key_use = |user, key, at| {
        let key = store.keys().hash_api_key(ACME, key);
        KeyUse { account: ACME, user: UserId(user), key, at: minutes(at) }
    };
    store
        .note_key_uses(&[key_use(1, &old, 5), key_use(1, &old, 3), key_use(99, &old, 5), key_use(2, &old, 5)])
        .await
        .unwrap();
    store.note_key_uses(&[key_use(1, &old, 4), key_use(1, &old, 14)]).await.unwrap();
    let uses = async || store.key_uses(ACME).await.unwrap().into_iter().collect::<Vec<_>>();
    assert_eq!(uses().await, [(UserId(1), minutes(5))], "the first of ten minutes, of those whose key it is");
    store.note_key_uses(&[key_use(1, &old, 15)]).await.unwrap();
    assert_eq!(uses().await, [(UserId(1), minutes(15))]);
    assert_eq!(store.revision(ACME).await.unwrap(), before);
    assert_eq!(store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
    // A new key has not been used; the old one's late notes are nobody's.
    let new = home.set_key(1).await;
    store.note_key_uses(&[key_use(1, &old, 99)]).await.unwrap();
    assert_eq!(uses().await, []);
    store.note_key_uses(&[key_use(1, &new, 7)]).await.unwrap();
    assert_eq!(uses().await, [(UserId(1), minutes(7))]);
}

#[tokio::test]
async fn a_key_that_is_taken_away_is_gone_and_the_log_says_so() {
    let home = Home::of(2).await;
    let key = home.set_key(1).await;
    let store = &home.store;
    let remove = async |user| {
        let mut tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
        let removed = tx.remove_api_key(UserId(user)).await;
        (removed, tx.commit().await.unwrap())
    };
    let hash = store.keys().hash_api_key(ACME, &key);
    store
        .note_key_uses(&[KeyUse { account: ACME, user: UserId(1), key: hash, at: home.clock.now() }])
        .await
        .unwrap();
    let before = home.load().await;
    assert!(before.by_key(&hash).is_some());
    let (removed, revision) = remove(1).await;
    assert!(removed.unwrap());
    assert_eq!(revision, before.revision() + 1);
    let after = store.refresh(&before, TODAY).await.unwrap().unwrap();
    assert!(after.by_key(&hash).is_none() && after.person(UserId(1)).unwrap().user.api_key.is_none());
    assert!(store.key_uses(ACME).await.unwrap().is_empty());
    assert_eq!(store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
    // A second time there is none, and nothing to log.
    let (removed, again) = remove(1).await;
    assert_eq!((removed.unwrap(), again), (false, revision));
    assert!(matches!(remove(99).await.0, Err(StoreError::NoUser)));
}

//! Sealing everything anew by a newer key, while others go on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use folkmoot_core::{ApiKey, Settings, UserId};
use folkmoot_store::{
    Author, CheckOptions, KeyRing, KeySource, MoveOptions, Place, Progress, ResealReport, SealedValues,
    Store, StoreError, no_progress,
};

use folkmoot_testing::Backend;

use crate::company::{crowd, encrypted, org, sequences};
use crate::keys::add_generation;
use crate::support::{ACME, GOVERNMENT_ID, Home, TODAY};

/// By which generations how many values are sealed.
async fn counts(store: &Store) -> BTreeMap<u32, u64> {
    store.sealed_values().await.unwrap().iter().map(|(&by, values)| (by, values.total())).collect()
}

async fn reseal(store: &Store) -> ResealReport {
    store.reseal(no_progress()).await.unwrap()
}

async fn sound(store: &Store) {
    let report = store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}

async fn key_of(store: &Store, user: i64) -> ApiKey {
    let directory = store.load_directory(ACME, TODAY).await.unwrap();
    let sealed = directory.person(UserId(user)).unwrap().user.api_key.clone().unwrap();
    store.keys().open_api_key(ACME, &sealed).unwrap()
}

#[tokio::test]
async fn everything_is_sealed_by_the_newest_key_and_means_what_it_did() {
    let home = Home::of(30).await;
    let key = home.set_key(7).await;
    let before = home.load().await;
    let all = home.store.sealed_values().await.unwrap();
    let values = all[&0];
    assert!(values.api_keys >= 1 && values.government_ids >= 30 && values.custom_fields >= 30, "{values:?}");
    assert_eq!(all.len(), 1);
    assert_eq!(add_generation(&home.store), 1);
    let last = Arc::new(std::sync::Mutex::new(None));
    let seen = last.clone();
    let on_progress = Arc::new(move |progress: Progress| *seen.lock().unwrap() = Some(progress));
    let report = home.store.reseal(on_progress).await.unwrap();
    assert_eq!(report, ResealReport { generation: 1, resealed: values.total(), findings: Vec::new() });
    let progress = last.lock().unwrap().unwrap();
    assert_eq!((progress.done, progress.total), (values.total(), values.total()));
    assert_eq!(home.store.sealed_values().await.unwrap(), BTreeMap::from([(1, values)]));
    assert_eq!(reseal(&home.store).await.resealed, 0, "a second time there is nothing to do");
    // Nothing means anything else: no revision, the same people, sound checksums.
    let after = home.load().await;
    assert_eq!(after.revision(), before.revision());
    assert_eq!(key_of(&home.store, 7).await, key);
    for (person, was) in after.people().zip(before.people()) {
        let number = |person: &folkmoot_core::Person| {
            let sealed = person.employee.records()[0].data.government_id.clone().unwrap();
            (KeyRing::generation_of(&sealed), home.store.keys().open_government_id(ACME, &sealed).unwrap())
        };
        assert_eq!(number(person), (Some(1), GOVERNMENT_ID.to_owned()));
        assert_eq!(number(was), (Some(0), GOVERNMENT_ID.to_owned()), "what is in memory still opens");
        assert_eq!(person.custom_field_records, was.custom_field_records);
    }
    sound(&home.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_go_on_meanwhile_and_theirs_is_what_stays() {
    let home = Arc::new(Home::of(90).await);
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let (home, done) = (home.clone(), done.clone());
            tokio::spawn(async move {
                // Another process, which has not heard of the new key.
                let (store, mut keys) = (home.again().await, BTreeMap::new());
                let mut turn = 0;
                while !done.load(Ordering::Relaxed) || turn < 20 {
                    turn += 1;
                    let (user, key) = (writer + 3 * (turn % 30) + 1, store.keys().new_api_key());
                    let mut tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
                    tx.set_api_key(UserId(user), &key).await.unwrap();
                    tx.commit().await.unwrap();
                    keys.insert(user, key);
                }
                keys
            })
        })
        .collect();
    let mut resealed = 0;
    for generation in 1..=3 {
        add_generation(&home.store);
        let report = reseal(&home.store).await;
        assert_eq!((report.generation, &report.findings[..]), (generation, &[][..]));
        resealed += report.resealed;
        let counts = counts(&home.store).await;
        assert_eq!(
            counts.keys().copied().collect::<Vec<_>>(),
            [generation],
            "nothing older is left, nor comes back"
        );
    }
    done.store(true, Ordering::Relaxed);
    assert!(resealed > 3 * 150);
    for writer in writers {
        for (user, key) in writer.await.unwrap() {
            assert_eq!(key_of(&home.store, user).await, key);
        }
    }
    assert_eq!(counts(&home.store).await.keys().copied().collect::<Vec<_>>(), [3]);
    sound(&home.store).await;
}

#[tokio::test]
async fn what_was_begun_is_finished_by_the_next() {
    let home = Home::of(300).await;
    let total = counts(&home.store).await[&0];
    add_generation(&home.store);
    // Dropped in the middle, as a kill would leave it.
    let (stop, seen) = (Arc::new(tokio::sync::Notify::new()), Arc::new(AtomicU64::new(0)));
    let (stopper, counter) = (stop.clone(), seen.clone());
    let on_progress = Arc::new(move |progress: Progress| {
        if counter.fetch_max(progress.done, Ordering::Relaxed) < 256 && progress.done >= 256 {
            stopper.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = stop.notified() => {}
        _ = home.store.reseal(on_progress) => panic!("it was to be stopped"),
    }
    let halfway = counts(&home.store).await;
    assert!(halfway[&0] > 0 && halfway[&1] > 0, "{halfway:?}");
    assert_eq!(halfway.values().sum::<u64>(), total);
    sound(&home.store).await;
    // What was just being committed may have been counted before it was.
    let finished = reseal(&home.again().await).await.resealed;
    assert!(finished > 0 && finished <= halfway[&0], "{finished} of {halfway:?}");
    assert_eq!(counts(&home.store).await, BTreeMap::from([(1, total)]));
    sound(&home.store).await;
}

#[tokio::test]
async fn a_writer_without_the_new_key_is_refused_and_one_that_can_get_it_is_not() {
    let home = Home::of(2).await;
    let KeySource::File(path) = home.store.keys().source().clone() else { unreachable!() };
    let old = std::fs::read(&path).unwrap();
    let (left_behind, following) = (home.again().await, home.again().await);
    add_generation(&home.store);
    reseal(&home.store).await;
    let new = std::fs::read(&path).unwrap();
    // As on a machine that the new key file has not been brought to.
    std::fs::write(&path, old).unwrap();
    let refused = left_behind.begin(ACME, Author::OPERATOR).await.err().unwrap();
    assert!(matches!(refused, StoreError::UnknownGeneration(1)), "{refused}");
    std::fs::write(&path, new).unwrap();
    let key = following.keys().new_api_key();
    let mut tx = following.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_api_key(UserId(1), &key).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counts(&home.store).await.keys().copied().collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn what_was_sealed_before_a_rotation_is_written_by_the_new_key() {
    let home = Home::of(1).await;
    let prepared = crowd(&home.store, 2..=3);
    add_generation(&home.store);
    reseal(&home.store).await;
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&prepared, &encrypted()).await.unwrap();
    tx.set_sequences(&sequences(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counts(&home.store).await.keys().copied().collect::<Vec<_>>(), [1]);
    sound(&home.store).await;
}

#[tokio::test]
async fn a_generation_is_forgotten_once_nothing_is_sealed_by_it() {
    let home = Home::of(3).await;
    home.set_key(1).await;
    let source = home.store.keys().source().clone();
    add_generation(&home.store);
    reseal(&home.store).await;
    add_generation(&home.store);
    // To have a key is not to use it: other nodes may not have it yet.
    let prepared = home.again().await;
    let mut tx = prepared.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_api_key(UserId(2), &prepared.keys().new_api_key()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counts(&home.store).await.keys().copied().collect::<Vec<_>>(), [1]);
    let refused = home.store.is_done_with(1).await.unwrap_err().to_string();
    assert!(refused.contains("has come to generation 1"), "{refused}");
    for generation in [0, 2, 3] {
        home.store.is_done_with(generation).await.unwrap_err();
    }
    reseal(&home.store).await;
    home.store.is_done_with(1).await.unwrap();
    source.remove_generation(1).unwrap();
    // A process that starts from now on, and an account that is made from now on.
    let fresh = home.again().await;
    fresh.load_directory(ACME, TODAY).await.unwrap();
    let other =
        fresh.create_account("other", "Other", Settings::default(), Author::OPERATOR).await.unwrap().unwrap();
    let mut tx = fresh.begin(other.id, Author::OPERATOR).await.unwrap();
    tx.add_org(&org()).await.unwrap();
    let mut person = crowd(&fresh, 1..=1);
    // What `crowd` makes is of the first account.
    person[0].employee.iter_mut().for_each(|record| record.data.government_id = None);
    person[0].user.api_key_hash = None;
    person[0].user.api_key = None;
    tx.add_people(&person, &encrypted()).await.unwrap();
    tx.set_sequences(&sequences(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counts(&fresh).await.keys().copied().collect::<Vec<_>>(), [2]);
    sound(&fresh).await;
}

#[tokio::test]
async fn a_new_account_begins_where_the_store_is() {
    let home = Home::of(1).await;
    let left_behind = home.again().await;
    add_generation(&home.store);
    reseal(&home.store).await;
    // Made by a process that knows the old key alone; its account is not for the old key all the same.
    let made = left_behind.create_account("other", "Other", Settings::default(), Author::OPERATOR).await;
    let other = made.unwrap().unwrap();
    assert_eq!(left_behind.keys().current_generation(), 0);
    let mut tx = left_behind.begin(other.id, Author::OPERATOR).await.unwrap();
    tx.add_people(&[], &encrypted()).await.unwrap();
    assert_eq!(left_behind.keys().current_generation(), 1);
}

#[tokio::test]
async fn what_moves_in_is_sealed_by_the_generation_that_the_target_has_come_to() {
    let home = Home::of(3).await;
    let there = Home::on(Backend::chosen(), 2, Some(home.store.keys().source().clone())).await;
    add_generation(&there.store);
    reseal(&there.store).await;
    let values = counts(&home.store).await[&0];
    home.store.move_accounts(&there.store, &MoveOptions::default(), &no_progress()).await.unwrap();
    assert_eq!(counts(&there.store).await, BTreeMap::from([(1, values)]));
    sound(&there.store).await;
    there.set_key(1).await;
}

#[tokio::test]
async fn damage_is_left_as_it_is_and_told() {
    let home = Home::of(3).await;
    for user in 1..=3 {
        home.set_key(user).await;
    }
    home.sql("UPDATE users SET nickname = 'changed' WHERE id = 2").await;
    add_generation(&home.store);
    let report = reseal(&home.store).await;
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert_eq!(report.findings[0].place, Place::Row { account: ACME, table: "users", id: 2 });
    assert_eq!(
        home.store.sealed_values().await.unwrap()[&0],
        SealedValues { api_keys: 1, ..Default::default() }
    );
    let check = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(check.findings.len(), 1, "no new checksum vouches for it: {:?}", check.findings);
    // A generation with something left is not forgotten.
    home.sql("UPDATE users SET nickname = 'changed' WHERE id = 3").await;
    add_generation(&home.store);
    assert_eq!(reseal(&home.store).await.findings.len(), 2);
    let refused = home.store.is_done_with(1).await.unwrap_err().to_string();
    assert!(refused.contains("1 values are still sealed by generation 1"), "{refused}");
}

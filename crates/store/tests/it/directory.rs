//! Directories: what is written is what is loaded, and a refreshed one is a fresh one.

use std::collections::BTreeSet;

use folkmoot_core::{Dated, Directory, Settings, UserId};
use folkmoot_store::Author;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::company::{crowd, encrypted, org, person};
use crate::support::{ACME, GOVERNMENT_ID, Home, TODAY, assert_same, picture};

#[tokio::test]
async fn every_field_comes_back() {
    let home = Home::of(9).await;
    let directory = home.load().await;
    assert_eq!(directory.org(), &org());
    assert_eq!(directory.account().settings, Settings::default());
    for found in directory.people() {
        let mut given = person(&home.store, found.user.id.0);
        // Shown in the order of their fields.
        given.custom_field_records.reverse();
        let sealed = found.employee.at(TODAY).unwrap().data.government_id.clone().unwrap();
        assert_eq!(home.store.keys().open_government_id(ACME, &sealed).unwrap(), GOVERNMENT_ID);
        for record in &mut given.employee {
            record.data.government_id = Some(sealed.clone());
        }
        assert_eq!(**found, given.person(TODAY));
    }
}

#[tokio::test]
async fn past_records_stay_in_the_store() {
    let home = Home::of(3).await;
    let (owner, record) = home.store.employee_record(ACME, 20).await.unwrap().unwrap();
    assert_eq!((owner, record.data.first_name.as_str()), (UserId(2), "Past2"));
    let (owner, record) = home.store.assignment_record(ACME, 32).await.unwrap().unwrap();
    assert_eq!((owner, record.effective_date), (UserId(3), date(2027, 1, 1)));
    assert!(home.store.employee_record(ACME, 999).await.unwrap().is_none());
    let directory = home.load().await;
    assert_eq!(directory.person(UserId(2)).unwrap().employee.records().len(), 1);
    assert_eq!(directory.next_change(), Some(date(2027, 1, 1)));
}

#[tokio::test]
async fn a_key_finds_its_owner_and_opens() {
    let home = Home::of(3).await;
    let key = home.set_key(2).await;
    let directory = home.load().await;
    let owner = directory.by_key(&home.store.keys().hash_api_key(ACME, &key)).unwrap();
    assert_eq!(owner.user.id, UserId(2));
    let opened = home.store.keys().open_api_key(ACME, owner.user.api_key.as_ref().unwrap()).unwrap();
    assert_eq!(opened, key);
    let replaced = home.set_key(2).await;
    let directory = home.load().await;
    assert!(directory.by_key(&home.store.keys().hash_api_key(ACME, &key)).is_none());
    assert!(directory.by_key(&home.store.keys().hash_api_key(ACME, &replaced)).is_some());
}

#[tokio::test]
async fn another_process_sees_what_was_written() {
    let home = Home::of(3).await;
    let other = home.again().await;
    let before = other.load_directory(ACME, TODAY).await.unwrap();
    assert!(other.refresh(&before, TODAY).await.unwrap().is_none(), "nothing is new");
    home.set_key(1).await;
    other.set_picture(ACME, Author::OPERATOR, UserId(2), Some(picture("face"))).await.unwrap();
    let theirs = other.refresh(&before, TODAY).await.unwrap().unwrap();
    let ours = home.store.refresh(&before, TODAY).await.unwrap().unwrap();
    assert_same(&theirs, &ours, TODAY);
    assert_same(&theirs, &home.load().await, TODAY);
}

#[tokio::test]
async fn too_many_changes_are_read_in_one_sweep() {
    let home = Home::of(5).await;
    let before = home.load().await;
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    // Every twentieth, so that no two are neighbours.
    tx.add_people(&crowd(&home.store, (1..=250).map(|n| n * 20)), &encrypted()).await.unwrap();
    tx.commit().await.unwrap();
    let after = home.store.refresh(&before, TODAY).await.unwrap().unwrap();
    assert_eq!(after.len(), 255);
    assert_same(&after, &home.load().await, TODAY);
    assert!(after.generation() > before.generation());
}

#[tokio::test]
async fn somebody_who_was_deleted_is_gone_and_fields_are_put_in_order() {
    let home = Home::of(5).await;
    let before = home.load().await;
    delete(&home, 3).await;
    let after = home.store.refresh(&before, TODAY).await.unwrap().unwrap();
    assert!(after.person(UserId(3)).is_none() && after.by_username("user3").is_none());
    assert_same(&after, &home.load().await, TODAY);
    // The order of fields is everybody's order of values.
    home.sql(
        "UPDATE custom_fields SET sort_order = 0 WHERE id = 1;
         INSERT INTO changes (account_id, revision, at, actor_id, source, object, object_id, action, before, after)
         SELECT 1, revision + 1, 1, NULL, 'cli', 'CustomField', 1, 'Edit', NULL, NULL
         FROM revisions; UPDATE revisions SET revision = revision + 1",
    )
    .await;
    let reordered = home.store.refresh(&after, TODAY).await.unwrap().unwrap();
    assert_same(&reordered, &home.load().await, TODAY);
    assert_eq!(reordered.person(UserId(1)).unwrap().custom_field_records[0].field.0, 1);
}

/// Deletes somebody as a later version of the program will.
pub(crate) async fn delete(home: &Home, user: i64) {
    let tables = [
        "employee_records",
        "assignment_records",
        "work_hour_records",
        "custom_field_records",
        "leave_usages",
    ];
    for table in tables {
        home.sql(&format!("DELETE FROM {table} WHERE user_id = {user}")).await;
    }
    home.sql(&format!(
        "DELETE FROM users WHERE id = {user};
         INSERT INTO changes (account_id, revision, at, actor_id, source, object, object_id, action, before, after)
         SELECT 1, revision + 1, 1, NULL, 'cli', 'User', {user}, 'Delete', NULL, NULL
         FROM revisions; UPDATE revisions SET revision = revision + 1"
    ))
    .await;
}

#[derive(Clone, Debug)]
pub(crate) enum Write {
    Add(i64),
    Key(i64),
    Password(i64),
    Picture(i64, Option<u8>),
    Delete(i64),
    Dropped(i64),
    Day(i8),
}

pub(crate) fn writes() -> impl Strategy<Value = Vec<Write>> {
    let user = 1i64..60;
    proptest::collection::vec(
        prop_oneof![
            user.clone().prop_map(Write::Add),
            user.clone().prop_map(Write::Key),
            user.clone().prop_map(Write::Password),
            (user.clone(), proptest::option::of(0u8..4)).prop_map(|(user, face)| Write::Picture(user, face)),
            user.clone().prop_map(Write::Delete),
            user.prop_map(Write::Dropped),
            (1i8..=28).prop_map(Write::Day),
        ],
        1..12,
    )
}

/// Does as `write` says, and says on which day it is.
pub(crate) async fn perform(home: &Home, write: &Write, day: Date) -> Date {
    let there: BTreeSet<i64> = home.load().await.people().map(|person| person.user.id.0).collect();
    home.clock.advance(1_000_000);
    match *write {
        Write::Add(id) if !there.contains(&id) => {
            let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
            tx.add_people(&[person(&home.store, id)], &encrypted()).await.unwrap();
            tx.commit().await.unwrap();
        }
        Write::Key(id) if there.contains(&id) => {
            home.set_key(id).await;
        }
        Write::Password(id) if there.contains(&id) => {
            let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
            tx.set_password_hash(UserId(id), "$argon2id$x").await.unwrap();
            tx.commit().await.unwrap();
        }
        Write::Picture(id, face) if there.contains(&id) => {
            let content = face.map(|face| format!("face {face}"));
            home.set_picture(id, content.as_deref()).await;
        }
        Write::Delete(id) if there.contains(&id) => delete(home, id).await,
        Write::Dropped(id) if there.contains(&id) => {
            let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
            tx.set_password_hash(UserId(id), "$argon2id$never").await.unwrap();
        }
        // Into the new year, in which assignments begin.
        Write::Day(number) => return day.max(date(2026, 12, 31)).max(date(2027, 1, number)),
        _ => {}
    }
    day
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_refreshed_directory_is_what_a_fresh_one_is(writes in writes()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let home = Home::of(20).await;
            let mut refreshed: Directory = home.load().await;
            let mut day = TODAY;
            for write in &writes {
                day = perform(&home, write, day).await;
                let stamps = refreshed.generation();
                if let Some(next) = home.store.refresh(&refreshed, day).await.unwrap() {
                    assert!(next.generation() > stamps, "no two snapshots count the same");
                    refreshed = next;
                }
                let fresh = home.store.load_directory(ACME, day).await.unwrap();
                assert_same(&refreshed, &fresh, day);
                let held = |person: &folkmoot_core::Person| Dated::records(&person.assignment).len();
                assert!(fresh.people().all(|person| held(person) <= 2));
            }
        });
    }
}

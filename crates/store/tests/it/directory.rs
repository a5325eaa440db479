//! Directories: what is written is what is loaded, and a refreshed one is a fresh one.

use std::collections::BTreeSet;

use folkmoot_core::{CustomFieldRecord, Dated, Directory, Record, Settings, User, UserId};
use folkmoot_store::{Author, Parts, PersonAddition};
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
async fn what_this_process_has_written_need_not_be_read_and_what_another_has_is() {
    let home = Home::of(5).await;
    let other = home.again().await;
    let before = home.load().await;
    change(&home, 2, 6).await;
    change(&home, 3, 6).await;
    change(&home, 2, 12).await;
    let ours = home.store.revision(ACME).await.unwrap();
    // Rows that cannot be read are not.
    home.sql("ALTER TABLE leave_usages RENAME TO away").await;
    let known = home.store.refresh_to(&before, ours, TODAY).await.unwrap().unwrap();
    home.sql("ALTER TABLE away RENAME TO leave_usages").await;
    assert_same(&known, &home.load().await, TODAY);
    // One of another process is between two of this.
    change(&home, 4, 6).await;
    let mut tx = other.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_password_hash(UserId(5), "$argon2id$theirs").await.unwrap();
    tx.commit().await.unwrap();
    change(&home, 4, 12).await;
    let newest = home.store.revision(ACME).await.unwrap();
    let after = home.store.refresh_to(&known, newest, TODAY).await.unwrap().unwrap();
    assert_same(&after, &home.load().await, TODAY);
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
        "accepted_invites",
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
    Change(i64, u8),
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
            (user.clone(), any::<u8>()).prop_map(|(user, seed)| Write::Change(user, seed)),
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
        Write::Change(id, seed) if there.contains(&id) => {
            // More than one before anybody looks.
            for turn in 0..=seed % 3 {
                change(home, id, seed.wrapping_mul(turn + 7)).await;
            }
        }
        // Into the new year, in which assignments begin.
        Write::Day(number) => return day.max(date(2026, 12, 31)).max(date(2027, 1, number)),
        _ => {}
    }
    day
}

/// Changes somebody as the API does: their user, and records that depend on `seed`.
async fn change(home: &Home, id: i64, seed: u8) {
    let mut tx = home.store.begin_to_change(ACME, Author::OPERATOR, UserId(id)).await.unwrap();
    let number = tx.base().cast_signed() * 10 + 10_000;
    let before = tx.person(UserId(id), Parts::default()).await.unwrap().unwrap().user;
    let after = User { blog_url: format!("https://blog.example/{number}").into(), ..before.clone() };
    let given = person(&home.store, id);
    let day = date(2026, 10, 1).saturating_add(jiff::Span::new().days(i64::from(seed)));
    let mut added = PersonAddition::default();
    if seed.is_multiple_of(2) {
        let record = given.employee.last().unwrap().clone();
        added.employee = vec![Record { id: number, effective_date: day, ..record }];
    }
    if seed.is_multiple_of(3) {
        let record = given.assignment.last().unwrap().clone();
        added.assignment = vec![Record { id: number, effective_date: day, ..record }];
    }
    if seed.is_multiple_of(5) {
        let record = given.custom_field_records.last().unwrap().clone();
        added.custom_fields = vec![CustomFieldRecord { content: "another".into(), ..record }];
    }
    tx.change_person(&before, after, &added, |field| encrypted().contains(&field)).await.unwrap();
    if seed.is_multiple_of(7) {
        tx.set_password_hash(UserId(id), "$argon2id$y").await.unwrap();
    }
    tx.commit().await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_refreshed_directory_is_what_a_fresh_one_is(writes in writes(), knows in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let home = Home::of(20).await;
            let mut refreshed: Directory = home.load().await;
            let mut day = TODAY;
            for write in &writes {
                day = perform(&home, write, day).await;
                let stamps = refreshed.generation();
                let revision = home.store.revision(ACME).await.unwrap();
                let next = if knows {
                    home.store.refresh_to(&refreshed, revision, day).await
                } else {
                    home.store.refresh(&refreshed, day).await
                };
                if let Some(next) = next.unwrap() {
                    assert!(next.generation() > stamps, "no two snapshots count the same");
                    refreshed = next;
                }
                let fresh = home.store.load_directory(ACME, day).await.unwrap();
                assert_same(&refreshed, &fresh, day);
                let in_effect = |person: &folkmoot_core::Person| {
                    let records = Dated::records(&person.assignment).iter();
                    records.filter(|record| record.effective_date <= day).count()
                };
                assert!(fresh.people().all(|person| in_effect(person) <= 1));
            }
        });
    }
}

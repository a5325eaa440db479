//! Writing: all of it or nothing, each change in the log, no secret in clear anywhere.

use std::sync::Arc;
use std::time::Duration;

use folkmoot_core::{AccountId, Actor, Settings, Source, UserId};
use folkmoot_store::{Author, CheckOptions, StoreError, no_progress};

use crate::company::{crowd, encrypted, org, person, sequences};
use crate::support::{ACME, GOVERNMENT_ID, Home, SECRET_NOTE, holds, picture};

type Entry = (i64, Option<i64>, String, String, i64, String, Option<String>, Option<String>);

async fn log(home: &Home) -> Vec<Entry> {
    home.rows(
        "SELECT revision, actor_id, source, object, object_id, action, before, after FROM changes
         WHERE account_id = 1 ORDER BY revision",
    )
    .await
}

#[tokio::test]
async fn accounts_are_of_different_names_whatever_the_case() {
    let home = Home::of(1).await;
    let again = home.store.create_account("ACME", "Other", Settings::default(), Author::OPERATOR).await;
    assert!(again.unwrap().is_err());
    let other = home.store.create_account("Other", "Other", Settings::default(), Author::OPERATOR).await;
    let other = other.unwrap().unwrap();
    assert_eq!((other.id, other.subdomain.as_str()), (AccountId(2), "other"));
    assert_eq!(home.store.revision(other.id).await.unwrap(), 1);
    assert!(matches!(home.store.revision(AccountId(3)).await, Err(StoreError::NoAccount)));
    assert!(matches!(home.store.begin(AccountId(3), Author::OPERATOR).await, Err(StoreError::NoAccount)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accounts_made_and_deleted_by_several_processes_at_once_are_all_different() {
    let home = Arc::new(Home::of(1).await);
    let stores = [home.again().await, home.again().await, home.again().await];
    let tasks: Vec<_> = (0..24)
        .map(|number| {
            let store = stores[number % 3].clone();
            tokio::spawn(async move {
                // Each name is wanted by three, and one of the others is deleted meanwhile.
                let name = format!("company{}", number / 3);
                let made = store.create_account(&name, &name, Settings::default(), Author::OPERATOR).await;
                let made = made.unwrap().ok()?.id;
                let own = format!("own{number}");
                let gone = store.create_account(&own, &own, Settings::default(), Author::OPERATOR).await;
                store.delete_account(gone.unwrap().unwrap().id).await.unwrap();
                Some((made, name))
            })
        })
        .collect();
    let mut made = Vec::new();
    for task in tasks {
        made.extend(task.await.unwrap());
    }
    let accounts = home.store.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1 + 8);
    assert_eq!(made.len(), 8, "of three who want a name one gets it: {made:?}");
    for (id, name) in &made {
        let account = accounts.iter().find(|account| account.id == *id).unwrap();
        assert_eq!(account.subdomain, *name);
        assert_eq!(home.store.revision(*id).await.unwrap(), 1);
    }
    let numbers = home.rows::<(i64,)>("SELECT id FROM accounts ORDER BY id").await;
    assert_eq!(numbers, (1..=17).map(|id| (id,)).collect::<Vec<_>>(), "no number is given twice");
    let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_to_many_accounts_do_not_get_in_each_others_way() {
    let home = Arc::new(Home::of(1).await);
    let other = home.again().await;
    let mut accounts = Vec::new();
    for number in 0..6 {
        let name = format!("company{number}");
        let made = home.store.create_account(&name, &name, Settings::default(), Author::OPERATOR).await;
        let id = made.unwrap().unwrap().id;
        let mut tx = home.store.begin(id, Author::OPERATOR).await.unwrap();
        tx.add_org(&org()).await.unwrap();
        let mut somebody = person(&home.store, 1);
        // It is sealed for another account.
        somebody.employee.iter_mut().for_each(|record| record.data.government_id = None);
        tx.add_people(&[somebody], &encrypted()).await.unwrap();
        tx.set_sequences(&sequences(1)).await.unwrap();
        accounts.push((id, tx.commit().await.unwrap()));
    }
    let tasks: Vec<_> = (0..36)
        .map(|number| {
            let store = if number % 2 == 0 { home.store.clone() } else { other.clone() };
            let (account, _) = accounts[number % accounts.len()];
            tokio::spawn(async move {
                let picture = picture(&format!("face {number}"));
                store.set_picture(account, Author::OPERATOR, UserId(1), Some(picture)).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for (account, before) in accounts {
        assert_eq!(home.store.revision(account).await.unwrap(), before + 6);
        assert_eq!(other.blobs().list(account).await.unwrap().len(), 1, "one has the last word");
    }
    let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn every_change_is_logged_once_without_gaps_and_without_secrets() {
    let home = Home::of(3).await;
    let key = home.set_key(2).await;
    let author = Author::new(Actor::User(UserId(2)), Source::Api);
    let mut tx = home.store.begin(ACME, author).await.unwrap();
    tx.set_password_hash(UserId(3), "$argon2id$NEWPASSWORDHASH").await.unwrap();
    assert_eq!(tx.commit().await.unwrap(), home.store.revision(ACME).await.unwrap());
    home.set_picture(1, Some("one")).await;
    home.set_picture(1, Some("two")).await;
    home.set_picture(1, None).await;

    let log = log(&home).await;
    let revisions: Vec<i64> = log.iter().map(|entry| entry.0).collect();
    assert_eq!(revisions, (1..=log.len() as i64).collect::<Vec<_>>());
    assert_eq!(log.len() as u64, home.store.revision(ACME).await.unwrap());
    let last = &log[log.len() - 4..];
    assert_eq!(last[0].1, Some(2));
    assert_eq!(
        (last[0].2.as_str(), last[0].3.as_str(), last[0].4, last[0].5.as_str()),
        ("api", "User", 3, "Edit")
    );
    assert_eq!(last[1].1, None, "the operator");
    let picture = |text: &Option<String>| {
        serde_json::from_str::<serde_json::Value>(text.as_ref().unwrap()).unwrap()["picture"].clone()
    };
    assert!(picture(&last[1].6).is_null());
    assert_eq!(picture(&last[2].6), picture(&last[1].7), "before is what was after");
    assert_ne!(picture(&last[2].6), picture(&last[2].7));
    assert!(picture(&last[3].7).is_null());

    let said: String = log.iter().flat_map(|entry| [&entry.6, &entry.7]).flatten().cloned().collect();
    assert!(said.contains("Present1") && said.contains("Size 3"), "what is not secret is told");
    for secret in [GOVERNMENT_ID, SECRET_NOTE, "PASSWORDHASH", &key.expose(), "Sealed"] {
        assert!(!said.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn nothing_that_is_kept_holds_a_secret_in_clear() {
    let home = Home::of(50).await;
    let key = home.set_key(1).await;
    home.set_picture(1, Some("face")).await;
    let everything = home.everything().await;
    let digits = key.expose();
    for secret in [GOVERNMENT_ID.as_bytes(), SECRET_NOTE.as_bytes(), digits.as_bytes(), key.bytes()] {
        assert!(!holds(&everything, secret));
    }
    for open in ["Present7", "PASSWORDHASH7", "face"] {
        assert!(holds(&everything, open.as_bytes()), "it would have been found: {open}");
    }
}

#[tokio::test]
async fn what_is_dropped_never_happened() {
    let home = Home::of(2).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&crowd(&home.store, 3..=5), &encrypted()).await.unwrap();
    tx.set_api_key(UserId(1), &home.store.keys().new_api_key()).await.unwrap();
    drop(tx);
    assert_eq!(home.store.revision(ACME).await.unwrap(), before);
    let directory = home.load().await;
    assert_eq!(directory.len(), 2);
    assert!(directory.people().all(|person| person.user.api_key.is_none()));
}

#[tokio::test]
async fn what_fails_in_the_middle_leaves_nothing_behind() {
    let home = Home::of(2).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut twin = person(&home.store, 9);
    twin.user.username = "USER1".into();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&[person(&home.store, 8)], &encrypted()).await.unwrap();
    assert!(tx.add_people(&[twin], &encrypted()).await.is_err(), "usernames differ in more than case");
    drop(tx);
    assert_eq!(home.store.revision(ACME).await.unwrap(), before);
    assert_eq!(home.load().await.len(), 2);
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    let key = home.store.keys().new_api_key();
    assert!(matches!(tx.set_api_key(UserId(77), &key).await, Err(StoreError::NoUser)));
    let missing = home.store.set_picture(ACME, Author::OPERATOR, UserId(77), None);
    drop(tx);
    assert!(matches!(missing.await, Err(StoreError::NoUser)));
}

#[tokio::test]
async fn a_nul_in_a_text_is_refused_wherever_rows_are() {
    let home = Home::of(1).await;
    let before = home.store.revision(ACME).await.unwrap();
    let mut odd = person(&home.store, 2);
    odd.employee[0].data.city = "Z\0rich".into();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    let error = tx.add_people(&[odd], &encrypted()).await.unwrap_err().to_string();
    assert_eq!(error, "employee_records.city: a text cannot hold a NUL character");
    drop(tx);
    let named = home.store.create_account("odd", "O\0d", Settings::default(), Author::OPERATOR).await;
    assert!(named.unwrap_err().to_string().starts_with("accounts.name: "));
    assert_eq!(home.store.revision(ACME).await.unwrap(), before);
    // What is sealed is bytes, and may be any.
    let mut odd = person(&home.store, 2);
    odd.custom_field_records[0].content = "a\0b".into();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&[odd], &encrypted()).await.unwrap();
    tx.commit().await.unwrap();
    let directory = home.load().await;
    let records = &directory.person(UserId(2)).unwrap().custom_field_records;
    assert!(records.iter().any(|record| record.content == "a\0b"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_take_turns_and_none_is_lost() {
    let home = Arc::new(Home::of(16).await);
    let other = Arc::new(home.again().await);
    let before = home.store.revision(ACME).await.unwrap();
    let tasks: Vec<_> = (1..=16)
        .map(|user| {
            let (home, other) = (home.clone(), other.clone());
            tokio::spawn(async move {
                for _ in 0..4 {
                    // Half of them from another process, as it were.
                    let store = if user % 2 == 0 { &home.store } else { &*other };
                    let key = store.keys().new_api_key();
                    let mut tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
                    tx.set_api_key(UserId(user), &key).await.unwrap();
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(home.store.revision(ACME).await.unwrap(), before + 64);
    let log = log(&home).await;
    assert!(log.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1));
    assert_eq!(other.revision(ACME).await.unwrap(), before + 64, "both see what both wrote");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_writers_to_one_account_keeps_nobody_from_reading() {
    let home = Arc::new(Home::of(2).await);
    let before = home.store.revision(ACME).await.unwrap();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    // More than there are connections.
    let writers: Vec<_> = (0..24)
        .map(|_| {
            let home = home.clone();
            tokio::spawn(async move { home.set_key(2).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(home.store.revision(ACME).await.unwrap(), before);
    assert_eq!(home.load().await.len(), 2);
    tx.set_password_hash(UserId(1), "$argon2id$x").await.unwrap();
    tx.commit().await.unwrap();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(home.store.revision(ACME).await.unwrap(), before + 25);
}

#[tokio::test]
async fn a_picture_goes_with_the_last_who_has_it() {
    let home = Home::of(3).await;
    home.set_picture(1, Some("shared")).await;
    home.set_picture(2, Some("shared")).await;
    let directory = home.load().await;
    let name = directory.person(UserId(1)).unwrap().user.picture.unwrap();
    assert_eq!(directory.person(UserId(2)).unwrap().user.picture, Some(name));
    assert_eq!(home.store.keys().picture_name(ACME, name.kind, b"shared"), name, "its content names it");
    home.set_picture(1, Some("other")).await;
    assert_eq!(home.store.picture(ACME, name).await.unwrap().as_deref(), Some(&b"shared"[..]));
    let revision = home.set_picture(2, Some("shared")).await;
    assert_eq!(revision, home.store.revision(ACME).await.unwrap());
    home.set_picture(2, None).await;
    assert_eq!(home.store.picture(ACME, name).await.unwrap(), None);
    home.set_picture(2, Some("shared")).await;
    assert!(home.store.picture(ACME, name).await.unwrap().is_some(), "and comes back");
}

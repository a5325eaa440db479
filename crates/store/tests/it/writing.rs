//! Writing: all of it or nothing, each change in the log, no secret in clear anywhere.

use std::sync::Arc;

use folkmoot_core::{AccountId, Actor, Settings, Source, UserId};
use folkmoot_store::{Author, BackupOptions, StoreError, no_progress};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::company::{crowd, encrypted, person};
use crate::support::{ACME, GOVERNMENT_ID, Home, SECRET_NOTE, all_bytes, files, holds};

async fn log(
    home: &Home,
) -> Vec<(i64, Option<i64>, String, String, i64, String, Option<String>, Option<String>)> {
    let options = SqliteConnectOptions::new().filename(home.store.data_dir().database());
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let rows = sqlx::query_as(
        "SELECT revision, actor_id, source, object, object_id, action, before, after FROM changes
         WHERE account_id = 1 ORDER BY revision",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    pool.close().await;
    rows
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

#[tokio::test]
async fn every_change_is_logged_once_without_gaps_and_without_secrets() {
    let home = Home::of(3).await;
    let key = home.set_key(2).await;
    let author = Author { actor: Actor::User(UserId(2)), source: Source::Api };
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
async fn no_file_holds_a_secret_in_clear() {
    let home = Home::of(50).await;
    let key = home.set_key(1).await;
    let directory = home.load().await;
    home.store.write_directory_image(&directory).await.unwrap();
    home.store.backup(&home.path("backup"), BackupOptions::default(), no_progress()).await.unwrap();
    let everything = all_bytes(home.folder.path());
    assert!(files(home.folder.path()).len() > 5);
    let digits = key.expose();
    for secret in [GOVERNMENT_ID.as_bytes(), SECRET_NOTE.as_bytes(), digits.as_bytes(), key.bytes()] {
        assert!(!holds(&everything, secret));
    }
    // Names are no secret in the database, and are in the image.
    assert!(holds(&everything, b"Present7"));
    let image = std::fs::read(home.image()).unwrap();
    for personal in [&b"Present7"[..], b"PASSWORDHASH", b"Person7", b"Main Street"] {
        assert!(!holds(&image, personal), "the image is sealed");
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

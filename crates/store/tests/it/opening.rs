//! Making and opening stores, and their key.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use folkmoot_core::UserId;
use folkmoot_store::{Store, StoreError};

use crate::support::{ACME, Home, TODAY, TestClock, TestRandom};

#[tokio::test]
async fn a_store_opens_again_and_is_not_made_twice() {
    let home = Home::of(1).await;
    let mode = fs::metadata(home.key_file()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    home.set_picture(1, Some("face")).await;
    home.store.close().await;
    let made = Store::create(home.options(), TestClock::new(), TestRandom::seeded(2)).await;
    let error = made.unwrap_err().to_string();
    assert!(error.contains("already holds"), "nothing is overwritten: {error}");
    let store = home.again().await;
    assert_eq!(store.accounts().await.unwrap()[0].subdomain, "acme");
    let directory = store.load_directory(ACME, TODAY).await.unwrap();
    let name = directory.person(UserId(1)).unwrap().user.picture.unwrap();
    assert_eq!(store.picture(ACME, name).await.unwrap().as_deref(), Some(&b"face"[..]));
}

#[tokio::test]
async fn a_key_that_others_can_read_or_that_is_none_is_refused() {
    let home = Home::empty().await;
    let key = home.key_file();
    let refused = async || home.opened().await.unwrap_err().to_string();
    for mode in [0o640, 0o604, 0o660] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let error = refused().await;
        assert!(error.contains("can be read by others") && error.contains("chmod 600"), "{error}");
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    home.again().await;
    for text in ["", "abc", &"g".repeat(64), &"ä".repeat(32)] {
        fs::write(&key, text).unwrap();
        let error = refused().await;
        assert!(error.contains("is not a Folkmoot key"), "{error}");
    }
}

#[tokio::test]
async fn another_stores_key_is_refused() {
    let home = Home::of(1).await;
    let key = home.key_file();
    let right = fs::read_to_string(&key).unwrap();
    let turned: String = right.trim().chars().rev().collect();
    fs::write(&key, turned).unwrap();
    let error = home.opened().await.unwrap_err();
    assert!(matches!(error, StoreError::WrongKey));
    assert!(error.to_string().contains("another store's"), "{error}");
    fs::write(&key, right).unwrap();
    home.again().await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_its_reason() {
    let home = Home::of(1).await;
    home.sql(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         VALUES (9999, 'from the future', '2030-01-01', true, x'00', 1)",
    )
    .await;
    let error = home.opened().await.unwrap_err();
    assert!(matches!(error, StoreError::Migration(_)));
    assert!(error.to_string().contains("9999"), "{error}");
}

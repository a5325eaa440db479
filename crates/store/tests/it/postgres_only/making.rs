//! Making a store in a database that others can get at.

use std::fs;

use folkmoot_store::{Store, StoreError};
use folkmoot_testing::Backend;

use crate::support::{Place, TestClock, TestRandom};

async fn create(place: &Place, key: &str, seed: u64) -> Result<Store, StoreError> {
    let mut options = place.options();
    options.keys = folkmoot_store::KeySource::File(place.path(key));
    Store::create(options, TestClock::new(), TestRandom::seeded(seed)).await
}

#[tokio::test]
async fn an_empty_database_is_no_store_and_stays_empty() {
    let place = Place::new(Backend::Postgres).await;
    let key = place.key_file();
    for there in [false, true] {
        if there {
            create(&place, "key", 1).await.unwrap();
            place.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        }
        let error = place.opened().await.unwrap_err().to_string();
        assert!(error.contains("holds no Folkmoot store") && error.contains("folkmoot init"), "{error}");
        assert_eq!(key.exists(), there, "no key was made for it");
        let tables = place.rows::<(i64,)>("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'").await;
        assert_eq!(tables, [(0,)]);
    }
}

#[tokio::test]
async fn a_store_that_is_there_is_not_made_again_nor_given_another_key() {
    let place = Place::new(Backend::Postgres).await;
    create(&place, "key", 1).await.unwrap();
    let error = create(&place, "other-key", 2).await.unwrap_err().to_string();
    assert!(error.contains("already holds a Folkmoot store"), "{error}");
    assert!(!place.path("other-key").exists());
    place.again().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_make_it_at_once_all_who_succeed_have_the_same_key() {
    let place = Place::new(Backend::Postgres).await;
    let names = ["one", "two", "three", "four"];
    let attempts = names.iter().zip(1..).map(|(name, seed)| create(&place, name, seed));
    let made = futures_util::future::join_all(attempts).await;
    let ours: Vec<_> = names.iter().zip(&made).filter(|(_, made)| made.is_ok()).collect();
    assert_eq!(ours.len(), 1, "{made:?}");
    for error in made.iter().filter_map(|made| made.as_ref().err()) {
        let late = error.to_string().contains("already holds");
        assert!(late || matches!(error, StoreError::WrongKey), "{error:?}");
    }
    fs::copy(place.path(ours[0].0), place.key_file()).unwrap();
    place.again().await;
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_told_without_its_password() {
    let place = Place::new(Backend::Postgres).await;
    create(&place, "key", 1).await.unwrap();
    for url in [
        "postgres://moot:S3CRET@127.0.0.1:1/nowhere",
        "postgres://moot:S3CRET@no-such-host.invalid/nowhere",
        "postgres://moot:S3CRET@[::1/",
    ] {
        let mut options = place.options();
        options.database = folkmoot_store::Database::Postgres { url: url.to_owned(), connections: 2 };
        let error = Store::open(options, TestClock::new(), TestRandom::seeded(1)).await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(!said.contains("S3CRET"), "{said}");
    }
}

//! Generations of sealing keys, while a store is served.

use std::fs;

use folkmoot_core::UserId;
use folkmoot_store::{Author, CheckOptions, KeyRing, KeySource, Store, no_progress};

use crate::company::{crowd, encrypted};
use crate::support::{ACME, Home, TODAY, TestRandom};

/// Adds a generation to the store's key file, as another process would.
pub(crate) fn add_generation(store: &Store) -> u32 {
    let seed = 40 + u64::from(store.keys().newest_generation());
    store.keys().source().add_generation(&*TestRandom::seeded(seed)).unwrap()
}

#[tokio::test]
async fn another_processs_newer_key_is_followed_when_people_are_read() {
    let home = Home::of(3).await;
    let server = home.again().await;
    let before = server.load_directory(ACME, TODAY).await.unwrap();
    add_generation(&home.store);
    home.store.reseal(no_progress()).await.unwrap();
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&crowd(&home.store, 4..=5), &encrypted()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(server.keys().newest_generation(), 0);
    let after = server.refresh(&before, TODAY).await.unwrap().unwrap();
    assert_eq!(server.keys().newest_generation(), 1, "an encrypted custom field made it look");
    let (newcomer, fresh) = (UserId(5), home.load().await);
    assert_eq!(after.person(newcomer).unwrap(), fresh.person(newcomer).unwrap());
}

#[tokio::test]
async fn a_key_file_that_is_damaged_while_it_is_served_is_found_and_nothing_stops() {
    let home = Home::of(1).await;
    let KeySource::File(key) = home.store.keys().source() else { unreachable!() };
    let whole = fs::read(key).unwrap();
    fs::write(key, [&whole[..], b"1 abc\n"].concat()).unwrap();
    let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    let finding = report.findings[0].to_string();
    assert!(finding.contains("/key: ") && finding.contains("line 2"), "{finding}");
    home.set_key(1).await;
    let opened = KeyRing::read(home.store.keys().source().clone(), TestRandom::seeded(3)).await.unwrap_err();
    assert!(opened.to_string().contains("line 2"), "{opened}");
}

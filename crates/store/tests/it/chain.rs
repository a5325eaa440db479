//! The change log is a chain: whoever changes what is past is found out.

use folkmoot_core::{AccountId, Actor, Origin, RequestId, Source, UserId};
use folkmoot_store::{Author, Break, Broken, CheckOptions, MoveOptions, Verified, no_progress};

use crate::support::{ACME, Home};

async fn verify(home: &Home) -> Verified {
    home.store.verify_log(ACME, None).await.unwrap()
}

/// A log of several entries, some of one transaction.
async fn home() -> Home {
    let home = Home::of(3).await;
    for user in 1..=3 {
        home.set_key(user).await;
    }
    home
}

#[tokio::test]
async fn a_log_that_nobody_has_touched_fits() {
    let home = home().await;
    let verified = verify(&home).await;
    assert_eq!((verified.entries, verified.broken), (home.store.revision(ACME).await.unwrap(), None));
    let changes = home.store.changes(ACME, 0, u64::MAX >> 1, 1000).await.unwrap();
    assert_eq!(changes.last().unwrap().hash.as_ref(), Some(&verified.head));
    // What was noted then is still so after more has happened, and is not so of anything else.
    home.set_key(1).await;
    let noted = async |hash: &str| home.store.verify_log(ACME, Some((verified.entries, hash))).await;
    assert_eq!(noted(&verified.head).await.unwrap().broken, None);
    let other = noted(&"0".repeat(64)).await.unwrap().broken;
    assert_eq!(other, Some(Break { revision: verified.entries, what: Broken::Noted }));
}

#[tokio::test]
async fn whatever_is_changed_is_found() {
    for damage in [
        "at = at + 1",
        "actor_id = 2",
        "source = 'api'",
        "object_id = 9",
        "action = 'Add'",
        "before = '{}'",
        "after = '{}'",
        "after = NULL",
        "address = '10.0.0.1'",
        "request = 'x'",
        "hash = NULL",
    ] {
        let home = home().await;
        let newest = home.store.revision(ACME).await.unwrap();
        home.sql(&format!("UPDATE changes SET {damage} WHERE revision = {}", newest - 1)).await;
        let broken = verify(&home).await.broken;
        assert_eq!(broken, Some(Break { revision: newest - 1, what: Broken::Hash }), "{damage}");
    }
    let home = home().await;
    let newest = home.store.revision(ACME).await.unwrap();
    home.sql(&format!("DELETE FROM changes WHERE revision = {newest}")).await;
    assert_eq!(verify(&home).await.broken, Some(Break { revision: newest, what: Broken::Missing }));
    home.sql("DELETE FROM changes WHERE revision = 2").await;
    assert_eq!(verify(&home).await.broken, Some(Break { revision: 2, what: Broken::Missing }));
}

#[tokio::test]
async fn entries_without_hashes_get_them_when_the_store_is_opened_or_written_to() {
    let home = home().await;
    let before = verify(&home).await;
    let report = async || home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report().await.findings, []);
    // As an earlier version has left them; the first has been done already when somebody is killed.
    home.sql("UPDATE changes SET hash = NULL WHERE revision > 1").await;
    home.store.close().await;
    let again = home.again().await;
    assert_eq!(again.verify_log(ACME, None).await.unwrap(), before);
    // And as one leaves them that still runs beside this one.
    home.sql("UPDATE changes SET hash = NULL WHERE revision > 3").await;
    let mut tx = again.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_password_hash(UserId(1), "x").await.unwrap();
    let revision = tx.commit().await.unwrap();
    let after = again.verify_log(ACME, Some((before.entries, &before.head))).await.unwrap();
    assert_eq!((after.entries, after.broken), (revision, None));
}

#[tokio::test]
async fn an_account_takes_its_chain_along() {
    let home = home().await;
    let before = verify(&home).await;
    let target = Home::on(folkmoot_testing::Backend::Sqlite, 2, None).await;
    // Its number is another's there.
    target
        .store
        .create_account("other", "Other", folkmoot_core::Settings::default(), Author::OPERATOR)
        .await
        .unwrap()
        .unwrap();
    let options = MoveOptions { settling: std::time::Duration::ZERO, ..MoveOptions::default() };
    home.store.move_accounts(&target.store, &options, &no_progress()).await.unwrap();
    let noted = Some((before.entries, before.head.as_str()));
    let there = target.store.verify_log(AccountId(2), noted).await.unwrap();
    assert_eq!(there.broken, None);
    assert!(there.entries > before.entries, "what became of its state on the way is in it");
    let report = target.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn a_change_says_from_where_it_came() {
    let home = Home::of(1).await;
    let request = RequestId::new(b"request-1").unwrap();
    let origin = Some(Origin { address: "2001:db8::1".parse().unwrap(), request });
    let author = Author { actor: Actor::User(UserId(1)), source: Source::Api, origin };
    let mut tx = home.store.begin(ACME, author).await.unwrap();
    tx.set_password_hash(UserId(1), "x").await.unwrap();
    let revision = tx.commit().await.unwrap();
    let change = home.store.changes(ACME, revision - 1, revision, 1).await.unwrap().remove(0);
    assert_eq!(
        (change.address.as_deref(), change.request.as_deref()),
        (Some("2001:db8::1"), Some("request-1"))
    );
    assert_eq!(change.actor, Some(UserId(1)));
}

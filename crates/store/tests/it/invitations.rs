//! Invitations: made with whom they are for, handed over once, tried again, ended, forgotten.

use std::time::Duration;

use folkmoot_core::UserId;
use folkmoot_store::{Author, CheckOptions, INVITATION_LASTS, Invitation, Store, no_progress};

use crate::support::{ACME, Home};

async fn invite(store: &Store, user: i64) {
    let mut tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.invite(UserId(user)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn waiting(store: &Store) -> Vec<Invitation> {
    store.waiting_invitations(10).await.unwrap()
}

#[tokio::test]
async fn one_is_handed_over_once_and_tried_again_until_then() {
    let home = Home::of(3).await;
    invite(&home.store, 2).await;
    let found = waiting(&home.store).await;
    assert_eq!((found.len(), found[0].user, found[0].failures), (1, UserId(2), 0));
    home.store.invitation_failed(&found[0], Duration::from_secs(30)).await.unwrap();
    assert!(waiting(&home.store).await.is_empty(), "not before its time");
    home.clock.advance(31_000_000);
    let again = waiting(&home.store).await;
    assert_eq!((again[0].made, again[0].failures), (found[0].made, 1));
    home.store.invitation_was_sent(&again[0]).await.unwrap();
    assert!(waiting(&home.store).await.is_empty());
    assert_eq!(home.store.invited_at(ACME, UserId(2)).await.unwrap(), Some(found[0].made));
    let checked = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(checked.findings, []);
}

#[tokio::test]
async fn a_newer_one_takes_its_place_and_it_ends_once() {
    let home = Home::of(3).await;
    invite(&home.store, 2).await;
    let old = waiting(&home.store).await.remove(0);
    home.clock.advance(1_000_000);
    invite(&home.store, 2).await;
    // What is noted of the old one is not of the new one.
    home.store.invitation_was_sent(&old).await.unwrap();
    let new = waiting(&home.store).await.remove(0);
    assert!(new.made > old.made);
    for (made, ends) in [(old.made, false), (new.made, true), (new.made, false)] {
        let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
        assert_eq!(tx.end_invitation(UserId(2), made).await.unwrap(), ends);
        tx.commit().await.unwrap();
    }
    assert_eq!(home.store.invited_at(ACME, UserId(2)).await.unwrap(), None);
}

#[tokio::test]
async fn it_is_worth_nothing_after_a_while_and_goes_with_its_user() {
    let home = Home::of(3).await;
    invite(&home.store, 2).await;
    invite(&home.store, 3).await;
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.delete_person(UserId(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(waiting(&home.store).await.len(), 1);
    home.clock.advance(INVITATION_LASTS.as_micros() as i64);
    assert!(waiting(&home.store).await.is_empty());
    assert_eq!(home.store.invited_at(ACME, UserId(2)).await.unwrap(), None);
    assert_eq!(home.store.forget_invitations().await.unwrap(), 1);
    assert_eq!(home.store.forget_invitations().await.unwrap(), 0);
}

#[tokio::test]
async fn what_opens_it_is_another_for_each_moment_person_and_account() {
    let home = Home::of(3).await;
    let now = home.store.clock().now();
    let keys = home.store.keys();
    let one = keys.invitation(ACME, UserId(2), now);
    assert_eq!(one, keys.invitation(ACME, UserId(2), now));
    let later = now + jiff::SignedDuration::from_micros(1);
    for other in [
        keys.invitation(ACME, UserId(3), now),
        keys.invitation(ACME, UserId(2), later),
        keys.invitation(folkmoot_core::AccountId(ACME.0 + 1), UserId(2), now),
    ] {
        assert_ne!(one, other);
    }
}

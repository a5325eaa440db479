//! Subscriptions, and how far they have got.

use folkmoot_core::{Hook, UserId, WebHookId};
use folkmoot_store::{
    Author, CheckOptions, DeliveryOutcome, DeliveryProgress, DeliveryState, WebHookChange, no_progress,
};
use jiff::Timestamp;

use crate::support::{ACME, Home, holds};

const KEY: &str = "THE-SECURE-KEY-1";
const SECRET: &str = "whsec_THE0SIGNING0SECRET00000000000000";

async fn subscribe(home: &Home, handle: &str) -> WebHookId {
    let handle: Hook = handle.parse().unwrap();
    let change = WebHookChange {
        name: Some("one".to_owned()),
        url: Some("https://hooks.example/".to_owned()),
        secure_key: Some(Some(KEY.to_owned().into())),
        secret: Some(Some(SECRET.to_owned().into())),
        ..WebHookChange::default()
    };
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    let id = tx.add_webhook(handle, change).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn change(home: &Home, user: i64) -> u64 {
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_password_hash(UserId(user), "x").await.unwrap();
    tx.commit().await.unwrap()
}

fn outcome(revision: u64, state: DeliveryState) -> DeliveryOutcome {
    DeliveryOutcome {
        revision,
        hook: "User.Edit.1".to_owned(),
        payload: "hook=User.Edit.1".to_owned(),
        state,
        sent: true,
        at: Timestamp::UNIX_EPOCH,
        status: Some(200),
        answer: "ok".to_owned(),
    }
}

fn progress(revision: u64) -> DeliveryProgress {
    DeliveryProgress { revision, failures: 0, retry_at: Timestamp::UNIX_EPOCH }
}

#[tokio::test]
async fn a_subscription_begins_after_its_own_making_and_goes_on_where_it_was() {
    let home = Home::of(2).await;
    let id = subscribe(&home, "User.Edit").await;
    let (first, second) = (change(&home, 1).await, change(&home, 2).await);
    let subscription = home.store.subscription(ACME, id).await.unwrap().unwrap();
    assert_eq!(subscription.progress.revision, first - 1);
    assert_eq!(subscription.secrets.secure_key.unwrap().as_str(), KEY);
    let handle = subscription.webhook.handle;
    let (events, until) = home.store.events(ACME, &handle, first - 1, 10).await.unwrap();
    assert_eq!(events.iter().map(|event| event.revision).collect::<Vec<_>>(), [first, second]);
    assert_eq!((events[1].hook().as_str(), until), ("User.Edit.2", second));
    let noted = [outcome(first, DeliveryState::Delivered), outcome(second, DeliveryState::Retrying)];
    assert!(home.store.note_deliveries(ACME, id, &noted, progress(first)).await.unwrap());
    let again = [outcome(second, DeliveryState::Delivered)];
    assert!(home.store.note_deliveries(ACME, id, &again, progress(second)).await.unwrap());
    // Somebody who was paused comes too late to turn it back.
    assert!(!home.store.note_deliveries(ACME, id, &noted, progress(first)).await.unwrap());
    let deliveries = home.store.deliveries(ACME, id, i64::MAX, 10).await.unwrap();
    let told: Vec<_> =
        deliveries.iter().map(|delivery| (delivery.id, delivery.attempts, delivery.state)).collect();
    assert_eq!(told, [(2, 2, DeliveryState::Delivered), (1, 1, DeliveryState::Delivered)]);
    let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_its_number_with_it() {
    let home = Home::of(1).await;
    let id = subscribe(&home, "User").await;
    let revision = change(&home, 1).await;
    let noted = [outcome(revision, DeliveryState::Delivered)];
    assert!(home.store.note_deliveries(ACME, id, &noted, progress(revision)).await.unwrap());
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    assert!(tx.delete_webhook(id).await.unwrap());
    assert!(!tx.delete_webhook(id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(home.store.subscription(ACME, id).await.unwrap().is_none());
    assert!(!home.store.note_deliveries(ACME, id, &noted, progress(revision + 1)).await.unwrap());
    assert_eq!(home.store.deliveries(ACME, id, i64::MAX, 10).await.unwrap(), []);
    assert_eq!(subscribe(&home, "User").await, WebHookId(id.0 + 1));
}

#[tokio::test]
async fn no_secret_is_in_clear_anywhere() {
    let home = Home::of(1).await;
    let id = subscribe(&home, "User").await;
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    let change = WebHookChange { secret: Some(None), ..WebHookChange::default() };
    assert!(tx.edit_webhook(id, change).await.unwrap());
    tx.commit().await.unwrap();
    home.store.close().await;
    let everything = home.everything().await;
    assert!(holds(&everything, b"https://hooks.example/"));
    assert!(!holds(&everything, KEY.as_bytes()) && !holds(&everything, SECRET.as_bytes()));
}

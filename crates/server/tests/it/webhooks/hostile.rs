//! Whoever makes a webhook cannot have this server reach what they cannot, nor hold it up.

use serde_json::Value;

use super::receiver::{Receiver, Way};
use super::{Company, HERE};
use crate::support::eventually;

/// What became of the first delivery, once there is one.
async fn first(company: &Company, webhook: i64) -> Value {
    eventually("a delivery", async || (!company.deliveries(webhook).await.is_empty()).then_some(())).await;
    company.deliveries(webhook).await.pop().expect("a delivery")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_leads_to_this_machine() {
    let company = Company::with(&[("webhooks.retry_seconds", "1")]).await;
    let receiver = Receiver::start(Way::Takes).await;
    let port = receiver.address.port();
    // Addresses in a spelling that only a resolver understands, and names that it knows.
    for host in ["localhost", "2130706433", "0x7f000001", "127.1", "017700000001"] {
        let id = company.subscribe("User", &format!("http://{host}:{port}/"), "").await;
        company.change(1).await;
        let delivery = first(&company, id).await;
        assert_eq!((&delivery["state"], &delivery["status"]), (&"retrying".into(), &Value::Null), "{host}");
    }
    for address in ["127.0.0.1", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "10.0.0.1", "[fd00::1]"] {
        let form = folkmoot_wire::form::encode([
            ("name", "x"),
            ("handle", "User"),
            ("url", &format!("http://{address}:{port}/")),
        ]);
        company.ask("POST", "/webhooks.json").form(form).send().await.fails(400, "VALIDATION_ERROR", "url:");
    }
    assert!(receiver.came().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() {
    let company = Company::with(HERE).await;
    let (inside, receiver) = (Receiver::start(Way::Takes).await, Receiver::start(Way::Refuses(307)).await);
    let id = company.subscribe("User", &receiver.url(), "").await;
    company.change(1).await;
    let delivery = first(&company, id).await;
    assert_eq!((&delivery["state"], &delivery["status"]), (&"retrying".into(), &307.into()));
    assert!(inside.came().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_bounded_in_size_and_time() {
    let company = Company::with(HERE).await;
    let (babbling, hanging) = (Receiver::start(Way::Babbles).await, Receiver::start(Way::Hangs).await);
    let (one, two) = (
        company.subscribe("User", &babbling.url(), "").await,
        company.subscribe("User", &hanging.url(), "").await,
    );
    company.change(1).await;
    let delivery = first(&company, one).await;
    assert_eq!(delivery["state"], "delivered");
    assert_eq!(delivery["answer"].as_str().map(str::len), Some(1024));
    let delivery = first(&company, two).await;
    assert_eq!((&delivery["state"], &delivery["status"]), (&"retrying".into(), &Value::Null));
    assert_eq!(delivery["answer"], "there was no answer in time");
}

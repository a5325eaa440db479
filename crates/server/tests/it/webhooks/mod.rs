//! Webhooks, delivered to receivers as they are: prompt, slow, failing, hanging, and hostile.

mod hostile;
pub(crate) mod receiver;

use std::time::Duration;

use folkmoot_core::{AccountId, Settings};
use folkmoot_store::Author;
use serde_json::Value;

use self::receiver::{Receiver, Way};
use crate::support::{Ask, GEORGE, HELEN, Kept, Server, eventually, key_of, trio};

/// What lets a receiver be on this machine, and does not wait long.
const HERE: &[(&str, &str)] =
    &[("webhooks.allow_private", "true"), ("webhooks.retry_seconds", "1"), ("webhooks.timeout_seconds", "1")];

struct Company {
    server: Server,
    account: AccountId,
}

impl Company {
    async fn with(settings: &[(&str, &str)]) -> Company {
        let kept = Kept::new().await;
        let account = kept.account("acme", Settings::default()).await;
        let people = trio(&kept.store, account);
        kept.add_people(account, &people).await;
        Company { server: Server::start(kept, settings).await, account }
    }

    fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        self.server.ask(method, path).by("helen", &key_of(self.account, HELEN))
    }

    /// Subscribes, and returns the webhook's number.
    async fn subscribe(&self, handle: &str, url: &str, more: &str) -> i64 {
        let form = folkmoot_wire::form::encode([("name", "a receiver"), ("handle", handle), ("url", url)]);
        let made = self.ask("POST", "/webhooks.json").form(form + more).send().await.is(200);
        made.json()["id"].as_i64().expect("a number")
    }

    /// Changes something of George, so many times.
    async fn change(&self, times: usize) {
        for _ in 0..times {
            let mut tx =
                self.server.store.begin(self.account, Author::OPERATOR).await.expect("a transaction");
            tx.set_password_hash(folkmoot_core::UserId(GEORGE), "x").await.expect("a change");
            tx.commit().await.expect("a commit");
        }
    }

    async fn deliveries(&self, webhook: i64) -> Vec<Value> {
        let answer =
            self.ask("GET", &format!("/webhooks/{webhook}/deliveries.json?limit=1000")).send().await.is(200);
        answer.json().as_array().expect("a list").clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_posted_as_a_form_and_signed() {
    let company = Company::with(HERE).await;
    let receiver = Receiver::start(Way::Takes).await;
    let secret = "&secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let id = company.subscribe("User.Edit.2", &receiver.url(), secret).await;
    company.change(1).await;
    eventually("a delivery", async || (receiver.came().len() == 1).then_some(())).await;
    let came = &receiver.came()[0];
    assert!(came.head.starts_with("POST /hook?of=us HTTP/1.1\r\n"), "{}", came.head);
    assert_eq!(came.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(came.header("webhook-id").is_some_and(|id| id.starts_with("msg_1_1_")));
    assert!(came.header("webhook-timestamp").is_some_and(|at| at.parse::<i64>().is_ok()));
    assert!(came.header("webhook-signature").is_some_and(|signature| signature.starts_with("v1,")));
    let names: Vec<String> = came.form().fields().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names, ["user_id", "user_name", "system", "object_id", "object", "hook", "text"]);
    assert_eq!(came.hook(), "User.Edit.2");
    assert!(!came.body.contains("password"), "nothing of what changed is told: {}", came.body);
    eventually("a delivery", async || (company.deliveries(id).await.len() == 1).then_some(())).await;
    let delivery = &company.deliveries(id).await[0];
    assert_eq!((&delivery["state"], &delivery["status"]), (&"delivered".into(), &200.into()));
    assert_eq!(delivery["payload"], came.body.as_str());
    // Once more, when asked to; under the same name.
    let path = format!("/webhook_deliveries/{}/resend.json", delivery["id"]);
    let again = company.ask("POST", &path).send().await.is(200).json();
    assert_eq!((&again["state"], &again["attempts"]), (&"delivered".into(), &2.into()));
    let came = receiver.came();
    assert_eq!(came[0].header("webhook-id"), came[1].header("webhook-id"));
    // A request that is sent again, because its answer was lost, posts nothing again.
    for _ in 0..3 {
        let named = company.ask("POST", &path).with("idempotency-key", "again").send().await.is(200).json();
        assert_eq!(named["attempts"], 3);
    }
    assert_eq!(receiver.came().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_never_shown() {
    let company = Company::with(HERE).await;
    let (key, secret) = ("key-of-16-bytes!", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let id =
        company.subscribe("User", "http://127.0.0.1:1/", &format!("&secure_key={key}&secret={secret}")).await;
    for path in
        ["/webhooks.json".to_owned(), format!("/webhooks/{id}.xml"), "/audit.json?object=WebHook".to_owned()]
    {
        let answer = company.ask("GET", &path).send().await.is(200);
        assert!(
            !answer.text().contains(key) && !answer.text().contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            "{path}"
        );
    }
    let shown = company.ask("GET", &format!("/webhooks/{id}.json")).send().await.json();
    assert_eq!((&shown["has_secure_key"], &shown["has_secret"]), (&true.into(), &true.into()));
    let put = company.ask("PUT", &format!("/webhooks/{id}.json")).form(format!("id={id}&secure_key="));
    let shown = put.send().await.is(200).json();
    assert_eq!((&shown["has_secure_key"], &shown["has_secret"]), (&false.into(), &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_encrypted_with_a_key() {
    let company = Company::with(HERE).await;
    let receiver = Receiver::start(Way::Takes).await;
    let id = company.subscribe("User", &receiver.url(), "&secure_key=1234567890123456").await;
    company.change(1).await;
    eventually("a delivery", async || (receiver.came().len() == 1).then_some(())).await;
    let body = receiver.came()[0].body.clone();
    assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)), "{body}");
    eventually("a delivery", async || (!company.deliveries(id).await.is_empty()).then_some(())).await;
    let payload = company.deliveries(id).await[0]["payload"].clone();
    assert!(payload.as_str().is_some_and(|payload| payload.contains("hook=User.Edit.2")), "{payload}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_in_order_and_a_dead_receiver_delays_nobody() {
    let company = Company::with(HERE).await;
    let (prompt, slow, failing) = (
        Receiver::start(Way::Takes).await,
        Receiver::start(Way::Slowly(5)).await,
        Receiver::start(Way::Refuses(500)).await,
    );
    let hanging = Receiver::start(Way::Hangs).await;
    for receiver in [&prompt, &slow, &failing, &hanging] {
        company.subscribe("User", &receiver.url(), "").await;
    }
    company.change(60).await;
    eventually("a delivery", async || (prompt.came().len() == 60 && slow.came().len() == 60).then_some(()))
        .await;
    let ids = |receiver: &Receiver| -> Vec<u64> {
        let came = receiver.came();
        let id = |id: &str| id.rsplit('_').next().and_then(|digits| digits.parse().ok()).expect("a revision");
        came.iter().map(|came| id(came.header("webhook-id").expect("a name"))).collect()
    };
    for receiver in [&prompt, &slow] {
        assert!(ids(receiver).is_sorted(), "in the order of the log");
    }
    // The others are still at the first event, and go on from there once they are well.
    let first = ids(&prompt)[0];
    assert!(ids(&failing).iter().chain(&ids(&hanging)).all(|&id| id == first));
    failing.does(Way::Takes);
    eventually("a delivery", async || {
        (failing.came().last().is_some_and(|_| *ids(&failing).last().expect("one") == first + 59))
            .then_some(())
    })
    .await;
    let mut delivered = ids(&failing);
    assert!(delivered.is_sorted());
    delivered.dedup();
    assert_eq!(delivered, ids(&prompt), "none is left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_after_a_webhook_was_deleted() {
    let company = Company::with(HERE).await;
    let receiver = Receiver::start(Way::Slowly(20)).await;
    let id = company.subscribe("User", &receiver.url(), "").await;
    company.change(50).await;
    eventually("a delivery", async || (receiver.came().len() > 3).then_some(())).await;
    company.ask("DELETE", &format!("/webhooks/{id}.json")).send().await.is(200);
    let came = receiver.came().len();
    assert!(came < 50);
    company.change(5).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(receiver.came().len(), came);
    company.ask("GET", &format!("/webhooks/{id}.json")).send().await.is(404);
    company.ask("GET", &format!("/webhooks/{id}/deliveries.json")).send().await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_is_taken_up_by_whoever_comes_next() {
    let company = Company::with(HERE).await;
    let receiver = Receiver::start(Way::Refuses(503)).await;
    company.subscribe("User", &receiver.url(), "").await;
    company.change(20).await;
    eventually("a delivery", async || (!receiver.came().is_empty()).then_some(())).await;
    let Company { server, .. } = company;
    let (kept, served) = server.stop();
    served.await.expect("a tidy end");
    receiver.does(Way::Takes);
    let _server = Server::start(kept, HERE).await;
    eventually("a delivery", async || {
        let came = receiver.came();
        let mut names: Vec<_> = came.iter().map(|came| came.header("webhook-id")).collect();
        names.dedup();
        (names.len() == 20).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_field() {
    let company = Company::with(&[]).await;
    let post = |form: &str| company.ask("POST", "/webhooks.json").form(form.to_owned()).send();
    let (code, messages) = post("name=").await.is(400).error();
    assert_eq!(code, "VALIDATION_ERROR");
    assert_eq!(messages, ["name: is required.", "handle: is required.", "url: is required."]);
    let bad = "name=x&handle=Users&url=ftp://x/&secure_key=12345678901234567&secret=x";
    let (_, messages) = post(bad).await.is(400).error();
    assert_eq!(messages.len(), 4, "{messages:?}");
    post("name=x&handle=User&url=http://127.0.0.1/").await.fails(400, "VALIDATION_ERROR", "private address");
    let id = company.subscribe("Config.Edit", "https://hooks.example/", "").await;
    let put = company.ask("PUT", &format!("/webhooks/{id}.xml")).form("name=y");
    put.send().await.fails(400, "ID_MISMATCH", "id:");
    for path in ["/webhooks.json", &format!("/webhooks/{id}.json"), "/audit.xml"] {
        let george = company.server.ask("GET", path).by("george", &key_of(company.account, GEORGE));
        george.send().await.fails(403, "ACCESS_ERROR", "administrators");
    }
    company.ask("POST", "/webhook_deliveries/1/resend.xml").send().await.fails(404, "NOT_FOUND", "Invalid");
}

//! Webhooks: who sees them, and what a receiver is told, which is numbers and handles whoever made the subscription
//! (`webhooks.md`).

use std::sync::Arc;

use folkmoot_testing::organisations::{CUSTOM, FIELDS, Member};
use folkmoot_wire::webhook::decrypt;
use folkmoot_wire::{ApiMajor, Form, Limits};

use super::documents::Spelling;
use super::happenings::{CHANGES, Happened};
use super::{ADMIN, Cases, Company};
use crate::support::eventually;
use crate::webhooks::receiver::{Receiver, Way};

const KEY: &str = "1234567890123456";

/// What a receiver is told, in this order.
const KEYS: [&str; 7] = ["user_id", "user_name", "system", "object_id", "object", "hook", "text"];

/// A subscription, with its receiver.
struct Subscribed {
    id: i64,
    object: &'static str,
    receiver: Receiver,
    /// Whether bodies are encrypted.
    encrypted: bool,
}

impl Company {
    async fn subscribe(&self, object: &'static str, encrypted: bool) -> Subscribed {
        let receiver = Receiver::start(Way::Takes).await;
        let url = receiver.url();
        let key = if encrypted { KEY } else { "" };
        let form = [("name", "a receiver"), ("handle", object), ("url", &*url), ("secure_key", key)];
        let second = Spelling::all().nth(2).expect("version 2 in JSON");
        let ask = self.ask("POST", ADMIN, "/webhooks.json", second);
        let made = ask.form(folkmoot_wire::form::encode(form)).send().await.is(200).json();
        Subscribed { id: made["id"].as_i64().expect("a number"), object, receiver, encrypted }
    }

    /// What the receiver was told is what happened, in order, and nothing of what is in a field.
    async fn received(&self, subscribed: &Subscribed, happened: &[Happened], cases: &mut Cases) {
        let Subscribed { object, receiver, encrypted, .. } = subscribed;
        let entries = happened.iter().flat_map(|one| {
            let target = self.organisation.member(one.target);
            one.entries(target).into_iter().map(move |(object, _)| (one, target, object))
        });
        let expected: Vec<_> = entries.filter(|(_, _, of)| of == object).collect();
        eventually("every event", async || (receiver.came().len() >= expected.len()).then_some(())).await;
        let came = receiver.came();
        assert_eq!(came.len(), expected.len(), "and nothing else");
        for (came, (one, target, _)) in came.iter().zip(expected) {
            let body = if *encrypted {
                decrypt(came.body.as_bytes(), KEY).expect("under the key")
            } else {
                came.body.clone()
            };
            let told = Form::parse(body.as_bytes(), &Limits::default()).expect("a form");
            let keys: Vec<&str> = told.fields().map(|(key, _)| key).collect();
            assert_eq!(keys, KEYS);
            let text = |key: &str| told.text(key).expect("a text").to_owned();
            let id = text("object_id");
            let action = if *object == "User" { "Edit" } else { "Add" };
            let (actor, name) = if one.change.1 == "password" { ("0", "Folkmoot") } else { ("1", "user1") };
            let system = format!("https://{}/", self.host);
            let hook = format!("{object}.{action}.{id}");
            assert_eq!([text("user_id"), text("user_name"), text("system")], [actor, name, &system]);
            assert_eq!([text("object"), text("hook")], [*object, &*hook]);
            assert_eq!(text("text"), format!("{hook} by {name} at {system}"));
            if *object == "User" {
                assert_eq!(id, target.id.to_string());
            }
            for hidden in ["planted", "told", one.change.2] {
                assert!(!body.contains(hidden), "{body}: {:?}", one.change);
            }
            // None of what there is to know of somebody, and not of what has changed either.
            let representation = if *encrypted { "a webhook, encrypted" } else { "a webhook" };
            cases.add(representation, FIELDS.len() + CUSTOM.len());
        }
    }

    /// Subscriptions and what was delivered are for administrators.
    async fn ask_for(&self, viewer: &Member, subscribed: &Subscribed, cases: &mut Cases) {
        let id = subscribed.id;
        let reads = [
            "/webhooks.{}".to_owned(),
            format!("/webhooks/{id}.{{}}"),
            format!("/webhooks/{id}/deliveries.{{}}"),
        ];
        let administers = self.organisation.administers(viewer);
        for path in reads {
            for spelling in Spelling::all() {
                let answer = self.get(viewer, &path, spelling).await;
                assert_eq!(answer.status, if administers { 200 } else { 403 }, "{path}: {viewer:?}");
                if !administers {
                    assert_eq!(answer.error().0, "ACCESS_ERROR");
                }
                assert!(!answer.text().contains(KEY), "a secret is shown to nobody");
                cases.add("webhooks and deliveries", 1);
            }
        }
        if administers {
            return;
        }
        let writes = [
            ("POST", "/webhooks.json".to_owned()),
            ("PUT", format!("/webhooks/{id}.json")),
            ("DELETE", format!("/webhooks/{id}.json")),
            ("POST", "/webhook_deliveries/1/resend.json".to_owned()),
        ];
        for (method, path) in writes {
            let spelling = Spelling::all().find(|spelling| spelling.version == ApiMajor::V2).expect("one");
            let ask = self.ask(method, viewer.id, &path, spelling);
            let form = format!("id={id}&name=x&handle=User&url=http://127.0.0.1:1/");
            assert_eq!(ask.form(form).send().await.status, 403, "{method} {path}: {viewer:?}");
            cases.add("webhooks and deliveries", 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_tell_numbers_and_handles_and_are_for_administrators() {
    let settings = [("webhooks.allow_private", "true")];
    let mut cases = Cases::default();
    for company in Company::drawn(300..302, 8, &settings).await {
        let company = Arc::new(company);
        let mut subscriptions = Vec::new();
        for (object, encrypted) in [
            ("User", false),
            ("User", true),
            ("EmployeeRecord", false),
            ("AssignmentRecord", true),
            ("WorkHourRecord", false),
        ] {
            subscriptions.push(company.subscribe(object, encrypted).await);
        }
        let happened = company.change_all().await;
        assert_eq!(happened.len(), company.organisation.members.len() * CHANGES.len());
        for subscribed in &subscriptions {
            company.received(subscribed, &happened, &mut cases).await;
        }
        for viewer in company.viewers() {
            company.ask_for(viewer, &subscriptions[0], &mut cases).await;
        }
    }
    print!("{}", cases.told(40_000));
}

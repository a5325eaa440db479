//! The change log, and webhooks.

use folkmoot_core::{Action, Object, Source};
use serde_json::{Value, json};

use crate::openapi::schema::{
    address, closed, count, id, integer, list, moment, or_null, text, texts, truth,
};

/// What has become of a delivery.
const STATES: [&str; 3] = ["delivered", "retrying", "failed"];

pub(super) fn shapes() -> Vec<(&'static str, Value)> {
    let about = || {
        [
            ("revision", count()),
            ("at", moment()),
            ("object", texts(Object::ALL.map(Object::code))),
            ("object_id", integer()),
            ("action", texts(Action::ALL.map(Action::code))),
            ("url", or_null(address())),
            ("actor_id", or_null(id())),
        ]
    };
    let page = |key, items| closed([("next", count()), ("more", truth()), (key, list(items))], []);
    let entry = about().into_iter().chain([
        ("source", texts(Source::ALL.map(Source::code))),
        ("address", or_null(text())),
        ("request", or_null(text())),
        ("before", json!({})),
        ("after", json!({})),
        ("hash", or_null(text())),
    ]);
    let webhook = closed(
        [
            ("id", id()),
            ("name", text()),
            ("handle", text()),
            ("url", address()),
            ("has_secure_key", truth()),
            ("has_secret", truth()),
            ("created", moment()),
            ("modified", moment()),
        ],
        [],
    );
    let delivery = closed(
        [
            ("id", id()),
            ("webhook_id", id()),
            ("revision", count()),
            ("hook", text()),
            ("payload", text()),
            ("state", texts(STATES)),
            ("attempts", count()),
            ("first_at", moment()),
            ("last_at", moment()),
            ("status", or_null(integer())),
            ("answer", text()),
        ],
        [],
    );
    vec![
        ("Changes", page("changes", closed(about(), []))),
        ("Audit", page("entries", closed(entry, []))),
        ("Webhook", webhook),
        ("WebhookDelivery", delivery),
    ]
}

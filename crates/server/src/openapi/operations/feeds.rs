//! The change log, and webhooks.

use folkmoot_core::Object;
use serde_json::{Value, json};

use super::forms::{fields, form, name};
use crate::openapi::operation::{Operation, delete, get, post, put};
use crate::openapi::schema::{about, count, id, list, named, sent, text, texts};

fn limit() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": 1000, "default": 100})
}

pub(super) fn operations() -> Vec<Operation> {
    let (changes, webhooks) = ("Changes", "Webhooks");
    let since = "The revision after which";
    vec![
        get(
            changes,
            "/changes",
            "list_changes",
            "What has happened since a revision, as far as the caller may know",
        )
        .query("since", since, count())
        .query("limit", "How many at most", limit())
        .query(
            "wait",
            "For how many seconds to wait until there is something",
            json!({"type": "integer", "minimum": 0, "maximum": 60}),
        )
        .document(named("Changes"))
        .also("text/event-stream", about(text(), "Server-sent events, where that is what is accepted"))
        .checked(),
        get(changes, "/audit", "list_audit_log", "The whole change log; administrators")
            .query("since", since, count())
            .query("object", "A kind of objects", texts(Object::ALL.map(Object::code)))
            .query("object_id", "One object", id())
            .query("actor", "Who did it", id())
            .query("limit", "How many at most", limit())
            .document(named("Audit"))
            .checked(),
        get(webhooks, "/webhooks", "list_webhooks", "All subscriptions; administrators")
            .document(list(named("Webhook"))),
        post(webhooks, "/webhooks", "add_webhook", "Subscribes; administrators")
            .form(webhook(&["name", "handle", "url"]))
            .document(named("Webhook"))
            .checked(),
        get(webhooks, "/webhooks/{id}", "show_webhook", "A subscription").document(named("Webhook")),
        put(webhooks, "/webhooks/{id}", "change_webhook", "Changes what is sent")
            .form(webhook(&["id"]))
            .document(named("Webhook"))
            .checked(),
        delete(webhooks, "/webhooks/{id}", "delete_webhook", "Ends a subscription"),
        get(webhooks, "/webhooks/{id}/deliveries", "list_deliveries", "What was delivered, the newest first")
            .query("before", "Those before this delivery", id())
            .query("limit", "How many at most", limit())
            .document(list(named("WebhookDelivery"))),
        post(webhooks, "/webhook_deliveries/{id}/resend", "resend_delivery", "Sends it once more")
            .document(named("WebhookDelivery")),
    ]
}

fn webhook(required: &[&str]) -> Value {
    let id = required.contains(&"id").then(|| ("id", about(id(), "That of the address")));
    let mut secure_key = sent();
    secure_key["maxLength"] = 16.into();
    let own = [
        ("name", name(200)),
        (
            "handle",
            about(
                json!({"type": "string", "pattern": "^\\s*[A-Za-z]+(\\.[A-Za-z]+(\\.[0-9]+)?)?\\s*$", "examples": ["User.Edit"]}),
                "Object, Object.Action or Object.Action.ID",
            ),
        ),
        (
            "url",
            about(
                json!({"type": "string", "pattern": "^\\s*https?://[^/\\x00]+[^\\x00]*$", "examples": ["https://hooks.example/"]}),
                "Where events are posted to",
            ),
        ),
        ("secure_key", secure_key),
        ("secret", about(sent(), "whsec_ and 24 to 64 bytes in Base64")),
    ];
    let all = fields(id.into_iter().chain(own));
    form(required, all)
}

//! Roles, which are spelled alike in every version.

use folkmoot_core::{Card, Group, RIGHTS, Relationship};
use serde_json::Value;

use crate::openapi::schema::{
    address, closed, count, id, list, moment, named, one_of, or_null, text, texts, truth,
};

pub(super) fn shapes() -> Vec<(&'static str, Value)> {
    let relationship = || texts(Relationship::ALL.map(Relationship::code));
    let cards = Card::ALL.iter().map(|card| {
        let actions = RIGHTS.iter().filter(|fact| fact.card == *card).map(|fact| fact.action);
        (card.code(), list(texts(actions)))
    });
    let group = closed(
        [
            ("departments", list(id())),
            ("locations", list(id())),
            ("relationship", relationship()),
            ("cards", closed([], cards)),
        ],
        [],
    );
    let role = closed(
        [
            ("id", id()),
            ("name", text()),
            ("description", text()),
            ("standard", or_null(text())),
            ("changed", truth()),
            ("assign_to_new", truth()),
            ("permission_groups", list(group)),
            ("created", moment()),
            ("modified", moment()),
            ("url", address()),
        ],
        [],
    );
    let held = closed([("id", or_null(id())), ("role_id", id()), ("user_id", id())], []);
    let reference = || closed([("id", id()), ("name", text()), ("url", address())], []);
    let reason = one_of([
        closed([("by", texts(["everyone", "self"]))], []),
        closed(
            [
                ("by", texts(["role"])),
                ("role", reference()),
                ("permission_group", count()),
                ("relationship", relationship()),
                ("settings", list(text())),
            ],
            [],
        ),
    ]);
    let rights = RIGHTS.iter().map(|fact| fact.code);
    let field = closed(
        [
            ("path", text()),
            ("shown", truth()),
            ("needs", or_null(texts(["self"].into_iter().chain(rights)))),
            ("reasons", list(reason)),
        ],
        [],
    );
    let explanation = closed(
        [
            ("user_id", id()),
            ("viewer_id", id()),
            ("group", or_null(texts(Group::ALL.map(Group::name)))),
            ("roles", list(reference())),
            ("known", named("ExplainedField")),
            ("fields", list(named("ExplainedField"))),
        ],
        [],
    );
    vec![("Role", role), ("HeldRoles", list(held)), ("ExplainedField", field), ("Explanation", explanation)]
}

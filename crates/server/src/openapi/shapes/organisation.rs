//! The organisation, and the account itself.

use folkmoot_core::{Accrual, CustomFieldKind, Privacy};
use serde_json::{Value, json};

use crate::openapi::schema::{
    address, closed, id, integer, list, moment, named, numbers, text, texts, truth,
};

pub(super) fn shapes() -> Vec<(&'static str, Value)> {
    let mut shapes = Vec::new();
    for (name, first_name, own) in objects() {
        let times = ["created", "modified"];
        let of_first = own.iter().filter_map(|(key, schema, first)| match first {
            First::Same => Some((*key, schema.clone())),
            First::Other(schema) => Some((*key, schema.clone())),
            First::Absent => None,
        });
        let of_first = of_first.chain(times.map(|key| (key, super::first::moment())));
        shapes.push((first_name, closed([("id", id())].into_iter().chain(of_first), [])));
        let later = own.into_iter().map(|(key, schema, _)| (key, schema));
        let later = later.chain(times.map(|key| (key, moment()))).chain([("url", address())]);
        shapes.push((name, closed([("id", id())].into_iter().chain(later), [])));
    }
    let features = list(text());
    let info = closed(
        [
            ("company", closed([("name", text())], [])),
            ("enabled_features", features),
            ("leave_types", list(named("LeaveTypeReference"))),
        ],
        [],
    );
    shapes.push(("SystemInfo", info));
    shapes
}

/// What an object has besides its number and its times: the key, its schema, and what version 1 has of it.
type Member = (&'static str, Value, First);

/// What version 1 has of a member.
enum First {
    Same,
    Other(Value),
    Absent,
}

fn objects() -> Vec<(&'static str, &'static str, Vec<Member>)> {
    let flag = || (truth(), First::Other(numbers([0, 1])));
    let (encrypted, encrypted_first) = flag();
    let (unpaid, unpaid_first) = flag();
    let named = |name| vec![(name, text(), First::Same), ("order", integer(), First::Same)];
    let mut value = named("name");
    // There are no images of values yet.
    value.push(("image", closed([("url", json!({"type": "null"}))], []), First::Absent));
    vec![
        ("Job", "JobV1", vec![("title", text(), First::Same), ("requirements", text(), First::Same)]),
        ("Department", "DepartmentV1", named("name")),
        ("Location", "LocationV1", named("name")),
        ("EmployeeClass", "EmployeeClassV1", named("class")),
        ("EventType", "EventTypeV1", named("name")),
        ("Value", "ValueV1", value),
        ("Badge", "BadgeV1", named("name")),
        (
            "CustomField",
            "CustomFieldV1",
            vec![
                ("name", text(), First::Same),
                ("type", texts(CustomFieldKind::ALL.map(CustomFieldKind::code)), First::Same),
                ("encrypted", encrypted, encrypted_first),
                ("order", integer(), First::Same),
                ("visibility", texts(Privacy::ALL.map(Privacy::name)), First::Same),
            ],
        ),
        (
            "LeaveType",
            "LeaveTypeV1",
            vec![
                ("name", text(), First::Same),
                ("accrual", accrual(), First::Same),
                ("action_phrase", text(), First::Same),
                ("unpaid", unpaid, unpaid_first),
            ],
        ),
    ]
}

/// By what leave comes in.
pub(super) fn accrual() -> Value {
    texts(Accrual::ALL.map(Accrual::code))
}

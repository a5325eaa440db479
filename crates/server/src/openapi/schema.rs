//! JSON Schema (draft 2020-12), as little of it as is needed.

use serde_json::{Map, Value, json};

/// The schema of this name.
pub(super) fn named(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// An object with these members and no others: those that are always there, and those that may be absent.
pub(super) fn closed<'a>(
    always: impl IntoIterator<Item = (&'a str, Value)>,
    sometimes: impl IntoIterator<Item = (&'a str, Value)>,
) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema) in always {
        properties.insert(name.to_owned(), schema);
        required.push(name);
    }
    for (name, schema) in sometimes {
        properties.insert(name.to_owned(), schema);
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// A list of such.
pub(super) fn list(items: Value) -> Value {
    let mut list = json!({"type": "array"});
    list["items"] = items;
    list
}

/// One of these. Not `oneOf`: an empty list is one of whatever is listed.
pub(super) fn one_of(schemas: impl IntoIterator<Item = Value>) -> Value {
    json!({"anyOf": schemas.into_iter().collect::<Vec<_>>()})
}

/// Such, or null.
pub(super) fn or_null(schema: Value) -> Value {
    one_of([schema, json!({"type": "null"})])
}

/// Such, or the empty text: how version 1 spells what is not there.
pub(super) fn or_empty(schema: Value) -> Value {
    one_of([schema, json!({"const": ""})])
}

/// One of these texts.
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    json!({"type": "string", "enum": texts.into_iter().collect::<Vec<_>>()})
}

/// One of these numbers.
pub(super) fn numbers(numbers: impl IntoIterator<Item = i64>) -> Value {
    json!({"type": "integer", "enum": numbers.into_iter().collect::<Vec<_>>()})
}

/// A text.
pub(super) fn text() -> Value {
    json!({"type": "string"})
}

/// A text that is sent. No form takes a NUL character, under whatever key (`wire::form`); a field whose text has a pattern
/// of its own says so with that.
pub(super) fn sent() -> Value {
    json!({"type": "string", "pattern": "^[^\\x00]*$"})
}

/// A truth value.
pub(super) fn truth() -> Value {
    json!({"type": "boolean"})
}

/// A whole number.
pub(super) fn integer() -> Value {
    json!({"type": "integer", "format": "int64"})
}

/// A number that something is known by.
pub(super) fn id() -> Value {
    json!({"type": "integer", "format": "int64", "minimum": 1, "maximum": i64::MAX})
}

/// A count, or a place in the change log.
pub(super) fn count() -> Value {
    json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": i64::MAX})
}

/// A day.
pub(super) fn date() -> Value {
    json!({"type": "string", "format": "date"})
}

/// A moment.
pub(super) fn moment() -> Value {
    json!({"type": "string", "format": "date-time"})
}

/// An exact decimal.
pub(super) fn decimal() -> Value {
    json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"})
}

/// An address: on the account's own host, or absolute.
pub(super) fn address() -> Value {
    json!({"type": "string", "format": "uri-reference"})
}

/// The schema, with what it means.
pub(super) fn about(mut schema: Value, text: &str) -> Value {
    schema["description"] = text.into();
    schema
}

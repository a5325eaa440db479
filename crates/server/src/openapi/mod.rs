//! The API described for machines: an OpenAPI 3.1 document, made from the description of each operation below
//! `operations`, the shapes below `shapes`, and the domain's own tables; and the page that shows it to people.
//!
//! Tests hold it against what is there: every route and method is described and nothing else is, and every golden
//! document is one that its schema allows.

mod operation;
mod operations;
mod page;
mod schema;
mod shapes;

use std::sync::LazyLock;

use folkmoot_wire::{ApiMajor, ErrorCode};
use serde_json::{Map, Value, json};

use schema::{closed, list, one_of, texts};

/// What the API is, in the words of somebody who has just come to it.
const ABOUT: &str = "People, their jobs and their organisation, in three versions and two formats.\n\n\
    The path's suffix is the format: `.json` or `.xml`, which hold the same. In XML the root is named after the resource, \
    every key is an element, a list holds an element for each of its items, a truth value is `1` or `0`, and what is null \
    is empty; the schemas here are those of JSON. `X-API-Version` selects the shape. What the caller may not see is \
    absent. Input is a form, whose keys are nested as PHP nests them: `assignment_record[job][id]=3`.";

static DOCUMENT: LazyLock<Value> = LazyLock::new(make);
static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", *DOCUMENT));
static PAGE: LazyLock<String> = LazyLock::new(|| page::render(&DOCUMENT));

/// The OpenAPI document, laid out for readers.
pub fn openapi_document() -> &'static str {
    &TEXT
}

/// The same as a page, and what it must be served with (Content Security Policy, level 3).
pub(crate) fn page() -> (&'static str, String) {
    (&PAGE, page::policy())
}

fn make() -> Value {
    let mut paths = Map::new();
    for operation in operations::all() {
        for (path, described) in operation.describe() {
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[operation.method] = described;
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Folkmoot",
            "version": ApiMajor::V3.served(),
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The account's own host"}],
        "security": [{"basic": []}],
        "tags": operations::TAGS.iter().map(|(name, about)| json!({"name": name, "description": about})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {"basic": {
                "type": "http",
                "scheme": "basic",
                "description": "Username or e-mail address, and password or API key.",
            }},
            "parameters": parameters(),
            "headers": headers(),
            "responses": operation::refusals(),
            "schemas": schemas(),
        },
    })
}

fn parameters() -> Value {
    let header = |name: &str, about: &str, schema: Value| json!({"name": name, "in": "header", "description": about, "schema": schema});
    json!({
        "Version": header(
            "X-API-Version",
            "Selects the shapes, by its major number; version 1's without it.",
            json!({
                "type": "string",
                "pattern": "^[123](\\.[0-9]{1,4}){0,2}$",
                "examples": ApiMajor::ALL.map(ApiMajor::served),
            }),
        ),
        "IfNoneMatch": header(
            "If-None-Match",
            "The entity tag of what the client has already.",
            json!({"type": "string", "examples": ["\"0123456789abcdef0123456789abcdef\""]}),
        ),
        "IfMatch": header(
            "If-Match",
            "Makes the change to the state with this entity tag alone.",
            json!({"type": "string", "examples": ["*"]}),
        ),
        "IdempotencyKey": header(
            "Idempotency-Key",
            "A name for the change: it is made once, however often it is sent within a day.",
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"}),
        ),
    })
}

fn headers() -> Value {
    json!({
        "ETag": {"description": "A strong entity tag", "schema": {"type": "string"}},
        "RetryAfter": {"description": "Seconds", "schema": {"type": "integer", "minimum": 0}},
        "Challenge": {"description": "HTTP Basic", "schema": {"type": "string"}},
        "Version": {
            "description": "The version that the answer is in",
            "schema": texts(ApiMajor::ALL.map(ApiMajor::served)),
        },
    })
}

fn schemas() -> Value {
    let mut codes: Vec<&str> = Vec::new();
    for version in [ApiMajor::V2, ApiMajor::V1] {
        for code in ErrorCode::ALL.map(|code| code.code_in(version)) {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    let messages = json!({"type": "array", "items": {"type": "string"}, "minItems": 1});
    let error = closed([("code", texts(codes)), ("messages", messages.clone())], []);
    let success = one_of([
        closed([("code", texts(["DELETED", "CREATED"])), ("messages", messages)], []),
        closed([("code", texts(["DELETE"])), ("message", json!({"type": "string"}))], []),
    ]);
    let mut schemas = Map::new();
    schemas.insert("Error".into(), closed([("error", error)], []));
    schemas.insert("Success".into(), closed([("success", success)], []));
    for (name, schema) in shapes::all() {
        let known = schemas.insert(name.into(), schema);
        debug_assert!(known.is_none(), "{name} is described twice");
    }
    schemas.into()
}

/// The schema of a list, or of one, of what is called `name` in versions 2 and 3 and `nameV1` in version 1.
fn versions(name: &str, model: &str) -> [Value; 2] {
    let first = schema::named(&format!("{name}V1"));
    let alone = closed([(model, first.clone())], []);
    let later = schema::named(name);
    [one_of([later.clone(), alone]), one_of([list(later), list(first)])]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::operation::Operation;
    use super::*;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    found.insert(reference.clone());
                }
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn whatever_is_referred_to_is_there_and_all_that_is_there_is_referred_to() {
        let mut found = BTreeSet::new();
        references(&DOCUMENT, &mut found);
        for reference in &found {
            assert!(DOCUMENT.pointer(&reference[1..]).is_some(), "{reference}");
        }
        for kind in ["parameters", "headers", "responses", "schemas"] {
            for name in DOCUMENT["components"][kind].as_object().unwrap().keys() {
                assert!(found.contains(&format!("#/components/{kind}/{name}")), "{kind}/{name}");
            }
        }
    }

    #[test]
    fn operations_have_names_of_their_own_and_known_tags() {
        let all = operations::all();
        let names: Vec<String> = all
            .iter()
            .flat_map(Operation::describe)
            .map(|(_, described)| described["operationId"].to_string())
            .collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for operation in all {
            assert!(operations::TAGS.iter().any(|(tag, _)| *tag == operation.tag), "{}", operation.tag);
        }
    }
    /// The texts below this that say nothing of what they hold.
    fn boundless(schema: &Value, at: &str, found: &mut Vec<String>) {
        let says = |what: &str| schema.get(what).is_some();
        if schema["type"] == "string" && !["pattern", "enum", "format"].into_iter().any(says) {
            found.push(at.to_owned());
        }
        let below =
            ["properties", "items", "anyOf", "additionalProperties"].map(|name| (name, &schema[name]));
        for (name, below) in below {
            match below {
                Value::Object(members) if name == "properties" => {
                    members
                        .iter()
                        .for_each(|(name, schema)| boundless(schema, &format!("{at} {name}"), found));
                }
                Value::Array(choices) => choices.iter().for_each(|schema| boundless(schema, at, found)),
                Value::Object(_) => boundless(below, at, found),
                _ => {}
            }
        }
    }

    #[test]
    fn no_text_of_a_form_holds_just_anything() {
        let mut found = Vec::new();
        boundless(&json!({"properties": {"a": {"anyOf": [{"type": "string"}]}}}), "form", &mut found);
        assert_eq!(found, ["form a"]);
        found.clear();
        let mut forms = 0;
        for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values() {
                let content = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
                if let Some(form) = content.get("schema") {
                    assert!(form["additionalProperties"]["pattern"].is_string(), "{path}");
                    boundless(form, path, &mut found);
                    forms += 1;
                }
            }
        }
        assert!(forms > 40 && found.is_empty(), "{forms} {found:#?}");
    }
}

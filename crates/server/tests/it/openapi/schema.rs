//! As much of JSON Schema (draft 2020-12) as the document uses. A word that is not known here fails, so that none is
//! passed over. Patterns are left to the contract run, which has another validator.

use folkmoot_wire::time::{parse_date, parse_timestamp};
use serde_json::Value;

/// What is wrong with a value, by the schema: nothing, if it is allowed.
pub(super) fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let mut wrong = |what: String| found.push(format!("{path}: {value} {what}"));
    for (word, rule) in schema.as_object().expect("a schema is an object") {
        match word.as_str() {
            "$ref" => {
                let target = &rule.as_str().expect("a reference")[1..];
                check(document, document.pointer(target).expect(target), value, path, found);
                return;
            }
            "anyOf" => {
                let choices = rule.as_array().expect("a list").iter();
                let mut all = choices.map(|choice| {
                    let mut found = Vec::new();
                    check(document, choice, value, path, &mut found);
                    found
                });
                if !all.any(|found| found.is_empty()) {
                    wrong(format!("is none of {rule}"));
                }
            }
            "type" => {
                let is = match rule.as_str().expect("one type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("{other}"),
                };
                if !is {
                    wrong(format!("is no {rule}"));
                }
            }
            "enum" if !rule.as_array().expect("a list").contains(value) => wrong(format!("is not of {rule}")),
            "const" if rule != value => wrong(format!("is not {rule}")),
            "required" => {
                for name in rule.as_array().expect("a list") {
                    if value.get(name.as_str().expect("a name")).is_none() {
                        wrong(format!("lacks {name}"));
                    }
                }
            }
            "additionalProperties" => {
                let known = &schema["properties"];
                for name in value.as_object().into_iter().flat_map(serde_json::Map::keys) {
                    if known.get(name).is_none() {
                        wrong(format!("has {name}"));
                    }
                }
            }
            "minimum" if value.as_i64() < rule.as_i64() => wrong(format!("is less than {rule}")),
            "minItems" if value.as_array().map(|items| items.len() as u64) < rule.as_u64() => {
                wrong("has too few items".into());
            }
            "format" => {
                let text = value.as_str().unwrap_or_default();
                let is = match rule.as_str().expect("a name") {
                    "date" => text.len() == 10 && parse_date(text).is_ok(),
                    "date-time" => text.contains('T') && parse_timestamp(text).is_ok(),
                    "uri-reference" => !text.is_empty() && !text.contains(char::is_whitespace),
                    "int64" => value.is_i64(),
                    other => panic!("{other}"),
                };
                if !is {
                    wrong(format!("is no {rule}"));
                }
            }
            "properties" | "items" | "enum" | "const" | "minimum" | "maximum" | "minItems" | "pattern"
            | "description" => {}
            other => panic!("what is {other}?"),
        }
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            check(document, schema, value, &format!("{path}/{name}"), found);
        }
    }
    if schema["items"].is_object() {
        for (place, item) in value.as_array().into_iter().flatten().enumerate() {
            check(document, &schema["items"], item, &format!("{path}/{place}"), found);
        }
    }
}

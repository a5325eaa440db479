//! Schemas in words.

use std::fmt::Write;

use serde_json::Value;

use super::{items, members, text};
use crate::html::Escaped;

/// What a schema allows, as HTML.
pub(super) fn spelled(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = Escaped(reference.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().map(spelled).collect::<Vec<_>>().join(" or ");
    }
    if !schema["enum"].is_null() {
        let values = items(&schema["enum"]).map(value);
        return format!("one of {}", values.collect::<Vec<_>>().join(", "));
    }
    if !schema["const"].is_null() {
        return value(&schema["const"]);
    }
    let kind = match text(&schema["type"]) {
        "array" => return format!("list of {}", spelled(&schema["items"])),
        "object" => {
            let inside: Vec<String> = members(&schema["properties"])
                .map(|(name, member)| format!("<code>{}</code> {}", Escaped(name), spelled(member)))
                .collect();
            return if inside.is_empty() {
                "object".to_owned()
            } else {
                format!("object of {}", inside.join("; "))
            };
        }
        "" => "anything",
        kind => kind,
    };
    let format = text(&schema["format"]);
    let mut words = match format {
        "" | "int64" => Escaped(kind).to_string(),
        format => Escaped(format).to_string(),
    };
    for (key, name) in
        [("minimum", "from"), ("maximum", "to"), ("minLength", "at least"), ("maxLength", "at most")]
    {
        if !schema[key].is_null() {
            let _ = write!(words, " {name} {}", value(&schema[key]));
        }
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let _ = write!(words, " like <code>{}</code>", Escaped(pattern));
    }
    words
}

fn value(value: &Value) -> String {
    let shown = value.to_string();
    format!("<code>{}</code>", Escaped(&shown))
}

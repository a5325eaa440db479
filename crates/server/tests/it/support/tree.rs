//! Documents of both formats as one thing: the list of their leaves, in order, each with its path.

use folkmoot_wire::{Node, Value};

/// The leaves of a document, each with its path.
pub(crate) type Leaves = Vec<(String, String)>;

/// The leaves of a JSON document as XML spells them: null, the empty text and the empty list are an empty element;
/// truth is `1` or `0`.
pub(crate) fn leaves_of_json(value: &serde_json::Value) -> Leaves {
    fn walk(path: &str, value: &serde_json::Value, leaves: &mut Leaves) {
        use serde_json::Value;
        let text = match value {
            Value::Object(members) => {
                for (key, value) in members {
                    walk(&format!("{path}/{key}"), value, leaves);
                }
                return;
            }
            Value::Array(items) if !items.is_empty() => {
                for (place, value) in items.iter().enumerate() {
                    walk(&format!("{path}/{place}"), value, leaves);
                }
                return;
            }
            Value::Array(_) | Value::Null => String::new(),
            Value::Bool(value) => u8::from(*value).to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
        };
        leaves.push((path.to_owned(), text));
    }
    let mut leaves = Leaves::new();
    walk("", value, &mut leaves);
    leaves
}

/// The leaves of an XML document, and the name of its root element.
pub(crate) fn leaves_of_xml(document: &[u8]) -> (String, Leaves) {
    fn walk(path: &str, node: &Node, leaves: &mut Leaves) {
        match &node.value {
            Value::Object(members) => {
                for (key, node) in members {
                    walk(&format!("{path}/{key}"), node, leaves);
                }
            }
            Value::Array(items) => {
                for (place, node) in items.iter().enumerate() {
                    walk(&format!("{path}/{place}"), node, leaves);
                }
            }
            _ => leaves.push((path.to_owned(), node.text().unwrap_or_default().to_owned())),
        }
    }
    let (root, node) = folkmoot_wire::xml::read(document).expect("well-formed XML");
    let mut leaves = Leaves::new();
    walk("", &node, &mut leaves);
    (root.into_string(), leaves)
}

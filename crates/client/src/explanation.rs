//! What a server says about why it refuses.

use serde_json::Value;

use crate::{builder::Format, document, error::printable};

/// Code and messages of an error document, in either format whatever was asked for.
pub(crate) fn explanation(bytes: &[u8]) -> (String, Vec<String>) {
    let json = document::read(Format::Json, bytes).ok();
    let json = json.as_ref().and_then(|document| document.get("error"));
    let xml = json.is_none().then(|| document::read(Format::Xml, bytes).ok()).flatten();
    let Some(error) = json.or(xml.as_ref()) else { return Default::default() };
    let words = |value: Option<&Value>| -> Vec<String> {
        match value {
            Some(Value::String(text)) => vec![printable(text)],
            Some(Value::Array(items)) => {
                items.iter().filter_map(|item| item.as_str()).take(20).map(printable).collect()
            }
            _ => Vec::new(),
        }
    };
    let code = words(error.get("code")).pop().unwrap_or_default();
    let messages = error.get("messages").or_else(|| error.get("message"));
    // XML nests `<messages><message>`.
    let nested = messages.and_then(|messages| messages.get("message"));
    (code, words(nested.or(messages)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_explanation_is_found_in_both_formats() {
        let expected = ("ACCESS_ERROR".to_owned(), vec!["Not you.".to_owned(), "Nor you.".to_owned()]);
        let json = br#"{"error":{"code":"ACCESS_ERROR","messages":["Not you.","Nor you."]}}"#;
        assert_eq!(explanation(json), expected);
        let xml = b"<error><code>ACCESS_ERROR</code><messages><message>Not you.</message>\
            <message>Nor you.</message></messages></error>";
        assert_eq!(explanation(xml), expected);
        assert_eq!(explanation(b""), Default::default());
        assert_eq!(explanation(b"<html><body>502</body></html>"), Default::default());
    }
}

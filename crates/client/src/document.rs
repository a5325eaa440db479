//! Documents as trees: an XML document reads into the same shape as its JSON twin.

use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};
use serde_json::{Map, Value};

use crate::{
    builder::Format,
    error::{Error, Result},
};

/// No document of the API nests deeper.
const DEEPEST: usize = 64;

/// Reads a whole document. The XML root's name is not part of it.
pub(crate) fn read(format: Format, bytes: &[u8]) -> Result<Value> {
    match format {
        Format::Json => serde_json::from_slice(bytes).map_err(|e| Error::Unreadable(e.to_string())),
        Format::Xml => {
            let mut xml = Xml::new(bytes)?;
            let (_, empty) = xml.root()?;
            if empty { Ok(Value::Null) } else { xml.content(0) }
        }
    }
}

/// Reads XML event by event.
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).map_err(|_| Error::Unreadable("not UTF-8".to_owned()))?;
        Ok(Self { reader: Reader::from_str(text.trim_start_matches('\u{feff}')) })
    }

    fn event(&mut self) -> Result<Event<'a>> {
        self.reader.read_event().map_err(|e| Error::Unreadable(format!("XML: {e}")))
    }

    /// The root element's name, and whether it is empty.
    pub(crate) fn root(&mut self) -> Result<(String, bool)> {
        self.child()?.ok_or_else(|| Error::Unreadable("XML: starts with an end".to_owned()))
    }

    /// The name of the next child element and whether it is empty; nothing at the parent's end.
    pub(crate) fn child(&mut self) -> Result<Option<(String, bool)>> {
        loop {
            match self.event()? {
                Event::Start(start) => return Ok(Some((start.local_name().as_ref().to_owned(), false))),
                Event::Empty(start) => return Ok(Some((start.local_name().as_ref().to_owned(), true))),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(Error::Unreadable("XML: ends too early".to_owned())),
                _ => {}
            }
        }
    }

    /// The content of the element just entered, up to and including its end.
    pub(crate) fn content(&mut self, depth: usize) -> Result<Value> {
        if depth > DEEPEST {
            return Err(Error::Unreadable("XML: nested too deeply".to_owned()));
        }
        let mut text = String::new();
        let mut members = Map::new();
        loop {
            match self.event()? {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    let value = self.content(depth + 1)?;
                    add(&mut members, name, value);
                }
                Event::Empty(start) => add(&mut members, start.local_name().as_ref().to_owned(), Value::Null),
                Event::Text(piece) => text.push_str(&piece.xml10_content()),
                Event::CData(piece) => text.push_str(&piece.xml10_content()),
                Event::GeneralRef(reference) => text.push_str(&entity(&reference)?),
                Event::End(_) => break,
                Event::Eof => return Err(Error::Unreadable("XML: ends too early".to_owned())),
                _ => {}
            }
        }
        Ok(if !members.is_empty() {
            Value::Object(members)
        } else if text.is_empty() {
            Value::Null
        } else {
            Value::String(text)
        })
    }
}

/// A name that repeats makes a list.
fn add(members: &mut Map<String, Value>, name: String, value: Value) {
    match members.get_mut(&name) {
        None => {
            members.insert(name, value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

fn entity(reference: &quick_xml::events::BytesRef<'_>) -> Result<String> {
    if let Some(c) = reference.resolve_char_ref().map_err(|e| Error::Unreadable(format!("XML: {e}")))? {
        return Ok(c.to_string());
    }
    // Only the five of the standard: a document cannot define its own.
    resolve_predefined_entity(reference)
        .map(str::to_owned)
        .ok_or_else(|| Error::Unreadable("XML: unknown entity".to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn xml_reads_into_the_shape_of_its_json_twin() {
        let xml = br#"<?xml version="1.0" encoding="UTF-8"?><user><id>7</id><avatar><url/></avatar>
            <display_name>Al &amp; <![CDATA[<B>]]> &#x41;</display_name><r><a>1</a><a>2</a></r></user>"#;
        let expected =
            json!({"id": "7", "avatar": {"url": null}, "display_name": "Al & <B> A", "r": {"a": ["1", "2"]}});
        assert_eq!(read(Format::Xml, xml).unwrap(), expected);
    }

    #[test]
    fn torn_deep_and_inventive_documents_are_errors() {
        assert!(read(Format::Xml, b"<user><id>7").is_err());
        assert!(read(Format::Xml, b"").is_err());
        assert!(read(Format::Xml, b"<user><id>&file;</id></user>").is_err());
        assert!(read(Format::Xml, "<a>".repeat(100_000).as_bytes()).is_err());
        assert!(read(Format::Json, "[".repeat(100_000).as_bytes()).is_err());
    }
}

//! An XML 1.0 reader into the same tree as JSON's, for documents whose elements are members and lists.
//!
//! There is no DTD, so only the five predefined entities and character references are known: nothing can expand.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader as Events;

use crate::escape::is_xml_char;
use crate::locate::{Locator, ReadError, utf8};
use crate::singular::is_singular;
use crate::value::{Node, Position, Value};

/// How deep elements may nest.
pub const MAX_DEPTH: usize = 128;

/// How many attributes an element may have.
pub const MAX_ATTRIBUTES: usize = 256;

/// The member that holds the text of an element which has attributes or child elements as well.
pub const TEXT: &str = "#text";

/// Reads one document: the name of its root element, and its content.
///
/// - An element without anything in it is null, one with text alone a string.
/// - One whose children all have one name is an array, when there are several of them or when their name is the
///   singular of the element's (`item` where that has none).
/// - Any other is an object: its attributes first, then its children, then its text, if any, as [`TEXT`].
///
/// A value stands at the `<` of its element, or at the name of its attribute. The caller bounds the size.
///
/// # Errors
/// When the text is not UTF-8 or not one well-formed element, has a DTD, or nests deeper than [`MAX_DEPTH`].
pub fn read(bytes: &[u8]) -> Result<(Box<str>, Node), ReadError> {
    let text = utf8(bytes)?;
    let mut reader = Reader { text, locator: Locator::new(text.as_bytes()), open: Vec::new(), root: None };
    if let Some((offset, c)) = text.char_indices().find(|&(_, c)| !is_xml_char(c)) {
        return Err(reader.fault(offset, format!("XML cannot carry the character {c:?}")));
    }
    let mut events = Events::from_str(text);
    loop {
        let offset = events.buffer_position() as usize;
        let event = events.read_event().map_err(|fault| {
            // The reader takes an offset of its own where it saw the fault in the middle of a tag.
            reader.fault(events.error_position() as usize, fault.to_string())
        })?;
        match event {
            Event::Start(tag) => reader.start(&tag, offset)?,
            Event::Empty(tag) => {
                reader.start(&tag, offset)?;
                reader.end();
            }
            Event::End(_) => reader.end(),
            Event::Text(run) => reader.text(&run.xml_content(XmlVersion::Implicit1_0), offset)?,
            Event::CData(run) => reader.cdata(&run.xml_content(XmlVersion::Implicit1_0), offset)?,
            Event::GeneralRef(reference) => reader.reference(&reference, offset)?,
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().transpose().ok().flatten();
                let supported = ["utf-8", "utf8", "us-ascii"];
                if let Some(other) =
                    encoding.filter(|name| !supported.contains(&name.to_ascii_lowercase().as_str()))
                {
                    return Err(reader.fault(offset, format!("the encoding must be UTF-8, not {other}")));
                }
            }
            Event::DocType(_) => {
                return Err(reader.fault(offset, "a document type declaration is not allowed".into()));
            }
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return reader.finish(),
        }
    }
}

/// An element that is being read.
struct Element {
    name: Box<str>,
    at: Position,
    attributes: Vec<(Box<str>, Node)>,
    children: Vec<(Box<str>, Node)>,
    text: String,
}

struct Reader<'a> {
    text: &'a str,
    locator: Locator<'a>,
    open: Vec<Element>,
    root: Option<(Box<str>, Node)>,
}

impl Reader<'_> {
    fn fault(&mut self, offset: usize, message: String) -> ReadError {
        ReadError { at: self.locator.at(offset), message }
    }

    fn start(&mut self, tag: &BytesStart<'_>, offset: usize) -> Result<(), ReadError> {
        if self.root.is_some() {
            return Err(self.fault(offset, "there is more after the end of the document".into()));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(self.fault(offset, "the document nests too deep".into()));
        }
        let at = self.locator.at(offset);
        let mut attributes: Vec<(Box<str>, Node)> = Vec::new();
        // The reader's own check for repeated names is quadratic; here the bound makes it harmless.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|fault| self.fault(offset, fault.to_string()))?;
            let name = attribute.key.as_ref();
            let offset = self.offset_of(name).unwrap_or(offset);
            if attributes.len() == MAX_ATTRIBUTES {
                return Err(self.fault(offset, "the element has too many attributes".into()));
            }
            if attributes.iter().any(|(other, _)| **other == *name) {
                return Err(self.fault(offset, format!("the attribute {name} is repeated")));
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|fault| self.fault(offset, fault.to_string()))?;
            if attribute.value.contains('<') || !value.chars().all(is_xml_char) {
                return Err(self.fault(offset, format!("the attribute {name} holds a forbidden character")));
            }
            let node = Node { value: Value::String(value.into()), at: self.locator.at(offset) };
            attributes.push((name.into(), node));
        }
        let name = tag.name().as_ref().into();
        self.open.push(Element { name, at, attributes, children: Vec::new(), text: String::new() });
        Ok(())
    }

    /// Where a slice of the document begins in it.
    fn offset_of(&self, slice: &str) -> Option<usize> {
        let offset = slice.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        (offset < self.text.len()).then_some(offset)
    }

    fn text(&mut self, text: &str, offset: usize) -> Result<(), ReadError> {
        if self.open.is_empty() && text.chars().all(is_space) {
            return Ok(());
        }
        self.cdata(text, offset)
    }

    fn cdata(&mut self, text: &str, offset: usize) -> Result<(), ReadError> {
        match self.open.last_mut() {
            Some(element) => {
                element.text.push_str(text);
                Ok(())
            }
            None => Err(self.fault(offset, "there is text outside the root element".into())),
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>, offset: usize) -> Result<(), ReadError> {
        let c = match reference.resolve_char_ref() {
            Ok(Some(c)) if is_xml_char(c) => Some(c),
            Ok(None) => match &**reference {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => None,
            },
            Ok(Some(_)) | Err(_) => None,
        };
        match c {
            Some(c) => self.cdata(c.encode_utf8(&mut [0; 4]), offset),
            None => Err(self.fault(offset, format!("&{}; stands for no character", &**reference))),
        }
    }

    fn end(&mut self) {
        // The event reader has matched the end tag with a start tag already.
        let Some(element) = self.open.pop() else { return };
        let (name, node) = element.finish();
        match self.open.last_mut() {
            Some(parent) => parent.children.push((name, node)),
            None => self.root = Some((name, node)),
        }
    }

    fn finish(&mut self) -> Result<(Box<str>, Node), ReadError> {
        let end = self.text.len();
        if let Some(element) = self.open.pop() {
            return Err(self.fault(end, format!("the element {} is not closed", element.name)));
        }
        self.root.take().ok_or_else(|| self.fault(end, "the document has no element".into()))
    }
}

impl Element {
    fn finish(self) -> (Box<str>, Node) {
        let Self { name, at, attributes, children, text } = self;
        let value = if attributes.is_empty() && children.is_empty() {
            if text.is_empty() { Value::Null } else { Value::String(text.into()) }
        } else {
            // White space between elements is layout.
            let text = Some(text).filter(|text| !text.chars().all(is_space));
            if attributes.is_empty() && text.is_none() && is_list(&name, &children) {
                Value::Array(children.into_iter().map(|(_, node)| node).collect())
            } else {
                let text = text.map(|text| (TEXT.into(), Node { value: Value::String(text.into()), at }));
                Value::Object(attributes.into_iter().chain(children).chain(text).collect())
            }
        };
        (name, Node { value, at })
    }
}

fn is_list(name: &str, children: &[(Box<str>, Node)]) -> bool {
    match children {
        [(only, _)] => is_singular(only, name),
        [(first, _), rest @ ..] => rest.iter().all(|(other, _)| other == first),
        [] => false,
    }
}

/// Production 3 of XML 1.0, `S`.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests;

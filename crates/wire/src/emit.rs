//! The streaming writer that all output goes through. A document says what it holds, once; the writer of each
//! format spells it. Nothing is allocated for a field: all bytes go to the end of one buffer.

mod json;
mod xml;

use std::fmt::Display;

use jiff::Timestamp;
use jiff::civil::Date;
pub use json::JsonWriter;
pub use xml::XmlWriter;

use crate::format::Format;
use crate::time;
use crate::value::{Node, Value};

/// The first line of every XML document, for what is written without [`document`].
pub const XML_DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A place where a document is written, piece by piece. Inside an object each value follows its key.
pub trait Emit {
    /// Begins an object.
    fn begin_object(&mut self);
    /// Begins an object whose scalars are attributes of its element in XML, as version 1 has them: each after its
    /// [`attribute`](Emit::attribute), before anything that has a [`key`](Emit::key) and is inside the element.
    fn begin_entity(&mut self) {
        self.begin_object();
    }
    /// Ends the object begun last.
    fn end_object(&mut self);
    /// Begins an array; `item` is the element name of each item in XML.
    fn begin_array(&mut self, item: &'static str);
    /// Begins an array whose items are called by the singular of the array's own name in XML
    /// (`leave_usages`→`leave_usage`, `classes`→`class`, `companies`→`company`), or else `item`.
    fn begin_list(&mut self);
    /// Ends the array begun last.
    fn end_array(&mut self);
    /// The key of the value that follows.
    fn key(&mut self, key: &str);
    /// The key of the scalar that follows, in an object begun as an entity.
    fn attribute(&mut self, key: &str) {
        self.key(key);
    }
    /// A string.
    fn string(&mut self, v: &str);
    /// A string that is written straight into the output, escaped on its way.
    fn string_from(&mut self, v: impl Display);
    /// An integer.
    fn integer(&mut self, v: i64);
    /// A number that is already spelled as JSON spells numbers.
    fn number(&mut self, v: &str);
    /// A truth value: `true` or `false`, in XML `1` or `0`.
    fn boolean(&mut self, v: bool);
    /// `null`, in XML an empty element.
    fn null(&mut self);
    /// The format that is written.
    fn format(&self) -> Format;

    /// A date, as `2013-09-30`.
    fn date(&mut self, v: Date) {
        self.string(&time::date(v));
    }
    /// A moment, as `2013-09-30T14:39:21+00:00`.
    fn timestamp(&mut self, v: Timestamp) {
        self.string(&time::timestamp(v));
    }
}

/// Something that can be written as (a part of) a document.
pub trait Render {
    /// Writes itself as one value.
    fn render<E: Emit>(&self, out: &mut E);
}

/// A slice as an array.
#[derive(Clone, Copy, Debug)]
pub struct List<'a, T> {
    /// The element name of each item in XML.
    pub item: &'static str,
    /// The items.
    pub items: &'a [T],
}

impl<T: Render> Render for List<'_, T> {
    fn render<E: Emit>(&self, out: &mut E) {
        out.begin_array(self.item);
        for item in self.items {
            item.render(out);
        }
        out.end_array();
    }
}

impl<T: Render + ?Sized> Render for &T {
    fn render<E: Emit>(&self, out: &mut E) {
        (**self).render(out);
    }
}

impl<T: Render> Render for Option<T> {
    fn render<E: Emit>(&self, out: &mut E) {
        match self {
            Some(value) => value.render(out),
            None => out.null(),
        }
    }
}

impl Render for Node {
    fn render<E: Emit>(&self, out: &mut E) {
        self.value.render(out);
    }
}

impl Render for Value {
    fn render<E: Emit>(&self, out: &mut E) {
        match self {
            Self::Null => out.null(),
            Self::Bool(value) => out.boolean(*value),
            Self::Number(spelled) => out.number(spelled),
            Self::String(text) => out.string(text),
            Self::Array(items) => {
                out.begin_list();
                for item in items {
                    item.render(out);
                }
                out.end_array();
            }
            Self::Object(members) => {
                out.begin_object();
                for (key, value) in members {
                    out.key(key);
                    value.render(out);
                }
                out.end_object();
            }
        }
    }
}

/// A whole document; `root` is the name of the root element in XML.
pub fn document<T: Render + ?Sized>(format: Format, root: &'static str, value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    document_into(format, root, value, &mut out);
    out
}

/// Appends a whole document to a buffer that the caller may use again.
pub fn document_into<T: Render + ?Sized>(format: Format, root: &'static str, value: &T, out: &mut Vec<u8>) {
    match format {
        Format::Json => value.render(&mut JsonWriter::new(out)),
        Format::Xml => {
            out.extend_from_slice(XML_DECLARATION);
            value.render(&mut XmlWriter::new(out, root));
        }
    }
}

/// The bytes before the items of a list that is put together from fragments.
pub fn list_open(format: Format, root: &'static str) -> Vec<u8> {
    match format {
        Format::Json => b"[".to_vec(),
        Format::Xml => [XML_DECLARATION, b"<", root.as_bytes(), b">"].concat(),
    }
}

/// The bytes between two fragments of a list.
pub const fn list_separator(format: Format) -> &'static [u8] {
    match format {
        Format::Json => b",",
        Format::Xml => b"",
    }
}

/// The bytes after the items of a list that is put together from fragments.
pub fn list_close(format: Format, root: &'static str) -> Vec<u8> {
    match format {
        Format::Json => b"]".to_vec(),
        Format::Xml => [b"</", root.as_bytes(), b">"].concat(),
    }
}

/// Appends the items of a list, with separators between them and none at the ends; `item` is the element name of
/// each in XML. Fragments joined by [`list_separator`] between [`list_open`] and [`list_close`] are the same bytes
/// as the [`document`] of the whole list; an empty fragment must be left out of the join.
pub fn fragment<T: Render>(
    format: Format,
    item: &'static str,
    items: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
) {
    match format {
        Format::Json => render_all(items, &mut JsonWriter::new(out)),
        Format::Xml => render_all(items, &mut XmlWriter::new(out, item)),
    }
}

fn render_all<T: Render, E: Emit>(items: impl IntoIterator<Item = T>, out: &mut E) {
    for item in items {
        item.render(out);
    }
}

/// Appends an integer's decimal digits.
fn write_integer(out: &mut Vec<u8>, v: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = v.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if v < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests;

//! The XML writer: each key an element, each list an element of one element for each item (`http.md`, 'XML'); or, in an
//! entity, each scalar an attribute, as version 1 has it.

use std::fmt::{self, Display, Write as _};

use super::{Emit, write_integer};
use crate::escape;
use crate::format::Format;
use crate::singular::singular;

/// Writes XML elements onto the end of a buffer, without a declaration. Each value at the root becomes an element
/// with the root's name, so that several make a fragment of a list.
#[derive(Debug)]
pub struct XmlWriter<'a> {
    out: &'a mut Vec<u8>,
    root: &'static str,
    /// The name of the start tag that is begun and not closed yet.
    begun: Option<Span>,
    open: Vec<Frame>,
    /// Whether the start tag of the element opened last still takes attributes.
    in_tag: bool,
    /// Whether the name of an attribute is written, and its value is not.
    in_attribute: bool,
}

/// A stretch of the output. End tags repeat the name that the start tag holds there, so that no name is kept
/// twice.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

/// An element that is open.
#[derive(Clone, Copy, Debug)]
struct Frame {
    name: Span,
    children: Children,
}

/// What the elements inside an open one are called.
#[derive(Clone, Copy, Debug)]
enum Children {
    /// Each by its key.
    Keys,
    /// All by one name.
    Named(&'static str),
    /// All by the singular of the open element's name: this start of it, then this ending.
    Singular(Span, &'static str),
}

impl<'a> XmlWriter<'a> {
    /// A writer that appends to `out` and calls each root element `root`.
    pub fn new(out: &'a mut Vec<u8>, root: &'static str) -> Self {
        Self { out, root, begun: None, open: Vec::with_capacity(8), in_tag: false, in_attribute: false }
    }

    /// The name of the element that the next value is, with its start tag begun.
    fn begin(&mut self) -> Span {
        if let Some(name) = self.begun.take() {
            return name;
        }
        debug_assert!(!self.in_attribute, "an attribute holds a scalar");
        self.close_tag();
        let children = self.open.last().map_or(Children::Named(self.root), |frame| frame.children);
        self.out.push(b'<');
        let start = self.out.len();
        match children {
            Children::Named(name) => escape::xml_name(self.out, name),
            Children::Singular(stem, ending) => {
                self.out.extend_from_within(stem.start..stem.end);
                self.out.extend_from_slice(ending.as_bytes());
            }
            Children::Keys => {
                debug_assert!(false, "a value inside an object needs a key");
                self.out.extend_from_slice(b"item");
            }
        }
        Span { start, end: self.out.len() }
    }

    #[inline]
    fn end(&mut self, name: Span) {
        self.out.extend_from_slice(b"</");
        self.out.extend_from_within(name.start..name.end);
        self.out.push(b'>');
    }

    /// A scalar as the content of its element or as the value of its attribute; `content` is told which.
    #[inline]
    fn scalar(&mut self, content: impl FnOnce(&mut Vec<u8>, Place)) {
        if self.in_attribute {
            self.in_attribute = false;
            self.out.extend_from_slice(b"=\"");
            content(self.out, Place::Attribute);
            self.out.push(b'"');
            return;
        }
        let name = self.begin();
        self.out.push(b'>');
        content(self.out, Place::Element);
        self.end(name);
    }

    /// Ends the start tag that still takes attributes, if there is one.
    #[inline]
    fn close_tag(&mut self) {
        if self.in_attribute {
            self.scalar(|_, _| {});
        }
        if self.in_tag {
            self.out.push(b'>');
            self.in_tag = false;
        }
    }

    fn enter(&mut self, children: impl FnOnce(&[u8], Span) -> Children) {
        let name = self.begin();
        let children = children(&self.out[name.start..name.end], name);
        self.out.push(b'>');
        self.open.push(Frame { name, children });
    }

    fn leave(&mut self) {
        match self.open.pop() {
            Some(_) if self.in_tag && !self.in_attribute => {
                self.out.extend_from_slice(b"/>");
                self.in_tag = false;
            }
            Some(frame) => {
                self.close_tag();
                self.end(frame.name);
            }
            None => debug_assert!(false, "an end without a begin"),
        }
    }
}

impl Emit for XmlWriter<'_> {
    fn begin_object(&mut self) {
        self.enter(|_, _| Children::Keys);
    }

    fn begin_entity(&mut self) {
        let name = self.begin();
        self.open.push(Frame { name, children: Children::Keys });
        self.in_tag = true;
    }

    fn end_object(&mut self) {
        self.leave();
    }

    fn begin_array(&mut self, item: &'static str) {
        self.enter(|_, _| Children::Named(item));
    }

    fn begin_list(&mut self) {
        self.enter(|name, span| {
            let (stem, ending) = singular(name);
            Children::Singular(Span { start: span.start, end: span.start + stem }, ending)
        });
    }

    fn end_array(&mut self) {
        self.leave();
    }

    fn key(&mut self, key: &str) {
        debug_assert!(self.begun.is_none() && !self.in_attribute, "the key before '{key}' has no value");
        self.close_tag();
        self.out.push(b'<');
        let start = self.out.len();
        escape::xml_name(self.out, key);
        self.begun = Some(Span { start, end: self.out.len() });
    }

    fn attribute(&mut self, key: &str) {
        if !self.in_tag {
            debug_assert!(false, "'{key}' comes too late to be an attribute");
            return self.key(key);
        }
        debug_assert!(!self.in_attribute, "the attribute before '{key}' has no value");
        if self.in_attribute {
            self.scalar(|_, _| {});
        }
        self.out.push(b' ');
        escape::xml_name(self.out, key);
        self.in_attribute = true;
    }

    fn string(&mut self, v: &str) {
        self.scalar(|out, place| place.escape(out, v));
    }

    fn string_from(&mut self, v: impl Display) {
        // Writing to a `Vec` cannot fail, and what a `Display` that fails has written so far is all there is.
        self.scalar(|out, place| {
            let _ = write!(Escaped(out, place), "{v}");
        });
    }

    fn integer(&mut self, v: i64) {
        self.scalar(|out, _| write_integer(out, v));
    }

    fn number(&mut self, v: &str) {
        self.string(v);
    }

    fn boolean(&mut self, v: bool) {
        self.scalar(|out, _| out.push(if v { b'1' } else { b'0' }));
    }

    fn null(&mut self) {
        if self.in_attribute {
            return self.scalar(|_, _| {});
        }
        self.begin();
        self.out.extend_from_slice(b"/>");
    }

    fn format(&self) -> Format {
        Format::Xml
    }
}

/// Where a scalar stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    Element,
    Attribute,
}

impl Place {
    #[inline]
    fn escape(self, out: &mut Vec<u8>, text: &str) {
        match self {
            Place::Element => escape::xml_text(out, text),
            Place::Attribute => escape::xml_attribute(out, text),
        }
    }
}

/// Escapes what a `Display` writes.
struct Escaped<'a>(&'a mut Vec<u8>, Place);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.1.escape(self.0, text);
        Ok(())
    }
}

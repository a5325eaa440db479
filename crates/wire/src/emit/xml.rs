//! The XML writer: each key an element, each list an element of one element for each item (`http.md`, 'XML').

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
        Self { out, root, begun: None, open: Vec::with_capacity(8) }
    }

    /// The name of the element that the next value is, with its start tag begun.
    fn begin(&mut self) -> Span {
        if let Some(name) = self.begun.take() {
            return name;
        }
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

    #[inline]
    fn element(&mut self, content: impl FnOnce(&mut Vec<u8>)) {
        let name = self.begin();
        self.out.push(b'>');
        content(self.out);
        self.end(name);
    }

    fn enter(&mut self, children: impl FnOnce(&[u8], Span) -> Children) {
        let name = self.begin();
        let children = children(&self.out[name.start..name.end], name);
        self.out.push(b'>');
        self.open.push(Frame { name, children });
    }

    fn leave(&mut self) {
        match self.open.pop() {
            Some(frame) => self.end(frame.name),
            None => debug_assert!(false, "an end without a begin"),
        }
    }
}

impl Emit for XmlWriter<'_> {
    fn begin_object(&mut self) {
        self.enter(|_, _| Children::Keys);
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
        debug_assert!(self.begun.is_none(), "the key before '{key}' has no value");
        self.out.push(b'<');
        let start = self.out.len();
        escape::xml_name(self.out, key);
        self.begun = Some(Span { start, end: self.out.len() });
    }

    fn string(&mut self, v: &str) {
        self.element(|out| escape::xml_text(out, v));
    }

    fn string_from(&mut self, v: impl Display) {
        // Writing to a `Vec` cannot fail, and what a `Display` that fails has written so far is all there is.
        self.element(|out| {
            let _ = write!(Escaped(out), "{v}");
        });
    }

    fn integer(&mut self, v: i64) {
        self.element(|out| write_integer(out, v));
    }

    fn number(&mut self, v: &str) {
        self.string(v);
    }

    fn boolean(&mut self, v: bool) {
        self.element(|out| out.push(if v { b'1' } else { b'0' }));
    }

    fn null(&mut self) {
        self.begin();
        self.out.extend_from_slice(b"/>");
    }

    fn format(&self) -> Format {
        Format::Xml
    }
}

/// Escapes what a `Display` writes.
struct Escaped<'a>(&'a mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape::xml_text(self.0, text);
        Ok(())
    }
}

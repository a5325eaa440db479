//! The JSON writer: compact, UTF-8.

use std::fmt::{self, Display, Write as _};

use super::{Emit, write_integer};
use crate::escape;
use crate::format::Format;

/// Writes JSON onto the end of a buffer. Values at the root get a comma between them, so that several make a
/// fragment of a list.
#[derive(Debug)]
pub struct JsonWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Whether a comma goes before the next key or value.
    comma: bool,
}

impl<'a> JsonWriter<'a> {
    /// A writer that appends to `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, comma: false }
    }

    /// Puts the comma that is due; after what follows, one is due again.
    #[inline]
    fn separate(&mut self) {
        if self.comma {
            self.out.push(b',');
        }
        self.comma = true;
    }

    #[inline]
    fn literal(&mut self, bytes: &[u8]) {
        self.separate();
        self.out.extend_from_slice(bytes);
    }
}

impl Emit for JsonWriter<'_> {
    fn begin_object(&mut self) {
        self.literal(b"{");
        self.comma = false;
    }

    fn end_object(&mut self) {
        self.out.push(b'}');
        self.comma = true;
    }

    fn begin_array(&mut self, _item: &'static str) {
        self.begin_list();
    }

    fn begin_list(&mut self) {
        self.literal(b"[");
        self.comma = false;
    }

    fn end_array(&mut self) {
        self.out.push(b']');
        self.comma = true;
    }

    fn key(&mut self, key: &str) {
        self.literal(b"\"");
        escape::json(self.out, key);
        self.out.extend_from_slice(b"\":");
        self.comma = false;
    }

    fn string(&mut self, v: &str) {
        self.literal(b"\"");
        escape::json(self.out, v);
        self.out.push(b'"');
    }

    fn string_from(&mut self, v: impl Display) {
        self.literal(b"\"");
        // Writing to a `Vec` cannot fail, and what a `Display` that fails has written so far is all there is.
        let _ = write!(Escaped(self.out), "{v}");
        self.out.push(b'"');
    }

    fn integer(&mut self, v: i64) {
        self.separate();
        write_integer(self.out, v);
    }

    fn number(&mut self, v: &str) {
        debug_assert!(
            !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)),
            "{v:?}"
        );
        self.literal(v.as_bytes());
    }

    fn boolean(&mut self, v: bool) {
        self.literal(if v { b"true" } else { b"false" });
    }

    fn null(&mut self) {
        self.literal(b"null");
    }

    fn format(&self) -> Format {
        Format::Json
    }
}

/// Escapes what a `Display` writes.
struct Escaped<'a>(&'a mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape::json(self.0, text);
        Ok(())
    }
}

//! From byte offsets to lines and columns, and the error that names them.

use thiserror::Error;

use crate::value::Position;

/// Why a document cannot be read, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{at}: {message}")]
pub struct ReadError {
    /// Where the fault stands.
    pub at: Position,
    /// What is wrong, for the person who sent the document.
    pub message: String,
}

/// Finds the positions of rising byte offsets in one pass over the text.
#[derive(Debug)]
pub(crate) struct Locator<'a> {
    bytes: &'a [u8],
    offset: usize,
    at: Position,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, at: Position { line: 1, column: 1 } }
    }

    /// The position of the character at `offset`. An offset before the last one asked for is found from the start.
    pub(crate) fn at(&mut self, offset: usize) -> Position {
        if offset < self.offset {
            *self = Self::new(self.bytes);
        }
        let end = offset.min(self.bytes.len());
        for &byte in &self.bytes[self.offset..end] {
            if byte == b'\n' {
                self.at.line += 1;
                self.at.column = 1;
            } else if byte & 0xc0 != 0x80 {
                // Every byte but a continuation of UTF-8 begins a character.
                self.at.column += 1;
            }
        }
        self.offset = end;
        self.at
    }
}

/// The text of a document without its byte order mark, or where it stops to be UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|fault| ReadError {
        at: Locator::new(bytes).at(fault.valid_up_to()),
        message: "the text is not UTF-8".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_and_lines() {
        let mut locator = Locator::new("a\u{e9}b\r\n\n\u{1f600}x".as_bytes());
        let mut at = |offset| locator.at(offset).to_string();
        assert_eq!(at(0), "line 1, column 1");
        assert_eq!(at(3), "line 1, column 3");
        assert_eq!(at(6), "line 2, column 1");
        assert_eq!(at(7), "line 3, column 1");
        assert_eq!(at(11), "line 3, column 2");
        assert_eq!(at(1), "line 1, column 2");
        assert_eq!(at(999), "line 3, column 3");
    }

    #[test]
    fn names_where_utf8_ends() {
        let fault = utf8(b"\xef\xbb\xbfab\n c\xff").unwrap_err();
        assert_eq!(fault.to_string(), "line 2, column 3: the text is not UTF-8");
    }
}

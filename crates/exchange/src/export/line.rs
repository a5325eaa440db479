//! A line of CSV as it is written.

use std::fmt::{self, Write as _};

use crate::guard;

/// A line, cell by cell.
#[derive(Default)]
pub(super) struct Line {
    text: String,
    begun: bool,
}

impl Line {
    /// Adds a cell of text: kept from being a formula, and in quotes if anything in it could divide cells, whichever
    /// delimiter the program goes by that opens the file.
    pub(super) fn text(&mut self, text: &str) {
        self.divide();
        let guard = if guard::needs_raising(text) { "'" } else { "" };
        if text.contains(['"', ',', ';', '\t', '\r', '\n']) {
            self.text.push('"');
            self.text.push_str(guard);
            for (index, part) in text.split('"').enumerate() {
                if index > 0 {
                    self.text.push_str("\"\"");
                }
                self.text.push_str(part);
            }
            self.text.push('"');
        } else {
            self.text.push_str(guard);
            self.text.push_str(text);
        }
    }

    /// Adds a cell of a number, date or word that needs no quotes; an empty one for nothing.
    pub(super) fn plain(&mut self, value: Option<impl fmt::Display>) {
        self.divide();
        if let Some(value) = value {
            // Writing to a string does not fail.
            let _ = write!(self.text, "{value}");
        }
    }

    /// Ends the line and answers it. Whatever is added next begins another.
    pub(super) fn end(&mut self) -> &[u8] {
        self.text.push_str("\r\n");
        self.begun = false;
        self.text.as_bytes()
    }

    fn divide(&mut self) {
        if self.begun {
            self.text.push(',');
        } else {
            self.text.clear();
            self.begun = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_guarded_where_needed() {
        let mut line = Line::default();
        for text in ["plain", "", "a,b", "say \"hi\"", "=1;2", "+1 800"] {
            line.text(text);
        }
        line.plain(Some(-5));
        line.plain(None::<i64>);
        let expected = "plain,,\"a,b\",\"say \"\"hi\"\"\",\"'=1;2\",'+1 800,-5,\r\n";
        assert_eq!(std::str::from_utf8(line.end()).unwrap(), expected);
        line.text("next");
        assert_eq!(line.end(), b"next\r\n");
    }
}

//! Cells of a CSV file (RFC 4180), each with the place where it begins.

use std::borrow::Cow;

use folkmoot_wire::Position;

/// A cell as it stands in the file, without the quotes around it.
#[derive(Debug, PartialEq)]
pub(super) struct Cell<'a> {
    pub(super) at: Position,
    pub(super) bytes: Cow<'a, [u8]>,
}

/// A row that cannot be taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct BrokenRow {
    pub(super) at: Position,
    pub(super) message: &'static str,
}

/// Reads a file row by row. Rows end with CRLF, LF or, as older Macs wrote them, CR.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    offset: usize,
    at: Position,
    delimiter: u8,
}

impl<'a> Scanner<'a> {
    /// A scanner of `bytes`, which begin with no byte order mark. Which delimiter is used, the first row tells.
    pub(super) fn new(bytes: &'a [u8]) -> Scanner<'a> {
        Scanner { bytes, offset: 0, at: Position { line: 1, column: 1 }, delimiter: delimiter_of(bytes) }
    }

    /// The place where the next row begins.
    pub(super) fn position(&self) -> Position {
        self.at
    }

    /// Reads the next row into `cells`; `false` at the end of the file. After a row that is broken, reading goes on
    /// with the line after the one in which it broke; `cells` then holds what there was of it.
    pub(super) fn row(&mut self, cells: &mut Vec<Cell<'a>>) -> Result<bool, BrokenRow> {
        cells.clear();
        if self.offset == self.bytes.len() {
            return Ok(false);
        }
        loop {
            let at = self.at;
            let bytes = if self.peek() == Some(b'"') { self.quoted(cells)? } else { self.bare() };
            cells.push(Cell { at, bytes });
            match self.peek() {
                Some(byte) if byte == self.delimiter => self.step(),
                Some(_) => {
                    self.end_line();
                    return Ok(true);
                }
                None => return Ok(true),
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    /// Takes one byte that does not end a line.
    fn step(&mut self) {
        // Every byte but a continuation of UTF-8 begins a character.
        if self.bytes[self.offset] & 0xc0 != 0x80 {
            self.at.column = self.at.column.saturating_add(1);
        }
        self.offset += 1;
    }

    /// Takes the end of a line.
    fn end_line(&mut self) {
        let crlf = self.bytes[self.offset..].starts_with(b"\r\n");
        self.offset += if crlf { 2 } else { 1 };
        self.at = Position { line: self.at.line.saturating_add(1), column: 1 };
    }

    /// Takes what is not quoted, up to the end of the cell.
    fn bare(&mut self) -> Cow<'a, [u8]> {
        let start = self.offset;
        while self.peek().is_some_and(|byte| byte != self.delimiter && byte != b'\n' && byte != b'\r') {
            self.step();
        }
        Cow::Borrowed(&self.bytes[start..self.offset])
    }

    /// Takes a cell in quotes; the offset stands on the opening one.
    fn quoted(&mut self, cells: &mut Vec<Cell<'a>>) -> Result<Cow<'a, [u8]>, BrokenRow> {
        let opening = (self.offset, self.at);
        self.step();
        let mut content = Cow::Borrowed(&self.bytes[self.offset..self.offset]);
        let mut run = self.offset;
        loop {
            match self.peek() {
                Some(b'"') => {
                    append(&mut content, &self.bytes[run..self.offset]);
                    self.step();
                    run = self.offset;
                    if self.peek() != Some(b'"') {
                        break;
                    }
                    self.step();
                }
                Some(b'\r' | b'\n') => self.end_line(),
                Some(_) => self.step(),
                None => return Err(self.broken(opening, "has a quote that is never closed", cells)),
            }
        }
        match self.peek() {
            None | Some(b'\r' | b'\n') => Ok(content),
            Some(byte) if byte == self.delimiter => Ok(content),
            Some(_) => Err(self.broken(opening, "has a quote inside quotes that is not doubled", cells)),
        }
    }

    /// Goes on after the line of an opening quote that led nowhere. It is most likely that quote which is wrong, and
    /// the lines after it are whole. No line is looked at more than twice: what ended the search for the closing
    /// quote is the next line with an odd quote, or the end of the file.
    fn broken(
        &mut self,
        (offset, at): (usize, Position),
        message: &'static str,
        cells: &mut Vec<Cell<'a>>,
    ) -> BrokenRow {
        (self.offset, self.at) = (offset, at);
        loop {
            let at = self.at;
            let bytes = self.bare();
            cells.push(Cell { at, bytes });
            match self.peek() {
                Some(byte) if byte == self.delimiter => self.step(),
                Some(_) => break self.end_line(),
                None => break,
            }
        }
        BrokenRow { at, message }
    }
}

fn append<'a>(content: &mut Cow<'a, [u8]>, run: &'a [u8]) {
    if content.is_empty() {
        *content = Cow::Borrowed(run);
    } else {
        content.to_mut().extend_from_slice(run);
    }
}

/// The delimiter that the header has most of, outside quotes; a comma when it has none.
fn delimiter_of(bytes: &[u8]) -> u8 {
    const DELIMITERS: [u8; 3] = *b",;\t";
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut in_quotes = false;
    for &byte in bytes {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\n' | b'\r' if !in_quotes => break,
            _ if in_quotes => {}
            _ => {
                if let Some(which) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
                    counts[which] += 1;
                }
            }
        }
    }
    let mut best = 0;
    for which in 1..counts.len() {
        if counts[which] > counts[best] {
            best = which;
        }
    }
    DELIMITERS[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let mut scanner = Scanner::new(text.as_bytes());
        let mut cells = Vec::new();
        let mut rows = Vec::new();
        loop {
            match scanner.row(&mut cells) {
                Ok(false) => return rows,
                Ok(true) => {
                    let spelled = cells.iter().map(|cell| {
                        let text = String::from_utf8_lossy(&cell.bytes);
                        format!("{}:{} {text}", cell.at.line, cell.at.column)
                    });
                    rows.push(spelled.collect::<Vec<_>>().join(" | "));
                }
                Err(fault) => rows.push(format!("{}: {}", fault.at, fault.message)),
            }
        }
    }

    #[test]
    fn cells_know_where_they_begin() {
        assert_eq!(
            rows("a,b\r\né😀,\"x\ny\"\"\",z\n\"\",q"),
            ["1:1 a | 1:3 b", "2:1 é😀 | 2:4 x\ny\" | 3:6 z", "4:1  | 4:4 q"]
        );
        assert_eq!(rows("a\rb\r"), ["1:1 a", "2:1 b"]);
        assert_eq!(rows("a,\n"), ["1:1 a | 1:3 "]);
        assert!(rows("").is_empty());
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(rows("a;\"b,,,\";c\n1,5;2"), ["1:1 a | 1:3 b,,, | 1:10 c", "2:1 1,5 | 2:5 2"]);
        assert_eq!(rows("a\tb"), ["1:1 a | 1:3 b"]);
    }

    #[test]
    fn a_bad_quote_costs_one_line() {
        assert_eq!(
            rows("a,b\n1,\"open\n2,3\n\"4\",5\n6,7"),
            [
                "1:1 a | 1:3 b",
                "line 2, column 3: has a quote inside quotes that is not doubled",
                "3:1 2 | 3:3 3",
                "4:1 4 | 4:5 5",
                "5:1 6 | 5:3 7"
            ]
        );
        assert_eq!(
            rows("a,b\n1,\"open\n2,3"),
            ["1:1 a | 1:3 b", "line 2, column 3: has a quote that is never closed", "3:1 2 | 3:3 3"]
        );
        assert_eq!(
            rows("\"say \"hi\"\",b\n2,3"),
            ["line 1, column 1: has a quote inside quotes that is not doubled", "2:1 2 | 2:3 3"]
        );
        assert_eq!(rows("5\" pipe,b"), ["1:1 5\" pipe | 1:9 b"], "a quote inside a bare cell is a character");
    }
}

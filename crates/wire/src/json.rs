//! A strict JSON reader (RFC 8259) that keeps the place of each value.

use crate::locate::{Locator, ReadError, utf8};
use crate::value::{Node, Position, Value};

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 128;

/// Reads one document. Numbers keep their spelling and repeated keys all their occurrences; a byte order mark is
/// skipped. The caller bounds the size.
///
/// # Errors
/// When the text is not UTF-8 or not exactly one JSON value, or nests deeper than [`MAX_DEPTH`].
pub fn read(bytes: &[u8]) -> Result<Node, ReadError> {
    let text = utf8(bytes)?;
    let mut reader =
        Reader { text, bytes: text.as_bytes(), offset: 0, locator: Locator::new(text.as_bytes()) };
    reader.skip_space();
    let node = reader.value(0)?;
    reader.skip_space();
    if reader.offset < reader.bytes.len() {
        return Err(reader.fault("there is more after the end of the document"));
    }
    Ok(node)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    offset: usize,
    locator: Locator<'a>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    fn here(&mut self) -> Position {
        self.locator.at(self.offset)
    }

    fn fault(&mut self, message: &str) -> ReadError {
        ReadError { at: self.here(), message: message.to_owned() }
    }

    /// Says what was expected where something else (or nothing) stands.
    fn expected(&mut self, what: &str) -> ReadError {
        let found = match self.text.get(self.offset..).and_then(|rest| rest.chars().next()) {
            Some(c) => format!("found {c:?}"),
            None => "the document ends".to_owned(),
        };
        ReadError { at: self.here(), message: format!("expected {what}, but {found}") }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.offset += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, ReadError> {
        let at = self.here();
        let value = match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => {
                return Err(self.fault("the document nests too deep"));
            }
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.literal("true", Value::Bool(true))?,
            Some(b'f') => self.literal("false", Value::Bool(false))?,
            Some(b'n') => self.literal("null", Value::Null)?,
            _ => return Err(self.expected("a value")),
        };
        Ok(Node { value, at })
    }

    fn literal(&mut self, spelled: &str, value: Value) -> Result<Value, ReadError> {
        if self.bytes[self.offset..].starts_with(spelled.as_bytes()) {
            self.offset += spelled.len();
            Ok(value)
        } else {
            Err(self.expected("a value"))
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.offset += 1;
        self.skip_space();
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.offset += 1;
            return Ok(Value::Array(items));
        }
        loop {
            self.skip_space();
            items.push(self.value(depth + 1)?);
            self.skip_space();
            match self.peek() {
                Some(b',') => self.offset += 1,
                Some(b']') => break,
                _ => return Err(self.expected("',' or ']'")),
            }
        }
        self.offset += 1;
        Ok(Value::Array(items))
    }

    fn object(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.offset += 1;
        self.skip_space();
        let mut members = Vec::new();
        if self.peek() == Some(b'}') {
            self.offset += 1;
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in double quotes"));
            }
            let key = self.string()?;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.expected("':'"));
            }
            self.offset += 1;
            self.skip_space();
            members.push((key, self.value(depth + 1)?));
            self.skip_space();
            match self.peek() {
                Some(b',') => self.offset += 1,
                Some(b'}') => break,
                _ => return Err(self.expected("',' or '}'")),
            }
        }
        self.offset += 1;
        Ok(Value::Object(members))
    }

    fn digits(&mut self) -> Result<(), ReadError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.expected("a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.offset += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Box<str>, ReadError> {
        let start = self.offset;
        if self.peek() == Some(b'-') {
            self.offset += 1;
        }
        if self.peek() == Some(b'0') {
            self.offset += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err(self.fault("a number must not begin with a zero"));
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.offset += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.offset += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.offset += 1;
            }
            self.digits()?;
        }
        Ok(self.text[start..self.offset].into())
    }

    /// Reads a string; the offset stands on its opening quote.
    fn string(&mut self) -> Result<Box<str>, ReadError> {
        self.offset += 1;
        let mut text = String::new();
        loop {
            let start = self.offset;
            while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
                self.offset += 1;
            }
            let run = &self.text[start..self.offset];
            match self.peek() {
                Some(b'"') => {
                    self.offset += 1;
                    // Most strings are one run: no second copy for them.
                    return Ok(if text.is_empty() { run.into() } else { (text + run).into() });
                }
                Some(b'\\') => {
                    text.push_str(run);
                    let c = self.escape()?;
                    text.push(c);
                }
                Some(_) => return Err(self.fault("a control character in a string must be escaped")),
                None => return Err(self.expected("the end of the string")),
            }
        }
    }

    /// Reads an escape; the offset stands on its backslash.
    fn escape(&mut self) -> Result<char, ReadError> {
        self.offset += 1;
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.expected("an escape")),
        };
        self.offset += 1;
        Ok(c)
    }

    /// Reads the one escape or the pair of them that spell a character; the offset stands on the first `u`.
    fn unicode_escape(&mut self) -> Result<char, ReadError> {
        let first = self.code_unit()?;
        let code = match first {
            0xd800..=0xdbff if self.bytes[self.offset..].starts_with(b"\\u") => {
                self.offset += 1;
                let second = self.code_unit()?;
                match second {
                    0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => first,
                }
            }
            _ => first,
        };
        // What is left between 0xD800 and 0xDFFF is half of a pair.
        char::from_u32(code).ok_or_else(|| self.fault("a surrogate escape without its other half"))
    }

    /// Reads `uXXXX`.
    fn code_unit(&mut self) -> Result<u32, ReadError> {
        self.offset += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            match digit {
                Some(digit) => unit = unit * 16 + digit,
                None => return Err(self.expected("four hexadecimal digits")),
            }
            self.offset += 1;
        }
        Ok(unit)
    }
}

#[cfg(test)]
mod tests;

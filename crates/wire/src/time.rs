//! Dates and times as the API spells them (`http.md`, 'Dates'): `2013-09-30`, `2013-09-30T14:39:21+00:00`, and
//! `2013-09-30T14:39:21` where a time is local by nature. Input is read more tolerantly than output is written.

mod parse;

use std::fmt;
use std::ops::Deref;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

pub use parse::{TimeError, parse_date, parse_local, parse_timestamp};

/// A date or time spelled out, without an allocation. It derefs to `str`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Spelled {
    /// The longest is `-9999-12-31T23:59:59+00:00`.
    bytes: [u8; 26],
    length: usize,
}

/// Spells a date, as `2013-09-30`.
pub fn date(date: Date) -> Spelled {
    let mut out = Spelled { bytes: [0; 26], length: 0 };
    out.date(date);
    out
}

/// Spells a moment in UTC with a numeric offset and whole seconds, as `2013-09-30T14:39:21+00:00`.
pub fn timestamp(moment: Timestamp) -> Spelled {
    let mut out = local(Offset::UTC.to_datetime(moment));
    out.push(b"+00:00");
    out
}

/// Spells a moment in UTC as version 1 does, as `2013-09-30 14:39:21`.
pub fn spaced(moment: Timestamp) -> Spelled {
    joined(Offset::UTC.to_datetime(moment), b" ")
}

/// Spells a time without an offset, as `2013-09-30T14:39:21`.
pub fn local(time: DateTime) -> Spelled {
    joined(time, b"T")
}

fn joined(time: DateTime, separator: &[u8]) -> Spelled {
    let mut out = date(time.date());
    out.push(separator);
    out.two_digits(time.hour());
    out.push(b":");
    out.two_digits(time.minute());
    out.push(b":");
    out.two_digits(time.second());
    out
}

impl Spelled {
    /// The text.
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever put in.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    fn date(&mut self, date: Date) {
        if date.year() < 0 {
            self.push(b"-");
        }
        let year = date.year().unsigned_abs();
        self.two_digits((year / 100) as i8);
        self.two_digits((year % 100) as i8);
        self.push(b"-");
        self.two_digits(date.month());
        self.push(b"-");
        self.two_digits(date.day());
    }

    /// `n` is below 100, and not negative.
    fn two_digits(&mut self, n: i8) {
        let n = n.unsigned_abs();
        self.push(&[b'0' + n / 10, b'0' + n % 10]);
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }
}

impl Deref for Spelled {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests;

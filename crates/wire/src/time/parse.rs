//! Reading dates and times.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// Why a text is no date or time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TimeError {
    /// It is not spelled as a date.
    #[error("must be a date spelled YYYY-MM-DD, such as 2013-09-30")]
    NotADate,
    /// It is not spelled as a date and time with an offset.
    #[error("must be a date and time spelled YYYY-MM-DDTHH:MM:SS+00:00, such as 2013-09-30T14:39:21+00:00")]
    NotATimestamp,
    /// It is not spelled as a date and time without an offset.
    #[error("must be a date and time spelled YYYY-MM-DDTHH:MM:SS, such as 2013-09-30T14:39:21")]
    NotALocalTime,
    /// The calendar has no such day.
    #[error("names a day that does not exist")]
    NoSuchDay,
    /// The clock has no such time.
    #[error("names a time of day that does not exist")]
    NoSuchTime,
    /// There is no such offset from UTC.
    #[error("has an offset from UTC that does not exist")]
    NoSuchOffset,
    /// It has no offset and needs one.
    #[error("needs an offset from UTC, such as +00:00")]
    OffsetMissing,
    /// It has an offset where times are local.
    #[error("must not have an offset from UTC: the time is local")]
    OffsetUnexpected,
    /// It is too far from now to be represented.
    #[error("is out of range")]
    OutOfRange,
}

/// Reads a date, `2013-09-30`; month and day need no zero before them, and space around is ignored.
///
/// # Errors
/// When it is spelled otherwise, or there is no such day.
pub fn parse_date(text: &str) -> Result<Date, TimeError> {
    let mut input = Input(text.trim().as_bytes());
    let day = input.day().ok_or(TimeError::NotADate)?;
    if !input.0.is_empty() {
        return Err(TimeError::NotADate);
    }
    day.date()
}

/// Reads a moment, `2013-09-30T14:39:21+00:00`. A space may stand for the `T`, seconds may be missing, a fraction of
/// a second is dropped, and the offset is `Z` or any numeric one. Where a form sends `+` unencoded, it arrives as a
/// space, so that is taken for it.
///
/// # Errors
/// When it is spelled otherwise, has no offset, or there is no such day or time.
pub fn parse_timestamp(text: &str) -> Result<Timestamp, TimeError> {
    let (local, offset) = date_time(text, TimeError::NotATimestamp)?;
    let offset = offset.ok_or(TimeError::OffsetMissing)?;
    Offset::UTC
        .to_timestamp(local)
        .and_then(|moment| moment.checked_sub(SignedDuration::from_secs(offset)))
        .map_err(|_| TimeError::OutOfRange)
}

/// Reads a local time, `2013-09-30T14:39:21`, with the same tolerance.
///
/// # Errors
/// When it is spelled otherwise, has an offset, or there is no such day or time.
pub fn parse_local(text: &str) -> Result<DateTime, TimeError> {
    match date_time(text, TimeError::NotALocalTime)? {
        (local, None) => Ok(local),
        (_, Some(_)) => Err(TimeError::OffsetUnexpected),
    }
}

/// A date and time, and the offset in seconds if there is one.
fn date_time(text: &str, malformed: TimeError) -> Result<(DateTime, Option<i64>), TimeError> {
    let mut input = Input(text.trim().as_bytes());
    let day = input.day().ok_or(malformed)?;
    let clock = input.clock().ok_or(malformed)?;
    let offset = if input.0.is_empty() { None } else { Some(input.offset().ok_or(malformed)?) };
    if !input.0.is_empty() {
        return Err(malformed);
    }
    let [hour, minute, second] = clock;
    // A leap second is told as the one before it.
    let second = if second == 60 { 59 } else { second };
    let time = Time::new(hour, minute, second, 0).map_err(|_| TimeError::NoSuchTime)?;
    let local = day.date()?.to_datetime(time);
    match offset {
        Some((_, hours, minutes)) if hours > 23 || minutes > 59 => Err(TimeError::NoSuchOffset),
        Some((sign, hours, minutes)) => {
            Ok((local, Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))))
        }
        None => Ok((local, None)),
    }
}

/// A year, month and day that may not exist.
#[derive(Clone, Copy)]
struct Day(i16, i8, i8);

impl Day {
    fn date(self) -> Result<Date, TimeError> {
        Date::new(self.0, self.1, self.2).map_err(|_| TimeError::NoSuchDay)
    }
}

/// What is left to read.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    /// Takes one of some bytes.
    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        if !wanted.contains(first) {
            return None;
        }
        self.0 = rest;
        Some(*first)
    }

    /// Takes a number of so many digits; four at most.
    fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let digits = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if digits < least {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        Some(number.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')))
    }

    fn small(&mut self, least: usize) -> Option<i8> {
        self.number(least, 2).map(|number| number as i8)
    }

    fn day(&mut self) -> Option<Day> {
        let year = self.number(4, 4)?;
        self.one_of(b"-")?;
        let month = self.small(1)?;
        self.one_of(b"-")?;
        Some(Day(year, month, self.small(1)?))
    }

    /// The time of day, after what divides it from the day.
    fn clock(&mut self) -> Option<[i8; 3]> {
        self.one_of(b"Tt ")?;
        let hour = self.small(2)?;
        self.one_of(b":")?;
        let minute = self.small(2)?;
        if self.one_of(b":").is_none() {
            return Some([hour, minute, 0]);
        }
        let second = self.small(2)?;
        if self.one_of(b".,").is_some() {
            self.number(1, 1)?;
            while self.number(1, 1).is_some() {}
        }
        Some([hour, minute, second])
    }

    /// The offset's sign, hours and minutes.
    fn offset(&mut self) -> Option<(i64, i8, i8)> {
        let sign = match self.one_of(b"Zz+ -")? {
            b'Z' | b'z' => return Some((0, 0, 0)),
            b'-' => -1,
            _ => 1,
        };
        let hours = self.small(2)?;
        let minutes = if self.one_of(b":").is_some() || !self.0.is_empty() { self.small(2)? } else { 0 };
        Some((sign, hours, minutes))
    }
}

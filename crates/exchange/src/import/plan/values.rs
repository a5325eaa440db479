//! The values of one person, read as what they must be.

use std::fmt;

use folkmoot_core::{Fixed, LONGEST_LINE, LONGEST_URL, Text, check_line};
use folkmoot_wire::time;
use jiff::Timestamp;
use jiff::civil::Date;

use super::report::Report;
use crate::column::{Column, Key, Slot};
use crate::import::draft::{Draft, Form, Given};

/// The values of one person by key. What cannot be read is told, and counts as not given.
pub(super) struct Values<'v, 'a> {
    draft: &'v Draft,
    slots: [Option<&'v Given>; Key::COUNT],
    pub(super) report: &'v mut Report<'a>,
}

impl<'v, 'a> Values<'v, 'a> {
    /// The values of `draft`, those that are empty left out.
    pub(super) fn new(draft: &'v Draft, report: &'v mut Report<'a>) -> Values<'v, 'a> {
        let mut slots = [None; Key::COUNT];
        for (key, given) in &draft.values {
            slots[*key as usize] = Some(given).filter(|given| !given.text.trim().is_empty());
        }
        Values { draft, slots, report }
    }

    /// What is given for a key.
    pub(super) fn given(&self, key: Key) -> Option<&'v Given> {
        self.slots[key as usize]
    }

    /// Tells that a value is required which is not given. In a table an empty cell is at fault; a missing column is
    /// told of the header and not of each row.
    pub(super) fn require(&mut self, key: Key, form: Form) {
        if self.given(key).is_some() || self.draft.excused.contains(&key) {
            return;
        }
        match (self.draft.get(key), form) {
            (Some(empty), _) => self.report.tell(empty, "is required"),
            (None, Form::Document) => {
                self.report.tell_missing(self.draft.at, &Column::of(Slot::Key(key)).path());
            }
            (None, Form::Table) => {}
        }
    }

    /// Reads a value as `read` does.
    pub(super) fn read<T, E: fmt::Display>(
        &mut self,
        key: Key,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let given = self.given(key)?;
        match read(given.text.trim()) {
            Ok(value) => Some(value),
            Err(message) => {
                self.report.tell(given, message);
                None
            }
        }
    }

    /// A text of one line, exactly as it is given.
    pub(super) fn line(&mut self, key: Key) -> Text {
        self.text(key, LONGEST_LINE)
    }

    /// The address of a page.
    pub(super) fn url(&mut self, key: Key) -> Text {
        self.text(key, LONGEST_URL)
    }

    fn text(&mut self, key: Key, longest: usize) -> Text {
        let Some(given) = self.given(key) else { return Text::default() };
        if let Err(error) = check_line(&given.text, longest) {
            self.report.tell(given, error);
        }
        given.text.clone()
    }

    /// A name by which people are looked for: without space around it. Whether it is one is checked elsewhere.
    pub(super) fn identifier(&mut self, key: Key) -> Text {
        self.given(key).map_or_else(Text::default, |given| Text::from(given.text.trim()))
    }

    /// A date.
    pub(super) fn date(&mut self, key: Key) -> Option<Date> {
        self.read(key, time::parse_date)
    }

    /// A moment.
    pub(super) fn timestamp(&mut self, key: Key) -> Option<Timestamp> {
        self.read(key, time::parse_timestamp)
    }

    /// A truth value.
    pub(super) fn boolean(&mut self, key: Key) -> Option<bool> {
        self.read(key, |text| match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Ok(true),
            "0" | "false" | "no" => Ok(false),
            _ => Err("is neither yes nor no (1, 0, true, false, yes, no)"),
        })
    }

    /// A decimal between two others.
    pub(super) fn decimal(&mut self, key: Key, least: i64, most: Option<i64>) -> Option<Fixed> {
        let value: Fixed = self.read(key, str::parse)?;
        let whole = Fixed::from_integer;
        let given = self.given(key)?;
        if whole(least).is_some_and(|least| value < least) {
            self.report.tell(given, format_args!("must not be less than {least}"));
        }
        if let Some(most) = most
            && whole(most).is_some_and(|most| value > most)
        {
            self.report.tell(given, format_args!("must not be more than {most}"));
        }
        Some(value)
    }

    /// One of a list, by its name or number.
    pub(super) fn choice<T>(
        &mut self,
        key: Key,
        by_name: impl FnOnce(&str) -> Option<T>,
        by_number: impl FnOnce(i64) -> Option<T>,
        choices: &str,
    ) -> Option<T> {
        self.read(key, |text| {
            let found = match text.parse() {
                Ok(number) => by_number(number),
                Err(_) => by_name(text),
            };
            found.ok_or_else(|| format!("is not one of {choices}"))
        })
    }
}

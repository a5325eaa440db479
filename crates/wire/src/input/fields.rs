//! The fields of one object in a form, read one by one.

use folkmoot_core::{Fixed, Sent, Text, check_line};
use jiff::civil::Date;

use super::Faults;
use crate::form::{Form, FormValue};
use crate::time;

/// The fields of an object: the whole form, or those below a name of it.
pub struct Fields<'a, 'f> {
    source: Source<'a>,
    faults: &'f mut Faults,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Form(&'a Form),
    Below(&'a FormValue),
    Nothing,
}

impl<'a, 'f> Fields<'a, 'f> {
    /// The fields of a form. What is wrong with them is told to `faults`.
    pub fn of(form: &'a Form, faults: &'f mut Faults) -> Fields<'a, 'f> {
        Fields { source: Source::Form(form), faults }
    }

    /// The fields of an element of a list.
    pub fn element<'s>(&'s mut self, element: &'a FormValue) -> Fields<'a, 's> {
        Fields { source: Source::Below(element), faults: self.faults }
    }

    /// The fields below `name`.
    pub fn below<'s>(&'s mut self, name: &str) -> Fields<'a, 's> {
        let source = match self.get(name) {
            Some(value @ FormValue::Map(_)) => Source::Below(value),
            Some(other) => {
                self.faults.tell(other.key(), "takes fields of its own, as name[field]");
                Source::Nothing
            }
            None => Source::Nothing,
        };
        Fields { source, faults: self.faults }
    }

    /// What was sent as `name`.
    pub fn get(&self, name: &str) -> Option<&'a FormValue> {
        match self.source {
            Source::Form(form) => form.get(name),
            Source::Below(value) => value.get(name),
            Source::Nothing => None,
        }
    }

    /// Where faults go.
    pub fn faults(&mut self) -> &mut Faults {
        self.faults
    }

    /// The text that was sent as `name`, and its key.
    fn text(&mut self, name: &str) -> Option<(&'a str, &'a str)> {
        match self.get(name)? {
            FormValue::Text(leaf) => Some((&leaf.key, &leaf.text)),
            other => {
                self.faults.tell(other.key(), "takes one value");
                None
            }
        }
    }

    /// A value, as `read` reads it; its problem is told when it cannot be.
    pub fn read<T, E: std::fmt::Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Option<Sent<T>> {
        let (key, text) = self.text(name)?;
        match read(text.trim()) {
            Ok(value) => Some(Sent { key: key.into(), value }),
            Err(problem) => {
                self.faults.tell(key, problem);
                None
            }
        }
    }

    /// A text of one line of at most `longest` characters, exactly as it was sent; `null` is none.
    pub fn line(&mut self, name: &str, longest: usize) -> Option<Sent<Text>> {
        let (key, text) = self.text(name)?;
        let text = if text == "null" { "" } else { text };
        match check_line(text, longest) {
            Ok(()) => Some(Sent { key: key.into(), value: text.into() }),
            Err(problem) => {
                self.faults.tell(key, problem);
                None
            }
        }
    }

    /// A date; empty, `null` and `0000-00-00` are none.
    pub fn date(&mut self, name: &str) -> Option<Sent<Option<Date>>> {
        self.read(name, |text| match text {
            "" | "null" | "0000-00-00" => Ok(None),
            text => time::parse_date(text).map(Some),
        })
    }

    /// A date that there must be.
    pub fn some_date(&mut self, name: &str) -> Option<Sent<Date>> {
        let Sent { key, value } = self.date(name)?;
        if value.is_none() {
            self.faults.tell(&key, "must be a date");
        }
        Some(Sent { key, value: value? })
    }

    /// A truth value.
    pub fn boolean(&mut self, name: &str) -> Option<Sent<bool>> {
        self.read(name, |text| match text.to_ascii_lowercase().as_str() {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            _ => Err("must be 1 or 0"),
        })
    }

    /// A decimal.
    pub fn decimal(&mut self, name: &str) -> Option<Sent<Fixed>> {
        self.read(name, str::parse)
    }

    /// The number of another object: sent as `name_id`, or as `name[id]`. Empty and `null` are none, and so is v1's `0`.
    pub fn reference<I>(&mut self, name: &str, id: impl FnOnce(i64) -> I) -> Option<Sent<Option<I>>> {
        let number = |text: &str| match text {
            "" | "null" | "0" => Ok(None),
            text => match text.parse::<i64>() {
                Ok(number) if number > 0 => Ok(Some(number)),
                _ => Err("must be the number of one"),
            },
        };
        let flat = format!("{name}_id");
        let sent = if self.get(&flat).is_some() {
            self.read(&flat, number)
        } else {
            match self.get(name)? {
                FormValue::Map(_) => self.below(name).read("id", number),
                _ => self.read(name, number),
            }
        }?;
        Some(Sent { key: sent.key, value: sent.value.map(id) })
    }

    /// One of a list, by its word or its number.
    pub fn choice<T>(
        &mut self,
        name: &str,
        by_word: impl FnOnce(&str) -> Option<T>,
        by_number: impl FnOnce(i64) -> Option<T>,
        choices: &str,
    ) -> Option<Sent<T>> {
        self.read(name, |text| {
            let found = match text.parse() {
                Ok(number) => by_number(number),
                Err(_) => by_word(text),
            };
            found.ok_or_else(|| format!("is not one of {choices}"))
        })
    }
}

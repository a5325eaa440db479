//! Version 1 of the API, another language (`users.md`, 'v1 shapes'): in XML an entity is an element whose scalars are its
//! attributes, and one by itself is nested once more; in JSON it is flat, every scalar a string or a number. What is
//! empty is the empty text, a date that is not there `0000-00-00`, and what is chosen from a list a number.

mod org;
mod user;

use std::fmt::Display;

use folkmoot_core::Shown;
use jiff::Timestamp;
use jiff::civil::Date;
pub(crate) use org::{
    badge, custom_field, department, employee_class, event_type, job, leave_type, location, value,
};
pub(crate) use user::{assignment, employee, full_user, listed_user};

use crate::{Emit, Format, time};

/// A date that is not there.
const NO_DATE: &str = "0000-00-00";
/// A moment that never was.
const NO_MOMENT: &str = "0000-00-00 00:00:00";

/// What an entity is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    /// In XML.
    pub(crate) element: &'static str,
    /// In JSON.
    pub(crate) model: &'static str,
}

impl Name {
    pub(crate) const fn new(element: &'static str, model: &'static str) -> Name {
        Name { element, model }
    }

    fn key<E: Emit>(self, out: &mut E) {
        out.key(match out.format() {
            Format::Json => self.model,
            Format::Xml => self.element,
        });
    }
}

/// An entity by itself: inside an element of the same name in XML, below its name in JSON.
pub(crate) fn alone<E: Emit>(name: Name, out: &mut E, entity: impl FnOnce(&mut E)) {
    out.begin_object();
    name.key(out);
    entity(out);
    out.end_object();
}

fn text<E: Emit>(key: &str, value: &str, out: &mut E) {
    out.attribute(key);
    out.string(value);
}

fn text_from<E: Emit>(key: &str, value: impl Display, out: &mut E) {
    out.attribute(key);
    out.string_from(value);
}

fn number<E: Emit>(key: &str, value: i64, out: &mut E) {
    out.attribute(key);
    out.integer(value);
}

/// The number of something else, or of nothing.
fn reference<E: Emit>(key: &str, value: Option<i64>, out: &mut E) {
    out.attribute(key);
    match value {
        Some(id) => out.integer(id),
        None => out.string(""),
    }
}

fn date<E: Emit>(key: &str, value: Option<Date>, out: &mut E) {
    out.attribute(key);
    match value {
        Some(date) => out.date(date),
        None => out.string(NO_DATE),
    }
}

fn moment<E: Emit>(key: &str, value: Timestamp, out: &mut E) {
    text(key, &time::spaced(value), out);
}

fn shown_text<E: Emit>(key: &str, value: Shown<&str>, out: &mut E) {
    if let Shown::Yes(value) = value {
        text(key, value, out);
    }
}

fn shown_date<E: Emit>(key: &str, value: Shown<Option<Date>>, out: &mut E) {
    if let Shown::Yes(value) = value {
        date(key, value, out);
    }
}

//! The organisation (`org.md`): the fields of POST and PUT.

use folkmoot_core::{CustomFieldKind, LONGEST_LINE, Privacy, Sent, Text, check_area};

use super::{Faults, Fields};
use crate::form::Form;

/// What a form says of a department, a location or an employee class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedInput {
    /// Its name.
    pub name: Option<Sent<Text>>,
    /// Its place among the others.
    pub order: Option<Sent<i64>>,
}

impl NamedInput {
    /// Reads a form in which the name is called `name`.
    pub fn read(form: &Form, name: &str, faults: &mut Faults) -> NamedInput {
        let mut fields = Fields::of(form, faults);
        NamedInput { name: required(&mut fields, name), order: order(&mut fields) }
    }
}

/// What a form says of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobInput {
    /// Its title.
    pub title: Option<Sent<Text>>,
    /// What it takes.
    pub requirements: Option<Sent<Text>>,
}

impl JobInput {
    /// Reads a form.
    pub fn read(form: &Form, faults: &mut Faults) -> JobInput {
        let mut fields = Fields::of(form, faults);
        JobInput {
            title: required(&mut fields, "title"),
            requirements: fields.read("requirements", |text| check_area(text).map(|()| text.into())),
        }
    }
}

/// What a form says of a custom field's definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomFieldInput {
    /// Its name.
    pub name: Option<Sent<Text>>,
    /// What its values are.
    pub kind: Option<Sent<CustomFieldKind>>,
    /// Whether its values are sealed.
    pub encrypted: Option<Sent<bool>>,
    /// Its place among the others.
    pub order: Option<Sent<i64>>,
    /// Who sees its values.
    pub privacy: Option<Sent<Privacy>>,
}

impl CustomFieldInput {
    /// Reads a form.
    pub fn read(form: &Form, faults: &mut Faults) -> CustomFieldInput {
        const KINDS: &str = "text, textarea, select, date, number";
        const PRIVACIES: &str = "Everyone (0), Employee & Manager (1), Manager (2), Administrator only (3)";
        let mut fields = Fields::of(form, faults);
        CustomFieldInput {
            name: required(&mut fields, "name"),
            kind: fields.choice("type", CustomFieldKind::from_code, |_| None, KINDS),
            encrypted: fields.boolean("encrypted"),
            order: order(&mut fields),
            privacy: fields.choice("visibility", Privacy::from_name, Privacy::from_number, PRIVACIES),
        }
    }
}

/// A name that may not be empty, where it is sent.
fn required(fields: &mut Fields<'_, '_>, name: &str) -> Option<Sent<Text>> {
    let sent = fields.line(name, LONGEST_LINE)?;
    let value = Text::from(sent.value.trim());
    if value.is_empty() {
        fields.faults().tell(&sent.key, "is required");
        return None;
    }
    Some(Sent { key: sent.key, value })
}

fn order(fields: &mut Fields<'_, '_>) -> Option<Sent<i64>> {
    fields.read("order", |text| text.parse().map_err(|_| "must be a whole number"))
}

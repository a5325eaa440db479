//! Custom fields: what an account wants to know beyond the standard fields (`users.md`, `org.md`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CustomFieldId, CustomFieldRecordId, Text};

/// The definition of a custom field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Its identifier.
    pub id: CustomFieldId,
    /// The name.
    pub name: Text,
    /// What kind of input it is.
    pub kind: CustomFieldKind,
    /// Whether its values are encrypted at rest.
    pub encrypted: bool,
    /// Its place in lists, from 1.
    pub order: i64,
    /// Who sees its values.
    pub privacy: Privacy,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// A user's value of a custom field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomFieldRecord {
    /// Its identifier.
    pub id: CustomFieldRecordId,
    /// The field.
    pub field: CustomFieldId,
    /// The value, in clear: what the definition says to encrypt is sealed in the store.
    pub content: Text,
}

/// The kind of input a custom field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomFieldKind {
    /// One line of text.
    Text,
    /// Several lines of text.
    Textarea,
    /// One of a list.
    Select,
    /// A date.
    Date,
    /// A number.
    Number,
}

impl CustomFieldKind {
    /// Every kind.
    pub const ALL: [CustomFieldKind; 5] = [
        CustomFieldKind::Text,
        CustomFieldKind::Textarea,
        CustomFieldKind::Select,
        CustomFieldKind::Date,
        CustomFieldKind::Number,
    ];

    /// The API's word for it, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            CustomFieldKind::Text => "text",
            CustomFieldKind::Textarea => "textarea",
            CustomFieldKind::Select => "select",
            CustomFieldKind::Date => "date",
            CustomFieldKind::Number => "number",
        }
    }

    /// From the API's word.
    pub fn from_code(code: &str) -> Option<CustomFieldKind> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Who sees an item about a person ('item privacy').
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Privacy {
    /// Everyone.
    Everyone,
    /// The person, their managers and administrators.
    EmployeeAndManager,
    /// Managers and administrators; hidden from the person.
    Manager,
    /// Administrators; hidden from the person and their managers.
    AdministratorOnly,
}

impl Privacy {
    /// Every privacy.
    pub const ALL: [Privacy; 4] =
        [Privacy::Everyone, Privacy::EmployeeAndManager, Privacy::Manager, Privacy::AdministratorOnly];

    /// The name people see, and what `visibility` says.
    pub const fn name(self) -> &'static str {
        match self {
            Privacy::Everyone => "Everyone",
            Privacy::EmployeeAndManager => "Employee & Manager",
            Privacy::Manager => "Manager",
            Privacy::AdministratorOnly => "Administrator only",
        }
    }

    /// The stored form.
    pub const fn number(self) -> i64 {
        match self {
            Privacy::Everyone => 0,
            Privacy::EmployeeAndManager => 1,
            Privacy::Manager => 2,
            Privacy::AdministratorOnly => 3,
        }
    }

    /// From the stored form.
    pub fn from_number(number: i64) -> Option<Privacy> {
        Self::ALL.into_iter().find(|privacy| privacy.number() == number)
    }

    /// From its name, in any case.
    pub fn from_name(name: &str) -> Option<Privacy> {
        Self::ALL.into_iter().find(|privacy| privacy.name().eq_ignore_ascii_case(name))
    }
}

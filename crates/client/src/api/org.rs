//! The organisation: jobs, departments, locations, employee classes, custom fields, leave types.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Accrual, FieldKind, Id, Privacy, collection::entities, form::change, read};

macro_rules! objects {
    ($($(#[$doc:meta])* $object:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $how:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
        #[non_exhaustive]
        pub struct $object {
            /// The id.
            pub id: Id,
            $(
                $(#[$field_doc])*
                #[serde(default, deserialize_with = $how)]
                pub $field: $type,
            )*
            /// When it was made.
            #[serde(default, deserialize_with = "read::moment")]
            pub created: Option<Timestamp>,
            /// When it was last changed.
            #[serde(default, deserialize_with = "read::moment")]
            pub modified: Option<Timestamp>,
            /// Its address, relative to the account.
            #[serde(default, deserialize_with = "read::text")]
            pub url: Option<String>,
        }
    )*};
}

objects! {
    /// A job.
    Job {
        /// Its title.
        title: String = "read::plain",
        /// What it asks of people.
        requirements: Option<String> = "read::text",
    }

    /// A department.
    Department {
        /// Its name.
        name: String = "read::plain",
        /// Its place among all.
        order: Option<i64> = "read::number",
    }

    /// A type of events.
    EventType {
        /// Its name.
        name: String = "read::plain",
        /// Its place among all.
        order: Option<i64> = "read::number",
    }

    /// A value of the company.
    CompanyValue {
        /// Its name.
        name: String = "read::plain",
        /// Its place among all.
        order: Option<i64> = "read::number",
    }

    /// A badge.
    Badge {
        /// Its name.
        name: String = "read::plain",
        /// Its place among all.
        order: Option<i64> = "read::number",
    }

    /// A location.
    Location {
        /// Its name.
        name: String = "read::plain",
        /// Its place among all.
        order: Option<i64> = "read::number",
    }

    /// A class of employees.
    EmployeeClass {
        /// Its name.
        class: String = "read::plain",
        /// Its place among all.
        order: Option<i64> = "read::number",
    }
}

/// The definition of a custom field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct CustomField {
    /// The id.
    pub id: Id,
    /// Its name.
    #[serde(default, deserialize_with = "read::plain")]
    pub name: String,
    /// What it holds.
    #[serde(default, rename = "type")]
    pub kind: Option<FieldKind>,
    /// Whether its values are sealed where they are kept.
    #[serde(default, deserialize_with = "read::boolean")]
    pub encrypted: Option<bool>,
    /// Its place among all.
    #[serde(default, deserialize_with = "read::number")]
    pub order: Option<i64>,
    /// Who sees its values.
    #[serde(default)]
    pub visibility: Option<Privacy>,
    /// When it was made.
    #[serde(default, deserialize_with = "read::moment")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "read::moment")]
    pub modified: Option<Timestamp>,
    /// Its address, relative to the account.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
}

/// A type of leave; in other objects `id`, `name`, `accrual` and `url` alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct LeaveType {
    /// The id.
    pub id: Id,
    /// Its name.
    #[serde(default, deserialize_with = "read::plain")]
    pub name: String,
    /// How it accrues.
    #[serde(default)]
    pub accrual: Option<Accrual>,
    /// What somebody does who takes it.
    #[serde(default, deserialize_with = "read::text")]
    pub action_phrase: Option<String>,
    /// Whether it is without pay.
    #[serde(default, deserialize_with = "read::boolean")]
    pub unpaid: Option<bool>,
    /// When it was made.
    #[serde(default, deserialize_with = "read::moment")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "read::moment")]
    pub modified: Option<Timestamp>,
    /// Its address, relative to the account.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
}

change! {
    /// What is said of a job.
    JobChange {
        /// Its title.
        title(&str) = "title",
        /// What it asks of people.
        requirements(&str) = "requirements",
    }
}

change! {
    /// What is said of a department or a location.
    NamedChange {
        /// Its name, which no other of its kind has.
        name(&str) = "name",
        /// Its place among all; the last one, if nothing is said of a new one.
        order(i64) = "order",
    }
}

change! {
    /// What is said of an employee class.
    EmployeeClassChange {
        /// Its name, which no other has.
        class(&str) = "class",
        /// Its place among all.
        order(i64) = "order",
    }
}

change! {
    /// What is said of a custom field.
    CustomFieldChange {
        /// Its name, which no other has.
        name(&str) = "name",
        /// What it holds.
        kind(FieldKind) = "type",
        /// Whether its values are sealed; of a new one alone.
        encrypted(bool) = "encrypted",
        /// Its place among all.
        order(i64) = "order",
        /// Who sees its values.
        visibility(Privacy) = "visibility",
    }
}

impl From<NamedChange> for super::ChangeForm {
    fn from(change: NamedChange) -> Self {
        Self(change.0)
    }
}

entities! {
    Job = "jobs" by JobChange;
    EmployeeClass = "employee_classes" by EmployeeClassChange;
    CustomField = "custom_fields" by CustomFieldChange;
    Department = "departments";
    Location = "locations";
    EventType = "event_types";
    CompanyValue = "values";
    Badge = "badges";
    LeaveType = "leave_types";
}

/// What is changed by its name and its place among all.
macro_rules! named {
    ($($kind:ty)*) => {$(
        impl super::Editable for $kind {
            type Change = NamedChange;
        }
    )*};
}

named! { Department Location EventType CompanyValue Badge }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_is_known_and_less_than_usual_is_read() {
        let job = r#"{"id": "3", "title": "Smith", "colour": "red", "created": "2012-01-02T03:04:05+00:00"}"#;
        let job: Job = serde_json::from_str(job).unwrap();
        assert_eq!((job.id, job.title.as_str(), job.requirements), (Id::from(3), "Smith", None));
        assert!(job.created.is_some());
        let field: CustomField = serde_json::from_str(
            r#"{"id":9,"name":"Shoe","type":"colour","visibility":"Employee & Manager"}"#,
        )
        .unwrap();
        assert_eq!(field.kind, Some(FieldKind::Other("colour".to_owned())));
        assert_eq!(field.visibility, Some(Privacy::EmployeeAndManager));
        assert!(serde_json::from_str::<Job>(r#"{"title": "Smith"}"#).is_err());
    }

    #[test]
    fn a_change_says_what_was_set() {
        let change = CustomFieldChange::new().name("Shoe size").kind(FieldKind::Number).encrypted(true);
        assert_eq!(change.0.encode(), "name=Shoe+size&type=number&encrypted=1");
    }
}

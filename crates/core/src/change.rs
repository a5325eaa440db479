//! The vocabulary of the change log: what happened to which object, by whom, from where (`webhooks.md`).

use serde::{Deserialize, Serialize};

use crate::UserId;

/// Who made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// A user, through the API or the web.
    User(UserId),
    /// The operator, at the command line.
    Operator,
    /// The product itself: a job, a date that came.
    System,
}

/// Through which door a change came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The API.
    Api,
    /// The command line.
    CommandLine,
    /// A bulk import.
    Import,
    /// The product itself.
    System,
}

impl Source {
    /// The stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Source::Api => "api",
            Source::CommandLine => "cli",
            Source::Import => "import",
            Source::System => "system",
        }
    }
}

/// The kind of object that changed, by the name that webhooks use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Object {
    /// The account's own settings.
    Config,
    /// A user.
    User,
    /// A job.
    Job,
    /// A department.
    Department,
    /// A location.
    Location,
    /// An employee class.
    EmployeeClass,
    /// A custom field's definition.
    CustomField,
    /// A leave type.
    LeaveType,
}

impl Object {
    /// Every kind.
    pub const ALL: [Object; 8] = [
        Object::Config,
        Object::User,
        Object::Job,
        Object::Department,
        Object::Location,
        Object::EmployeeClass,
        Object::CustomField,
        Object::LeaveType,
    ];

    /// The webhook handle's first part, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Object::Config => "Config",
            Object::User => "User",
            Object::Job => "Job",
            Object::Department => "Department",
            Object::Location => "Location",
            Object::EmployeeClass => "EmployeeClass",
            Object::CustomField => "CustomField",
            Object::LeaveType => "LeaveType",
        }
    }
}

/// What was done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// It was made.
    Add,
    /// It was changed.
    Edit,
    /// It was deleted.
    Delete,
}

impl Action {
    /// The webhook handle's second part, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Action::Add => "Add",
            Action::Edit => "Edit",
            Action::Delete => "Delete",
        }
    }
}

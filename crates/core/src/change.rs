//! The vocabulary of the change log: what happened to which object, by whom, from where (`webhooks.md`).

use std::fmt;
use std::net::IpAddr;

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
    /// A web page.
    Web,
    /// The command line.
    CommandLine,
    /// A bulk import.
    Import,
    /// The product itself.
    System,
}

impl Source {
    /// Every door.
    pub const ALL: [Source; 5] =
        [Source::Api, Source::Web, Source::CommandLine, Source::Import, Source::System];

    /// The door of this stored form.
    pub fn from_code(code: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.code() == code)
    }

    /// The stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Source::Api => "api",
            Source::Web => "web",
            Source::CommandLine => "cli",
            Source::Import => "import",
            Source::System => "system",
        }
    }
}

/// From which client a change came, and in answer to which of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// The request, as the log names it.
    pub request: RequestId,
}

/// What names a request in the log, in its answer and in the change log: 1 to 64 letters, digits, `-`, `_` and `.`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    length: u8,
    bytes: [u8; RequestId::LONGEST],
}

impl RequestId {
    const LONGEST: usize = 64;

    /// The identifier that `bytes` are, if they are harmless wherever they are shown.
    pub fn new(given: &[u8]) -> Option<RequestId> {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if given.is_empty() || !given.iter().all(plain) {
            return None;
        }
        let mut bytes = [0; RequestId::LONGEST];
        bytes.get_mut(..given.len())?.copy_from_slice(given);
        Some(RequestId { length: given.len() as u8, bytes })
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
    /// An employee record of a user.
    EmployeeRecord,
    /// An assignment record of a user.
    AssignmentRecord,
    /// A work-hour record of a user.
    WorkHourRecord,
    /// A type of events.
    EventType,
    /// A value that kudos are given for.
    Value,
    /// A badge.
    Badge,
    /// A role.
    Role,
    /// A role that a user has.
    RoleAssignment,
    /// A webhook.
    WebHook,
}

impl Object {
    /// Every kind.
    pub const ALL: [Object; 17] = [
        Object::Config,
        Object::User,
        Object::Job,
        Object::Department,
        Object::Location,
        Object::EmployeeClass,
        Object::CustomField,
        Object::LeaveType,
        Object::EmployeeRecord,
        Object::AssignmentRecord,
        Object::WorkHourRecord,
        Object::EventType,
        Object::Value,
        Object::Badge,
        Object::Role,
        Object::RoleAssignment,
        Object::WebHook,
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
            Object::EmployeeRecord => "EmployeeRecord",
            Object::AssignmentRecord => "AssignmentRecord",
            Object::WorkHourRecord => "WorkHourRecord",
            Object::EventType => "EventType",
            Object::Value => "Value",
            Object::Badge => "Badge",
            Object::Role => "Role",
            Object::RoleAssignment => "RoleAssignment",
            Object::WebHook => "WebHook",
        }
    }

    /// The kind of this stored form.
    pub fn from_code(code: &str) -> Option<Object> {
        Object::ALL.into_iter().find(|object| object.code() == code)
    }

    /// Whether this is a user's record: whatever becomes of one is entered into the log once more, as a change of the
    /// user.
    pub const fn is_record(self) -> bool {
        matches!(self, Object::EmployeeRecord | Object::AssignmentRecord | Object::WorkHourRecord)
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
    /// Every action.
    pub const ALL: [Action; 3] = [Action::Add, Action::Edit, Action::Delete];

    /// The action of this stored form.
    pub fn from_code(code: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.code() == code)
    }

    /// The webhook handle's second part, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Action::Add => "Add",
            Action::Edit => "Edit",
            Action::Delete => "Delete",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_forms_are_read_as_they_were_written() {
        assert!(Object::ALL.iter().all(|object| Object::from_code(object.code()) == Some(*object)));
        assert!(Action::ALL.iter().all(|action| Action::from_code(action.code()) == Some(*action)));
        assert!(Source::ALL.iter().all(|source| Source::from_code(source.code()) == Some(*source)));
        assert_eq!(Object::from_code("user"), None);
    }

    #[test]
    fn a_request_is_named_by_what_is_harmless() {
        let longest = [b'a'; 64];
        assert_eq!(RequestId::new(&longest).unwrap().as_str().as_bytes(), longest);
        assert_eq!(RequestId::new(b"a-1_B.2").unwrap().as_str(), "a-1_B.2");
        for bad in [&b""[..], &[b'a'; 65], b"a b", b"a\n", "\u{e9}".as_bytes()] {
            assert_eq!(RequestId::new(bad), None);
        }
    }
}

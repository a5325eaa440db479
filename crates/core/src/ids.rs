//! Identifiers: small integers, counted per account and per kind of object, never reused (`users.md`, `org.md`).

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// An account: one company.
    AccountId;
    /// A user: an employee of the account.
    UserId;
    /// One dated version of a user's personal data.
    EmployeeRecordId;
    /// One dated version of a user's job data.
    AssignmentRecordId;
    /// One dated version of a user's working hours.
    WorkHourRecordId;
    /// A job, as in 'job title'.
    JobId;
    /// A department.
    DepartmentId;
    /// A location.
    LocationId;
    /// An employee class, such as 'Regular Employee'.
    EmployeeClassId;
    /// The definition of a custom field.
    CustomFieldId;
    /// A user's value of a custom field.
    CustomFieldRecordId;
    /// A leave type, such as 'PTO'.
    LeaveTypeId;
    /// A payroll provider, by the number that the account's integrations know it by.
    PayrollProviderId;
    /// A type of events.
    EventTypeId;
    /// A value of the company.
    ValueId;
    /// A badge.
    BadgeId;
    /// A webhook: a subscription to events.
    WebHookId;
    /// A role.
    RoleId;
    /// That a user has a role.
    RoleAssignmentId;
}

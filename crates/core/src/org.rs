//! The organisation: jobs, departments, locations, employee classes, types of events, values, badges (`org.md`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    BadgeId, CustomField, CustomFieldId, DepartmentId, EmployeeClassId, EventTypeId, JobId, LeaveType,
    LeaveTypeId, LocationId, Text, ValueId,
};

/// A job that people hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its identifier.
    pub id: JobId,
    /// The title.
    pub title: Text,
    /// What it asks of the one who holds it.
    pub requirements: Text,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// Objects that are a name with a place among the others of their kind.
macro_rules! named {
    ($($(#[$doc:meta])* $kind:ident($id:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $kind {
            /// Its identifier.
            pub id: $id,
            /// The name.
            pub name: Text,
            /// Its place in lists, from 1.
            pub order: i64,
            /// When it was created.
            pub created: Timestamp,
            /// When it was last changed.
            pub modified: Timestamp,
        }
    )*};
}

named! {
    /// A department.
    Department(DepartmentId);
    /// A place of work.
    Location(LocationId);
    /// A type of events, such as 'Holiday' (`calendar.md`).
    EventType(EventTypeId);
    /// A value of the company, for which kudos are given (`culture.md`).
    CompanyValue(ValueId);
    /// A badge that is awarded with kudos (`culture.md`).
    Badge(BadgeId);
}

/// An employee class, such as 'Regular Employee'.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployeeClass {
    /// Its identifier.
    pub id: EmployeeClassId,
    /// The name.
    pub class: Text,
    /// Its place in lists, from 1.
    pub order: i64,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// What people's records, events and kudos refer to, by identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Org {
    /// Jobs.
    pub jobs: BTreeMap<JobId, Job>,
    /// Departments.
    pub departments: BTreeMap<DepartmentId, Department>,
    /// Locations.
    pub locations: BTreeMap<LocationId, Location>,
    /// Employee classes.
    pub employee_classes: BTreeMap<EmployeeClassId, EmployeeClass>,
    /// Definitions of custom fields.
    pub custom_fields: BTreeMap<CustomFieldId, CustomField>,
    /// Leave types.
    pub leave_types: BTreeMap<LeaveTypeId, LeaveType>,
    /// Types of events.
    pub event_types: BTreeMap<EventTypeId, EventType>,
    /// The company's values.
    pub company_values: BTreeMap<ValueId, CompanyValue>,
    /// Badges.
    pub badges: BTreeMap<BadgeId, Badge>,
}

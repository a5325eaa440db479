//! The organisation: jobs, departments, locations, employee classes (`org.md`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CustomField, CustomFieldId, DepartmentId, EmployeeClassId, JobId, LeaveType, LeaveTypeId, LocationId,
    Text,
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

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its identifier.
    pub id: DepartmentId,
    /// The name.
    pub name: Text,
    /// Its place in lists, from 1.
    pub order: i64,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// A place of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Its identifier.
    pub id: LocationId,
    /// The name.
    pub name: Text,
    /// Its place in lists, from 1.
    pub order: i64,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
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

/// Everything that people's records refer to, by identifier.
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
}

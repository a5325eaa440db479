//! Roles and their permission groups.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Reach, Right, Rights, StandardRole};
use crate::{DepartmentId, LocationId, RoleId, Settings, Text};

/// What those within a limit are to the holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relationship {
    /// The holder.
    #[serde(rename = "self")]
    Oneself,
    /// Those whose manager the holder is.
    DirectReports,
    /// Those of the whole line below the holder.
    AllReports,
    /// Direct reports, and everybody else whose group is Employees: the management style of that name.
    DirectReportsAndEmployees,
    /// Everyone but the holder: what is about somebody behind their back stays so.
    EveryoneElse,
    /// Everyone, the holder too.
    Everyone,
}

impl Relationship {
    /// Every relationship, from the narrowest to the widest.
    pub const ALL: [Relationship; 6] = [
        Relationship::Oneself,
        Relationship::DirectReports,
        Relationship::AllReports,
        Relationship::DirectReportsAndEmployees,
        Relationship::EveryoneElse,
        Relationship::Everyone,
    ];

    /// The word for it, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Relationship::Oneself => "self",
            Relationship::DirectReports => "direct_reports",
            Relationship::AllReports => "all_reports",
            Relationship::DirectReportsAndEmployees => "direct_reports_and_employees",
            Relationship::EveryoneElse => "everyone_else",
            Relationship::Everyone => "everyone",
        }
    }

    /// From the word.
    pub fn from_code(code: &str) -> Option<Relationship> {
        Self::ALL.into_iter().find(|relationship| relationship.code() == code)
    }
}

/// Rights within a limit. Departments, locations and relationship limit together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionGroup {
    /// The departments whose people are within; empty for all. One that is no more has nobody.
    #[serde(default)]
    pub departments: BTreeSet<DepartmentId>,
    /// The locations whose people are within; empty for all.
    #[serde(default)]
    pub locations: BTreeSet<LocationId>,
    /// What people within are to the holder.
    pub relationship: Relationship,
    /// The rights. Those on global cards are not limited.
    pub rights: Rights,
}

impl PermissionGroup {
    /// Whether everyone is within, or `right` is one that is not limited.
    pub fn is_unlimited(&self, right: Right) -> bool {
        let everyone = self.relationship == Relationship::Everyone
            && self.departments.is_empty()
            && self.locations.is_empty();
        everyone || right.reach() == Reach::Global
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Its identifier.
    pub id: RoleId,
    /// The name; unique in the account, whatever its case.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Which of the standard roles it is.
    pub standard: Option<StandardRole>,
    /// Whether new employees get it.
    pub assign_to_new: bool,
    /// Whether its permission groups are the account's own. Those of a standard role that nobody has changed follow
    /// the account's settings.
    pub own_permissions: bool,
    /// What it allows.
    pub permission_groups: Vec<PermissionGroup>,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

impl Role {
    /// The role under these settings.
    pub(super) fn settle(&mut self, settings: Settings) {
        if let (Some(standard), false) = (self.standard, self.own_permissions) {
            self.permission_groups = standard.permission_groups(settings);
        }
    }

    /// Every right of it, however limited.
    pub fn rights(&self) -> Rights {
        self.permission_groups.iter().fold(Rights::NONE, |rights, group| rights.and(group.rights))
    }
}

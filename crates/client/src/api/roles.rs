//! Roles: what rights there are in them, who has which, and why somebody sees what they see.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::{Group, Id, Relationship, collection::entities, form::change, read};

/// Rights over some people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PermissionGroup {
    /// In which departments; all, if empty.
    #[serde(default, deserialize_with = "read::list")]
    pub departments: Vec<Id>,
    /// In which locations; all, if empty.
    #[serde(default, deserialize_with = "read::list")]
    pub locations: Vec<Id>,
    /// Over whom.
    pub relationship: Relationship,
    /// The actions on each card, such as `view_manager_items` on `privacy`.
    #[serde(default)]
    pub cards: BTreeMap<String, Vec<String>>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Role {
    /// The id.
    pub id: Id,
    /// Its name.
    #[serde(default, deserialize_with = "read::plain")]
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "read::text")]
    pub description: Option<String>,
    /// Which standard role it is; nothing if it is none.
    #[serde(default, deserialize_with = "read::text")]
    pub standard: Option<String>,
    /// Whether a standard role is not as it was.
    #[serde(default, deserialize_with = "read::truth")]
    pub changed: bool,
    /// Whether everybody gets it who is new.
    #[serde(default, deserialize_with = "read::truth")]
    pub assign_to_new: bool,
    /// Its rights.
    #[serde(default, deserialize_with = "read::list")]
    pub permission_groups: Vec<PermissionGroup>,
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

/// That somebody has a role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RoleAssignment {
    /// The id; nothing for a role that follows from the group.
    #[serde(default, deserialize_with = "read::id")]
    pub id: Option<Id>,
    /// Which role.
    pub role_id: Id,
    /// Who has it.
    pub user_id: Id,
}

change! {
    /// What is said of a role.
    RoleChange {
        /// Its name, which no other has.
        name(&str) = "name",
        /// What it is for.
        description(&str) = "description",
        /// Whether everybody gets it who is new.
        assign_to_new(bool) = "assign_to_new",
        /// Of which role a new one has the rights.
        copy_of(Id) = "copy_of",
    }
}

impl RoleChange {
    /// All its rights.
    pub fn permission_groups(mut self, groups: &[PermissionGroup]) -> Self {
        for (number, group) in groups.iter().enumerate() {
            let at = format!("permission_groups[{number}]");
            self.0.add(format!("{at}[relationship]"), group.relationship.as_str());
            for (name, ids) in [("departments", &group.departments), ("locations", &group.locations)] {
                for id in ids {
                    self.0.add(format!("{at}[{name}][]"), id.as_str());
                }
            }
            for (card, actions) in &group.cards {
                for action in actions {
                    self.0.add(format!("{at}[cards][{card}][]"), action);
                }
            }
        }
        self
    }

    /// Undoes what was changed of a standard role's rights.
    pub fn standard_permission_groups(mut self) -> Self {
        self.0.add("permission_groups", "");
        self
    }
}

entities! {
    Role = "roles" by RoleChange;
}

/// What somebody sees of another, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Of whom.
    pub user_id: Id,
    /// Who sees it.
    pub viewer_id: Id,
    /// The viewer's group, where their roles follow from it.
    #[serde(default)]
    pub group: Option<Group>,
    /// The viewer's roles.
    #[serde(default, deserialize_with = "read::list")]
    pub roles: Vec<super::Reference>,
    /// Whether the viewer knows of them at all.
    pub known: ExplainedField,
    /// Field by field.
    #[serde(default, deserialize_with = "read::list")]
    pub fields: Vec<ExplainedField>,
}

/// Whether a field is shown, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ExplainedField {
    /// The field, such as `assignment_record.pay_info`.
    #[serde(default, deserialize_with = "read::plain")]
    pub path: String,
    /// Whether it is shown.
    #[serde(default, deserialize_with = "read::truth")]
    pub shown: bool,
    /// The right that it takes, `self`, or nothing.
    #[serde(default, deserialize_with = "read::text")]
    pub needs: Option<String>,
    /// What shows it; empty when nothing does.
    #[serde(default, deserialize_with = "read::list")]
    pub reasons: Vec<ShownBecause>,
}

/// What shows a field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ShownBecause {
    /// `everyone`, `self` or `role`.
    #[serde(default, deserialize_with = "read::plain")]
    pub by: String,
    /// Which role.
    #[serde(default)]
    pub role: Option<super::Reference>,
    /// The number of its permission group.
    #[serde(default, deserialize_with = "read::number")]
    pub permission_group: Option<i64>,
    /// The viewer's relationship to them.
    #[serde(default)]
    pub relationship: Option<Relationship>,
    /// The account's settings that have a part in it.
    #[serde(default, deserialize_with = "read::list")]
    pub settings: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_sent_as_they_are_read() {
        let group = r#"{"departments": [5, "6"], "locations": [], "relationship": "all_reports",
            "cards": {"privacy": ["view_manager_items"]}}"#;
        let group: PermissionGroup = serde_json::from_str(group).unwrap();
        let change = RoleChange::new().name("Regional HR").permission_groups(&[group]);
        assert_eq!(
            change.0.encode(),
            "name=Regional+HR&permission_groups[0][relationship]=all_reports\
             &permission_groups[0][departments][]=5&permission_groups[0][departments][]=6\
             &permission_groups[0][cards][privacy][]=view_manager_items"
        );
    }
}

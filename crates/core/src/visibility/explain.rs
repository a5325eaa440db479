//! Why a viewer sees what they see of a person: the permission groups that decide, field by field.
//!
//! What is told here is what decides: the rights that make the mask are those of the permission groups that are named,
//! and a field is shown exactly where the mask of those rights shows it.

use super::mask::LEAVERS;
use super::{Mask, Needs, Standing, Viewer, Visible};
use crate::{
    CustomField, Directory, FIELDS, Field, Group, ManagementStyle, PermissionGroup, Person, Relationship,
    Right, Rights, Role, RoleId, SalaryAudience, StandardRole, Text,
};

/// Why something is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is shown to everyone in the account.
    Everyone,
    /// It is shown to the person alone, and the viewer is the person.
    Oneself,
    /// A role allows it.
    Granted {
        /// The role.
        role: RoleId,
        /// Its name.
        name: Text,
        /// Which of the role's permission groups it is, counted from 1.
        permission_group: usize,
        /// What the person is to the viewer.
        relationship: Relationship,
        /// The right.
        right: Right,
        /// The settings of the account that make this permission group what it is.
        settings: Vec<String>,
    },
}

/// A field, and why it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldExplained {
    /// Its path in a full user, parts separated by dots; of a custom field, its name in brackets.
    pub path: Text,
    /// Whether it is shown.
    pub shown: bool,
    /// What it takes.
    pub needs: Needs,
    /// Every reason for which it is shown; none where it is hidden.
    pub reasons: Vec<Reason>,
}

/// What a viewer sees of a person, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The group from which the viewer's roles follow, where they have been assigned none.
    pub by_group: Option<Group>,
    /// The viewer's roles.
    pub roles: Vec<(RoleId, Text)>,
    /// Whether the viewer may know of the person at all: of those who have left, not everybody may.
    pub known: FieldExplained,
    /// Every field of a full user, custom fields one by one.
    pub fields: Vec<FieldExplained>,
}

impl Viewer {
    /// Why `other` sees what they see of `person`: told to those who may change it. Custom fields that they do not know
    /// of are left out.
    pub fn explanation(
        &self,
        directory: &Directory,
        other: &Person,
        person: &Person,
    ) -> Option<Visible<Explanation>> {
        let may_change = |person| self.may(directory, Right::AssignRoles, person);
        (may_change(other) && may_change(person)).then(|| {
            let other = Viewer { user: other.user.id, group: other.user.group };
            Visible(other.explain(directory, person, &self.custom_fields(directory)))
        })
    }

    /// Why the viewer sees what they see of `person`: fields, and values of these custom fields.
    fn explain(
        &self,
        directory: &Directory,
        person: &Person,
        custom: &[Visible<&CustomField>],
    ) -> Explanation {
        let standing = Standing::of(self, directory, person);
        let grants: Vec<_> =
            self.permission_groups(directory).filter(|(_, _, group)| standing.is_within(group)).collect();
        let rights = grants.iter().fold(Rights::NONE, |rights, (_, _, group)| rights.and(group.rights));
        let mask = Mask::of(rights, standing.is_oneself());
        let reasons = |needs| match needs {
            Needs::Nothing => vec![Reason::Everyone],
            Needs::Oneself => standing.is_oneself().then_some(Reason::Oneself).into_iter().collect(),
            Needs::Right(right) => {
                let granting = grants.iter().filter(|(_, _, group)| group.rights.has(right));
                let reason = |(role, number, group): &(&Role, usize, &PermissionGroup)| {
                    let follows = role.standard.filter(|_| !role.own_permissions);
                    Reason::Granted {
                        role: role.id,
                        name: role.name.clone(),
                        permission_group: *number,
                        relationship: group.relationship,
                        right,
                        settings: follows.map(|role| settings(directory, role, right)).unwrap_or_default(),
                    }
                };
                granting.map(reason).collect()
            }
        };
        let left = person.has_left(directory.as_of());
        let known = if left {
            explained("user", mask.sees_leavers(), LEAVERS, reasons)
        } else {
            explained("user", true, Needs::Nothing, reasons)
        };
        let mut fields = Vec::with_capacity(FIELDS.len() + custom.len());
        for fact in FIELDS {
            if fact.field == Field::CustomFieldRecords {
                fields.extend(custom.iter().map(|field| {
                    let path = format!("{}[{}]", fact.path, field.name);
                    let shown = known.shown && mask.sees_privacy(field.privacy);
                    explained(&path, shown, field.privacy.needs(), reasons)
                }));
            } else {
                let shown = known.shown && mask.sees(fact.audience);
                fields.push(explained(fact.path, shown, fact.audience.needs(), reasons));
            }
        }
        let access = directory.access();
        let roles =
            access.held_roles(self.user, self.group).map(|role| (role.id, role.name.clone())).collect();
        let by_group = access.assigned(self.user).is_none().then_some(self.group);
        Explanation { by_group, roles, known, fields }
    }
}

fn explained(
    path: &str,
    shown: bool,
    needs: Needs,
    reasons: impl Fn(Needs) -> Vec<Reason>,
) -> FieldExplained {
    FieldExplained {
        path: path.into(),
        shown,
        needs,
        reasons: if shown { reasons(needs) } else { Vec::new() },
    }
}

/// The settings that make an unchanged standard role grant this right to whom it does.
fn settings(directory: &Directory, role: StandardRole, right: Right) -> Vec<String> {
    let settings = directory.account().settings;
    let mut said = Vec::new();
    if role == StandardRole::Manager {
        let style = match settings.management_style {
            ManagementStyle::AllUsers => "all users",
            ManagementStyle::DirectReportsAndEmployees => {
                "direct reports and everyone whose group is Employees"
            }
            ManagementStyle::DirectReports => "direct reports only",
            ManagementStyle::WholeLine => "the whole line below",
        };
        said.push(format!("management style: {style}"));
    }
    if right == Right::ViewCompensation && matches!(role, StandardRole::Manager | StandardRole::Employee) {
        let audience = match settings.salary_audience {
            SalaryAudience::Administrators => "administrators",
            SalaryAudience::Managers => "managers",
            SalaryAudience::EmployeeAndManager => "employee and manager",
            SalaryAudience::Everyone => "everyone",
        };
        said.push(format!("salaries are seen by: {audience}"));
    }
    said
}

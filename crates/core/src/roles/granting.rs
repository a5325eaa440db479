//! Who may give which roles to whom: nobody grants, or takes away, a right that they do not hold as widely.

use super::{PermissionGroup, Reach, Relationship, Right, Rights, Role, StandardRole};
use crate::visibility::Standing;
use crate::{Directory, Group, Person, RoleId, Viewer};

/// What is to become of somebody's roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleChange {
    /// They get more.
    Add,
    /// They get these and no others.
    Set,
    /// They lose some.
    Remove,
}

/// Why somebody's roles, or a role, stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleRefusal {
    /// The viewer may give this person no roles.
    #[error("the right access_control.assign over them is needed")]
    MayNotAssign,
    /// There is no such role.
    #[error("{0} is the number of no role")]
    Unknown(RoleId),
    /// Nothing would be left, and then their group would decide again.
    #[error("everybody has one role at least")]
    NoRoleLeft,
    /// The viewer does not hold a right of the role as widely as the role grants it.
    #[error("the role {role} grants {}, which you do not hold as widely", .right.fact().code)]
    Lacks {
        /// The role's name.
        role: crate::Text,
        /// The right.
        right: Right,
    },
    /// Nobody else administers the account.
    #[error("they are the last active System Administrator")]
    LastAdministrator,
}

impl Viewer {
    /// The roles that `person` has after the viewer has changed them so; the whole list, in order.
    ///
    /// # Errors
    /// Why it may not be. Nobody gives or takes away a right that they do not hold, and the account is never left
    /// without an active System Administrator.
    pub fn change_roles(
        &self,
        directory: &Directory,
        person: &Person,
        change: RoleChange,
        named: &[RoleId],
    ) -> Result<Vec<RoleId>, RoleRefusal> {
        if !self.may(directory, Right::AssignRoles, person) {
            return Err(RoleRefusal::MayNotAssign);
        }
        let access = directory.access();
        let (user, group) = (person.user.id, person.user.group);
        let before = access.held(user, group);
        let mut after: Vec<RoleId> = match change {
            RoleChange::Add => before.to_vec(),
            RoleChange::Set => Vec::new(),
            RoleChange::Remove => before.iter().copied().filter(|role| !named.contains(role)).collect(),
        };
        for &id in named {
            access.role(id).ok_or(RoleRefusal::Unknown(id))?;
            if change != RoleChange::Remove && !after.contains(&id) {
                after.push(id);
            }
        }
        if after.is_empty() {
            return Err(RoleRefusal::NoRoleLeft);
        }
        let given = after.iter().filter(|role| !before.contains(role));
        let taken = before.iter().filter(|role| !after.contains(role));
        for role in given.chain(taken).filter_map(|id| access.role(*id)) {
            if let Some(right) = self.lacks_to_assign(directory, role, person) {
                return Err(RoleRefusal::Lacks { role: role.name.clone(), right });
            }
        }
        let administers = |id: &RoleId| {
            access.role(*id).is_some_and(|role| role.standard == Some(StandardRole::SystemAdministrator))
        };
        if !after.iter().any(administers) && directory.is_last_administrator(user) {
            return Err(RoleRefusal::LastAdministrator);
        }
        Ok(after)
    }

    /// Whether the viewer may make somebody a member of `group`: of whoever goes by their group, that is to give and take
    /// the roles for which it stands. `person` is nobody yet where somebody is added, who has the roles of Employees in
    /// any case.
    ///
    /// # Errors
    /// The right that they do not hold widely enough.
    pub fn may_set_group(
        &self,
        directory: &Directory,
        person: Option<&Person>,
        group: Group,
    ) -> Result<(), RoleRefusal> {
        let access = directory.access();
        let before = access.of_group(person.map_or(Group::Employees, |person| person.user.group));
        let after = access.of_group(group);
        let given = after.iter().filter(|role| !before.contains(role));
        let taken = before.iter().filter(|role| !after.contains(role));
        for role in given.chain(taken).filter_map(|id| access.role(*id)) {
            let lacking = match person {
                Some(person) => self.lacks_to_assign(directory, role, person),
                None => self.lacks_to_define(directory, &role.permission_groups),
            };
            if let Some(right) = lacking {
                return Err(RoleRefusal::Lacks { role: role.name.clone(), right });
            }
        }
        Ok(())
    }

    /// Whether the viewer may put `after` in the place of `before`; without one of them, make or delete the other.
    ///
    /// # Errors
    /// The right that they do not hold over everyone.
    pub fn may_define(
        &self,
        directory: &Directory,
        before: Option<&Role>,
        after: Option<&Role>,
    ) -> Result<(), RoleRefusal> {
        for role in [before, after].into_iter().flatten() {
            if let Some(right) = self.lacks_to_define(directory, &role.permission_groups) {
                return Err(RoleRefusal::Lacks { role: role.name.clone(), right });
            }
        }
        Ok(())
    }

    /// The first right of `role` that the viewer does not hold as widely as `to` would hold it; `None` when they may
    /// assign it to them, as far as the role goes.
    fn lacks_to_assign(&self, directory: &Directory, role: &Role, to: &Person) -> Option<Right> {
        let standing = Standing::of(self, directory, to);
        let covers = |own: &PermissionGroup, wanted: &PermissionGroup| match wanted.relationship {
            // What somebody may do with what is theirs: the viewer may do it with what is theirs.
            Relationship::Oneself => standing.is_within(own),
            _ => is_as_wide(own, wanted) && reaches(own.relationship, wanted.relationship, &standing),
        };
        self.lacks(directory, &role.permission_groups, covers)
    }

    /// The first right among these permission groups that the viewer does not hold so widely that anybody at all could
    /// be given it.
    fn lacks_to_define(&self, directory: &Directory, groups: &[PermissionGroup]) -> Option<Right> {
        let everyone = |own: &PermissionGroup, wanted: &PermissionGroup| {
            own.relationship == Relationship::Everyone && is_as_wide(own, wanted)
        };
        self.lacks(directory, groups, everyone)
    }

    fn lacks(
        &self,
        directory: &Directory,
        wanted: &[PermissionGroup],
        covers: impl Fn(&PermissionGroup, &PermissionGroup) -> bool,
    ) -> Option<Right> {
        wanted.iter().find_map(|wanted| {
            let held = self.permission_groups(directory).fold(Rights::NONE, |held, (_, _, own)| {
                let whole = covers(own, wanted);
                held.and(own.rights.iter().filter(|right| whole || right.reach() == Reach::Global).collect())
            });
            wanted.rights.without(held).iter().next()
        })
    }
}

/// Whether departments and locations of `own` hold all of those of `wanted`.
fn is_as_wide(own: &PermissionGroup, wanted: &PermissionGroup) -> bool {
    fn holds<T: Ord>(own: &std::collections::BTreeSet<T>, wanted: &std::collections::BTreeSet<T>) -> bool {
        own.is_empty() || (!wanted.is_empty() && wanted.is_subset(own))
    }
    holds(&own.departments, &wanted.departments) && holds(&own.locations, &wanted.locations)
}

/// Whether those who are `own` to the viewer hold all who are `wanted` to the other.
fn reaches(own: Relationship, wanted: Relationship, standing: &Standing<'_>) -> bool {
    use Relationship::{AllReports, DirectReports, DirectReportsAndEmployees, Everyone, EveryoneElse};
    if own == Everyone {
        return true;
    }
    if standing.is_oneself() {
        return own == wanted
            || match wanted {
                DirectReports => matches!(own, AllReports | DirectReportsAndEmployees | EveryoneElse),
                AllReports | DirectReportsAndEmployees => own == EveryoneElse,
                _ => false,
            };
    }
    // Whoever reports to one of the viewer's line is in the line too.
    own == AllReports && matches!(wanted, DirectReports | AllReports) && standing.is(AllReports)
}

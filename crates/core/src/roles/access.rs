//! An account's roles, and who holds which.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{PermissionGroup, Role, StandardRole};
use crate::footprint::{Footprint, allocation, map, tree};
use crate::{Directory, EmploymentStatus, Group, Person, RoleAssignmentId, RoleId, Settings, UserId};

/// The roles that somebody has been assigned: never none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    roles: Vec<RoleId>,
    ids: Vec<RoleAssignmentId>,
}

impl Assigned {
    /// Each assignment with its role, in order of assignment.
    pub fn iter(&self) -> impl Iterator<Item = (RoleAssignmentId, RoleId)> {
        self.ids.iter().copied().zip(self.roles.iter().copied())
    }

    /// The roles, in order of assignment.
    pub fn roles(&self) -> &[RoleId] {
        &self.roles
    }
}

/// The roles of an account, and who has been assigned which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    roles: BTreeMap<RoleId, Role>,
    assigned: BTreeMap<UserId, Assigned>,
    /// The roles of each group, by the group's place in [`Group::ALL`].
    by_group: [Vec<RoleId>; Group::ALL.len()],
}

impl Access {
    /// The roles of an account with these settings. Where there is none yet, the standard roles.
    pub fn new(
        roles: impl IntoIterator<Item = Role>,
        assignments: impl IntoIterator<Item = (UserId, RoleAssignmentId, RoleId)>,
        settings: Settings,
    ) -> Access {
        let mut roles: BTreeMap<RoleId, Role> = roles.into_iter().map(|role| (role.id, role)).collect();
        if roles.is_empty() {
            let standard = StandardRole::ALL.map(|role| role.role(Timestamp::UNIX_EPOCH, settings));
            roles = standard.into_iter().map(|role| (role.id, role)).collect();
        }
        let mut assigned: BTreeMap<UserId, Assigned> = BTreeMap::new();
        let mut assignments: Vec<_> = assignments.into_iter().collect();
        assignments.sort_unstable();
        for (user, id, role) in assignments {
            let Assigned { roles, ids } = assigned.entry(user).or_default();
            roles.push(role);
            ids.push(id);
        }
        let of = |standard: &StandardRole| {
            let found = roles.values().find(|role| role.standard == Some(*standard));
            found.map(|role| role.id)
        };
        let by_group = Group::ALL.map(|group| StandardRole::of_group(group).iter().filter_map(of).collect());
        Access { roles, assigned, by_group }.under(settings)
    }

    /// The same roles after the account's settings have changed.
    #[must_use]
    pub fn under(mut self, settings: Settings) -> Access {
        self.roles.values_mut().for_each(|role| role.settle(settings));
        self
    }

    /// The role with this number.
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        self.roles.get(&id)
    }

    /// All roles, in order of creation.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// What `user` has been assigned, if anything.
    pub fn assigned(&self, user: UserId) -> Option<&Assigned> {
        self.assigned.get(&user)
    }

    /// Whether anybody has been assigned `role`.
    pub fn is_assigned(&self, role: RoleId) -> bool {
        self.assigned.values().any(|assigned| assigned.roles.contains(&role))
    }

    /// The numbers of the roles that `user` of group `group` holds: those assigned to them, else those of the group.
    pub fn held(&self, user: UserId, group: Group) -> &[RoleId] {
        match self.assigned.get(&user) {
            Some(assigned) => &assigned.roles,
            None => self.of_group(group),
        }
    }

    /// The numbers of the roles for which a group stands.
    pub(super) fn of_group(&self, group: Group) -> &[RoleId] {
        &self.by_group[group as usize]
    }

    /// The roles that `user` of group `group` holds.
    pub fn held_roles(&self, user: UserId, group: Group) -> impl Iterator<Item = &Role> {
        self.held(user, group).iter().filter_map(|id| self.roles.get(id))
    }
}

impl Footprint for Access {
    fn heap_bytes(&self) -> usize {
        let Access { roles, assigned, by_group } = self;
        // Small vectors, each an allocation of its own.
        let vectors: usize = by_group.iter().map(boxed_bytes).sum();
        vectors
            + map(roles, |Role { name, description, permission_groups, .. }| {
                let limits = permission_groups.iter().map(|group| {
                    let PermissionGroup { departments, locations, relationship: _, rights: _ } = group;
                    tree(departments) + tree(locations)
                });
                name.heap_bytes()
                    + description.heap_bytes()
                    + boxed_bytes(permission_groups)
                    + limits.sum::<usize>()
            })
            + map(assigned, |Assigned { roles, ids }| boxed_bytes(roles) + boxed_bytes(ids))
    }
}

/// The memory of a vector, whatever its elements have allocated.
fn boxed_bytes<T>(items: &Vec<T>) -> usize {
    allocation(items.capacity() * size_of::<T>())
}

impl Directory {
    /// Whether somebody of this number and group holds the role System Administrator.
    pub fn administers(&self, user: UserId, group: Group) -> bool {
        let mut roles = self.access().held_roles(user, group);
        roles.any(|role| role.standard == Some(StandardRole::SystemAdministrator))
    }

    /// Whether nobody but `user` administers the account: a change after which they do not would leave it to nobody.
    /// Only who is active counts, since nobody else can log in.
    pub fn is_last_administrator(&self, user: UserId) -> bool {
        let as_of = self.as_of();
        let administers = |person: &Person| {
            person.status(as_of) == EmploymentStatus::Active
                && self.administers(person.user.id, person.user.group)
        };
        self.person(user).is_some_and(|person| administers(person))
            && !self.people().any(|person| person.user.id != user && administers(person))
    }
}

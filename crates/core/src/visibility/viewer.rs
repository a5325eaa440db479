//! The one who looks.

use std::cell::OnceCell;

use jiff::civil::Date;

use crate::{
    Directory, Group, JobData, Mask, PermissionGroup, Person, Relationship, Right, Rights, Role, UserId,
};

/// An authenticated user, as far as it decides what they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Who they are.
    pub user: UserId,
    /// Their group.
    pub group: Group,
}

impl Viewer {
    /// Every permission group of every role that the viewer holds: with its role, and its number there from 1.
    pub(crate) fn permission_groups<'a>(
        &self,
        directory: &'a Directory,
    ) -> impl Iterator<Item = (&'a Role, usize, &'a PermissionGroup)> + use<'a> {
        let roles = directory.access().held_roles(self.user, self.group);
        roles.flat_map(|role| {
            (1..).zip(&role.permission_groups).map(move |(number, group)| (role, number, group))
        })
    }

    /// What the viewer may do to `person`, and see of them.
    pub fn rights_over(&self, directory: &Directory, person: &Person) -> Rights {
        let standing = Standing::of(self, directory, person);
        self.permission_groups(directory).fold(Rights::NONE, |rights, (_, _, group)| {
            // Whether somebody is within can take a walk up their line; not when it would add nothing.
            if rights.has_all(group.rights) || !standing.is_within(group) {
                rights
            } else {
                rights.and(group.rights)
            }
        })
    }

    /// Whether the viewer has `right` over `person`.
    pub fn may(&self, directory: &Directory, right: Right, person: &Person) -> bool {
        self.rights_over(directory, person).has(right)
    }

    /// What the viewer may do to anybody at all, and to the account.
    pub fn rights_anywhere(&self, directory: &Directory) -> Rights {
        let roles = directory.access().held_roles(self.user, self.group);
        roles.fold(Rights::NONE, |rights, role| rights.and(role.rights()))
    }

    /// What the viewer may do to everyone, whoever they are or were, and to the account.
    pub fn rights_over_all(&self, directory: &Directory) -> Rights {
        self.permission_groups(directory).fold(Rights::NONE, |rights, (_, _, group)| {
            rights.and(group.rights.iter().filter(|right| group.is_unlimited(*right)).collect())
        })
    }

    /// The audiences that the viewer belongs to with regard to `person`.
    pub fn mask(&self, directory: &Directory, person: &Person) -> Mask {
        Mask::of(self.rights_over(directory, person), self.user == person.user.id)
    }

    /// The audiences that the viewer belongs to with regard to anybody.
    pub fn mask_anywhere(&self, directory: &Directory) -> Mask {
        Mask::of(self.rights_anywhere(directory), false)
    }
}

/// What a person is to a viewer, found out as it is asked for.
pub(crate) struct Standing<'a> {
    viewer: UserId,
    directory: &'a Directory,
    person: &'a Person,
    as_of: Date,
    job: Option<&'a JobData>,
    above: OnceCell<bool>,
}

impl<'a> Standing<'a> {
    pub(crate) fn of(viewer: &Viewer, directory: &'a Directory, person: &'a Person) -> Standing<'a> {
        let as_of = directory.as_of();
        let job = person.assignment.at(as_of).map(|record| &record.data);
        Standing { viewer: viewer.user, directory, person, as_of, job, above: OnceCell::new() }
    }

    pub(crate) fn is_oneself(&self) -> bool {
        self.viewer == self.person.user.id
    }

    /// Whether the person is within the limit of `group`.
    pub(crate) fn is_within(&self, group: &PermissionGroup) -> bool {
        let department = self.job.and_then(|job| job.department);
        let location = self.job.and_then(|job| job.location);
        (group.departments.is_empty() || department.is_some_and(|id| group.departments.contains(&id)))
            && (group.locations.is_empty() || location.is_some_and(|id| group.locations.contains(&id)))
            && self.is(group.relationship)
    }

    /// Whether the person is this to the viewer. Nobody is their own report, whatever their record says.
    pub(crate) fn is(&self, relationship: Relationship) -> bool {
        match relationship {
            Relationship::Everyone => true,
            Relationship::Oneself => self.is_oneself(),
            _ if self.is_oneself() => false,
            Relationship::EveryoneElse => true,
            Relationship::DirectReports => self.reports(),
            Relationship::DirectReportsAndEmployees => {
                self.reports() || self.person.user.group == Group::Employees
            }
            Relationship::AllReports => self.reports() || *self.above.get_or_init(|| self.is_below()),
        }
    }

    fn reports(&self) -> bool {
        self.job.and_then(|job| job.manager) == Some(self.viewer)
    }

    /// Whether the line of managers from the person upwards meets the viewer. A line is as long as the organisation
    /// is deep; the bound only ends the walk in one that future-dated records have bent into a ring.
    fn is_below(&self) -> bool {
        const DEEPEST: usize = 256;
        let mut manager = self.job.and_then(|job| job.manager);
        for _ in 0..DEEPEST {
            match manager {
                None => return false,
                Some(id) if id == self.viewer => return true,
                Some(id) => {
                    manager = self.directory.person(id).and_then(|person| person.manager(self.as_of));
                }
            }
        }
        false
    }
}

//! The one who looks.

use jiff::civil::Date;

use crate::{Directory, Group, ManagementStyle, Mask, Person, Relation, UserId};

/// An authenticated user, as far as it decides what they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Who they are.
    pub user: UserId,
    /// Their group.
    pub group: Group,
}

impl Viewer {
    /// What the viewer is to `person`. Only members of the groups Managers and Administrators manage anybody.
    pub fn relation(&self, directory: &Directory, person: &Person) -> Relation {
        if self.user == person.user.id {
            return Relation::Oneself;
        }
        if self.group == Group::Employees {
            return Relation::Other;
        }
        let as_of = directory.as_of();
        let reports = person.manager(as_of) == Some(self.user);
        let manages = match directory.account().settings.management_style {
            ManagementStyle::AllUsers => true,
            ManagementStyle::DirectReportsAndEmployees => reports || person.user.group == Group::Employees,
            ManagementStyle::DirectReports => reports,
            ManagementStyle::WholeLine => reports || self.is_above(directory, person, as_of),
        };
        if manages { Relation::Manager } else { Relation::Other }
    }

    /// The audiences that the viewer belongs to with regard to `person`.
    pub fn mask(&self, directory: &Directory, person: &Person) -> Mask {
        Mask::of(self.group, self.relation(directory, person), &directory.account().settings)
    }

    /// Whether the line of managers from `person` upwards meets the viewer. A line is as long as the organisation
    /// is deep; the bound only ends the walk in one that future-dated records have bent into a ring.
    fn is_above(&self, directory: &Directory, person: &Person, as_of: Date) -> bool {
        const DEEPEST: usize = 256;
        let mut manager = person.manager(as_of);
        for _ in 0..DEEPEST {
            match manager {
                None => return false,
                Some(id) if id == self.user => return true,
                Some(id) => manager = directory.person(id).and_then(|person| person.manager(as_of)),
            }
        }
        false
    }
}

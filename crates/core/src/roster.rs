//! Who was there on a day, and under which name: what lists of another day are made of. Small enough to be made of a
//! whole account.

use crate::footprint::Footprint;
use crate::{
    AssignmentRecordId, Directory, EmployeeRecordId, EmploymentStatus, Moment, Person, Text, UserId,
};

/// What lists tell of somebody on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRoster {
    /// Who.
    pub user: UserId,
    /// Their employee record.
    pub employee: Option<EmployeeRecordId>,
    /// First name.
    pub first_name: Text,
    /// Last name.
    pub last_name: Text,
    /// Their assignment record.
    pub assignment: Option<AssignmentRecordId>,
    /// Employed, suspended or terminated.
    pub status: EmploymentStatus,
}

/// Everybody who was there on a day, leavers included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster(Box<[OnRoster]>);

impl Roster {
    /// A roster of these people, in any order.
    pub fn new(mut people: Vec<OnRoster>) -> Roster {
        people.sort_unstable_by_key(|person| person.user);
        Roster(people.into_boxed_slice())
    }

    /// The roster of a day that has not passed, as far as is known now.
    pub fn to_come(directory: &Directory, moment: Moment) -> Roster {
        Roster::new(directory.people().map(|person| on_roster(person, moment)).collect())
    }

    /// What it says of somebody.
    pub fn of(&self, user: UserId) -> Option<&OnRoster> {
        let at = self.0.binary_search_by_key(&user, |person| person.user).ok()?;
        self.0.get(at)
    }

    /// The memory that it takes, in bytes: an estimate.
    pub fn approximate_bytes(&self) -> usize {
        let names = |person: &OnRoster| person.first_name.heap_bytes() + person.last_name.heap_bytes();
        size_of_val(&*self.0) + self.0.iter().map(names).sum::<usize>()
    }
}

fn on_roster(person: &Person, moment: Moment) -> OnRoster {
    let employee = person.employee.at(moment.day);
    let name = |name: fn(&crate::PersonalData) -> &Text| {
        employee.map_or_else(Text::default, |record| name(&record.data).clone())
    };
    OnRoster {
        user: person.user.id,
        employee: employee.map(|record| EmployeeRecordId(record.id)),
        first_name: name(|data| &data.first_name),
        last_name: name(|data| &data.last_name),
        assignment: person.assignment.at(moment.day).map(|record| AssignmentRecordId(record.id)),
        status: person.status(moment.day),
    }
}

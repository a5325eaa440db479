//! What people's records refer to: jobs, departments, locations, classes, custom fields, leave types.

use std::collections::BTreeMap;

use folkmoot_core::{
    CustomField, CustomFieldId, Department, DepartmentId, EmployeeClass, EmployeeClassId, Job, JobId,
    LeaveType, LeaveTypeId, Location, LocationId, Org, PersonHistory, Sequences, Text,
};
use jiff::Timestamp;

use crate::extras::{FIELDS, LEAVE_TYPES};
use crate::job_history::CLASSES;
use crate::jobs::{BRANCHES, Post};
use crate::places::OFFICES;

/// The organisation that `people` are of: departments and locations that somebody is or was in, the departments'
/// jobs, and all of the rest.
pub(crate) fn org(people: &[PersonHistory], opened: Timestamp, sequences: &mut Sequences) -> Org {
    let mut departments = [false; BRANCHES.len()];
    let mut locations = [false; OFFICES.len()];
    for record in people.iter().flat_map(|person| &person.assignment) {
        if let Some(id) = record.data.department {
            departments[id.0 as usize - 1] = true;
        }
        if let Some(id) = record.data.location {
            locations[id.0 as usize - 1] = true;
        }
    }
    let mut org = Org::default();
    for (index, branch) in BRANCHES.iter().enumerate().filter(|(index, _)| departments[*index]) {
        let id = DepartmentId(index as i64 + 1);
        let order = org.departments.len() as i64 + 1;
        let name = Text::from(branch.name);
        org.departments.insert(id, Department { id, name, order, created: opened, modified: opened });
        Sequences::mark_used(&mut sequences.departments, id.0);
        for post in Post::of_branch(index as u8) {
            let id = JobId(post.job());
            let title = Text::from(post.title());
            let requirements = Text::from(requirements(post));
            org.jobs.insert(id, Job { id, title, requirements, created: opened, modified: opened });
            Sequences::mark_used(&mut sequences.jobs, id.0);
        }
    }
    for (index, office) in OFFICES.iter().enumerate().filter(|(index, _)| locations[*index]) {
        let id = LocationId(index as i64 + 1);
        let order = org.locations.len() as i64 + 1;
        let name = Text::from(office.name);
        org.locations.insert(id, Location { id, name, order, created: opened, modified: opened });
        Sequences::mark_used(&mut sequences.locations, id.0);
    }
    org.employee_classes = numbered(&CLASSES, &mut sequences.employee_classes, |number, class| {
        let id = EmployeeClassId(number);
        (
            id,
            EmployeeClass { id, class: Text::from(*class), order: number, created: opened, modified: opened },
        )
    });
    org.custom_fields = numbered(&FIELDS, &mut sequences.custom_fields, |number, field| {
        let id = CustomFieldId(number);
        let &(name, kind, encrypted, privacy) = field;
        let name = Text::from(name);
        (
            id,
            CustomField {
                id,
                name,
                kind,
                encrypted,
                order: number,
                privacy,
                created: opened,
                modified: opened,
            },
        )
    });
    org.leave_types = numbered(&LEAVE_TYPES, &mut sequences.leave_types, |number, leave| {
        let id = LeaveTypeId(number);
        let &(name, accrual, phrase, unpaid) = leave;
        let (name, action_phrase) = (Text::from(name), Text::from(phrase));
        (id, LeaveType { id, name, accrual, action_phrase, unpaid, created: opened, modified: opened })
    });
    org
}

fn numbered<T, K: Ord, V>(items: &[T], next: &mut i64, entry: impl Fn(i64, &T) -> (K, V)) -> BTreeMap<K, V> {
    items.iter().map(|item| entry(Sequences::take(next), item)).collect()
}

fn requirements(post: Post) -> &'static str {
    match post.rank {
        0 => "Curiosity, and a first training or degree in the field.",
        1 => "Two years or more in the field; works on their own and asks when it matters.",
        2 => "Six years or more in the field; helps others to do well.",
        3 => "Has led a small team, or is ready to.",
        _ => "Has led leaders, kept a budget, and hired well.",
    }
}

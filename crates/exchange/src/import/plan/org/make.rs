//! Making what the account lacks.

use folkmoot_core::{
    Accrual, CustomField, CustomFieldId, CustomFieldKind, Department, DepartmentId, EmployeeClass,
    EmployeeClassId, Job, JobId, LeaveType, LeaveTypeId, Location, LocationId, Org, Privacy, Sequences, Text,
};
use jiff::Timestamp;

use super::{New, Seen};
use crate::column::OrgKind;

/// Makes everything of one kind that is new, in the order of the file, behind what there is. Answers the numbers.
pub(super) fn all(
    items: Vec<New>,
    kind: OrgKind,
    seen: &Seen,
    existing: &Org,
    new: &mut Org,
    now: Timestamp,
    sequences: &mut Sequences,
) -> Vec<i64> {
    let next = match kind {
        OrgKind::Job => &mut sequences.jobs,
        OrgKind::Department => &mut sequences.departments,
        OrgKind::Location => &mut sequences.locations,
        OrgKind::EmployeeClass => &mut sequences.employee_classes,
        OrgKind::CustomField => &mut sequences.custom_fields,
        OrgKind::LeaveType => &mut sequences.leave_types,
    };
    for id in items.iter().filter_map(|item| item.id) {
        Sequences::mark_used(next, id);
    }
    let mut order = last_place(existing, kind);
    let mut numbers = Vec::with_capacity(items.len());
    for item in items {
        let id = item.id.unwrap_or_else(|| Sequences::take(next));
        order = order.saturating_add(1);
        numbers.push(id);
        add(item, id, order, kind, seen, new, now);
    }
    numbers
}

/// The last place in the list of a kind that has an order.
fn last_place(org: &Org, kind: OrgKind) -> i64 {
    let last = match kind {
        OrgKind::Department => org.departments.values().map(|it| it.order).max(),
        OrgKind::Location => org.locations.values().map(|it| it.order).max(),
        OrgKind::EmployeeClass => org.employee_classes.values().map(|it| it.order).max(),
        OrgKind::CustomField => org.custom_fields.values().map(|it| it.order).max(),
        OrgKind::Job | OrgKind::LeaveType => None,
    };
    last.unwrap_or(0)
}

fn add(item: New, id: i64, order: i64, kind: OrgKind, seen: &Seen, new: &mut Org, now: Timestamp) {
    let (created, modified) = (now, now);
    let name = Text::from(item.name);
    match kind {
        OrgKind::Job => {
            let job = Job { id: JobId(id), title: name, requirements: Text::default(), created, modified };
            new.jobs.insert(job.id, job);
        }
        OrgKind::Department => {
            let department = Department { id: DepartmentId(id), name, order, created, modified };
            new.departments.insert(department.id, department);
        }
        OrgKind::Location => {
            let location = Location { id: LocationId(id), name, order, created, modified };
            new.locations.insert(location.id, location);
        }
        OrgKind::EmployeeClass => {
            let class = EmployeeClass { id: EmployeeClassId(id), class: name, order, created, modified };
            new.employee_classes.insert(class.id, class);
        }
        OrgKind::CustomField => {
            let is_area = seen.areas.contains(&item.definition);
            let field = CustomField {
                id: CustomFieldId(id),
                name,
                kind: if is_area { CustomFieldKind::Textarea } else { CustomFieldKind::Text },
                encrypted: false,
                order,
                privacy: Privacy::EmployeeAndManager,
                created,
                modified,
            };
            new.custom_fields.insert(field.id, field);
        }
        OrgKind::LeaveType => {
            // How it accrues, a table does not say; but of what only tracks usage, no days are left.
            let accrues = seen.accruing.contains(&item.definition);
            let accrual = item.accrual.unwrap_or(if accrues { Accrual::Annual } else { Accrual::None });
            let action_phrase = Text::from(format!("on {name}"));
            let leave_type = LeaveType {
                id: LeaveTypeId(id),
                name,
                accrual,
                action_phrase,
                unpaid: false,
                created,
                modified,
            };
            new.leave_types.insert(leave_type.id, leave_type);
        }
    }
}

//! The organisation in version 1. No address is told: those came with version 2.

use folkmoot_core::{
    Badge, CompanyValue, CustomField, Department, EmployeeClass, EventType, Job, LeaveType, Location, Text,
};
use jiff::Timestamp;

use super::{moment, number, text};
use crate::Emit;

pub(crate) fn job<E: Emit>(job: &Job, out: &mut E) {
    let Job { id, title, requirements, created, modified } = job;
    out.begin_entity();
    number("id", id.0, out);
    text("title", title, out);
    text("requirements", requirements, out);
    times(*created, *modified, out);
    out.end_object();
}

pub(crate) fn department<E: Emit>(department: &Department, out: &mut E) {
    let Department { id, name, order, created, modified } = department;
    named(id.0, "name", name, *order, (*created, *modified), out);
}

pub(crate) fn location<E: Emit>(location: &Location, out: &mut E) {
    let Location { id, name, order, created, modified } = location;
    named(id.0, "name", name, *order, (*created, *modified), out);
}

pub(crate) fn event_type<E: Emit>(event_type: &EventType, out: &mut E) {
    let EventType { id, name, order, created, modified } = event_type;
    named(id.0, "name", name, *order, (*created, *modified), out);
}

pub(crate) fn value<E: Emit>(value: &CompanyValue, out: &mut E) {
    let CompanyValue { id, name, order, created, modified } = value;
    named(id.0, "name", name, *order, (*created, *modified), out);
}

pub(crate) fn badge<E: Emit>(badge: &Badge, out: &mut E) {
    let Badge { id, name, order, created, modified } = badge;
    named(id.0, "name", name, *order, (*created, *modified), out);
}

pub(crate) fn employee_class<E: Emit>(class: &EmployeeClass, out: &mut E) {
    let EmployeeClass { id, class, order, created, modified } = class;
    named(id.0, "class", class, *order, (*created, *modified), out);
}

pub(crate) fn custom_field<E: Emit>(field: &CustomField, out: &mut E) {
    out.begin_entity();
    custom_field_attributes(field, out);
    out.end_object();
}

pub(super) fn custom_field_attributes<E: Emit>(field: &CustomField, out: &mut E) {
    let CustomField { id, name, kind, encrypted, order, privacy, created, modified } = field;
    number("id", id.0, out);
    text("name", name, out);
    text("type", kind.code(), out);
    number("encrypted", i64::from(*encrypted), out);
    number("order", *order, out);
    text("visibility", privacy.name(), out);
    times(*created, *modified, out);
}

pub(crate) fn leave_type<E: Emit>(leave_type: &LeaveType, out: &mut E) {
    let LeaveType { id, name, accrual, action_phrase, unpaid, created, modified } = leave_type;
    out.begin_entity();
    number("id", id.0, out);
    text("name", name, out);
    text("accrual", accrual.code(), out);
    text("action_phrase", action_phrase, out);
    number("unpaid", i64::from(*unpaid), out);
    times(*created, *modified, out);
    out.end_object();
}

/// What all kinds that are a name with a place among others have in common.
fn named<E: Emit>(
    id: i64,
    key: &str,
    name: &Text,
    order: i64,
    (created, modified): (Timestamp, Timestamp),
    out: &mut E,
) {
    out.begin_entity();
    number("id", id, out);
    text(key, name, out);
    number("order", order, out);
    times(created, modified, out);
    out.end_object();
}

fn times<E: Emit>(created: Timestamp, modified: Timestamp, out: &mut E) {
    moment("created", created, out);
    moment("modified", modified, out);
}

//! Version 2 of the API: the reference shapes (`users.md`, `org.md`); and version 3, which is version 2 with more in it
//! and says so where it differs.

mod org;
mod user;

pub(crate) use org::{
    badge, custom_field, department, employee_class, event_type, job, leave_type, location, value,
};
pub(crate) use user::{assignment, employee, full_user, leave_type_reference, partial_user};

//! The organisation, the account, and devices.

use serde_json::Value;

use super::forms;
use crate::openapi::operation::{Answer, Operation, delete, get, post, put};
use crate::openapi::schema::named;
use crate::openapi::versions;

/// A kind of object: its addresses, its names in the document, and its form, if it can be changed.
struct Kind {
    all: &'static str,
    one: &'static str,
    names: [&'static str; 5],
    model: &'static str,
    form: Option<fn(bool) -> Value>,
}

macro_rules! kinds {
    ($($many:literal $one:literal $model:literal $form:expr;)*) => {
        const KINDS: &[Kind] = &[$(Kind {
            all: concat!("/", $many),
            one: concat!("/", $many, "/{id}"),
            names: [
                concat!("list_", $many),
                concat!("show_", $one),
                concat!("add_", $one),
                concat!("change_", $one),
                concat!("delete_", $one),
            ],
            model: $model,
            form: $form,
        }),*];
    };
}

kinds! {
    "jobs" "job" "Job" Some(forms::job);
    "departments" "department" "Department" Some(forms::named);
    "locations" "location" "Location" Some(forms::named);
    "employee_classes" "employee_class" "EmployeeClass" Some(forms::employee_class);
    "custom_fields" "custom_field" "CustomField" Some(forms::custom_field);
    "event_types" "event_type" "EventType" Some(forms::named);
    "values" "value" "Value" Some(forms::named);
    "badges" "badge" "Badge" Some(forms::named);
    "leave_types" "leave_type" "LeaveType" None;
}

pub(super) fn operations() -> Vec<Operation> {
    let tag = "Organisation";
    let mut operations = Vec::new();
    for Kind { all, one, names, model, form } in KINDS {
        let [shown, listed] = versions(model, model);
        operations
            .push(get(tag, all, names[0], "All that the caller may see").document(listed).at_a_moment());
        operations.push(get(tag, one, names[1], "One of them").document(shown).at_a_moment());
        let Some(form) = form else { continue };
        let changed = || Answer::Change(named(model));
        operations.push(
            post(tag, all, names[2], "Adds one; administrators")
                .form(form(false))
                .answers(changed())
                .checked(),
        );
        operations.push(
            put(tag, one, names[3], "Changes what is sent; administrators")
                .form(form(true))
                .answers(changed())
                .checked(),
        );
        let deletion = "Deletes one that is not, and was not, used; administrators";
        operations.push(delete(tag, one, names[4], deletion).refuses(&[409]));
    }
    operations.push(
        get(
            "Account",
            "/system_info",
            "show_system_info",
            "The company's name, the account's features, its leave types",
        )
        .document(named("SystemInfo")),
    );
    operations.push(
        post(
            "Account",
            "/mobile_devices",
            "register_device",
            "Registers a device of the caller's, or changes it",
        )
        .form(forms::device())
        .document(named("Success")),
    );
    operations
}

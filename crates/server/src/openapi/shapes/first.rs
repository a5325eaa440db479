//! Version 1's users and records in JSON: every scalar a text or a number, a date that is not there `0000-00-00`.

use folkmoot_core::{EmploymentStatus, Gender, Group, PayBasis};
use serde_json::{Value, json};

use crate::openapi::schema::{closed, count, date, id, list, named, numbers, one_of, or_empty, text, texts};

pub(super) fn shapes() -> Vec<(&'static str, Value)> {
    let full = closed(
        [("User", user(true)), ("CustomField", list(custom_field()))],
        [
            ("AssignmentRecord", named("AssignmentRecordV1")),
            ("EmployeeRecord", named("EmployeeRecordV1")),
            ("PayrollProvider", list(payroll_provider())),
        ],
    );
    vec![
        ("ListedUserV1", user(false)),
        ("UserV1", full),
        ("AssignmentRecordV1", assignment_record()),
        ("EmployeeRecordV1", employee_record()),
    ]
}

/// A moment, spelled with a space.
pub(super) fn moment() -> Value {
    json!({"type": "string", "pattern": "^[0-9]{4,}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"})
}

fn day() -> Value {
    one_of([date(), json!({"const": "0000-00-00"})])
}

fn user(whole: bool) -> Value {
    let mut always = vec![("id", id())];
    for key in
        ["netsuite_id", "username", "email", "twitter_username", "linkedin_url", "blog_url", "full_name"]
    {
        always.push((key, text()));
    }
    for key in ["created", "modified", "accepted_invite"] {
        always.push((key, moment()));
    }
    for key in ["current_employee_record_id", "current_assignment_record_id"] {
        always.push((key, or_empty(id())));
    }
    let mut sometimes = vec![
        ("group_id", numbers(Group::ALL.map(Group::number))),
        ("group_name", texts(["Administrator", "Manager", "Employee"])),
        ("access", numbers(EmploymentStatus::ALL.map(EmploymentStatus::number))),
    ];
    if whole {
        let counts =
            ["incomplete_goal_count", "skills_count", "notes_received", "kudos_received", "values_supported"];
        always.extend(counts.map(|key| (key, count())));
        sometimes.push(("api_key", or_empty(json!({"type": "string", "pattern": "^[0-9a-f]{40}$"}))));
    }
    closed(always, sometimes)
}

/// The definition of a custom field, and in it what somebody's is.
fn custom_field() -> Value {
    let record =
        closed([("id", id()), ("custom_field_id", id()), ("user_id", id()), ("content", text())], []);
    let definition = super::organisation::shapes().into_iter().find(|(name, _)| *name == "CustomFieldV1");
    let mut whole = definition.map(|(_, schema)| schema).unwrap_or_default();
    whole["properties"]["CustomFieldRecord"] = record;
    if let Some(required) = whole["required"].as_array_mut() {
        required.push("CustomFieldRecord".into());
    }
    whole
}

/// A payroll provider, and in it what it calls somebody.
fn payroll_provider() -> Value {
    let user = closed([("payroll_provider_id", id()), ("user_id", id()), ("payroll_id", text())], []);
    closed([("id", id()), ("PayrollUser", user)], [])
}

fn assignment_record() -> Value {
    let references =
        ["job_id", "department_id", "manager_id", "employee_class_id"].map(|key| (key, or_empty(id())));
    let always = [("id", id()), ("user_id", id())].into_iter().chain(references).chain([
        ("phone", text()),
        ("ext", text()),
        ("created", moment()),
        ("modified", moment()),
    ]);
    let sometimes = [
        ("effective_date", date()),
        ("status", numbers(EmploymentStatus::ALL.map(EmploymentStatus::number))),
        ("pay_type", or_empty(numbers(PayBasis::ALL.map(PayBasis::number)))),
        ("pay_rate", json!({"type": "string", "pattern": "^([0-9]+(\\.[0-9]+)?)?$"})),
        ("full_time", numbers([1, 2])),
        ("employee_num", text()),
        ("date_hired", day()),
        ("date_terminated", day()),
    ];
    closed(always, sometimes)
}

fn employee_record() -> Value {
    let always = [
        ("id", id()),
        ("user_id", id()),
        ("first_name", text()),
        ("last_name", text()),
        ("created", moment()),
        ("modified", moment()),
    ];
    let texts = ["middle_name", "phone", "address1", "address2", "city", "state", "country", "postal"];
    let more = ["government_id", "emergency_name", "emergency_number"];
    let sometimes = texts.into_iter().chain(more).map(|key| (key, text())).chain([
        ("effective_date", date()),
        ("birthdate", day()),
        ("gender_id", or_empty(numbers(Gender::ALL.map(Gender::number)))),
    ]);
    closed(always, sometimes)
}

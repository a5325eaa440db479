//! Users and their records.

use serde_json::Value;

use super::forms;
use crate::openapi::operation::{Answer, Operation, delete, get, post, put};
use crate::openapi::schema::{closed, list, named, one_of};

/// Somebody by themselves, in any version.
fn user() -> Value {
    one_of([named("User"), named("UserV3"), named("UserV1")])
}

fn changed() -> Answer {
    Answer::Change(one_of([named("User"), named("UserV3")]))
}

fn record(name: &str) -> Value {
    let first = closed([(name, named(&format!("{name}V1")))], []);
    one_of([named(name), named(&format!("{name}V3")), first])
}

fn records_of(name: &str) -> Value {
    one_of(["", "V3", "V1"].map(|version| list(named(&format!("{name}{version}")))))
}

pub(super) fn operations() -> Vec<Operation> {
    let (users, records) = ("Users", "Records");
    let everybody = one_of([list(named("PartialUser")), list(named("ListedUserV1"))]);
    let required = [
        "username",
        "email",
        "employee_record[first_name]",
        "employee_record[last_name]",
        "assignment_record[date_hired]",
    ];
    let none_without_a_number = "There is no list of them: an address without a number is an error";
    vec![
        get(users, "/users", "list_users", "Who has not left, in order of creation")
            .document(everybody)
            .at_a_moment(),
        post(users, "/users", "add_user", "Adds somebody; administrators")
            .form(forms::user(&required))
            .answers(changed())
            .checked(),
        get(users, "/users/{id}", "show_user", "Somebody, with everything that the caller may see")
            .document(user())
            .at_a_moment(),
        get(users, "/users/me", "show_oneself", "Oneself")
            .query("requireApiKey", "Makes an API key when there is none", forms::flag())
            .document(user())
            .at_a_moment(),
        get(users, "/users/view/{id}", "show_user_at_its_older_address", "Somebody")
            .document(user())
            .at_a_moment(),
        put(users, "/users/{id}", "change_user", "Changes what is sent")
            .form(forms::user_change())
            .answers(changed())
            .checked(),
        delete(users, "/users/{id}", "delete_user", "Deletes somebody for good; administrators").checked(),
        post(users, "/users/{id}/invitations", "invite_user", "Mails a link at which they choose a password")
            .answers(Answer::Change(named("Success")))
            .checked(),
        get(records, "/users/{id}/employee_records", "list_employee_records", "All personal data, dated")
            .document(records_of("EmployeeRecord"))
            .at_a_moment(),
        get(records, "/users/{id}/assignment_records", "list_assignment_records", "All job data, dated")
            .document(records_of("AssignmentRecord"))
            .at_a_moment(),
        get(records, "/employee_records", "miss_employee_record", none_without_a_number),
        get(records, "/employee_records/{id}", "show_employee_record", "Personal data, from a day on")
            .document(record("EmployeeRecord"))
            .at_a_moment(),
        get(records, "/employee_records/view/{id}", "show_employee_record_at_its_older_address", "The same")
            .document(record("EmployeeRecord"))
            .at_a_moment(),
        put(
            records,
            "/employee_records/{id}",
            "correct_employee_record",
            "Corrects what was entered wrongly",
        )
        .form(forms::employee_correction())
        .answers(Answer::Change(one_of([named("EmployeeRecord"), named("EmployeeRecordV3")])))
        .checked(),
        delete(
            records,
            "/employee_records/{id}",
            "withdraw_employee_record",
            "Withdraws what was entered wrongly",
        )
        .must_query("reason", "Why; it may be sent as a form as well", forms::reason())
        .checked(),
        get(records, "/assignment_records", "miss_assignment_record", none_without_a_number),
        get(records, "/assignment_records/{id}", "show_assignment_record", "Job data, from a day on")
            .document(record("AssignmentRecord"))
            .at_a_moment(),
        put(
            records,
            "/assignment_records/{id}",
            "correct_assignment_record",
            "Corrects what was entered wrongly",
        )
        .form(forms::assignment_correction())
        .answers(Answer::Change(one_of([named("AssignmentRecord"), named("AssignmentRecordV3")])))
        .checked(),
        delete(
            records,
            "/assignment_records/{id}",
            "withdraw_assignment_record",
            "Withdraws what was entered wrongly",
        )
        .must_query("reason", "Why; it may be sent as a form as well", forms::reason())
        .checked(),
    ]
}

//! `Idempotency-Key` and `If-Match`: every change of the table honours both, or this fails.

use std::collections::BTreeSet;

use serde_json::Value;

use super::writes::{Fault, WRITES, Write};
use super::{Company, described, stem};
use crate::routes::CASES;
use crate::support::{Answer, Ask, jpeg};

/// What there is no document of, so that no change of it can name a state.
const WITHOUT_A_STATE: &[&str] =
    &["/users/{id}/invitations", "/mobile_devices", "/webhook_deliveries/{id}/resend"];

/// What is told anew by itself: deliveries are tried again meanwhile.
const TOLD_ANEW: &str = "/webhook_deliveries/{id}/resend";

/// The table's changes as they succeed, one after the other.
struct Course<'a> {
    company: &'a Company,
    made: String,
    employee: String,
    assignment: String,
}

impl Course<'_> {
    fn filled(&self, text: &str) -> String {
        let text = text.replace("{made}", &self.made).replace("{n}", "1");
        text.replace("{employee}", &self.employee).replace("{assignment}", &self.assignment)
    }

    fn path(&self, write: &Write) -> String {
        format!("{}.json", self.company.address(&self.filled(write.path)))
    }

    fn ask(&self, write: &Write) -> Ask<'_> {
        let ask = self.company.ask(write.method, &self.path(write));
        match write.fault {
            Fault::Picture => ask.body("image/jpeg", jpeg(2)),
            _ if write.good.is_empty() => ask,
            _ => ask.form(self.filled(write.good)),
        }
    }

    /// The state that a change is made to: that of what is at its address.
    async fn state(&self, write: &Write) -> Option<String> {
        if WITHOUT_A_STATE.contains(&write.route) {
            return None;
        }
        // A picture has no suffix where it is read.
        let path = self.path(write);
        let path = if write.route.ends_with("/picture") { stem(&path).to_owned() } else { path };
        let answer = self.company.ask("GET", &path).send().await.is(200);
        Some(answer.etag().to_owned())
    }

    async fn revision(&self) -> u64 {
        self.company.server.app.store().revision(self.company.account).await.expect("a revision")
    }

    /// Sends what is to be refused, and asserts that nothing has changed by it.
    async fn refused(&self, ask: Ask<'_>, status: u16, code: &str, message: &str) -> Answer {
        let before = self.revision().await;
        let answer = ask.send().await.fails(status, code, message);
        assert_eq!(self.revision().await, before, "{}: something was changed", answer.shown);
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_made_once_and_to_the_state_that_is_meant() {
    let company = Company::new().await;
    let taken = company.ask("POST", "/departments.json").with("idempotency-key", "taken");
    taken.form("name=Taken").send().await.is(200);
    let [made, employee, assignment] = [const { String::new() }; 3];
    let mut course = Course { company: &company, made, employee, assignment };
    for (number, write) in WRITES.iter().enumerate() {
        // Under the name of another change, a name that is none, or to another state, nothing is done.
        let ask = || course.ask(write);
        course.refused(ask().with("idempotency-key", "taken"), 422, "VALIDATION_ERROR", "another").await;
        course.refused(ask().with("idempotency-key", ""), 400, "VALIDATION_ERROR", "Idempotency-Key").await;
        course.refused(ask().with("if-match", "\"another\""), 412, "SAVE_ERROR", "").await;
        // Under its own it is done, once, and is told again after that, also when the state is another by then.
        let name = format!("change {number}");
        let state = course.state(write).await;
        let named = || {
            // The answer is sent whatever the client says that it has.
            let ask = ask().with("idempotency-key", &name).with("if-none-match", "*");
            match &state {
                Some(state) => ask.with("if-match", state),
                None => ask,
            }
        };
        let first = named().send().await.is(200);
        let revision = course.revision().await;
        let second = named().send().await.is(200);
        if write.route != TOLD_ANEW {
            assert_eq!(first.text(), second.text(), "{} {}", write.method, write.route);
        }
        assert_eq!(course.revision().await, revision, "{} {}: made twice", write.method, write.route);
        let told = first.json();
        let told = |path: &str| told.pointer(path).and_then(Value::as_i64).map(|id| id.to_string());
        if write.method == "POST" {
            course.made = told("/id").unwrap_or(course.made);
        }
        course.employee = told("/employee_record/id").unwrap_or(course.employee);
        course.assignment = told("/assignment_record/id").unwrap_or(course.assignment);
    }
}

#[test]
fn it_is_said_of_what_there_is_no_state() {
    let read: BTreeSet<_> =
        CASES.iter().filter(|(_, method, ..)| *method == "GET").map(|(route, ..)| stem(route)).collect();
    for write in WRITES {
        let without = WITHOUT_A_STATE.contains(&write.route);
        assert_ne!(read.contains(write.route), without, "{}: what is read has a state", write.route);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_says_so_of_every_change() {
    let company = Company::new().await;
    let document = described(&company).await;
    let mut changes = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            if method == "get" || path.starts_with("/invitations/") {
                continue;
            }
            let parameters = operation["parameters"].as_array().expect("a list");
            for name in ["IdempotencyKey", "IfMatch"] {
                let named = format!("#/components/parameters/{name}");
                assert!(
                    parameters.iter().any(|parameter| parameter["$ref"] == *named),
                    "{method} {path}: {name}"
                );
            }
            for status in ["412", "422"] {
                assert!(operation["responses"].get(status).is_some(), "{method} {path}: {status}");
            }
            changes += 1;
        }
    }
    assert!(changes > WRITES.len(), "{changes}");
}

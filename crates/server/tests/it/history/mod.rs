//! History: all records of somebody, people on other days, and what was known then (`users.md`, History).

mod corrected;
mod oracle;
mod who;

use folkmoot_core::{
    AccountId, EmploymentStatus, Group, JobData, PersonHistory, PersonalData, Record, Settings, UserId,
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::support::{ALICE, Answer, GEORGE, HELEN, Kept, Server, key_of, person};

/// Managed Alice until 2024, and still is a manager.
const MAX: i64 = 4;
/// An employee like any other.
const TOM: i64 = 5;
/// Left in the middle of 2025.
const REX: i64 = 6;
/// Is to come in February.
const ZOE: i64 = 7;

fn dated<T>(id: i64, effective_date: Date, data: T) -> Record<T> {
    let created = format!("{effective_date}T08:00:00Z").parse().expect("a moment");
    Record { id, effective_date, created, modified: created, data }
}

fn named(id: i64, from: Date, last_name: &str) -> Record<PersonalData> {
    let data =
        PersonalData { first_name: "A".into(), last_name: last_name.into(), ..PersonalData::default() };
    dated(id, from, data)
}

fn job(id: i64, from: Date, manager: i64, status: EmploymentStatus) -> Record<JobData> {
    let manager = (manager != 0).then_some(UserId(manager));
    dated(id, from, JobData { manager, status, ..JobData::default() })
}

fn people(kept: &Kept, account: AccountId) -> Vec<PersonHistory> {
    use EmploymentStatus::{Active, Terminated};
    let of = |id, name, group| person(&kept.store, account, id, name, group);
    let mut alice = of(ALICE, "alice", Group::Employees);
    alice.employee = vec![
        // Out of order, as in a store that has grown.
        named(33, date(2026, 3, 1), "Future"),
        named(31, date(2020, 2, 3), "Smith"),
        named(32, date(2024, 6, 1), "Jones"),
    ];
    alice.assignment = vec![
        job(31, date(2020, 2, 3), MAX, Active),
        job(32, date(2024, 1, 1), GEORGE, Active),
        job(33, date(2026, 6, 1), MAX, Active),
    ];
    let mut rex = of(REX, "rex", Group::Employees);
    rex.employee = vec![named(60, date(2022, 1, 1), "Rex")];
    rex.assignment = vec![job(60, date(2022, 1, 1), MAX, Active), job(61, date(2025, 7, 1), MAX, Terminated)];
    let mut zoe = of(ZOE, "zoe", Group::Employees);
    zoe.employee = vec![named(70, date(2026, 2, 1), "Zoe")];
    zoe.assignment = vec![job(70, date(2026, 2, 1), 0, Active)];
    // What was written of Zoe was written in December.
    let written = "2025-12-01T08:00:00Z".parse().expect("a moment");
    (zoe.employee[0].created, zoe.assignment[0].created) = (written, written);
    let (helen, george) = (of(HELEN, "helen", Group::Administrators), of(GEORGE, "george", Group::Managers));
    let (max, tom) = (of(MAX, "max", Group::Managers), of(TOM, "tom", Group::Employees));
    vec![helen, george, alice, max, tom, rex, zoe]
}

/// An account on the fifteenth of January 2026.
struct Company {
    server: Server,
    account: AccountId,
}

const NAMES: [&str; 7] = ["helen", "george", "alice", "max", "tom", "rex", "zoe"];

impl Company {
    async fn new() -> Company {
        let kept = Kept::new().await;
        let account = kept.account("company", Settings::default()).await;
        kept.add_people(account, &people(&kept, account)).await;
        Company { server: Server::start(kept, &[]).await, account }
    }

    fn key(&self, who: i64) -> String {
        key_of(self.account, who)
    }

    async fn get(&self, who: i64, path: &str) -> Answer {
        let name = NAMES[who as usize - 1];
        self.server.get(path).by(name, &self.key(who)).send().await
    }

    /// Number and last name of each user in a list.
    async fn list(&self, who: i64, query: &str) -> Vec<(i64, String)> {
        listed(&self.get(who, &format!("/users.json?{query}")).await.is(200).json())
    }

    /// The last name of a user.
    async fn name(&self, query: &str) -> String {
        let user = self.get(HELEN, &format!("/users/{ALICE}.json?{query}")).await.is(200).json();
        user["employee_record"]["last_name"].as_str().unwrap_or_default().to_owned()
    }
}

fn listed(list: &Value) -> Vec<(i64, String)> {
    let users = list.as_array().expect("a list").iter();
    users
        .map(|user| {
            let name = user["employee_record"]["last_name"].as_str().unwrap_or_default();
            (user["id"].as_i64().expect("a number"), name.to_owned())
        })
        .collect()
}

/// Each record's number, and whether it is current.
fn currents(list: &Value) -> Vec<(i64, bool)> {
    let records = list.as_array().expect("a list").iter();
    records
        .map(|record| (record["id"].as_i64().expect("a number"), record["current"] == json!(true)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_records_in_order_of_effect_each_as_by_itself() {
    let company = Company::new().await;
    let list = company.get(HELEN, "/users/3/employee_records.json").await.is(200).json();
    assert_eq!(currents(&list), [(31, false), (32, true), (33, false)]);
    let jobs = company.get(HELEN, "/users/3/assignment_records.json").await.is(200).json();
    assert_eq!(currents(&jobs), [(31, false), (32, true), (33, false)]);
    for (kind, list) in [("employee", &list), ("assignment", &jobs)] {
        for record in list.as_array().unwrap() {
            let path = format!("/{kind}_records/{}.json", record["id"]);
            assert_eq!(&company.get(HELEN, &path).await.is(200).json(), record, "{path}");
        }
    }
    // On another day another one is current, and all are there.
    let list = company.get(HELEN, "/users/3/employee_records.json?as_of=2024-05-31").await.is(200).json();
    assert_eq!(currents(&list), [(31, true), (32, false), (33, false)]);
    let list = company.get(HELEN, "/users/3/assignment_records.json?as_of=2026-06-01").await.is(200).json();
    assert_eq!(currents(&list), [(31, false), (32, false), (33, true)]);
    let list = company.get(HELEN, "/users/3/employee_records.json?as_of=2019-01-01").await.is(200).json();
    assert_eq!(currents(&list), [(31, false), (32, false), (33, false)]);
    // And what had not been written yet is not.
    let list = company.get(HELEN, "/users/3/employee_records.json?known_at=2024-01-01").await.is(200).json();
    assert_eq!(currents(&list), [(31, true)]);
    let one = company.get(HELEN, "/employee_records/31.json?as_of=2024-05-31").await.is(200).json();
    assert_eq!(one["current"], true);
    company.get(HELEN, "/employee_records/32.json?known_at=2024-01-01").await.fails(
        404,
        "NOT_FOUND",
        "Invalid Employee Record",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_as_they_were_and_as_they_will_be() {
    let company = Company::new().await;
    let everybody = |alice: &str| -> Vec<(i64, String)> {
        let names = ["helen", "george", alice, "max", "tom"];
        (1..).zip(names.map(str::to_owned)).collect()
    };
    let with = |mut list: Vec<(i64, String)>, id, name: &str| {
        list.push((id, name.to_owned()));
        list
    };
    assert!(company.list(HELEN, "as_of=2020-02-02").await.is_empty(), "nobody was hired");
    assert_eq!(company.list(HELEN, "as_of=2020-02-03").await, everybody("Smith"));
    assert_eq!(company.list(HELEN, "as_of=2022-01-01").await, with(everybody("Smith"), REX, "Rex"));
    assert_eq!(company.list(HELEN, "as_of=2025-06-30").await, with(everybody("Jones"), REX, "Rex"));
    assert_eq!(company.list(HELEN, "as_of=2025-07-01").await, everybody("Jones"), "he has left");
    assert_eq!(company.list(HELEN, "").await, with(everybody("Jones"), ZOE, "Zoe"), "she is to come");
    assert_eq!(company.list(HELEN, "as_of=2026-01-14").await, everybody("Jones"));
    assert_eq!(company.list(HELEN, "as_of=2026-03-01").await, with(everybody("Future"), ZOE, "Zoe"));

    let user = |query: &'static str| company.get(HELEN, query);
    let then = user("/users/3.json?as_of=2023-01-01").await.is(200).json();
    assert_eq!(then["display_name"], "A Smith");
    assert_eq!(then["assignment_record"]["manager"]["id"], MAX);
    assert_eq!((&then["assignment_record"]["id"], &then["employee_record"]["id"]), (&json!(31), &json!(31)));
    assert_eq!(then["employee_record"]["current"], true);
    let will = user("/users/3.json?as_of=2026-07-01").await.is(200).json();
    assert_eq!(will["display_name"], "A Future");
    assert_eq!(will["assignment_record"]["manager"]["id"], MAX);
    user("/users/3.json?as_of=2020-02-02").await.fails(404, "NOT_FOUND", "Invalid User");
    user("/users/7.json?as_of=2026-01-14").await.fails(404, "NOT_FOUND", "Invalid User");
    user("/users/7.json?as_of=2026-01-16").await.is(200);
    let rex = user("/users/6.json?as_of=2025-06-30").await.is(200).json();
    assert_eq!(rex["assignment_record"]["employee_status"], "ACTIVE");
    // What is not dated is as it is now.
    let jobs = user("/jobs.json").await.is(200).json();
    assert_eq!(user("/jobs.json?as_of=2020-01-01").await.is(200).json(), jobs);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_believed_is_told_of_any_day() {
    let company = Company::new().await;
    // Her name of today had been written in June 2024, that of March will be in March: it counts as known from then on.
    assert_eq!(company.name("known_at=2024-05-31").await, "Smith");
    assert_eq!(company.name("known_at=2024-06-01").await, "Jones");
    assert_eq!(company.name("known_at=2024-06-01T07:59:59Z").await, "Smith", "to the moment");
    assert_eq!(company.name("known_at=2024-06-01T08:00:00Z").await, "Jones");
    assert_eq!(company.name("as_of=2024-05-31&known_at=2026-01-01").await, "Smith");
    assert_eq!(company.name("as_of=2026-03-01&known_at=2026-01-01").await, "Jones", "nobody knew");
    // Zoe was spoken of from December on.
    let known = |list: Vec<(i64, String)>| list.into_iter().any(|(id, _)| id == ZOE);
    assert!(!known(company.list(HELEN, "known_at=2025-11-30").await));
    assert!(known(company.list(HELEN, "known_at=2025-12-01").await));
    assert!(!known(company.list(HELEN, "known_at=2025-12-01&as_of=2026-01-10").await));
    assert!(known(company.list(HELEN, "known_at=2025-12-01&as_of=2026-02-01").await));
    company.get(HELEN, "/users/3.json?known_at=2020-01-01").await.fails(404, "NOT_FOUND", "Invalid User");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_are_none_are_refused_and_each_day_has_its_own_tag() {
    let company = Company::new().await;
    let paths = [
        "/users",
        "/users/3",
        "/users/me",
        "/users/3/employee_records",
        "/users/3/assignment_records",
        "/employee_records/31",
        "/assignment_records/31",
        "/jobs",
        "/departments/1",
        "/custom_fields",
    ];
    for path in paths {
        for format in ["json", "xml"] {
            for bad in ["as_of=yesterday", "as_of=2025-02-30", "as_of="] {
                let answer = company.get(HELEN, &format!("{path}.{format}?{bad}")).await;
                answer.fails(400, "VALIDATION_ERROR", "as_of:");
            }
            let answer = company.get(HELEN, &format!("{path}.{format}?known_at=once")).await;
            answer.fails(400, "VALIDATION_ERROR", "known_at:");
        }
    }
    for path in ["/users.json", "/users/3.xml", "/users/3/employee_records.json", "/jobs.json"] {
        let mut tags = Vec::new();
        for query in ["", "?as_of=2025-01-01", "?as_of=2025-01-02", "?as_of=2025-01-01&known_at=2025-01-01"] {
            let path = format!("{path}{query}");
            let answer = company.get(HELEN, &path).await.is(200);
            let tag = answer.etag().to_owned();
            let again =
                company.server.get(&path).by("helen", &company.key(HELEN)).with("if-none-match", &tag);
            again.send().await.bare(304);
            assert!(!tags.contains(&tag), "{path}");
            tags.push(tag);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_come_takes_effect_on_its_day_by_itself() {
    let company = Company::new().await;
    assert_eq!(company.name("").await, "Jones");
    let before = company.get(HELEN, "/users.json").await.is(200);
    company.server.clock.set("2026-03-01T00:00:01Z");
    let mut name = String::new();
    for _ in 0..100 {
        name = company.name("").await;
        if name == "Future" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(name, "Future");
    let after = company.get(HELEN, "/users.json").await.is(200);
    assert!(listed(&after.json()).contains(&(ALICE, "Future".to_owned())));
    assert_ne!(before.etag(), after.etag());
    let list = company.get(HELEN, "/users/3/employee_records.json").await.is(200).json();
    assert_eq!(currents(&list), [(31, false), (32, false), (33, true)]);
    // The day before has passed now, and is as it was.
    assert_eq!(company.name("as_of=2026-02-28").await, "Jones");
}

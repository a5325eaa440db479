//! History, and people on other days: lists of records, records, full users and lists of users.

use std::sync::Arc;

use folkmoot_testing::organisations::{Member, TODAY, Then, Verdict};
use folkmoot_wire::{ApiMajor, Node};
use jiff::civil::date;

use super::documents::{Look, Spelling};
use super::{Cases, Company};
use crate::support::Answer;

const NOW: Then = Then { day: TODAY, known_at: None };

/// Other days: long ago, on days of the past, of this year and of the future, and what was known of them.
const DAYS: [Then; 6] = [
    Then { day: date(2024, 6, 1), known_at: None },
    Then { day: date(2025, 6, 1), known_at: None },
    Then { day: date(2027, 6, 1), known_at: None },
    Then { day: TODAY, known_at: Some(date(2025, 6, 1)) },
    Then { day: date(2025, 6, 1), known_at: Some(date(2025, 6, 1)) },
    Then { day: date(2027, 2, 1), known_at: Some(date(2026, 1, 1)) },
];

const KINDS: [&str; 2] = ["employee", "assignment"];

fn query(then: Then) -> String {
    let Then { day, known_at } = then;
    let day = if day == TODAY { String::new() } else { format!("as_of={day}&") };
    day + &known_at.map(|known| format!("known_at={known}")).unwrap_or_default()
}

/// Whether it is answered at all is as the oracle says.
#[track_caller]
fn is(look: &Look<'_>, answer: &Answer, verdict: Verdict, missing: &str) -> bool {
    let told = || look.company.told(look.viewer, look.target);
    let (status, code) = match (verdict, look.spelling.version) {
        (Verdict::Shown, _) => {
            assert_eq!(answer.status, 200, "{}: {}", look.asked, told());
            return true;
        }
        (Verdict::Refused, _) => (403, "ACCESS_ERROR"),
        (Verdict::Unknown, ApiMajor::V1) => (404, "INVALID_ID"),
        (Verdict::Unknown, _) => (404, "NOT_FOUND"),
    };
    assert_eq!(answer.status, status, "{}: {}", look.asked, told());
    let (found, messages) = answer.error();
    assert_eq!(found, code, "{}", look.asked);
    let message = if verdict == Verdict::Unknown { missing } else { "You may not see their history." };
    assert_eq!(messages, [message], "{}", look.asked);
    false
}

impl Company {
    /// All records of somebody.
    async fn records(&self, viewer: &Member, target: &Member, cases: &mut Cases) {
        for then in [NOW, DAYS[1], DAYS[3], DAYS[5]] {
            for kind in KINDS {
                let path = format!("/users/{}/{kind}_records.{{}}?{}", target.id, query(then));
                for spelling in Spelling::all() {
                    let answer = self.get(viewer, &path, spelling).await;
                    let look = Look { company: self, viewer, target, spelling, asked: &answer.shown };
                    let (times, lines) = (then.believed(target), look.lines_of(kind));
                    let verdict = self.organisation.history(viewer, target, &[kind]);
                    cases.add("history", lines * times.len());
                    if !is(&look, &answer, verdict, "Invalid User") {
                        continue;
                    }
                    let list = spelling.read(&answer);
                    let items = list.items().expect("a list");
                    assert_eq!(items.len(), times.len(), "{}", look.asked);
                    for (record, time) in items.into_iter().zip(times) {
                        look.record(record, kind, time);
                    }
                }
            }
        }
    }

    /// Each record of somebody by its own address, on another day.
    async fn one_by_one(&self, viewer: &Member, target: &Member, cases: &mut Cases) {
        let mut spellings = Spelling::all().cycle().skip((viewer.id + target.id) as usize);
        for then in [DAYS[1], DAYS[4]] {
            for kind in KINDS {
                let missing = if kind == "employee" { "Employee" } else { "Assignment" };
                let missing = format!("Invalid {missing} Record");
                for time in target.times() {
                    let spelling = spellings.next().expect("they go round");
                    let path = format!("/{kind}_records/{}.{{}}?{}", target.record_id(time), query(then));
                    let answer = self.get(viewer, &path, spelling).await;
                    let look = Look { company: self, viewer, target, spelling, asked: &answer.shown };
                    cases.add("a record on another day", look.lines_of(kind));
                    let history = self.organisation.history(viewer, target, &[kind]) == Verdict::Shown;
                    let shown = history && then.believed(target).contains(&time);
                    let verdict = if shown { Verdict::Shown } else { Verdict::Unknown };
                    if is(&look, &answer, verdict, &missing) {
                        let document = spelling.read(&answer);
                        look.record(alone(&document, spelling, kind), kind, time);
                    }
                }
            }
        }
    }

    /// Somebody on other days.
    async fn users(&self, viewer: &Member, target: &Member, cases: &mut Cases) {
        for then in DAYS {
            let path = format!("/users/{}.{{}}?{}", target.id, query(then));
            for spelling in Spelling::all() {
                let answer = self.get(viewer, &path, spelling).await;
                let look = Look { company: self, viewer, target, spelling, asked: &answer.shown };
                cases.add("a full user on another day", look.lines_of_full());
                let verdict = self.organisation.user_then(viewer, target, then);
                if is(&look, &answer, verdict, "Invalid User") {
                    let time = then.in_force(target).expect("they were there");
                    look.full(&spelling.read(&answer), time);
                }
            }
        }
    }

    /// Who is in the list on other days. Nothing of the organisation itself is dated.
    async fn lists(&self, viewer: &Member, cases: &mut Cases) {
        for then in DAYS {
            for spelling in Spelling::all() {
                let answer = self.get(viewer, &format!("/users.{{}}?{}", query(then)), spelling).await;
                let may = self.organisation.lists_then(viewer);
                assert_eq!(answer.status, if may { 200 } else { 403 }, "{}: {viewer:?}", answer.shown);
                let list = may.then(|| spelling.read(&answer));
                let items = list.as_ref().map_or(Vec::new(), |list| list.items().expect("a list"));
                let id = |user: &&Node| user.get("id").and_then(Node::integer);
                let mut listed = 0;
                for target in &self.organisation.members {
                    let look = Look { company: self, viewer, target, spelling, asked: &answer.shown };
                    let expected = self.organisation.is_listed_then(viewer, target, then);
                    let found = items.iter().find(|user| id(user) == Some(target.id));
                    assert_eq!(found.is_some(), expected, "{}: {}", look.asked, self.told(viewer, target));
                    cases.add("the list of users on another day", look.lines());
                    if let Some(user) = found {
                        look.listed(user);
                        listed += 1;
                    }
                }
                assert_eq!(listed, items.len(), "nobody else is in it: {}", answer.shown);
            }
        }
        let spelling = Spelling::all().next().expect("one");
        for path in ["/custom_fields", "/departments", "/locations"] {
            let now = self.get(viewer, &format!("{path}.{{}}"), spelling).await;
            let then = self.get(viewer, &format!("{path}.{{}}?{}", query(DAYS[1])), spelling).await;
            assert_eq!(now.body, then.body, "{path}: {viewer:?}");
            cases.add("the organisation on another day", 4);
        }
    }
}

/// A record by itself, which version 1 nests once more.
fn alone<'a>(document: &'a Node, spelling: Spelling, kind: &str) -> &'a Node {
    let name = match (spelling.version, spelling.suffix(), kind) {
        (ApiMajor::V2 | ApiMajor::V3, ..) => return document,
        (ApiMajor::V1, "json", "employee") => "EmployeeRecord",
        (ApiMajor::V1, "json", _) => "AssignmentRecord",
        (ApiMajor::V1, _, "employee") => "employee_record",
        (ApiMajor::V1, ..) => "assignment_record",
    };
    document.get(name).expect("nested once more")
}

async fn look_at_all(company: Arc<Company>) -> Cases {
    let mut cases = Cases::default();
    for viewer in company.viewers() {
        company.lists(viewer, &mut cases).await;
        for target in &company.organisation.members {
            company.records(viewer, target, &mut cases).await;
            company.one_by_one(viewer, target, &mut cases).await;
            company.users(viewer, target, &mut cases).await;
        }
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn history_and_other_days_show_what_the_oracle_says_and_nothing_else() {
    let companies = Company::drawn(100..104, 10, &[]).await;
    let cases = Company::look_at(companies, look_at_all).await;
    print!("{}", cases.told(1_000_000));
}

//! Every viewer, every relation, every field, every document, every version, both formats: shown exactly where the specification
//! says so, and absent everywhere else.

mod cast;
mod documents;
mod first;
mod table;

use std::sync::Arc;

use cast::{MEMBERS, Member, Time, VIEWERS, of};
use documents::Asked;
use folkmoot_core::{
    AccountId, Audience, EmploymentStatus, FIELDS, FIELDS_BEYOND, Group, ManagementStyle, SalaryAudience,
    Settings,
};
use folkmoot_wire::ApiMajor;
use serde_json::Value;
use table::{Columns, FULL_USER, HISTORY, LEAVERS, Rule, roles, sees};

use crate::support::{Answer, Kept, Leaves, Server, key_of, leaves_of_json, leaves_of_xml};

const SUFFIXES: [&str; 2] = ["json", "xml"];

/// A version and a format in which somebody asks.
#[derive(Clone, Copy)]
struct Spelling {
    version: ApiMajor,
    suffix: &'static str,
}

impl Spelling {
    fn all() -> impl Iterator<Item = Spelling> {
        ApiMajor::ALL.into_iter().flat_map(|version| SUFFIXES.map(|suffix| Spelling { version, suffix }))
    }
}

/// What an answer must say: in JSON, or as the leaves of XML.
type Expected = (Value, Leaves);

/// Versions 2 and 3 say the same in both formats.
fn alike(document: Value) -> Expected {
    let leaves = leaves_of_json(&document);
    (document, leaves)
}

/// An account and its choices.
#[derive(Clone)]
struct Company {
    server: Arc<Server>,
    host: String,
    account: AccountId,
    settings: Settings,
}

impl Company {
    async fn ask(&self, viewer: &Member, path: &str, spelling: Spelling) -> Answer {
        let name = viewer.text("username", Time::Present);
        let ask = self.server.get(&format!("{path}.{}", spelling.suffix)).host(&self.host);
        let ask = ask.by(&name, &key_of(self.account, viewer.id()));
        ask.with("x-api-version", spelling.version.served()).send().await
    }

    fn asked(&self, viewer: &Member, roles: Columns, spelling: Spelling) -> Asked {
        let Settings { management_style: style, salary_audience: salary, .. } = self.settings;
        let Spelling { version, suffix } = spelling;
        Asked { account: self.account, salary, roles, viewer: viewer.standing, style, version, suffix }
    }

    /// What a viewer is to somebody.
    fn roles(&self, viewer: &Member, target: &Member) -> Columns {
        let manager_of = |id| of(id).standing.manager;
        roles(self.settings.management_style, viewer.standing, target.standing, manager_of)
    }

    /// Asserts that the answer is `expected`, the order of its keys included; or, without it, that there is nothing.
    fn check(
        &self,
        viewer: &Member,
        answer: &Answer,
        root: &str,
        expected: Option<Expected>,
        spelling: Spelling,
    ) {
        let Settings { management_style, salary_audience, .. } = self.settings;
        let version = spelling.version;
        let who = format!(
            "{management_style:?}, {salary_audience:?}: {} asks for {} in {version:?}",
            viewer.name, answer.shown
        );
        assert!(!format!("{:?}", answer.headers).contains("planted"), "{who}");
        assert_eq!(answer.header("x-api-version"), Some(version.served()), "{who}");
        let Some((document, leaves)) = expected else {
            let words = root.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
            let message = format!("Invalid {}", words.collect::<Vec<_>>().join(" "));
            let code = if version == ApiMajor::V1 { "INVALID_ID" } else { "NOT_FOUND" };
            assert_eq!((answer.status, answer.error()), (404, (code.into(), vec![message])), "{who}");
            return;
        };
        assert_eq!(answer.status, 200, "{who}");
        if spelling.suffix == "json" {
            let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
            assert_eq!(pretty(&answer.json()), pretty(&document), "{who}");
        } else {
            assert_eq!(leaves_of_xml(&answer.body), (root.to_owned(), leaves), "{who}");
        }
    }

    /// One viewer looks at one person: the full user and each record of theirs. Returns how many cells of the table
    /// that were.
    async fn look(&self, viewer: &Member, target: &Member) -> usize {
        let roles = self.roles(viewer, target);
        let there = target.status != EmploymentStatus::Terminated || sees(LEAVERS, roles);
        let mut cells = 0;
        for spelling in Spelling::all() {
            let asked = self.asked(viewer, roles, spelling);
            let first = spelling.version == ApiMajor::V1;
            let answer = self.ask(viewer, &format!("/users/{}", target.id()), spelling).await;
            let expected = there.then(|| {
                if first {
                    asked.first_full_user(target).alone("user", "User")
                } else {
                    alike(asked.full_user(target))
                }
            });
            self.check(viewer, &answer, "user", expected, spelling);
            cells += asked.opinions("");
            for kind in ["employee", "assignment"] {
                let root = format!("{kind}_record");
                for time in Time::ALL {
                    let path = format!("/{root}s/{}", target.record_id(kind, time));
                    let answer = self.ask(viewer, &path, spelling).await;
                    let seen = there && (time == Time::Present || sees(HISTORY, roles));
                    let model = if kind == "employee" { "EmployeeRecord" } else { "AssignmentRecord" };
                    let expected = seen.then(|| {
                        if first {
                            asked.first_record(target, kind, time).alone(&root, model)
                        } else {
                            alike(asked.record(target, kind, time))
                        }
                    });
                    self.check(viewer, &answer, &root, expected, spelling);
                    cells += asked.opinions(&format!("{root}."));
                }
            }
        }
        cells
    }

    /// What does not depend on whom one looks at: the list, and the definitions of custom fields.
    async fn look_around(&self, viewer: &Member) -> usize {
        let column = match viewer.standing.group {
            Group::Employees => 0,
            Group::Managers => 1,
            Group::Administrators => 2,
        };
        let mut cells = 0;
        for spelling in Spelling::all() {
            let asked = self.asked(viewer, [true, false, false, false], spelling);
            let first = spelling.version == ApiMajor::V1;
            let list = if first {
                let asked = |member: &Member| self.asked(viewer, self.roles(viewer, member), spelling);
                first::list(&Asked::first_list(asked))
            } else {
                alike(asked.list())
            };
            cells += list.0.as_array().map_or(0, Vec::len) * asked.opinions("");
            // What one viewer was shown is kept; the second time it is from there.
            for _ in 0..2 {
                let answer = self.ask(viewer, "/users", spelling).await;
                self.check(viewer, &answer, "users", Some(list.clone()), spelling);
            }
            let mut shown = (Vec::new(), Vec::new());
            for id in 1..=4 {
                let answer = self.ask(viewer, &format!("/custom_fields/{id}"), spelling).await;
                let (definition, is_shown) = asked.definition(id, column);
                let in_first = Asked::first_definition(id, column).filter(|_| first);
                let expected = match &in_first {
                    Some(field) => Some(field.alone("custom_field", "CustomField")),
                    None => is_shown.then(|| alike(definition.clone())),
                };
                self.check(viewer, &answer, "custom_field", expected, spelling);
                shown.0.extend(is_shown.then_some(definition));
                shown.1.extend(in_first);
                cells += 2;
            }
            let answer = self.ask(viewer, "/custom_fields", spelling).await;
            let expected = if first { first::list(&shown.1) } else { alike(shown.0.into()) };
            self.check(viewer, &answer, "custom_fields", Some(expected), spelling);
        }
        cells
    }

    async fn check_all(self) -> usize {
        let mut cells = 0;
        for viewer in &MEMBERS[VIEWERS] {
            cells += self.look_around(viewer).await;
            for target in &MEMBERS {
                cells += self.look(viewer, target).await;
            }
        }
        cells
    }
}

/// One company for each choice of management style and salary setting, on one server.
async fn companies() -> Vec<Company> {
    let kept = Kept::new().await;
    let mut made = Vec::new();
    for management_style in ManagementStyle::ALL {
        for salary_audience in SalaryAudience::ALL {
            let settings = Settings { management_style, salary_audience, ..Settings::default() };
            let name = format!("company{}", made.len());
            let account = kept.account(&name, settings).await;
            let people: Vec<_> = MEMBERS.iter().map(|member| member.history(&kept.store, account)).collect();
            kept.add(account, &cast::org(), &people).await;
            made.push((format!("{name}.hr.example"), account, settings));
        }
    }
    let settings = [("server.base_domain", "hr.example"), ("pictures.urls", "private")];
    let server = Arc::new(Server::start(kept, &settings).await);
    let company =
        |(host, account, settings)| Company { server: Arc::clone(&server), host, account, settings };
    made.into_iter().map(company).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_sees_what_the_specification_says_and_nothing_else() {
    let companies = companies().await;
    assert_eq!(companies.len(), 16);
    let checks: Vec<_> = companies.into_iter().map(|company| tokio::spawn(company.check_all())).collect();
    let mut cells = 0;
    for check in checks {
        cells += check.await.expect("what is served is what the table says");
    }
    println!("{cells} cells of 'who sees what' checked");
    assert!(cells > 1_500_000, "the model was looked at whole: {cells}");
}

/// Exports, column names and documentation are made from the product's own table, so it too must say the same; also
/// where no answer of the API depends on it.
#[test]
fn the_products_table_is_the_specifications() {
    let ours: Vec<_> = FIELDS.iter().map(|fact| fact.path).collect();
    let theirs: Vec<_> = FULL_USER.iter().map(|(path, _)| *path).collect();
    assert_eq!(ours, theirs);
    for (fact, (path, rule)) in FIELDS.iter().zip(FULL_USER) {
        let same = match (fact.audience, rule) {
            (Audience::Everyone, Rule::By(columns)) => *columns == [true; 4],
            (
                Audience::Details
                | Audience::Employment
                | Audience::Birthday
                | Audience::LeaveBalance
                | Audience::Group,
                Rule::By(columns),
            ) => *columns == [false, true, true, true],
            (Audience::GovernmentId, Rule::By(columns)) => *columns == [false, true, false, true],
            (Audience::OwnKey, Rule::By(columns)) => *columns == [false, true, false, false],
            (Audience::Pay, Rule::Salary) | (Audience::ByPrivacy, Rule::Privacy) => true,
            _ => false,
        };
        assert!(same, "{path}: {:?}", fact.audience);
        assert_eq!(fact.field.audience(), fact.audience, "{path}");
        assert_eq!(fact.audience == Audience::Group, *path == "group", "{path}");
    }
    let beyond: Vec<_> = FIELDS_BEYOND.iter().map(|fact| (fact.path, fact.audience)).collect();
    let expected = [
        ("assignment_record.effective_date", Audience::Employment),
        ("assignment_record.date_terminated", Audience::Employment),
        ("assignment_record.hours", Audience::Employment),
        ("assignment_record.standard_hours", Audience::Employment),
        ("employee_record.gender", Audience::GovernmentId),
        ("employee_record.government_id", Audience::GovernmentId),
    ];
    assert_eq!(beyond, expected);
}

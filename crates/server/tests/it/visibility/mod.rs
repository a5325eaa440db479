//! Every viewer, every relation, every field, every document, both formats: shown exactly where the specification
//! says so, and absent everywhere else.

mod cast;
mod documents;
mod table;

use std::sync::Arc;

use cast::{MEMBERS, Member, Time, VIEWERS, of};
use documents::Asked;
use folkmoot_core::{
    AccountId, Audience, EmploymentStatus, FIELDS, Group, ManagementStyle, SalaryAudience, Settings,
};
use serde_json::Value;
use table::{Columns, FULL_USER, HISTORY, LEAVERS, Rule, roles, sees};

use crate::support::{Answer, Kept, Server, key_of, leaves_of_json, leaves_of_xml};

const SUFFIXES: [&str; 2] = ["json", "xml"];

/// An account and its choices.
#[derive(Clone)]
struct Company {
    server: Arc<Server>,
    host: String,
    account: AccountId,
    settings: Settings,
}

impl Company {
    async fn ask(&self, viewer: &Member, path: &str) -> Answer {
        let name = viewer.text("username", Time::Present);
        let ask = self.server.get(path).host(&self.host).by(&name, &key_of(self.account, viewer.id()));
        ask.send().await
    }

    fn asked(&self, viewer: &Member, roles: Columns, suffix: &'static str) -> Asked {
        let Settings { management_style: style, salary_audience: salary, .. } = self.settings;
        Asked { account: self.account, salary, roles, viewer: viewer.standing, style, suffix }
    }

    /// Asserts that the answer is `expected`, the order of its keys included; or, without it, that there is nothing.
    fn check(&self, viewer: &Member, answer: &Answer, root: &str, expected: Option<&Value>, suffix: &str) {
        let Settings { management_style, salary_audience, .. } = self.settings;
        let who =
            format!("{management_style:?}, {salary_audience:?}: {} asks for {}", viewer.name, answer.shown);
        assert!(!format!("{:?}", answer.headers).contains("planted"), "{who}");
        let Some(expected) = expected else {
            let words = root.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
            let message = format!("Invalid {}", words.collect::<Vec<_>>().join(" "));
            assert_eq!((answer.status, answer.error()), (404, ("NOT_FOUND".into(), vec![message])), "{who}");
            return;
        };
        assert_eq!(answer.status, 200, "{who}");
        if suffix == "json" {
            let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
            assert_eq!(pretty(&answer.json()), pretty(expected), "{who}");
        } else {
            let found = leaves_of_xml(&answer.body);
            assert_eq!(found, (root.to_owned(), leaves_of_json(expected)), "{who}");
        }
    }

    /// One viewer looks at one person: the full user and each record of theirs. Returns how many cells of the table
    /// that were.
    async fn look(&self, viewer: &Member, target: &Member) -> usize {
        let manager_of = |id| of(id).standing.manager;
        let roles = roles(self.settings.management_style, viewer.standing, target.standing, manager_of);
        let there = target.status != EmploymentStatus::Terminated || sees(LEAVERS, roles);
        let mut cells = 0;
        for suffix in SUFFIXES {
            let asked = self.asked(viewer, roles, suffix);
            let answer = self.ask(viewer, &format!("/users/{}.{suffix}", target.id())).await;
            let expected = there.then(|| asked.full_user(target));
            self.check(viewer, &answer, "user", expected.as_ref(), suffix);
            cells += asked.opinions("");
            for kind in ["employee", "assignment"] {
                let root = format!("{kind}_record");
                for time in Time::ALL {
                    let path = format!("/{root}s/{}.{suffix}", target.record_id(kind, time));
                    let answer = self.ask(viewer, &path).await;
                    let seen = there && (time == Time::Present || sees(HISTORY, roles));
                    let expected = seen.then(|| asked.record(target, kind, time));
                    self.check(viewer, &answer, &root, expected.as_ref(), suffix);
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
        for suffix in SUFFIXES {
            let asked = self.asked(viewer, [true, false, false, false], suffix);
            let answer = self.ask(viewer, &format!("/users.{suffix}")).await;
            let list = asked.list();
            self.check(viewer, &answer, "users", Some(&list), suffix);
            cells += list.as_array().map_or(0, Vec::len) * asked.opinions("");
            let definitions: Vec<_> = (1..=4).map(|id| asked.definition(id, column)).collect();
            for (id, (definition, shown)) in (1..).zip(&definitions) {
                let answer = self.ask(viewer, &format!("/custom_fields/{id}.{suffix}")).await;
                self.check(viewer, &answer, "custom_field", shown.then_some(definition), suffix);
                cells += 1;
            }
            let shown = definitions.into_iter().filter_map(|(definition, shown)| shown.then_some(definition));
            let answer = self.ask(viewer, &format!("/custom_fields.{suffix}")).await;
            self.check(viewer, &answer, "custom_fields", Some(&shown.collect()), suffix);
            cells += 4;
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
    assert!(cells > 500_000, "the model was looked at whole: {cells}");
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
            (Audience::Personal | Audience::Group, Rule::By(columns)) => {
                *columns == [false, true, true, true]
            }
            (Audience::GovernmentId, Rule::By(columns)) => *columns == [false, true, false, true],
            (Audience::OwnKey, Rule::By(columns)) => *columns == [false, true, false, false],
            (Audience::Pay, Rule::Salary) | (Audience::ByPrivacy, Rule::Privacy) => true,
            _ => false,
        };
        assert!(same, "{path}: {:?}", fact.audience);
        assert_eq!(fact.field.audience(), fact.audience, "{path}");
        assert_eq!(fact.audience == Audience::Group, *path == "group", "{path}");
    }
}

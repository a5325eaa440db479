//! Who sees what by roles with limits, as clients meet it: organisations made up from a number, on a real server. Everybody
//! who may ask looks at everybody: at their history, at them on other days, at what happened to them; in every version, in
//! both formats. What must be shown is said by an oracle that knows the specification alone.

mod documents;
mod feed;
mod happenings;
mod hooks;
mod standard;
mod then;

use std::collections::BTreeMap;
use std::sync::Arc;

use documents::Spelling;
use folkmoot_core::{AccountId, EmploymentStatus, Group, PersonHistory, RoleId, Settings, UserId};
use folkmoot_store::{Author, Store};
use folkmoot_testing::organisations::{Grant, Member, Organisation, org};

use crate::support::{Answer, Ask, Kept, Server, key_of, person};

/// Noon of the day on which organisations are looked at.
const NOON: &str = "2026-06-01T12:00:00Z";

/// An administrator, in every organisation.
const ADMIN: i64 = 1;

/// How many cases were looked at, by representation.
#[derive(Default)]
struct Cases(BTreeMap<&'static str, usize>);

impl Cases {
    fn add(&mut self, representation: &'static str, cases: usize) {
        *self.0.entry(representation).or_default() += cases;
    }

    fn join(&mut self, other: Cases) {
        other.0.into_iter().for_each(|(representation, cases)| self.add(representation, cases));
    }

    /// What was looked at, line by line; asserts that it was at least so much.
    fn told(&self, least: usize) -> String {
        let all: usize = self.0.values().sum();
        assert!(all >= least, "the model was looked at whole: {all}");
        let line =
            |(what, cases): (&str, &usize)| format!("{cases} cases of 'who sees what' by roles: {what}\n");
        let lines: String = self.0.iter().map(|(what, cases)| line((*what, cases))).collect();
        lines + &line(("all together", &all))
    }
}

/// An organisation that is served.
struct Company {
    organisation: Organisation,
    server: Arc<Server>,
    host: String,
    account: AccountId,
}

impl Company {
    /// Those of these numbers, with so many people each, on one server.
    async fn drawn(numbers: impl Iterator<Item = u64>, people: i64, more: &[(&str, &str)]) -> Vec<Company> {
        Self::start(numbers.map(|number| drawn(number, people)), more).await
    }

    /// These, on one server.
    async fn start(organisations: impl Iterator<Item = Organisation>, more: &[(&str, &str)]) -> Vec<Company> {
        let kept = Kept::new().await;
        kept.clock.set(NOON);
        let mut made = Vec::new();
        for (number, organisation) in organisations.enumerate() {
            let name = format!("company{number}");
            let account = kept.account(&name, organisation.settings).await;
            let people: Vec<_> =
                organisation.members.iter().map(|member| history(&kept.store, account, member)).collect();
            kept.add(account, &org(), &people).await;
            add_roles(&kept.store, account, &organisation).await;
            made.push((organisation, format!("{name}.hr.example"), account));
        }
        let settings = [&[("server.base_domain", "hr.example"), ("pictures.urls", "private")], more].concat();
        let server = Arc::new(Server::start(kept, &settings).await);
        let company = |(organisation, host, account)| Company {
            organisation,
            server: Arc::clone(&server),
            host,
            account,
        };
        made.into_iter().map(company).collect()
    }

    /// Has every one of `companies` looked at, side by side.
    async fn look_at<F>(companies: Vec<Company>, look: impl Fn(Arc<Company>) -> F) -> Cases
    where
        F: Future<Output = Cases> + Send + 'static,
    {
        let looks: Vec<_> =
            companies.into_iter().map(|company| tokio::spawn(look(Arc::new(company)))).collect();
        let mut cases = Cases::default();
        for look in looks {
            cases.join(look.await.expect("what is shown is what the oracle says"));
        }
        cases
    }

    fn viewers(&self) -> impl Iterator<Item = &Member> {
        // Nobody else is let in: Manager alone is no role to come in with, unless it was changed.
        let comes_in = |member: &&Member| {
            self.organisation.held(member).iter().any(|role| role.own || role.standard != Some("manager"))
        };
        let members = self.organisation.members.iter();
        members.filter(|member| member.status == EmploymentStatus::Active).filter(comes_in)
    }

    fn ask(&self, method: &str, by: i64, path: &str, spelling: Spelling) -> Ask<'_> {
        let ask = self.server.ask(method, path).host(&self.host);
        let ask = ask.by(&format!("user{by}"), &key_of(self.account, by));
        ask.with("x-api-version", spelling.version.served())
    }

    /// `path` has a place for the suffix: `{}`.
    async fn get(&self, by: &Member, path: &str, spelling: Spelling) -> Answer {
        self.ask("GET", by.id, &path.replace("{}", spelling.suffix()), spelling).send().await
    }

    /// What one looks for when the model and the product do not agree.
    fn told(&self, viewer: &Member, target: &Member) -> String {
        let Organisation { settings, .. } = &self.organisation;
        let held = self.organisation.held(viewer);
        format!("{viewer:?} looks at {target:?}, with roles {held:#?}, under {settings:?}")
    }
}

/// What it takes to be let in.
fn use_api() -> Grant {
    Grant {
        departments: Vec::new(),
        locations: Vec::new(),
        relationship: "self",
        rights: vec!["system_access.api_access"],
    }
}

/// The organisation of this number, in which everybody who works may use the API, and one is an administrator.
fn drawn(number: u64, people: i64) -> Organisation {
    let mut organisation = Organisation::new(number, people);
    for role in organisation.roles.iter_mut().filter(|role| role.own) {
        role.grants.push(use_api());
    }
    let admin = &mut organisation.members[ADMIN as usize - 1];
    (admin.group, admin.status) = (Group::Administrators, EmploymentStatus::Active);
    admin.assigned.clear();
    organisation
}

/// Somebody with a key, and with what is sealed of them.
fn history(store: &Store, account: AccountId, member: &Member) -> PersonHistory {
    let mut history = member.history();
    let credentials = person(store, account, member.id, "", member.group).user;
    history.user.api_key = credentials.api_key;
    history.user.api_key_hash = credentials.api_key_hash;
    for (record, time) in history.employee.iter_mut().zip(member.times()) {
        let number = member.planted("government-id", time);
        record.data.government_id = Some(store.keys().seal_government_id(account, &number));
    }
    history
}

async fn add_roles(store: &Store, account: AccountId, organisation: &Organisation) {
    let mut tx = store.begin(account, Author::OPERATOR).await.expect("a transaction");
    let standard = folkmoot_core::StandardRole::ALL.map(|role| role.role(tx.now(), Settings::default()));
    for role in organisation.roles.iter().filter(|role| role.own) {
        if let Some(before) = standard.iter().find(|standard| standard.id.0 == role.id) {
            tx.edit_role(before, &role.role()).await.expect("a change");
        } else {
            let id = tx.add_role(role.role()).await.expect("a role");
            assert_eq!(id.0, role.id, "in order");
        }
    }
    for member in &organisation.members {
        let roles: Vec<RoleId> = member.assigned.iter().copied().map(RoleId).collect();
        if !roles.is_empty() {
            tx.set_roles(UserId(member.id), &[], &roles).await.expect("roles");
        }
    }
    tx.commit().await.expect("a commit");
}

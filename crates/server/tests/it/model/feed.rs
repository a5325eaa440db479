//! The change feed: which entries a viewer is told of, and what of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use folkmoot_core::UserId;
use folkmoot_store::{Author, OrgItem};
use folkmoot_testing::organisations::{CUSTOM, Member};
use folkmoot_wire::{ApiMajor, Node, Value};

use super::documents::Spelling;
use super::happenings::Happened;
use super::{ADMIN, Cases, Company};

/// What an entry says: and never what was there before or after.
const KEYS: [&str; 7] = ["revision", "at", "object", "object_id", "action", "url", "actor_id"];

/// An entry of the log, and whether a viewer is to be told of it.
struct Entry {
    object: &'static str,
    object_id: Option<i64>,
    /// What happened, for messages.
    what: String,
    told: bool,
    actor: Option<i64>,
}

impl Company {
    /// What there is to be told to `viewer`, by revision.
    fn entries(&self, viewer: &Member, happened: &[Happened]) -> BTreeMap<i64, Entry> {
        let mut entries = BTreeMap::new();
        for one in happened {
            let target = self.organisation.member(one.target);
            let knows = self.organisation.knows(viewer, target);
            let meets = |need: &&str| self.organisation.meets(viewer, target, need);
            let made = one.entries(target);
            let first = one.revision as i64 + 1 - made.len() as i64;
            for (revision, (object, ways)) in (first..).zip(made) {
                let told = knows && ways.iter().any(|way| way.iter().all(meets));
                let told = told || self.organisation.administers(viewer);
                let object_id = (object == "User").then_some(one.target);
                // What a password is was changed by the operator.
                let what = format!("{:?} of {target:?}", one.change);
                let actor = (one.change.1 != "password").then_some(ADMIN);
                assert!(entries.insert(revision, Entry { object, object_id, what, told, actor }).is_none());
            }
        }
        entries
    }

    /// All that `viewer` is told of what came after `since`, by revision.
    pub(super) async fn all_told(
        &self,
        viewer: &Member,
        since: u64,
        spelling: Spelling,
    ) -> BTreeMap<i64, Node> {
        let (mut told, mut next) = (BTreeMap::new(), since);
        loop {
            let answer = self.get(viewer, &format!("/changes.{{}}?since={next}&limit=1000"), spelling).await;
            let page = spelling.read(&answer.is(200));
            let entries = page.get("changes").and_then(Node::items).expect("a list");
            let revision = |entry: &Node| entry.get("revision").and_then(Node::integer).expect("a number");
            told.extend(entries.into_iter().map(|entry| (revision(entry), entry.clone())));
            next = page.get("next").and_then(Node::integer).expect("a number") as u64;
            if page.get("more").and_then(Node::boolean) == Some(false) {
                return told;
            }
        }
    }

    /// Asserts that `viewer` is told of those entries after `since` of which they are to be told, and of no others.
    async fn follow(
        &self,
        viewer: &Member,
        since: u64,
        expected: &BTreeMap<i64, Entry>,
        spelling: Spelling,
    ) -> usize {
        let mut told = self.all_told(viewer, since, spelling).await;
        for (revision, entry) in expected {
            let found = told.remove(revision);
            assert_eq!(
                found.is_some(),
                entry.told,
                "{} at {revision}, {}, {spelling:?}: {viewer:?} with roles {:#?} under {:?}",
                entry.object,
                entry.what,
                self.organisation.held(viewer),
                self.organisation.settings
            );
            let Some(found) = found else { continue };
            let Value::Object(members) = &found.value else { panic!("{found:?}") };
            assert!(members.iter().map(|(key, _)| &**key).eq(KEYS), "nothing else is told: {members:?}");
            assert_eq!(found.get("object").and_then(Node::text), Some(entry.object));
            if let Some(id) = entry.object_id {
                assert_eq!(found.get("object_id").and_then(Node::integer), Some(id));
            }
            assert_eq!(found.get("actor_id").and_then(Node::integer), entry.actor, "{viewer:?}: {found:?}");
            let shown = format!("{found:?}");
            assert!(!shown.contains("told") && !shown.contains("planted"), "{shown}");
        }
        assert!(told.is_empty(), "nothing happened but what is known of: {viewer:?} {told:?}");
        expected.len()
    }

    /// What happens to the organisation, by somebody whom not everybody may know of; and who is told of it.
    async fn change_organisation(&self) -> (u64, i64) {
        let organisation = &self.organisation;
        let leaver = organisation.members.iter().find(|member| member.status.code() == "TERMINATED");
        let actor = leaver.map_or(ADMIN, |leaver| leaver.id);
        let org = folkmoot_testing::organisations::org();
        let author = Author { actor: folkmoot_core::Actor::User(UserId(actor)), ..Author::OPERATOR };
        let mut tx = self.server.store.begin(self.account, author).await.expect("a transaction");
        for field in org.custom_fields.values() {
            let before = OrgItem::CustomField(field.clone());
            let name = format!("Another {}", field.name).into();
            let after = OrgItem::CustomField(folkmoot_core::CustomField { name, ..field.clone() });
            tx.change_org_item(&before, &after).await.expect("a change");
        }
        for department in org.departments.values() {
            let before = OrgItem::Department(department.clone());
            let name = format!("Another {}", department.id.0).into();
            let after = OrgItem::Department(folkmoot_core::Department { name, ..department.clone() });
            tx.change_org_item(&before, &after).await.expect("a change");
        }
        (tx.commit().await.expect("a commit"), actor)
    }

    fn organisation_entries(&self, viewer: &Member, last: u64, actor: i64) -> BTreeMap<i64, Entry> {
        let of_field = CUSTOM.iter().map(|(id, need)| {
            let told = *id <= 2 || self.organisation.has_anywhere(viewer, need);
            ("CustomField", *id, told || self.organisation.administers(viewer))
        });
        let entries: Vec<_> = of_field.chain((1..=4).map(|id| ("Department", id, true))).collect();
        let first = last as i64 + 1 - entries.len() as i64;
        let knows = self.organisation.knows(viewer, self.organisation.member(actor));
        let actor = Some(actor).filter(|_| knows);
        let entry = |(object, id, told)| {
            let what = format!("its name is another, by {actor:?}");
            Entry { object, object_id: Some(id), what, told, actor }
        };
        (first..).zip(entries.into_iter().map(entry)).collect()
    }
}

async fn follow_all(company: Arc<Company>) -> Cases {
    let mut cases = Cases::default();
    let before = company.server.store.revision(company.account).await.expect("a revision");
    let happened = company.change_all().await;
    let (last, actor) = company.change_organisation().await;
    // Written past the server: whoever asks next waits for it.
    let admin = company.organisation.member(ADMIN);
    let second = Spelling::all().nth(2).expect("version 2 in JSON");
    let path = format!("/changes.json?since={}&wait=30", last - 1);
    company.get(admin, &path, second).await.is(200);
    for viewer in company.viewers() {
        let mut expected = company.entries(viewer, &happened);
        expected.extend(company.organisation_entries(viewer, last, actor));
        for spelling in Spelling::all() {
            // It is one shape in all versions.
            let representation = match spelling.version {
                ApiMajor::V1 => "the change feed, version 1",
                ApiMajor::V2 => "the change feed, version 2",
                ApiMajor::V3 => "the change feed, version 3",
            };
            let looked = company.follow(viewer, before, &expected, spelling).await;
            cases.add(representation, looked);
        }
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_what_the_oracle_says_and_nothing_else() {
    let companies = Company::drawn(200..204, 10, &[]).await;
    let cases = Company::look_at(companies, follow_all).await;
    print!("{}", cases.told(50_000));
}

//! Answers of each version and format as sets of keys, and which of them there must be.

use folkmoot_testing::organisations::{
    CUSTOM, FIELDS, FIRST_ASSIGNMENT, FIRST_EMPLOYEE, FIRST_USER, FIRST_USER_ALONE, MORE_IN_V3, Member,
    NOT_IN_V3,
};
use folkmoot_wire::{ApiMajor, Format, Node, Value, json, xml};

use super::Company;
use crate::support::Answer;

/// What it takes to be shown each key of an object.
type Table = Vec<(&'static str, &'static str)>;

/// A version and a format in which somebody asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    pub(super) version: ApiMajor,
    pub(super) format: Format,
}

impl Spelling {
    pub(super) fn all() -> impl Iterator<Item = Spelling> + Clone {
        let formats = [Format::Json, Format::Xml];
        ApiMajor::ALL.into_iter().flat_map(move |version| formats.map(|format| Spelling { version, format }))
    }

    pub(super) fn suffix(self) -> &'static str {
        self.format.suffix()
    }

    pub(super) fn read(self, answer: &Answer) -> Node {
        match self.format {
            Format::Json => json::read(&answer.body).expect("JSON"),
            Format::Xml => xml::read(&answer.body).expect("XML").1,
        }
    }

    fn is_first(self) -> bool {
        self.version == ApiMajor::V1
    }

    /// A user in lists.
    fn listed(self) -> Table {
        let in_json_alone = ["netsuite_id", "current_employee_record_id", "current_assignment_record_id"];
        let told = |key: &str| self.format == Format::Json || !in_json_alone.contains(&key);
        if self.is_first() {
            return FIRST_USER.into_iter().filter(|(key, _)| told(key)).collect();
        }
        ["id", "username", "avatar", "email", "display_name", "employee_record", "url"]
            .map(|key| (key, ""))
            .to_vec()
    }

    /// A full user, without the objects in it.
    fn full(self) -> Table {
        if self.is_first() {
            return [self.listed(), FIRST_USER_ALONE.to_vec()].concat();
        }
        let mut table: Table = self.later().filter(|(path, _)| !path.contains('.')).collect();
        table.extend([("assignment_record", ""), ("employee_record", ""), ("custom_field_records", "")]);
        table
    }

    /// A record of a kind.
    fn record(self, kind: &str) -> Table {
        if self.is_first() {
            return if kind == "employee" { FIRST_EMPLOYEE.to_vec() } else { FIRST_ASSIGNMENT.to_vec() };
        }
        let below = format!("{kind}_record.");
        self.later().filter_map(|(path, need)| Some((path.strip_prefix(&below)?, need))).collect()
    }

    /// What versions 2 and 3 say of a full user.
    fn later(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let third = self.version == ApiMajor::V3;
        let kept = FIELDS.into_iter().filter(move |(path, _)| !(third && NOT_IN_V3.contains(path)));
        kept.chain(MORE_IN_V3.into_iter().filter(move |_| third))
    }
}

/// One viewer looking at one target in one way.
pub(super) struct Look<'a> {
    pub(super) company: &'a Company,
    pub(super) viewer: &'a Member,
    pub(super) target: &'a Member,
    pub(super) spelling: Spelling,
    /// What was asked, for messages.
    pub(super) asked: &'a str,
}

impl Look<'_> {
    #[track_caller]
    fn check(&self, what: &str, shown: bool, expected: bool) {
        let Look { company, viewer, target, spelling, asked } = self;
        assert_eq!(shown, expected, "{what} in {asked}, {spelling:?}: {}", company.told(viewer, target));
    }

    /// Asserts that an object has those keys that the viewer may see, and no others. Returns how many cases that were.
    #[track_caller]
    fn keys(&self, object: &Node, table: &[(&'static str, &'static str)], objects: &[&str]) -> usize {
        for (key, need) in table {
            let expected = self.company.organisation.meets(self.viewer, self.target, need);
            self.check(key, object.get(key).is_some(), expected);
        }
        let Value::Object(members) = &object.value else { panic!("{}: {object:?}", self.asked) };
        for (key, _) in members {
            let known = table.iter().any(|(known, _)| *known == &**key) || objects.contains(&&**key);
            self.check(key, !known, false);
        }
        table.len()
    }

    /// How many cases a list's line about somebody is.
    pub(super) fn lines(&self) -> usize {
        self.spelling.listed().len()
    }

    /// A user in a list.
    #[track_caller]
    pub(super) fn listed(&self, user: &Node) -> usize {
        self.keys(user, &self.spelling.listed(), &[])
    }

    /// How many cases a record of a kind is.
    pub(super) fn lines_of(&self, kind: &str) -> usize {
        self.spelling.record(kind).len() + usize::from(kind == "assignment")
    }

    /// The record of a kind and a time.
    #[track_caller]
    pub(super) fn record(&self, record: &Node, kind: &str, time: i64) -> usize {
        let id = record.get("id").and_then(Node::integer);
        self.check("the record", id == Some(self.target.record_id(time)), true);
        let cases = self.keys(record, &self.spelling.record(kind), &[]);
        if kind == "employee" {
            return cases;
        }
        let manager = match self.spelling.version {
            ApiMajor::V1 => record.get("manager_id").and_then(Node::integer),
            ApiMajor::V2 | ApiMajor::V3 => {
                record.get("manager").and_then(|manager| manager.get("id")?.integer())
            }
        };
        let expected = self.company.organisation.knows_manager(self.viewer, self.target, time);
        self.check("the manager", manager.is_some(), expected);
        cases + 1
    }

    /// How many cases a full user is.
    pub(super) fn lines_of_full(&self) -> usize {
        let records = self.lines_of("employee") + self.lines_of("assignment");
        self.spelling.full().len() + records + CUSTOM.len()
    }

    /// A full user, whose records are those of `time`.
    #[track_caller]
    pub(super) fn full(&self, document: &Node, time: i64) -> usize {
        let Spelling { version, format } = self.spelling;
        let first = version == ApiMajor::V1;
        let get = |node: &Node, key: &str| {
            node.get(key).cloned().unwrap_or_else(|| panic!("no {key} in {}: {document:?}", self.asked))
        };
        let (user, assignment, employee, custom) = match (first, format) {
            (true, Format::Json) => {
                let items =
                    get(document, "CustomField").items().map(|items| items.into_iter().cloned().collect());
                let parts = ["User", "AssignmentRecord", "EmployeeRecord"].map(|key| get(document, key));
                let [user, assignment, employee] = parts;
                (user, assignment, employee, items)
            }
            (true, Format::Xml) => {
                let user = get(document, "user");
                let Value::Object(members) = &user.value else { panic!("{document:?}") };
                let fields = members.iter().filter(|(key, _)| &**key == "custom_field");
                let fields: Vec<Node> = fields.map(|(_, node)| node.clone()).collect();
                (user.clone(), get(&user, "assignment_record"), get(&user, "employee_record"), Some(fields))
            }
            (false, _) => {
                let records = get(document, "custom_field_records");
                let records = records.items().map(|items| items.into_iter().cloned().collect());
                let parts = ["assignment_record", "employee_record"].map(|key| get(document, key));
                let [assignment, employee] = parts;
                (document.clone(), assignment, employee, records)
            }
        };
        let custom: Vec<Node> = custom.expect("a list");
        let field = |node: &Node| {
            if first { node.get("id")?.integer() } else { node.get("custom_field")?.get("id")?.integer() }
        };
        let shown: Vec<i64> = custom.iter().filter_map(field).collect();
        self.check("how many custom fields", shown.len() == custom.len(), true);
        for (id, need) in CUSTOM {
            let expected = self.company.organisation.meets(self.viewer, self.target, need);
            self.check("a custom field", shown.contains(&id), expected);
        }
        let objects = ["assignment_record", "employee_record", "custom_field"];
        let objects = if first { &objects[..] } else { &[] };
        CUSTOM.len()
            + self.keys(&user, &self.spelling.full(), objects)
            + self.record(&assignment, "assignment", time)
            + self.record(&employee, "employee", time)
    }
}

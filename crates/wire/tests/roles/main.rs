//! Who sees what by roles with limits: organisations made up from a number, every viewer, every target, every field, as a
//! mask, as a view and as documents in both formats; against an oracle that decides each question the literal way.

use folkmoot_core::{
    CustomFieldId, Directory, EmploymentStatus, FIELDS, Field, FullUser, Group, Mask, Privacy, Reason, Shown,
    UserId, Viewer,
};
use folkmoot_testing::organisations::{
    CUSTOM, FIELDS as NEEDS, Grant, Member, Organisation, Plain, ROLES, SHOWS, standard,
};
use folkmoot_wire::documents::{AssignmentRecordDocument, EmployeeRecordDocument, FullUserDocument};
use folkmoot_wire::{ApiMajor, Format, Node, Opened, PictureUrls, Render, Style, document, json, xml};

const FORMATS: [Format; 2] = [Format::Json, Format::Xml];

fn viewer(member: &Member) -> Viewer {
    Viewer { user: UserId(member.id), group: member.group }
}

fn style(format: Format) -> Style<'static> {
    Style { version: ApiMajor::V2, format, pictures: PictureUrls::Private }
}

fn read<T: Render>(format: Format, root: &'static str, value: &T) -> Node {
    let bytes = document(format, root, value);
    match format {
        Format::Json => json::read(&bytes).expect("JSON"),
        Format::Xml => xml::read(&bytes).expect("XML").1,
    }
}

fn has(document: &Node, path: &str) -> bool {
    path.split('.').try_fold(document, |node, key| node.get(key)).is_some()
}

/// One viewer looking at one target.
struct Look<'a> {
    organisation: &'a Organisation,
    directory: &'a Directory,
    viewer: &'a Member,
    target: &'a Member,
    cases: usize,
}

impl Look<'_> {
    fn meets(&self, need: &str) -> bool {
        self.organisation.meets(self.viewer, self.target, need)
    }

    #[track_caller]
    fn check(&mut self, what: &str, shown: bool, expected: bool) {
        self.cases += 1;
        assert_eq!(
            shown,
            expected,
            "{what}: {:?} looks at {:?}, with roles {:#?}, under {:?}",
            self.viewer,
            self.target,
            self.organisation.held(self.viewer),
            self.organisation.settings,
        );
    }

    /// The mask, for every field.
    fn mask(&mut self, mask: Mask) {
        for fact in FIELDS.iter().filter(|fact| fact.field != Field::CustomFieldRecords) {
            let need = need_of(fact.path);
            self.check(fact.path, mask.sees(fact.audience), self.meets(need));
        }
        for (privacy, (_, need)) in Privacy::ALL.into_iter().zip(CUSTOM) {
            self.check(privacy.name(), mask.sees_privacy(privacy), self.meets(need));
        }
        self.check("leavers", mask.sees_leavers(), self.meets("basic_information.view_former"));
    }

    /// The view, and what else follows from knowing of somebody.
    fn views(&mut self) {
        let (directory, looking) = (self.directory, viewer(self.viewer));
        let person = directory.person(UserId(self.target.id)).expect("they are there");
        let knows = self.organisation.knows(self.viewer, self.target);
        let view = FullUser::of(directory, &looking, person);
        self.check("user", view.is_some(), knows);
        if let Some(view) = &view {
            self.check("api_key", view.api_key != Shown::No, self.meets("oneself"));
            self.check("group", view.group != Shown::No, self.meets("access_control.view"));
            let records = view.custom_field_records.iter().map(|record| record.custom_field.id);
            let shown: Vec<CustomFieldId> = records.collect();
            for (id, need) in CUSTOM {
                self.check("custom field", shown.contains(&CustomFieldId(id)), self.meets(need));
            }
            if let Some(record) = &view.assignment_record {
                // Who may not be known of is not known as a manager either.
                let manager = self.target.manager.map(|id| self.organisation.member(id));
                let known = manager.is_some_and(|manager| self.organisation.knows(self.viewer, manager));
                self.check("manager", record.manager.is_some(), known);
            }
        }
        let roles = looking.roles_of(directory, person).is_some();
        self.check("roles", roles, knows && self.meets("access_control.view"));
        for (time, in_force) in [(0, false), (1, true), (2, false)] {
            let (employee, assignment) = (self.target.employee(time), self.target.assignment(time));
            let shown = looking.employee_record(directory, person, &employee).is_some();
            let history = in_force || self.meets("basic_information.view_details");
            self.check("employee record", shown, knows && history);
            let shown = looking.assignment_record(directory, person, &assignment).is_some();
            let history = in_force || self.meets("basic_information.view_employment");
            self.check("assignment record", shown, knows && history);
        }
    }

    /// The documents, in both formats, and the explanation.
    fn documents(&mut self) {
        let (directory, looking) = (self.directory, viewer(self.viewer));
        let person = directory.person(UserId(self.target.id)).expect("they are there");
        for format in FORMATS {
            let style = style(format);
            if let Some(view) = FullUser::of(directory, &looking, person) {
                let shown =
                    read(format, "user", &FullUserDocument { user: &view, opened: Opened::default(), style });
                for (path, need) in NEEDS {
                    self.check(path, has(&shown, path), self.meets(need));
                }
                let records = shown.get("custom_field_records").and_then(Node::items).expect("a list");
                let id = |record: &&Node| record.get("custom_field")?.get("id")?.integer();
                let ids: Vec<i64> = records.iter().filter_map(id).collect();
                for (id, need) in CUSTOM {
                    self.check("custom field", ids.contains(&id), self.meets(need));
                }
            }
            for time in 0..3 {
                let (employee, assignment) = (self.target.employee(time), self.target.assignment(time));
                if let Some(record) = looking.employee_record(directory, person, &employee) {
                    let document = EmployeeRecordDocument { record: &record, government_id: None, style };
                    self.record(&read(format, "employee_record", &document), "employee_record.");
                }
                if let Some(record) = looking.assignment_record(directory, person, &assignment) {
                    let document = AssignmentRecordDocument { record: &record, style };
                    self.record(&read(format, "assignment_record", &document), "assignment_record.");
                }
            }
        }
        self.explanation();
    }

    fn record(&mut self, shown: &Node, below: &str) {
        for (path, need) in NEEDS {
            if let Some(key) = path.strip_prefix(below) {
                self.check(path, has(shown, key), self.meets(need));
            }
        }
    }

    /// What is told is what is shown, and each reason is one.
    fn explanation(&mut self) {
        let operator = Viewer { user: UserId(0), group: Group::Administrators };
        let person = |member: &Member| self.directory.person(UserId(member.id)).expect("they are there");
        let told = operator.explanation(self.directory, person(self.viewer), person(self.target));
        let Some(told) = told else {
            // The account has changed its System Administrator: it never does here.
            panic!("an operator is told everything")
        };
        let knows = self.organisation.knows(self.viewer, self.target);
        self.check("known", told.known.shown, knows);
        let custom = |path: &str| {
            let order = path.strip_prefix("custom_field_records[Field ")?.strip_suffix(']')?;
            CUSTOM.iter().find(|(id, _)| id.to_string() == order).map(|(_, need)| *need)
        };
        for field in &told.fields {
            let need = custom(&field.path).unwrap_or_else(|| need_of(&field.path));
            self.check(&field.path, field.shown, knows && self.meets(need));
            self.check(&field.path, !field.reasons.is_empty(), field.shown);
            for reason in &field.reasons {
                let holds = match reason {
                    Reason::Everyone => need.is_empty(),
                    Reason::Oneself => need == "oneself" && self.viewer.id == self.target.id,
                    Reason::Granted { role, right, .. } => {
                        let held = self.organisation.held(self.viewer);
                        let role = held.iter().find(|held| held.id == role.0);
                        let grants = |grant: &&Grant| {
                            grant.rights.contains(&need)
                                && self.organisation.is_within(self.viewer, self.target, grant)
                        };
                        right.fact().code == need
                            && role.is_some_and(|role| role.grants.iter().any(|grant| grants(&grant)))
                    }
                };
                self.check(&field.path, holds, true);
            }
        }
    }
}

fn need_of(path: &str) -> &'static str {
    NEEDS.iter().find(|(known, _)| *known == path).map_or_else(|| panic!("{path}"), |(_, need)| need)
}

#[test]
fn roles_show_what_the_oracle_says_and_nothing_else() {
    const ORGANISATIONS: u64 = 60;
    const PEOPLE: i64 = 20;
    /// Of so many pairs, one is rendered.
    const SAMPLE: usize = 11;
    let (mut cases, mut pairs) = (0, 0);
    for seed in 0..ORGANISATIONS {
        let organisation = Organisation::new(seed, PEOPLE);
        let directory = organisation.directory();
        for looking in &organisation.members {
            let definitions = viewer(looking).custom_fields(&directory);
            for (id, need) in CUSTOM {
                let shown = definitions.iter().any(|field| field.id == CustomFieldId(id));
                // Whoever has nothing to see of theirs is still asked for what they tell.
                let expected = id <= 2 || organisation.has_anywhere(looking, need);
                assert_eq!(shown, expected, "definition {id}: {looking:?} of organisation {seed}");
                cases += 1;
            }
            for target in &organisation.members {
                let mut look = Look {
                    organisation: &organisation,
                    directory: &directory,
                    viewer: looking,
                    target,
                    cases: 0,
                };
                let person = directory.person(UserId(target.id)).expect("they are there");
                look.mask(viewer(looking).mask(&directory, person));
                look.views();
                if pairs % SAMPLE == 0 {
                    look.documents();
                }
                pairs += 1;
                cases += look.cases;
            }
        }
    }
    println!("{cases} cases of 'who sees what' by roles, {pairs} pairs of viewer and target");
    assert!(cases > 1_000_000, "the model was looked at whole: {cases}");
}

/// A manager, one who reports to them, one who reports to that one, and somebody else.
#[test]
fn the_standard_roles_show_what_the_table_says() {
    let mut organisation = Organisation::new(1, 4);
    organisation.settings = folkmoot_core::Settings::default();
    organisation.roles.truncate(ROLES.len());
    for (role, name) in organisation.roles.iter_mut().zip(ROLES) {
        (role.own, role.grants) = (false, standard(name, folkmoot_core::Settings::default()));
    }
    for (member, manager) in organisation.members.iter_mut().zip([None, Some(1), Some(2), None]) {
        member.group = Group::Employees;
        (member.manager, member.status, member.assigned) = (manager, EmploymentStatus::Active, Vec::new());
    }
    for (column, name) in ROLES.iter().enumerate() {
        organisation.members[0].assigned = vec![column as i64 + 1];
        let directory = organisation.directory();
        let looking = viewer(&organisation.members[0]);
        for (right, whom) in SHOWS {
            for (id, of) in [(1, "self"), (2, "managed"), (3, "line"), (4, "other")] {
                let person = directory.person(UserId(id)).expect("they are there");
                let right = folkmoot_core::Right::from_code(right).expect("a right");
                let expected = whom[column] == "everyone" || whom[column] == of;
                assert_eq!(looking.may(&directory, right, person), expected, "{name}: {right:?} over {of}");
            }
        }
    }
}

/// Departments and locations limit together, and who is nowhere is in none of them.
#[test]
fn a_limit_to_a_department_and_a_location_takes_both() {
    let mut organisation = Organisation::new(2, 4);
    let limit = Grant {
        departments: vec![1],
        locations: vec![2],
        relationship: "everyone",
        rights: vec!["sensitive_information.view_compensation"],
    };
    organisation.roles.push(Plain { id: 99, standard: None, own: true, grants: vec![limit] });
    organisation.members[0].assigned = vec![99];
    let places = [(Some(1), Some(2)), (Some(1), Some(1)), (Some(2), Some(2)), (None, Some(2))];
    for (member, (department, location)) in organisation.members.iter_mut().zip(places) {
        (member.department, member.location) = (department, location);
        member.status = EmploymentStatus::Active;
    }
    let directory = organisation.directory();
    let looking = viewer(&organisation.members[0]);
    let sees = |id| {
        let person = directory.person(UserId(id)).expect("they are there");
        looking.mask(&directory, person).sees(Field::PayInfo.audience())
    };
    assert_eq!([1, 2, 3, 4].map(sees), [true, false, false, false]);
}

//! The seeds' own documents, imported and shown again.

use crate::common::{Glass, TODAY, directory, faults, options, plan_new, to_csv};
use folkmoot_core::{
    ApiKey, Directory, FullUser, Group, PartialUser, Person, PersonChange, PictureKind, PictureName,
    Sequences, UserId, Viewer,
};
use folkmoot_exchange::import::{Sealer, plan, read_csv, read_json};
use folkmoot_wire::documents::{FullUserDocument, PartialUserDocument};
use folkmoot_wire::{ApiMajor, Format, Opened, PictureUrls, Style, Value, document, json};

const FIXTURE: &[u8] = include_bytes!("../fixtures/george_and_alice.json");
const STYLE: Style<'_> =
    Style { version: ApiMajor::V2, format: Format::Json, pictures: PictureUrls::Private };
const KEY: &str = "570675830ab61a31ef57f70ca335f64374b56281";

fn imported() -> Directory {
    let plan = plan_new(&read_json(FIXTURE), true).expect("sound");
    directory(plan.org, plan.people)
}

/// The user of the fixture at `index`, without spaces between.
fn expected(index: usize) -> String {
    let fixture = json::read(FIXTURE).expect("sound");
    let Value::Array(users) = &fixture.value else { panic!("a list") };
    String::from_utf8(document(Format::Json, "user", &users[index])).expect("sound")
}

fn full(directory: &Directory, person: &Person, viewer: &Viewer, key: Option<&ApiKey>) -> String {
    let user = FullUser::of(directory, viewer, person).expect("sound");
    let opened = Opened { api_key: key, ..Opened::default() };
    let document = document(Format::Json, "user", &FullUserDocument { user: &user, opened, style: STYLE });
    String::from_utf8(document).expect("sound")
}

#[test]
fn the_seeds_users_are_shown_exactly_as_they_came() {
    let directory = imported();
    // The picture comes by another way.
    let mut alice = Person::clone(directory.by_identifier("alice").unwrap());
    alice.user.picture = Some(PictureName { digest: [7; 14], kind: PictureKind::Jpeg });
    let directory = directory.with_changes(vec![PersonChange::Put(Box::new(alice))], 2);
    let alice = directory.person(UserId(7)).unwrap();
    let key: ApiKey = KEY.parse().unwrap();
    let herself = Viewer { user: UserId(7), group: Group::Managers };
    assert_eq!(full(&directory, alice, &herself, Some(&key)), expected(1));
    assert_eq!(alice.user.api_key, Some(Glass.key(&key).1));
    assert_eq!(directory.by_key(&Glass.key(&key).0).unwrap().user.id, UserId(7));

    let george = PartialUser::of(&directory, directory.person(UserId(6)).unwrap());
    let george = document(Format::Json, "user", &PartialUserDocument { user: &george, style: STYLE });
    let george = String::from_utf8(george).unwrap().replace(r#""avatar":{"url":null},"#, "");
    assert_eq!(george, expected(0));
}

#[test]
fn no_text_gets_in_with_a_nul() {
    let text = String::from_utf8(FIXTURE.to_vec()).expect("sound");
    let mut refused = 0;
    for (at, start) in text.match_indices(": \"") {
        let mut changed = text.clone();
        changed.insert_str(at + start.len(), "\\u0000");
        match plan_new(&read_json(changed.as_bytes()), true) {
            Err(_) => refused += 1,
            // What is made of other fields is not read at all.
            Ok(plan) => {
                let kept = format!("{:?} {:?}", plan.org, plan.people);
                assert!(!kept.contains("\\0"), "{}", &text[at.saturating_sub(40)..at + 20]);
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn numbers_that_are_not_in_the_file_follow_those_that_are() {
    let plan = plan_new(&read_json(FIXTURE), true).unwrap();
    let sequences = plan.sequences;
    assert_eq!((sequences.users, sequences.employee_records, sequences.assignment_records), (8, 56, 102));
    assert_eq!(plan.people[0].assignment[0].id, 101, "George's, which the file does not have");
    assert_eq!((sequences.jobs, sequences.custom_fields, sequences.custom_field_records), (38, 10, 227));
    assert_eq!(plan.people[0].employee[0].effective_date, TODAY);
    let since = plan.people[1].assignment[0].effective_date;
    assert_eq!(since.to_string(), "2012-10-25", "a record without a date of its own counts from the hire");
}

#[test]
fn without_keeping_identifiers_everything_is_new() {
    let before = imported();
    let sequences = Sequences { users: 100, custom_fields: 50, ..Sequences::default() };
    let text = String::from_utf8(FIXTURE.to_vec()).unwrap();
    let others = text.replace("alice\"", "alicia\"").replace("george\"", "jorge\"").replace("@my", "@your");
    let others = others.replace("\"employee_num\": 15", "\"employee_num\": 16");
    let plan = plan(&read_json(others.as_bytes()), &before, sequences, &options(false)).unwrap();
    let alicia = &plan.people[1];
    assert_eq!(alicia.user.id, UserId(101));
    assert_eq!(alicia.assignment[0].data.manager, Some(UserId(100)));
    assert_eq!(alicia.user.created, options(false).now);
    assert_eq!((alicia.user.api_key_hash, &alicia.user.api_key), (None, &None));
    assert_eq!(alicia.employee[0].effective_date.to_string(), "2012-12-31", "which the file says");
    assert_eq!(plan.org, folkmoot_core::Org::default(), "all of it is in the account by name");
    assert_eq!(alicia.custom_field_records[0].field.0, 9);
}

#[test]
fn what_is_there_already_clashes() {
    let before = imported();
    let found = plan(&read_json(FIXTURE), &before, Sequences::default(), &options(true)).unwrap_err();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 3, column 15: id: is already that of user 6 in the account, and so is username, email",
            "line 15, column 15: id: is already that of user 7 in the account, and so is username, email, \
             assignment_record.employee_num",
        ]
    );
}

#[test]
fn the_first_seeds_list_is_understood() {
    let list =
        br#"{"users": [{"id": "1", "username": "auser", "avatar": {"url": "x.jpg"}, "email": "a@x.org",
        "display_name": "Anthony User", "employee_record": {"first_name": "Anthony", "last_name": "User",
        "url": "/employee_records/view/3"}, "url": "/users/view/1"}]}"#;
    let plan = plan_new(&read_json(list), true).unwrap();
    assert_eq!(plan.people[0].user.id, UserId(1));
    assert_eq!(plan.people[0].employee[0].id, 3);
}

#[test]
fn faults_of_documents_name_key_and_place() {
    let text = br#"[{
  "id": 1, "username": "a b", "emial": "a@x.org", "display_name": "Somebody",
  "employee_record": {"first_name": true, "last_name": "U", "shoes": 1, "last_name": "V", "id": "x"},
  "assignment_record": {"job": {"id": 1, "title": ""}, "pay_info": [], "manager": {"id": 5}},
  "custom_field_records": [{"id": 1, "content": "x"}], "badge_count": -1
}, 7]"#;
    assert_eq!(
        faults(&read_json(text)),
        [
            "line 2, column 24: username: may not contain white space or a colon",
            "line 2, column 40: emial: is not a field of a user; did you mean email?",
            "line 3, column 37: employee_record.first_name: is true or false where a text or number is expected",
            "line 3, column 70: employee_record.shoes: is not a field of a user",
            "line 3, column 86: employee_record.last_name: is given twice",
            "line 3, column 97: employee_record.id: is not a number of the account, nor an address with one",
            "line 4, column 32: assignment_record.job.title: is required",
            "line 4, column 68: assignment_record.pay_info: is not an object",
            "line 4, column 90: assignment_record.manager.id: is nobody's username, e-mail address or employee \
             number, neither in the file nor in the account",
            "line 5, column 28: custom_field_records.custom_field: is required",
            "line 5, column 71: badge_count: is not a count",
            "line 6, column 4: is not a user",
        ]
    );
    assert_eq!(faults(&read_json(b"{\"id\": }")), ["line 1, column 8: expected a value, but found '}'"]);
    assert_eq!(
        faults(&read_json(b"7")),
        ["line 1, column 1: the document is neither a user nor a list of users"]
    );
}

#[test]
fn alice_goes_through_a_table_unchanged() {
    let text = String::from_utf8(FIXTURE.to_vec()).unwrap();
    // A table asks for everybody's hire date, which the partial George has not.
    let george = r#""url": "/employee_records/47.json""#;
    let hired = text.replacen(
        &format!("{george}\n        }},"),
        &format!("{george}\n        }}, \"assignment_record\": {{\"date_hired\": \"2011-02-03\"}},"),
        1,
    );
    let plan = plan_new(&read_json(hired.as_bytes()), true).unwrap();
    let before = directory(plan.org, plan.people);
    let table = to_csv(&before);
    let again = plan_new(&read_csv(&table), true).unwrap();
    let after = directory(again.org, again.people);
    assert_eq!(String::from_utf8(to_csv(&after)).unwrap(), String::from_utf8(table).unwrap());
    let (before, after) = (before.by_identifier("alice").unwrap(), after.by_identifier("alice").unwrap());
    assert_eq!(before.employee, after.employee);
    assert_eq!(before.assignment.at(TODAY).unwrap().data.pay, after.assignment.at(TODAY).unwrap().data.pay);
}

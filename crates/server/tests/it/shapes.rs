//! Every shape of everything that can be read, in every version and format, kept as files in `tests/golden`.
//!
//! `FOLKMOOT_WRITE_GOLDEN=1` writes them anew; what changed is then for the reader of the commit to judge.

use std::fs;
use std::path::PathBuf;

use folkmoot_core::{AccountId, EmploymentStatus, Group, PayrollProviderId, PayrollUser};
use folkmoot_store::{Author, PersonAddition};
use folkmoot_wire::ApiMajor;
use jiff::ToSpan;
use serde_json::{Value, json};

use crate::golden::{GEORGES_KEY, KEY, import_as, seed_people};
use crate::support::{Answer, Kept, Server, culture, key_of, person};

const HELEN: i64 = 8;
const TOM: i64 = 9;

/// The seeds' account, in which George manages Alice; she has told what only versions 1 and 3 show. Helen administrates
/// it, and Tom is nobody's manager.
async fn company() -> (Server, AccountId) {
    let mut people = seed_people();
    people[0]["group"] = json!("Managers");
    let alice = &mut people[1];
    alice["employee_record"]["gender"] = json!("FEMALE");
    alice["employee_record"]["government_id"] = json!("078-05-1120 <\"&'>");
    alice["assignment_record"]["hours"] = json!("7.5");
    alice["assignment_record"]["standard_hours"] = json!("37.5");
    let kept = Kept::new().await;
    let account = import_as(&kept, "mycompany", &people).await;
    let helen = person(&kept.store, account, HELEN, "helen", Group::Administrators);
    let mut tom = person(&kept.store, account, TOM, "tom", Group::Employees);
    // What XML must take care of in an attribute, and what it cannot carry.
    tom.employee[0].data.first_name = "To\"m\t<&>\n\u{1}".into();
    tom.employee[0].data.last_name = "O'Hara \u{1f600}".into();
    // More to come, so that his history is a list.
    let (mut personal, mut job) = (tom.employee[0].clone(), tom.assignment[0].clone());
    (personal.id, personal.effective_date) = (90, personal.effective_date.saturating_add(1.year()));
    (job.id, job.effective_date) = (90, personal.effective_date);
    job.data.status = EmploymentStatus::Suspended;
    tom.employee.push(personal);
    tom.assignment.push(job);
    tom.user.accepted_invite = Some("2013-07-02T08:09:10Z".parse().expect("a moment"));
    let user = tom.user.clone();
    kept.add(account, &culture(3), &[helen, tom]).await;
    let provider = |number, payroll_id: &str| PayrollUser {
        provider: PayrollProviderId(number),
        payroll_id: payroll_id.into(),
    };
    let payroll = vec![provider(3, "007"), provider(1, "<A&\"1\">")];
    let addition = PersonAddition { payroll, ..PersonAddition::default() };
    let mut tx = kept.store.begin(account, Author::OPERATOR).await.expect("a transaction");
    tx.change_person(&user, user.clone(), &addition, |_| false).await.expect("a change");
    tx.commit().await.expect("a commit");
    (Server::start(kept, &[("pictures.urls", "private")]).await, account)
}

/// Who asks for what, and what the file of the answer is called.
const DOCUMENTS: &[(&str, &str, &str)] = &[
    ("users_as_employee", "tom", "/users"),
    ("users_as_manager", "george", "/users"),
    ("users_as_administrator", "helen", "/users"),
    ("user_as_oneself", "alice", "/users/7"),
    ("user_as_manager", "george", "/users/7"),
    ("user_as_administrator", "helen", "/users/7"),
    ("user_as_other", "tom", "/users/7"),
    ("user_without_much", "helen", "/users/9"),
    ("employee_record", "helen", "/employee_records/55"),
    ("assignment_record", "helen", "/assignment_records/100"),
    ("employee_records_of_user", "helen", "/users/7/employee_records"),
    ("assignment_records_of_user", "helen", "/users/7/assignment_records"),
    ("employee_records_of_two", "helen", "/users/9/employee_records"),
    ("assignment_records_of_two", "helen", "/users/9/assignment_records"),
    ("assignment_records_as_oneself", "alice", "/users/7/assignment_records"),
    ("jobs", "helen", "/jobs"),
    ("job", "helen", "/jobs/37"),
    ("departments", "helen", "/departments"),
    ("department", "helen", "/departments/5"),
    ("locations", "helen", "/locations"),
    ("location", "helen", "/locations/1"),
    ("employee_classes", "helen", "/employee_classes"),
    ("employee_class", "helen", "/employee_classes/7"),
    ("custom_fields", "helen", "/custom_fields"),
    ("custom_field", "helen", "/custom_fields/9"),
    ("event_types", "helen", "/event_types"),
    ("event_type", "helen", "/event_types/3"),
    ("values", "helen", "/values"),
    ("value", "helen", "/values/4"),
    ("badges", "helen", "/badges"),
    ("badge", "helen", "/badges/5"),
    ("leave_types", "helen", "/leave_types"),
    ("leave_type", "helen", "/leave_types/2"),
    ("system_info", "tom", "/system_info"),
];

fn file(version: ApiMajor, name: &str, format: &str) -> PathBuf {
    let folder = format!("{}/tests/golden/v{}", env!("CARGO_MANIFEST_DIR"), &version.served()[..1]);
    PathBuf::from(folder).join(format!("{name}.{format}"))
}

/// The document as its file has it: XML to the byte, JSON laid out, with the order of its keys.
fn spelled(answer: &Answer, format: &str) -> String {
    let text = match format {
        "json" => serde_json::to_string_pretty(&answer.json()).expect("JSON"),
        _ => answer.text(),
    };
    text + "\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shape_is_the_one_in_its_file() {
    let (server, account) = company().await;
    let writes = std::env::var_os("FOLKMOOT_WRITE_GOLDEN").is_some();
    let keys = [("helen", key_of(account, HELEN)), ("tom", key_of(account, TOM))];
    let keys: Vec<(&str, &str)> = keys
        .iter()
        .map(|(name, key)| (*name, &**key))
        .chain([("alice", KEY), ("george", GEORGES_KEY)])
        .collect();
    for version in ApiMajor::ALL {
        for (name, who, path) in DOCUMENTS {
            let (_, key) = keys.iter().find(|(name, _)| name == who).expect("somebody with a key");
            for format in ["json", "xml"] {
                let ask = server.get(&format!("{path}.{format}")).by(who, key);
                let answer = ask.with("x-api-version", version.served()).send().await.is(200);
                let found = spelled(&answer, format);
                let file = file(version, name, format);
                if writes {
                    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                    fs::write(&file, &found).expect("a file");
                }
                let golden = fs::read_to_string(&file).unwrap_or_default();
                assert_eq!(found, golden, "{version:?}, {}", file.display());
            }
        }
    }
}

#[test]
fn every_file_is_the_answer_to_something() {
    for version in ApiMajor::ALL {
        let folder = file(version, "any", "json");
        let entries = fs::read_dir(folder.parent().expect("a folder")).expect("golden files");
        let mut files: Vec<String> =
            entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect();
        let mut known: Vec<String> = DOCUMENTS
            .iter()
            .flat_map(|(name, ..)| ["json", "xml"].map(|format| format!("{name}.{format}")))
            .collect();
        files.sort();
        known.sort();
        assert_eq!(files, known, "{version:?}");
    }
}

/// Version 1 has no truth values and no nulls: clients read its scalars as texts or numbers.
#[tokio::test(flavor = "multi_thread")]
async fn every_scalar_of_version_1_is_a_string_or_a_number() {
    fn check(value: &Value, path: &str) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    check(value, &format!("{path}/{key}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, path)),
            Value::String(_) | Value::Number(_) => {}
            Value::Null | Value::Bool(_) => panic!("{path} is {value}"),
        }
    }
    let (server, account) = company().await;
    let helens = key_of(account, HELEN);
    for (_, _, path) in DOCUMENTS.iter().filter(|(name, ..)| *name != "system_info") {
        let ask = server.get(&format!("{path}.json")).by("helen", &helens).without("x-api-version");
        let answer = ask.send().await.is(200);
        assert_eq!(answer.header("x-api-version"), Some("1.0.0"), "absent means version 1");
        check(&answer.json(), path);
    }
}

/// Each version, format and coding is a representation of its own, and none confirms another.
#[tokio::test(flavor = "multi_thread")]
async fn every_version_has_entity_tags_of_its_own() {
    let (server, account) = company().await;
    let helens = key_of(account, HELEN);
    for path in
        ["/users.json", "/users/7.xml", "/jobs.json", "/employee_records/55.json", "/system_info.json"]
    {
        let ask =
            |version: ApiMajor| server.get(path).by("helen", &helens).with("x-api-version", version.served());
        let mut tags = Vec::new();
        for version in ApiMajor::ALL {
            let answer = ask(version).send().await.is(200);
            assert!(answer.header("vary").expect("Vary").contains("x-api-version"), "{path}");
            ask(version).with("if-none-match", answer.etag()).send().await.bare(304);
            tags.push(answer.etag().to_owned());
        }
        for (at, tag) in tags.iter().enumerate() {
            let others = ApiMajor::ALL.into_iter().enumerate().filter(|(other, _)| *other != at);
            for (_, version) in others {
                ask(version).with("if-none-match", tag).send().await.is(200);
            }
        }
    }
}

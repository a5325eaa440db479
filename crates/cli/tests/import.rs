//! People and their pictures come in whole or not at all, and go out as they came.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;
#[path = "import/table.rs"]
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use support::{
    Server, assert_sound, eventually, export, http::Credentials, init, people_csv, png, revision, run, text,
};
use tempfile::TempDir;

/// A store with nobody but the administrator, and a place for files next to it.
struct Place {
    folder: TempDir,
    data: PathBuf,
    ada: Credentials,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let ada = init(&data);
        Place { folder, data, ada }
    }

    /// Writes a file next to the store.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn import(&self, file: &Path, more: &[&str]) -> support::Ran {
        let arguments = ["import", "people", text(file), "--data", text(&self.data)];
        run(&[&arguments, more].concat())
    }

    /// Everything that an import could have changed.
    fn state(&self) -> (String, String, u64, usize) {
        let pictures = walk(&self.data.join("blobs"));
        (export(&self.data, "json"), export(&self.data, "csv"), revision(&self.data), pictures)
    }

    fn people(&self) -> Vec<Value> {
        serde_json::from_str(&export(&self.data, "json")).unwrap()
    }
}

/// How many files there are in a folder and below.
fn walk(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let count = |path: PathBuf| if path.is_dir() { walk(&path) } else { 1 };
    entries.map(|entry| count(entry.unwrap().path())).sum()
}

#[test]
fn thirty_faults_in_ten_thousand_lines_are_told_and_nothing_is_changed() {
    let place = Place::new();
    let before = place.state();
    let (faulty, faults) = table::with_faults(10_000);
    assert_eq!(faults.len(), 30);
    let file = place.file("staff.csv", faulty);
    for more in [&[][..], &["--dry-run"], &["--format", "csv", "--keep-ids"]] {
        let refused = place.import(&file, more).expect(5);
        let mut lines: Vec<_> = refused.stderr.lines().collect();
        assert_eq!(lines.len(), 31, "{}", refused.stderr);
        assert_eq!(lines.pop(), Some("30 faults; nothing was changed."));
        for (line, fault) in lines.iter().zip(&faults) {
            let field = if fault.field.is_empty() { String::new() } else { format!("{}: ", fault.field) };
            let wanted = format!("{}: line {}, column {}: {field}", text(&file), fault.line, fault.column);
            assert!(line.starts_with(&wanted) && line.contains(fault.message), "{line}\nis not: {fault:?}");
        }
        assert_eq!(lines.len(), faults.len());
        assert_eq!(refused.stdout, "");
        assert!(place.state() == before, "something was changed");
    }
    let told = place.import(&file, &["--json"]).expect(5).json();
    assert_eq!(told["imported"], 0);
    let told: Vec<_> = told["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (fault["line"].as_u64().unwrap(), fault["column"].as_u64().unwrap(), fault["field"].clone())
        })
        .collect();
    let wanted: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column, json!(fault.field))).collect();
    assert_eq!(told, wanted);
    assert!(place.state() == before, "something was changed");

    // With the faults put right: a dry run changes nothing, and the import brings everybody.
    let file = place.file("staff.csv", table::sound(10_000));
    let report = place.import(&file, &["--dry-run", "--json"]).expect(0).json();
    assert_eq!(
        report,
        json!({ "imported": 0, "valid": 10_000, "pictures": 0, "new_custom_fields": [], "faults": [] })
    );
    assert!(
        place.import(&file, &["--dry-run"]).expect(0).stdout.contains("10000 people and 0 pictures could be")
    );
    assert!(place.state() == before, "a dry run changed something");
    let report = place.import(&file, &["--json"]).expect(0).json();
    assert_eq!(
        report,
        json!({ "imported": 10_000, "valid": 10_000, "pictures": 0, "new_custom_fields": [], "faults": [] })
    );
    assert_eq!(export(&place.data, "csv").matches("\r\n").count(), 10_002);
    assert_sound(&place.data);
}

#[test]
fn managers_are_found_in_any_order_by_any_name() {
    let place = Place::new();
    let people = people_csv(40);
    let (header, rows) = people.split_once('\n').unwrap();
    let by = |line: &str| {
        let mut cells: Vec<_> = line.split(',').map(str::to_owned).collect();
        let manager = cells[6].strip_prefix("person").map(|number| number.parse::<usize>().unwrap());
        cells[6] = match manager {
            None => "ADA".to_owned(),
            Some(number) if number % 3 == 0 => format!("Person{number}@Acme.example"),
            Some(number) if number % 3 == 1 => (5000 + number).to_string(),
            Some(number) => format!("person{number}"),
        };
        cells.join(",")
    };
    // Those who report come before those whom they report to.
    let rows: Vec<_> = rows.lines().rev().map(by).collect();
    let file = place.file("staff.csv", format!("{header}\n{}\n", rows.join("\n")));
    place.import(&file, &[]).expect(0);
    let people = place.people();
    assert_eq!(people.len(), 41);
    for person in &people[1..] {
        let username = person["username"].as_str().unwrap();
        let number: usize = username.strip_prefix("person").unwrap().parse().unwrap();
        let wanted = if number == 0 { "ada".to_owned() } else { format!("person{}", number / 7) };
        assert_eq!(person["assignment_record"]["manager"]["username"], wanted, "{username}");
    }
    assert_sound(&place.data);
}

#[test]
fn pictures_come_along_by_any_name_or_nothing_does() {
    let place = Place::new();
    let file = place.file("staff.csv", people_csv(260));
    let portraits = place.folder.path().join("portraits");
    fs::create_dir(&portraits).unwrap();
    let put = |name: &str, content: &[u8]| fs::write(portraits.join(name), content).unwrap();
    // Ids are given in order: the administrator has the first.
    for (number, name) in (0..).zip(["person0.png", "PERSON1@acme.example.png", "5002.png", "5.png"]) {
        put(name, &png(number));
    }
    // More than are decoded at a time, so that the first are not kept before the last is known to be good.
    for number in 4..255 {
        put(&format!("person{number}.png"), &png(number));
    }
    put("stranger.png", &png(1));
    put("person256.png", b"not a picture");
    put("person3.jpg", &png(2));
    put(".hidden", b"passed over");
    let pictures = ["--pictures", text(&portraits)];
    let before = place.state();
    let refused = place.import(&file, &pictures).expect(5);
    for fault in [
        "stranger.png: is named for nobody in the file",
        "person3.jpg: is a second picture next to ",
        "person256.png: ",
        "3 faults in pictures; nothing was changed.",
    ] {
        assert!(refused.stderr.contains(fault), "{fault}: {}", refused.stderr);
    }
    assert_eq!(refused.stderr.lines().count(), 4, "{}", refused.stderr);
    let told = place.import(&file, &[&pictures[..], &["--json", "--dry-run"]].concat()).expect(5).json();
    assert_eq!(told["faults"].as_array().unwrap().len(), 3);
    assert!(place.state() == before, "something was changed");

    // The bad picture alone, which is read last.
    fs::remove_file(portraits.join("stranger.png")).unwrap();
    fs::remove_file(portraits.join("person3.jpg")).unwrap();
    put("zz.png", b"");
    fs::rename(portraits.join("zz.png"), portraits.join("person99.png")).unwrap();
    fs::remove_file(portraits.join("person256.png")).unwrap();
    place.import(&file, &pictures).expect(5);
    assert!(place.state() == before, "pictures were kept though one is bad");

    put("person99.png", &png(99));
    let report = place.import(&file, &[&pictures[..], &["--dry-run", "--json"]].concat()).expect(0).json();
    assert_eq!((&report["imported"], &report["pictures"]), (&json!(0), &json!(255)));
    assert!(place.state() == before, "a dry run changed something");
    let report = place.import(&file, &[&pictures[..], &["--json"]].concat()).expect(0).json();
    assert_eq!((&report["imported"], &report["pictures"]), (&json!(260), &json!(255)));
    let with_picture: Vec<_> = place.people().iter().map(|user| !user["avatar"]["url"].is_null()).collect();
    let wanted: Vec<_> = (0..261).map(|at| at > 0 && at <= 255).collect();
    assert_eq!(with_picture, wanted);
    assert_sound(&place.data);
}

/// A new store with the administrator of `from`, into which everybody else's export is imported.
fn moved(from: &Path, admin: &Value, file: &str, everybody_else: &str) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (username, email) = (admin["username"].as_str().unwrap(), admin["email"].as_str().unwrap());
    let arguments = ["--account", "acme", "--admin", username, "--email", email, "--json"];
    let made = run(&[&["init", "--data", text(&data)][..], &arguments].concat()).expect(0).json();
    let ada = Credentials::new(username, made["api_key"].as_str().unwrap());
    let to = Place { folder, data, ada };
    let file = to.file(file, everybody_else);
    // As it is, the file has somebody with the administrator's number.
    let format = text(&file).rsplit('.').next().unwrap();
    let whole = to.file(&format!("whole.{format}"), export(from, format));
    let before = to.state();
    assert!(
        to.import(&whole, &["--keep-ids"])
            .expect(5)
            .stderr
            .contains("is already that of user 1 in the account")
    );
    assert!(to.state() == before);
    to.import(&file, &["--keep-ids"]).expect(0);
    assert_sound(&to.data);
    to
}

/// Without what the file does not say: the order in which the account has its custom fields, and the names of the
/// administrator, who is the new store's own.
fn comparable(mut person: Value) -> String {
    if let Some(manager) =
        person.pointer_mut("/assignment_record/manager").filter(|manager| manager["id"] == 1)
    {
        *manager = json!(1);
    }
    if let Some(records) = person["custom_field_records"].as_array_mut() {
        records.sort_by_key(|record| record["id"].as_str().unwrap().parse::<i64>().unwrap());
    }
    person.to_string()
}

fn read(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

#[test]
fn an_export_is_imported_and_exported_again_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    run(&["demo", "--people", "80", "--no-pictures", "--no-serve", "--data", text(&demo)]).expect(0);
    let people = read(&export(&demo, "json"));
    assert_eq!((people.len(), people[0]["id"].as_i64()), (80, Some(1)));

    let others = serde_json::to_string(&people[1..]).unwrap();
    let to = moved(&demo, &people[0], "moved.json", &others);
    let again = read(&export(&to.data, "json"));
    assert_eq!(again.len(), people.len());
    for (person, again) in people.iter().zip(again).skip(1) {
        assert_eq!(comparable(again), comparable(person.clone()));
    }

    // And as a table, which this time goes through two stores: what it lacks, it lacks only once.
    let table = |data: &Path| {
        let table = export(data, "csv");
        let mut lines: Vec<_> = table.split_inclusive("\r\n").map(str::to_owned).collect();
        assert!(lines.remove(1).starts_with("1,"));
        lines.concat()
    };
    let first = table(&demo);
    let second = table(&moved(&demo, &people[0], "moved.csv", &first).data);
    assert_eq!(columns(&second), columns(&first));
}

/// A table's cells by column, whatever the order of its columns.
fn columns(table: &str) -> std::collections::BTreeMap<String, Vec<String>> {
    let (mut rows, mut cell, mut quoted) = (vec![Vec::new()], String::new(), false);
    for c in table.trim_start_matches('\u{feff}').chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => rows.last_mut().unwrap().push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                rows.last_mut().unwrap().push(std::mem::take(&mut cell));
                rows.push(Vec::new());
            }
            '\r' if !quoted => {}
            _ => cell.push(c),
        }
    }
    let header = rows.remove(0);
    rows.pop();
    let column = |at: usize| rows.iter().map(|row| row[at].clone()).collect();
    header.into_iter().enumerate().map(|(at, name)| (name, column(at))).collect()
}

#[test]
fn the_account_of_the_documentation_is_taken_in_as_it_is() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../exchange/tests/fixtures/george_and_alice.json");
    let place = Place::new();
    place.import(Path::new(fixture), &["--keep-ids"]).expect(0);
    let wanted: Vec<Value> = serde_json::from_str(&fs::read_to_string(fixture).unwrap()).unwrap();
    let server = Server::serve(&place.data);
    let key = wanted[1]["api_key"].as_str().unwrap();
    let alice = server.http().with(&Credentials::new("alice", key));
    let mut me = alice.get("/users/me.json").expect(200).json();
    // The picture comes by another way.
    me["avatar"] = wanted[1]["avatar"].clone();
    assert_eq!(me, wanted[1]);
    let listed = server.http().with(&place.ada).users();
    let ids: Vec<_> = listed.iter().map(|user| user["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [1, 6, 7]);
    assert_eq!(listed[1]["display_name"], wanted[0]["display_name"]);
    assert_sound(&place.data);
}

#[test]
fn a_running_server_answers_all_along_and_takes_up_what_was_imported() {
    let place = Place::new();
    let server = Server::serve(&place.data);
    let http = server.http().with(&place.ada);
    assert_eq!(http.users().len(), 1);
    let file = place.file("staff.csv", people_csv(2000));
    let counts = std::thread::scope(|scope| {
        let importing = scope.spawn(|| place.import(&file, &[]).expect(0));
        let mut counts = Vec::new();
        while !importing.is_finished() {
            counts.push(http.users().len());
        }
        importing.join().unwrap();
        counts
    });
    assert!(!counts.is_empty());
    assert!(counts.iter().all(|count| [1, 2001].contains(count)), "a part of an import was seen: {counts:?}");
    eventually("taking up the import", || (http.users().len() == 2001).then_some(()));
    // And what the server writes goes on from there.
    let key = run(&["users", "new-key", "person7", "--data", text(&place.data), "--json"]).expect(0).json();
    let person = Credentials::new("person7", key["api_key"].as_str().unwrap());
    let person = eventually("taking up the key", || {
        let answer = server.http().with(&person).get("/users/me.json");
        (answer.status == 200).then(|| answer.json())
    });
    let path = format!("/users/{}/picture", person["id"]);
    http.send("PUT", &path, &png(5)).unwrap().expect(200);
    assert_eq!(server.terminate(), Some(0));
    assert_sound(&place.data);
}

//! Accounts as an operator handles them, and moves them from one store to another.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::{fmt::Write as _, fs, path::Path};

use serde_json::json;
use support::{Server, eventually, files, http::Credentials, place::Place, run, text};

const TWO: &[(&str, &str)] = &[("acme", "active"), ("beta", "active")];

fn pairs(states: &[(&str, &str)]) -> Vec<(String, String)> {
    states.iter().map(|&(name, state)| (name.to_owned(), state.to_owned())).collect()
}

/// An account with its administrator `ada`, and her key.
#[track_caller]
fn create(place: &Place, command: &[&str], name: &str) -> Credentials {
    let email = format!("ada@{name}.example");
    let arguments = [command, &["--admin", "ada", "--email", &email, "--json"]].concat();
    let made = place.run(&arguments).expect(0).json();
    assert_eq!(made["account"], name);
    Credentials::new("ada", made["api_key"].as_str().unwrap())
}

/// A store with two accounts, the second with people and pictures of its own.
fn two_companies(place: &Place, folder: &Path) -> (Credentials, Credentials) {
    let acme = create(place, &["init", "--account", "acme"], "acme");
    let beta = create(place, &["accounts", "create", "beta", "--company", "Beta & Sons"], "beta");
    for (name, number) in [("acme", 1), ("beta", 2)] {
        let (table, portraits) = (folder.join(format!("{name}.csv")), folder.join(name));
        fs::create_dir(&portraits).unwrap();
        let mut people = "username,email,first_name,last_name,government_id,hire_date\n".to_owned();
        for person in 0..12 {
            let _ = writeln!(
                people,
                "{name}-{person},p{person}@{name}.example,First,Of-{name},GOV-{name}-{person},2020-01-01"
            );
            let picture = support::png(number * 100 + person);
            fs::write(portraits.join(format!("{name}-{person}.png")), picture).unwrap();
        }
        fs::write(&table, people).unwrap();
        let import = ["import", "people", text(&table), "--pictures", text(&portraits), "--account", name];
        place.run(&import).expect(0);
    }
    (acme, beta)
}

#[test]
fn accounts_are_made_listed_suspended_renamed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::chosen(&folder.path().join("store"));
    create(&place, &["init", "--account", "acme"], "acme");
    create(&place, &["accounts", "create", "beta", "--company", "Beta & Sons"], "beta");
    let again = ["accounts", "create", "ACME", "--admin", "eve", "--email", "eve@acme.example"];
    assert!(place.run(&again).expect(1).stderr.contains("an account of that name already"));
    let bad = ["accounts", "create", "not a label", "--admin", "eve", "--email", "eve@acme.example"];
    assert!(place.run(&bad).expect(1).stderr.contains("is not a host name's label"));

    let listed = place.run(&["accounts", "list", "--json"]).expect(0).json();
    let beta = &listed["accounts"][1];
    let company = json!({
        "id": 2, "account": "beta", "company": "Beta & Sons", "state": "active", "people": 1, "pictures": 0,
        "revision": beta["revision"],
    });
    assert_eq!(beta, &company);
    let lines = place.run(&["accounts", "list"]).expect(0).stdout;
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.lines().nth(1).unwrap().contains("1 people"), "{lines}");

    for (command, state) in [
        (&["suspend", "beta"][..], "suspended"),
        (&["resume", "beta"], "active"),
        (&["maintenance", "on", "beta"], "maintenance"),
        (&["maintenance", "off", "beta"], "active"),
    ] {
        place.run(&[&["accounts"], command].concat()).expect(0);
        assert_eq!(place.states(), pairs(&[("acme", "active"), ("beta", state)]));
    }
    place.run(&["accounts", "suspend", "beta"]).expect(0);
    let refused = place.run(&["accounts", "maintenance", "on", "beta"]).expect(1);
    assert!(refused.stderr.contains("resume it first"), "{}", refused.stderr);

    assert!(
        place.run(&["accounts", "rename", "beta", "acme"]).expect(1).stderr.contains("of that name already")
    );
    place.run(&["accounts", "rename", "beta", "Gamma"]).expect(0);
    assert_eq!(place.states(), pairs(&[("acme", "active"), ("gamma", "suspended")]));
    for command in ["suspend", "resume", "delete"] {
        let refused = place.run(&["accounts", command, "beta"]).expect(1);
        assert!(refused.stderr.contains("there is no account called beta"), "{}", refused.stderr);
    }

    let unsure = place.run(&["accounts", "delete", "gamma"]).expect(1);
    assert!(unsure.stderr.contains("say --yes"), "{}", unsure.stderr);
    assert_eq!(place.states().len(), 2);
    place.run(&["accounts", "delete", "gamma", "--yes"]).expect(0);
    assert_eq!(place.states(), pairs(&[("acme", "active")]));
    create(&place, &["accounts", "create", "gamma"], "gamma");
    let listed = place.run(&["accounts", "list", "--json"]).expect(0).json();
    assert_eq!(listed["accounts"][1]["id"], 3, "a number is never used twice");
    place.run(&["check"]).expect(0);
}

/// All bytes of all files in a folder and below.
fn walk(folder: &Path) -> Vec<u8> {
    let mut all: Vec<u8> = files(folder).into_values().flatten().collect();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(walk(&path));
        }
    }
    all
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|bytes| bytes == needle.as_bytes())
}

#[test]
fn an_exported_account_is_served_by_itself_with_its_own_key_and_has_nothing_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::chosen(&folder.path().join("store"));
    let (_, ada) = two_companies(&place, folder.path());
    let out = folder.path().join("beta-alone");
    let export = ["accounts", "export", "beta", "--out", text(&out), "--json"];
    let made = place.run(&export).expect(0).json();
    assert_eq!(
        (&made["data"], &made["account"], &made["pictures"]),
        (&json!(out), &json!("beta"), &json!(12))
    );
    assert!(place.run(&export).expect(1).stderr.contains("exists already"));
    let alone = Place::embedded(&out);
    assert_eq!(alone.exports("beta"), place.exports("beta"));
    assert_eq!(alone.states(), pairs(&[("beta", "active")]));
    assert_eq!(place.states(), pairs(TWO), "nothing has changed for those who stay");

    let bytes = walk(&out);
    assert!(contains(&bytes, "beta-3") && contains(&bytes, "Of-beta"), "what is looked for can be found");
    let operators = fs::read_to_string(place.key()).unwrap();
    let own = fs::read_to_string(alone.key()).unwrap();
    assert_ne!(operators, own);
    for trace in ["acme", "GOV-", operators.trim()] {
        assert!(!contains(&bytes, trace), "{trace}");
    }

    let server = Server::serve(&out);
    assert_eq!(server.http().with(&ada).get("/users/me.json").status, 200, "her key opens it as before");
    assert_eq!(server.terminate(), Some(0));
    fs::write(alone.key(), &operators).unwrap();
    let refused = alone.run(&["check"]).expect(1);
    assert!(refused.stderr.contains("does not open with this key"), "{}", refused.stderr);
    // Back into another store, which seals it by its own key.
    fs::write(alone.key(), own).unwrap();
    place.run(&["accounts", "delete", "beta", "--yes"]).expect(0);
    let moved = alone.migrate(&place, &[]).expect(0).json();
    assert_eq!(
        (&moved["accounts"][0]["target_id"], &moved["accounts"][0]["rekeyed"]),
        (&json!(3), &json!(true))
    );
    assert_eq!(place.exports("beta"), alone.exports("beta"));
}

#[test]
fn a_demo_moves_to_another_database_and_back_and_its_exports_are_identical() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (first, last) = (Place::embedded(&path("first")), Place::embedded(&path("last")));
    let between = Place::chosen(&path("between"));
    run(&["demo", "--people", "80", "--no-serve", "--data", text(&path("first"))]).expect(0);
    let before = first.exports("demo");
    let tried = first.migrate(&last, &["--dry-run"]).expect(0).json();
    assert_eq!(tried["accounts"][0]["outcome"], "to_be_copied");
    assert!(!path("last").exists(), "a trial makes nothing");
    let there = first.migrate(&between, &[]).expect(0).json();
    assert_eq!(there["accounts"][0]["outcome"], "copied");
    assert_eq!(there["accounts"][0]["tables"], tried["accounts"][0]["tables"]);
    let back = between.migrate(&last, &[]).expect(0).json();
    for place in [&between, &last] {
        assert_eq!(place.exports("demo"), before);
        assert_eq!(files_below(&place.blobs()), files_below(&first.blobs()));
    }
    assert_eq!(there["accounts"][0]["tables"], back["accounts"][0]["tables"]);
    assert!(there["accounts"][0]["tables"].as_array().unwrap().len() > 10);
    for (place, state) in [(&first, "maintenance"), (&between, "maintenance"), (&last, "active")] {
        assert_eq!(place.states(), pairs(&[("demo", state)]));
    }
    // Again: it is there, and is the same.
    let again = between.migrate(&last, &[]).expect(0).json();
    assert_eq!(again["accounts"][0]["outcome"], "present");
    // Unless somebody has worked there.
    last.run(&["users", "new-key", "ada"]).expect(0);
    let differs = between.migrate(&last, &["--dry-run"]).expect(5).json();
    assert_eq!(differs["accounts"][0]["differences"], json!(["users"]));
    let refused = between.migrate(&last, &[]).expect(1);
    assert!(refused.stderr.contains("delete or rename it there"), "{}", refused.stderr);
}

/// The names of all files below a folder but the temporary ones, and how long they are.
fn files_below(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            found.push((name, fs::metadata(&path).unwrap().len()));
        }
    }
    found.sort();
    found
}

#[test]
fn accounts_leave_while_the_store_is_served_and_clients_are_told_to_try_later() {
    let folder = tempfile::tempdir().unwrap();
    let (data, new) = (folder.path().join("data"), folder.path().join("new"));
    let place = Place::embedded(&data);
    let ada = create(&place, &["init", "--account", "acme"], "acme");
    let server = Server::serve(&data);
    let status = || server.http().with(&ada).get("/users/me.json").status;
    assert_eq!(status(), 200);
    place.migrate(&Place::embedded(&new), &[]).expect(0);
    eventually("maintenance", || (status() == 503).then_some(()));
    let served = Server::serve(&new);
    assert_eq!(served.http().with(&ada).get("/users/me.json").status, 200);
    // The old one may go on, if the move was a mistake.
    place.run(&["accounts", "maintenance", "off", "acme"]).expect(0);
    eventually("service", || (status() == 200).then_some(()));
}

#[test]
fn what_cannot_be_a_target_is_refused_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let place = Place::embedded(&data);
    create(&place, &["init", "--account", "acme"], "acme");
    let refused = |more: &[&str]| {
        let ran = place.run(&[&["migrate-store"], more].concat());
        assert_eq!(ran.status, Some(1), "{ran:?}");
        ran.stderr
    };
    let secret = refused(&["--to", "mysql://moot:s3cret@db/f"]);
    assert!(secret.contains("--to is neither") && !secret.contains("s3cret"), "{secret}");
    assert!(refused(&["--to", "postgres://db/f"]).contains("--to-blobs is needed"));
    assert!(refused(&["--to", "sqlite:x", "--to-blobs", "s4:x"]).contains("--to-blobs"));
    let new = format!("sqlite:{}", text(&folder.path().join("new")));
    assert!(refused(&["--to", &new, "--account", "beta"]).contains("there is no account called beta"));
    assert!(!folder.path().join("new").exists());
    let same = format!("sqlite:{}/../data", text(&data));
    assert!(refused(&["--to", &same]).contains("is the store that accounts are to leave"));
    assert_eq!(place.states(), pairs(&[("acme", "active")]));
}

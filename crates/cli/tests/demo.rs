//! A demo, and its pictures mirrored: what a first visitor does.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use support::{
    Server, assert_sound, files, folkmoot,
    http::{Credentials, Http},
    init, people_csv, png, run, text,
};

/// The arguments of `folkmoot avatars`, with more behind them.
fn avatars(what: &str, server: &Server, who: &Credentials, key: &Path, more: &[&str]) -> Vec<String> {
    fs::write(key, format!("{}\n", who.secret)).unwrap();
    let all = ["avatars", what, &server.url, "--username", &who.username, "--key-file", text(key), "--json"];
    all.iter().chain(more).map(|argument| (*argument).to_owned()).collect()
}

/// Everybody's picture as the server has it, by the name that a file of it gets.
fn pictures(http: &Http) -> BTreeMap<String, Vec<u8>> {
    let url = |user: &Value| user["avatar"]["url"].as_str().map(str::to_owned);
    http.users()
        .iter()
        .filter_map(|user| Some((user["username"].as_str()?.to_owned(), url(user)?)))
        .map(|(username, url)| {
            let content = http.get_url(&url).expect(200);
            let kind = if content.head.contains("image/png") { "png" } else { "jpg" };
            (format!("{username}.{kind}"), content.body)
        })
        .collect()
}

fn pulled(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(out);
    assert!(files.remove("manifest.jsonl").is_some());
    files
}

#[track_caller]
fn assert_counts(report: &Value, counts: &[(&str, usize)]) {
    for (name, count) in counts {
        assert_eq!(report[*name], json!(count), "{name}: {report}");
    }
}

#[test]
fn a_demo_is_served_pulled_stopped_and_served_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (data, key) = (path("data"), path("key"));
    let server = Server::demo(&data, "60");
    let ada = server.administrator();
    assert_eq!(ada.username, "ada");
    assert_eq!(server.ready["data"], json!(data));
    let http = server.http().with(&ada);
    server.http().get("/users.json").expect(401);
    let list = http.get("/users.json").expect(200).body;
    let (users, there) = (http.users(), pictures(&http));
    assert!(users.len() > 40 && users.len() <= 60, "{} of 60 have not left", users.len());
    assert!(there.len() > 20 && there.len() < users.len(), "{} have a picture", there.len());

    // Each format fills a folder with exactly what the list names, and asks for nothing twice.
    for format in ["json", "xml"] {
        let out = path(format);
        let pull = avatars("pull", &server, &ada, &key, &["--format", format, "--out", text(&out)]);
        let report = run(&pull).expect(0).json();
        let all = [("users", users.len()), ("with_picture", there.len()), ("failed", 0)];
        assert_counts(&report, &all);
        assert_counts(&report, &[("fetched", there.len()), ("requests", 1 + there.len())]);
        assert_eq!(report["bytes"], json!(there.values().map(Vec::len).sum::<usize>()));
        assert!(pulled(&out) == there, "the pictures of the list, and nothing else");
        let report = run(&pull).expect(0).json();
        assert_counts(&report, &all);
        assert_counts(&report, &[("fetched", 0), ("unchanged", there.len()), ("requests", 1), ("bytes", 0)]);
        assert!(pulled(&out) == there, "nothing was touched");
    }

    // The key from the environment, and a wrong one.
    let mut pull = folkmoot(&["avatars", "pull", &server.url, "--username", "ada", "--key-env", "MOOT_KEY"]);
    pull.args(["--out", text(&path("json"))]).env("MOOT_KEY", &ada.secret);
    let output = pull.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!("0 fetched, {} unchanged", there.len())), "{said}");
    let wrong = Credentials::new("ada", "0000000000000000000000000000000000000000");
    let refused = run(&avatars("pull", &server, &wrong, &key, &["--out", text(&path("none"))])).expect(1);
    assert!(refused.stderr.starts_with("folkmoot: "), "{}", refused.stderr);
    assert!(!refused.stderr.contains(&wrong.secret));

    // A second server finds the port taken, whichever command starts it.
    for command in ["serve", "demo"] {
        let taken = run(&[command, "--data", text(&data), "--listen", server.address()]).expect(1);
        assert!(
            taken.stderr.contains("cannot listen on") && taken.stderr.contains(server.address()),
            "{}",
            taken.stderr
        );
        assert_eq!(taken.stdout, "");
    }
    http.get("/users.json").expect(200);

    assert_eq!(server.terminate(), Some(0));
    assert_sound(&data);
    // As a demo again, with the key of before; and as any store.
    let server = Server::demo(&data, "60");
    assert_eq!(server.administrator().secret, ada.secret);
    assert_same(&server, &ada, &list);
    assert_eq!(server.terminate(), Some(0));
    let server = Server::serve(&data);
    assert_eq!(server.ready["username"], Value::Null);
    assert_same(&server, &ada, &list);
    let other = run(&["demo", "--people", "61", "--data", text(&data), "--no-serve"]).expect(1);
    assert!(other.stderr.contains("already holds a company of 60 people"), "{}", other.stderr);
}

/// The list is the same but for the port, which is in the pictures' addresses.
#[track_caller]
fn assert_same(server: &Server, who: &Credentials, list: &[u8]) {
    let port = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let users: Vec<Value> = serde_json::from_str(&text).unwrap();
        let with_picture = users.iter().filter_map(|user| user["avatar"]["url"].as_str());
        let urls: Vec<_> = with_picture.map(|url| url.rsplit('/').next().unwrap().to_owned()).collect();
        let plain: Vec<_> = users
            .iter()
            .cloned()
            .map(|mut user| {
                user["avatar"] = Value::Null;
                user
            })
            .collect();
        (plain, urls)
    };
    let now = server.http().with(who).get("/users.json").expect(200).body;
    assert_eq!(port(&now), port(list));
}

/// A store of `count` people and the administrator, each person with a picture, served.
fn company(folder: &Path, name: &str, table: &str, count: u32) -> (std::path::PathBuf, Credentials) {
    let (data, file, portraits) =
        (folder.join(name), folder.join(format!("{name}.csv")), folder.join(format!("{name}-pictures")));
    let ada = init(&data);
    fs::write(&file, table).unwrap();
    fs::create_dir(&portraits).unwrap();
    for number in 0..count {
        fs::write(portraits.join(format!("person{number}.png")), png(number)).unwrap();
    }
    run(&["import", "people", text(&file), "--pictures", text(&portraits), "--data", text(&data)]).expect(0);
    (data, ada)
}

#[test]
fn private_addresses_are_asked_again_and_not_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data, ada) = company(folder.path(), "data", &people_csv(12), 12);
    let mut serve = folkmoot(&["serve", "--data", text(&data), "--listen", "127.0.0.1:0", "--json"]);
    serve.env("FOLKMOOT_PICTURES_URLS", "private");
    let server = Server::start(serve, &data);
    let http = server.http().with(&ada);
    let url = http.users()[1]["avatar"]["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("/users/view/"), "{url}");
    server.http().get(&url).expect(401);
    let (out, key) = (folder.path().join("out"), folder.path().join("key"));
    for format in ["json", "xml"] {
        let pull =
            avatars("pull", &server, &ada, &key, &["--format", format, "--out", text(&out), "--force"]);
        let report = run(&pull).expect(0).json();
        assert_counts(&report, &[("fetched", 12), ("failed", 0), ("requests", 13)]);
        assert!(pulled(&out) == pictures(&http));
        let report = run(&pull[..pull.len() - 1]).expect(0).json();
        assert_counts(&report, &[("fetched", 0), ("unchanged", 12), ("requests", 13), ("bytes", 0)]);
    }
    // What changed is fetched, and only that.
    let id = &http.users()[3]["id"];
    http.send("PUT", &format!("/users/{id}/picture"), &png(77)).unwrap().expect(200);
    let report = run(&avatars("pull", &server, &ada, &key, &["--out", text(&out)])).expect(0).json();
    assert_counts(&report, &[("fetched", 1), ("unchanged", 11)]);
    assert!(pulled(&out) == pictures(&http));
}

#[test]
fn those_who_left_and_pictures_that_were_taken_away_are_pruned_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (data, ada) = company(folder.path(), "data", &people_csv(8), 8);
    let server = Server::serve(&data);
    let http = server.http().with(&ada);
    let (out, key) = (folder.path().join("out"), folder.path().join("key"));
    let more = ["--out", text(&out)];
    run(&avatars("pull", &server, &ada, &key, &more)).expect(0);
    fs::write(out.join("mine.jpg"), b"not from the server").unwrap();
    let id = &http.users()[4]["id"];
    http.send("DELETE", &format!("/users/{id}/picture"), &[]).unwrap().expect(200);
    let survey = run(&avatars("report", &server, &ada, &key, &more)).expect(0).json();
    assert_eq!(states(&survey), BTreeMap::from([("current", 7), ("leftover", 1), ("none", 1)]));

    let report = run(&avatars("pull", &server, &ada, &key, &more)).expect(0).json();
    assert_counts(&report, &[("pruned", 0), ("fetched", 0)]);
    assert!(out.join("person3.jpg").exists(), "nobody asked to delete it");
    let prune = [&more[..], &["--prune"]].concat();
    let report = run(&avatars("pull", &server, &ada, &key, &prune)).expect(0).json();
    assert_counts(&report, &[("pruned", 1), ("fetched", 0), ("unchanged", 7)]);
    assert!(!out.join("person3.jpg").exists());

    // The same company, where person5 has left.
    let table: Vec<String> = people_csv(8)
        .lines()
        .map(|line| match line.split(',').next() {
            Some("username") => format!("{line},status,date_terminated"),
            Some("person5") => format!("{line},TERMINATED,2024-02-29"),
            _ => format!("{line},ACTIVE,"),
        })
        .collect();
    let (data, ada) = company(folder.path(), "later", &table.join("\n"), 8);
    let later = Server::serve(&data);
    let report = run(&avatars("pull", &later, &ada, &key, &prune)).expect(0).json();
    assert_counts(&report, &[("pruned", 1), ("with_picture", 7), ("failed", 0)]);
    let mut there = pulled(&out);
    assert_eq!(there.remove("mine.jpg").unwrap(), b"not from the server");
    assert!(!there.contains_key("person5.jpg"));
    assert!(there == pictures(&later.http().with(&ada)));
}

fn states(survey: &Value) -> BTreeMap<&str, usize> {
    let mut states = BTreeMap::new();
    for row in survey["rows"].as_array().unwrap() {
        *states.entry(row["state"].as_str().unwrap()).or_default() += 1;
    }
    states
}

#[test]
fn a_folder_is_pushed_to_whom_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let (data, ada) = company(folder.path(), "data", &people_csv(6), 0);
    let server = Server::serve(&data);
    let http = server.http().with(&ada);
    let (out, from, key) = (folder.path().join("out"), folder.path().join("from"), folder.path().join("key"));
    let survey = run(&avatars("report", &server, &ada, &key, &[])).expect(0).json();
    assert_eq!(states(&survey), BTreeMap::from([("none", 7)]));
    fs::create_dir(&from).unwrap();
    let id = http.users()[4]["id"].to_string();
    for (number, stem) in (1..).zip(["person0", "PERSON1@acme.example", "5002", &id]) {
        fs::write(from.join(format!("{stem}.png")), png(number)).unwrap();
    }
    let push = avatars("push", &server, &ada, &key, &["--from", text(&from)]);
    let report = run(&push).expect(0).json();
    assert_counts(&report, &[("fetched", 4), ("failed", 0), ("with_picture", 4)]);
    let with_picture: Vec<_> = pictures(&http).into_keys().collect();
    assert_eq!(with_picture, ["person0.jpg", "person1.jpg", "person2.jpg", "person3.jpg"]);
    let survey = run(&avatars("report", &server, &ada, &key, &["--out", text(&from)])).expect(0).json();
    assert_eq!(states(&survey), BTreeMap::from([("missing", 4), ("none", 3)]));

    // One that is for nobody and one that is no picture: the rest arrives.
    fs::write(from.join("stranger.png"), png(9)).unwrap();
    fs::write(from.join("person4.png"), b"no picture").unwrap();
    let report = run(&push).expect(3).json();
    assert_counts(&report, &[("fetched", 4), ("failed", 2)]);
    let failures = report["failures"].as_array().unwrap();
    let failed: Vec<_> = failures.iter().map(|failure| failure["name"].as_str().unwrap()).collect();
    assert_eq!(failed.len(), 2);
    assert!(failed.contains(&"stranger.png") && failed.contains(&"person4.png"), "{failed:?}");

    // What was pushed is what is pulled, by names of one's choice.
    let pull = avatars("pull", &server, &ada, &key, &["--out", text(&out), "--name", "{id}-{username}"]);
    run(&pull).expect(0);
    let there: Vec<_> = pulled(&out).into_values().collect();
    assert!(there == pictures(&http).into_values().collect::<Vec<_>>());
    assert_eq!(server.terminate(), Some(0));
    assert_sound(&data);
}

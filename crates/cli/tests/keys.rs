//! Keys are rotated while everything goes on.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use support::{
    Server, assert_sound, export, folkmoot, http::Credentials, init, people_csv, revision, run, text,
};

/// What `keys list` says: each generation's number, state and values.
fn keys(data: &Path) -> Vec<(u64, String, u64)> {
    let list = run(&["keys", "list", "--data", text(data), "--json"]).expect(0).json();
    let values = |generation: &Value| {
        ["api_keys", "government_ids", "custom_fields"]
            .map(|kind| generation[kind].as_u64().unwrap())
            .iter()
            .sum()
    };
    list["generations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|generation| {
            let state = generation["state"].as_str().unwrap().to_owned();
            (generation["generation"].as_u64().unwrap(), state, values(generation))
        })
        .collect()
}

fn listed(expected: &[(u64, &str, u64)]) -> Vec<(u64, String, u64)> {
    expected.iter().map(|&(generation, state, values)| (generation, state.to_owned(), values)).collect()
}

#[test]
fn keys_are_rotated_and_forgotten_while_the_store_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let data = path("data");
    run(&["demo", "--people", "60", "--no-pictures", "--no-serve", "--data", text(&data)]).expect(0);
    let at = ["--data", text(&data)];
    let ada = run(&[&["users", "new-key", "2", "--json"], &at[..]].concat()).expect(0).json();
    let ada = Credentials::new(ada["username"].as_str().unwrap(), ada["api_key"].as_str().unwrap());
    let before = keys(&data);
    let [(0, state, values)] = &before[..] else { panic!("{before:?}") };
    assert!(state == "current" && *values > 30, "{before:?}");
    run(&[&["backup", text(&path("backup"))], &at[..]].concat()).expect(0);
    run(&[&["backup", text(&path("bare")), "--without-key"], &at[..]].concat()).expect(0);

    let server = Server::serve(&data);
    let http = server.http().with(&ada);
    let shown = || http.get("/users/me.json?requireApiKey=true").expect(200).json()["api_key"].clone();
    assert_eq!(shown(), ada.secret);
    let (everybody, changes) = (export(&data, "json"), revision(&data));
    let rotated = run(&[&["keys", "rotate", "--json"], &at[..]].concat()).expect(0).json();
    assert_eq!((&rotated["generation"], &rotated["added"]), (&1.into(), &true.into()));
    assert_eq!(rotated["resealed"], *values);
    assert_eq!(keys(&data), listed(&[(0, "root", 0), (1, "current", *values)]));
    assert_eq!((export(&data, "json"), revision(&data)), (everybody, changes), "nothing has changed");
    assert_eq!(fs::metadata(data.join("key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(shown(), ada.secret);
    let said = run(&[&["keys", "rotate"], &at[..]].concat()).expect(0).stdout;
    assert!(said.contains(&format!("{values} values are sealed anew, by generation 2")), "{said}");

    let forget =
        |generation: &str, more: &[&str]| run(&[&["keys", "forget", generation][..], &at[..], more].concat());
    let said = forget("1", &[]).expect(4).stdout;
    assert!(said.contains("keep a copy") && said.contains("--yes"), "{said}");
    let copy = fs::read(data.join("key")).unwrap();
    forget("1", &["--yes"]).expect(0);
    assert_eq!(keys(&data), listed(&[(0, "root", 0), (2, "current", *values)]));
    for (generation, why) in
        [("0", "root key"), ("2", "new values"), ("1", "no generation 1"), ("9", "no gen")]
    {
        let refused = forget(generation, &["--yes"]).expect(1);
        assert!(refused.stderr.contains(why), "{}", refused.stderr);
    }
    assert_eq!(shown(), ada.secret, "the server still runs");
    assert_eq!(server.terminate(), Some(0));
    assert_sound(&data);
    let server = Server::serve(&data);
    let me = server.http().with(&ada).get("/users/me.json?requireApiKey=true").expect(200).json();
    assert_eq!(me["api_key"], ada.secret);
    assert_eq!(server.terminate(), Some(0));

    // Backups from before: with their key, with a copy that was kept, and with one that knows more than they need.
    run(&["restore", text(&path("backup")), "--data", text(&path("restored"))]).expect(0);
    assert_eq!(keys(&path("restored")), before);
    fs::write(path("copy"), copy).unwrap();
    for (to, key) in [("first", path("copy")), ("second", data.join("key"))] {
        let to = path(to);
        run(&["restore", text(&path("bare")), "--data", text(&to), "--key", text(&key)]).expect(0);
        assert_sound(&to);
    }
}

#[test]
fn a_key_is_prepared_and_used_when_it_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let ada = init(&data);
    let at = ["--data", text(&data)];
    let prepare = || run(&[&["keys", "rotate", "--prepare"], &at[..]].concat()).expect(0).stdout;
    assert!(prepare().contains("Generation 1 has been added, and is not in use yet"));
    assert!(prepare().contains("Generation 1 is there already"), "one at a time");
    assert_eq!(keys(&data), listed(&[(0, "current", 1), (1, "prepared", 0)]));
    let server = Server::serve(&data);
    let people = folder.path().join("people.csv");
    fs::write(&people, people_csv(3)).unwrap();
    run(&[&["import", "people", text(&people)], &at[..]].concat()).expect(0);
    run(&[&["users", "new-key", "person1"], &at[..]].concat()).expect(0);
    assert_eq!(keys(&data), listed(&[(0, "current", 2), (1, "prepared", 0)]));
    run(&[&["keys", "rotate"], &at[..]].concat()).expect(0);
    assert_eq!(keys(&data), listed(&[(0, "root", 0), (1, "current", 2)]));
    server.http().with(&ada).get("/users/me.json").expect(200);
    assert_sound(&data);
}

#[test]
fn keys_come_from_a_command_that_others_look_after() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (data, vault, config) = (path("data"), path("vault"), path("folkmoot.toml"));
    let line = |byte: &str| byte.repeat(32);
    fs::write(&vault, line("a1") + "\n").unwrap();
    let with = |command: &str| {
        let text = format!(
            "[keys]\ncommand = [\"sh\", \"-c\", '''{command}''']\n[store]\nurl = \"sqlite:{}\"\n",
            data.display()
        );
        fs::write(&config, text).unwrap();
    };
    let folkmoot = |arguments: &[&str]| {
        let output = folkmoot(&[&["--config", text(&config)], arguments].concat()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), stderr)
    };
    with(&format!("cat {}", vault.display()));
    let init = ["init", "--account", "acme", "--admin", "ada", "--email", "ada@acme.example"];
    let (status, _, stderr) = folkmoot(&init);
    assert_eq!((status, stderr.as_str()), (Some(0), ""));
    assert!(!data.join("key").exists(), "no key next to the data");
    let (status, _, stderr) = folkmoot(&["keys", "rotate"]);
    assert_eq!(status, Some(1));
    assert!(stderr.contains("one more line, `1 KEY`") && stderr.contains("the key command sh"), "{stderr}");
    fs::write(&vault, format!("{}\n1 {}\n", line("a1"), line("b2"))).unwrap();
    let (status, stdout, _) = folkmoot(&["keys", "rotate"]);
    assert!(status == Some(0) && stdout.contains("1 values are sealed anew, by generation 1"), "{stdout}");
    fs::write(&vault, format!("{}\n1 {}\n2 {}\n", line("a1"), line("b2"), line("c3"))).unwrap();
    assert_eq!(folkmoot(&["keys", "rotate"]).0, Some(0));
    let (status, stdout, _) = folkmoot(&["keys", "forget", "1"]);
    assert!(status == Some(0) && stdout.contains("need not print its line any longer"), "{stdout}");
    fs::write(&vault, format!("{}\n2 {}\n", line("a1"), line("c3"))).unwrap();
    let (status, stdout, _) = folkmoot(&["check"]);
    assert_eq!(status, Some(0), "{stdout}");
    // A backup has the keys in a file, and is restored by whoever has a data directory.
    assert_eq!(folkmoot(&["backup", text(&path("backup"))]).0, Some(0));
    run(&["restore", text(&path("backup")), "--data", text(&path("restored"))]).expect(0);
    assert_sound(&path("restored"));

    let secret = line("d4");
    for (command, why) in [
        (format!("echo {secret}; echo denied: {secret} >&2; exit 3"), "ended with status 3"),
        (format!("echo {}; echo 2 {secret}", line("a1")), "does not open with this key"),
        (format!("echo {secret}"), "needs the key of generation 2"),
        ("true".to_owned(), "is not a Folkmoot key"),
    ] {
        with(&command);
        let (status, stdout, stderr) = folkmoot(&["users", "list"]);
        assert_eq!((status, stdout.as_str()), (Some(1), ""));
        assert!(stderr.contains(why) && !stderr.contains(&secret[..20]), "{stderr}");
    }
}

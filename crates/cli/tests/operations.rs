//! What an operator does besides: makes a store, gives keys and passwords, backs up, checks, configures.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};
use support::{
    Server, assert_sound, copy_folder, eventually, export, files, findings, folkmoot,
    http::{Credentials, Http},
    init, people_csv, png, revision, run, run_with_input, text,
};

/// A store with some people in it.
fn company(folder: &Path, count: usize) -> (std::path::PathBuf, Credentials) {
    let (data, table) = (folder.join("data"), folder.join("people.csv"));
    let ada = init(&data);
    fs::write(&table, people_csv(count)).unwrap();
    run(&["import", "people", text(&table), "--data", text(&data)]).expect(0);
    (data, ada)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_store_is_made_once_and_its_key_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let arguments = ["init", "--data", text(&data), "--account", "acme"];
    let ada = ["--admin", "ada", "--email", "ada@acme.example"];
    let made = run(&[&arguments[..], &ada].concat()).expect(0);
    let keys: Vec<_> =
        made.stdout.lines().filter_map(|line| line.split("shown this once: ").nth(1)).collect();
    let [key] = keys[..] else { panic!("{}", made.stdout) };
    assert!(key.len() == 40 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    assert_eq!(made.stderr, "");
    assert_eq!((mode(&data), mode(&data.join("key"))), (0o700, 0o600));
    let stored = walk(&data);
    assert!(!contains(&stored, key.as_bytes()), "the key is in the clear on disk");

    let before = export(&data, "json");
    let again = run(&[&arguments[..], &["--admin", "eve", "--email", "eve@acme.example"]].concat()).expect(1);
    assert!(again.stderr.contains("there is an account of that name already"), "{}", again.stderr);
    assert_eq!(again.stdout, "");
    assert_eq!(export(&data, "json"), before);
    for (option, bad) in [("--account", "not a label"), ("--admin", "with blank"), ("--email", "nowhere")] {
        let mut all = [&["init", "--data", text(&data), "--account", "other"], &ada[..]].concat();
        let at = all.iter().position(|argument| *argument == option).unwrap();
        all[at + 1] = bad;
        let refused = run(&all).expect(1);
        assert!(refused.stderr.contains(option), "{}", refused.stderr);
    }
    // A key that others could have read is refused.
    fs::set_permissions(data.join("key"), fs::Permissions::from_mode(0o644)).unwrap();
    let refused = run(&["users", "list", "--data", text(&data)]).expect(1);
    assert!(refused.stderr.contains("chmod 600"), "{}", refused.stderr);

    // What is left of a making that was killed right after the key.
    let begun = folder.path().join("begun");
    fs::create_dir_all(begun.join("blobs")).unwrap();
    fs::write(begun.join("key"), "ab".repeat(32)).unwrap();
    fs::set_permissions(begun.join("key"), fs::Permissions::from_mode(0o600)).unwrap();
    init(&begun);
    assert_sound(&begun);
    let nothing = run(&["users", "list", "--data", text(&folder.path().join("nothing"))]).expect(1);
    assert!(nothing.stderr.contains("holds no Folkmoot store"), "{}", nothing.stderr);
}

/// Every file in a folder and below, one after the other.
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

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|bytes| bytes == needle)
}

/// Waits until somebody may, or may not, enter.
#[track_caller]
fn until(http: &Http, who: &Credentials, status: u16) {
    eventually("the change of credentials", || {
        (http.with(who).get("/users/me.json").status == status).then_some(())
    });
}

#[test]
fn users_are_listed_and_shown_and_get_keys_and_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let (data, ada) = company(folder.path(), 5);
    let at = ["--data", text(&data)];
    let list = run(&[&["users", "list"], &at[..]].concat()).expect(0).stdout;
    assert_eq!(list.lines().count(), 6);
    assert!(list.lines().next().unwrap().contains("ada@acme.example"), "{list}");
    for name in ["person2", "PERSON2@acme.example", "4"] {
        let shown = run(&[&["users", "show", name, "--json"], &at[..]].concat()).expect(0).json();
        assert_eq!((&shown["id"], &shown["username"]), (&json!(4), &json!("person2")));
        assert_eq!(shown["assignment_record"]["manager"]["username"], "person0");
        assert_eq!(shown["api_key"], Value::Null);
    }
    let explain = |viewer: &str, more: &[&str]| {
        run(&[&["users", "explain", "person2", "--viewer", viewer], more, &at[..]].concat()).expect(0)
    };
    let told = explain("ada", &[]).stdout;
    assert!(
        told.starts_with("ada looks at person2. Roles: Employee, System Administrator, which stand"),
        "{told}"
    );
    let by =
        "by System Administrator, permission group 1 (everyone): sensitive_information.view_compensation";
    assert!(told.contains(by), "{told}");
    let told = explain("person3", &[]).stdout;
    assert!(
        told.contains("no role of theirs reaches here with sensitive_information.view_compensation"),
        "{told}"
    );
    assert_eq!(explain("ada", &["--json"]).json()["user_id"], 4);
    for command in ["show", "new-key", "set-password"] {
        let refused = run(&[&["users", command, "nobody"], &at[..]].concat()).expect(1);
        assert!(refused.stderr.contains("there is no user nobody"), "{}", refused.stderr);
    }

    let server = Server::serve(&data);
    let http = server.http();
    http.with(&ada).get("/users/me.json").expect(200);
    let made = run(&[&["users", "new-key", "ada", "--json"], &at[..]].concat()).expect(0).json();
    let new = Credentials::new("ada", made["api_key"].as_str().unwrap());
    assert_ne!(new.secret, ada.secret);
    until(&http, &ada, 401);
    http.with(&new).get("/users/me.json").expect(200);
    let said = run(&[&["users", "new-key", "ada"], &at[..]].concat()).expect(0).stdout;
    until(&http, &new, 401);
    let newest = Credentials::new("ada", said.trim_end().rsplit(' ').next().unwrap());
    http.with(&newest).get("/users/me.json").expect(200);

    let person = Credentials::new("person3", "correct horse, battery");
    http.with(&person).get("/users/me.json").expect(401);
    let set = [&["users", "set-password", "person3"], &at[..]].concat();
    let tag = || {
        let head = http.with(&newest).get("/users/5.json").expect(200).head.to_lowercase();
        head.lines().find(|line| line.starts_with("etag:")).unwrap().to_owned()
    };
    let before = tag();
    let said = run_with_input(&set, "correct horse, battery\n").expect(0);
    assert!(!said.stdout.contains("horse") && said.stderr.is_empty());
    // Not by trying: what is wrong until it is known would count as such, and soon nothing more would be tried.
    eventually("the password is known", || (tag() != before).then_some(()));
    http.with(&person).get("/users/me.json").expect(200);
    let mail = Credentials::new("Person3@ACME.example", &person.secret);
    assert_eq!(http.with(&mail).get("/users/me.json").expect(200).json()["username"], "person3");
    http.with(&Credentials::new("person3", "wrong horse, battery")).get("/users/me.json").expect(401);
    for bad in ["short\n", "", "570675830ab61a31ef57f70ca335f64374b56281\n"] {
        run_with_input(&set, bad).expect(1);
    }
    run_with_input(&set, "another one altogether").expect(0);
    until(&http, &person, 401);
    http.with(&Credentials::new("person3", "another one altogether")).get("/users/me.json").expect(200);

    // Keys are taken away, and are told of by when they were used.
    let made = run(&[&["users", "new-key", "person1", "--json"], &at[..]].concat()).expect(0).json();
    let second = Credentials::new("person1", made["api_key"].as_str().unwrap());
    run(&[&["users", "new-key", "person2"], &at[..]].concat()).expect(0);
    until(&http, &second, 200);
    let revoke = [&["users", "revoke-key", "person1"], &at[..]].concat();
    assert!(run(&revoke).expect(0).stdout.contains("worthless"));
    until(&http, &second, 401);
    assert!(run(&revoke).expect(4).stdout.contains("has no API key"));
    assert_eq!(server.terminate(), Some(0));
    let keys = run(&[&["users", "keys", "--json"], &at[..]].concat()).expect(0).json();
    let [ada, person2] = &keys.as_array().unwrap()[..] else { panic!("{keys}") };
    assert_eq!((&ada["username"], &person2["username"]), (&json!("ada"), &json!("person2")));
    assert!(ada["last_used"].as_str().unwrap().starts_with("20"), "{keys}");
    assert_eq!(person2["last_used"], Value::Null);
    let said = run(&[&["users", "keys"], &at[..]].concat()).expect(0).stdout;
    assert!(said.lines().count() == 2 && said.contains("never used"), "{said}");
    assert_sound(&data);
}

#[test]
fn a_backup_of_a_store_that_is_written_to_is_restored_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (data, ada) = company(folder.path(), 30);
    let server = Server::serve(&data);
    let http = server.http().with(&ada);
    let ids: Vec<_> = http.users().iter().map(|user| user["id"].to_string()).collect();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for writer in 0..2 {
            let (http, ids, stop) = (http.clone(), &ids[writer * 15..][..15], &stop);
            scope.spawn(move || {
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let path = format!("/users/{}/picture", ids[number % ids.len()]);
                    let (method, body) =
                        if number % 4 == 3 { ("DELETE", Vec::new()) } else { ("PUT", png(number as u32)) };
                    http.send(method, &path, &body).unwrap().expect(200);
                }
            });
        }
        for number in 0..4 {
            let target = path(&format!("backup{number}"));
            let made = run(&["backup", text(&target), "--data", text(&data), "--json"]);
            stop.store(number == 3, Ordering::Relaxed);
            assert_eq!(made.expect(0).json()["findings"], json!([]));
        }
    });
    for number in 0..4 {
        let (backup, restored) = (path(&format!("backup{number}")), path(&format!("restored{number}")));
        run(&["restore", text(&backup), "--data", text(&restored)]).expect(0);
        assert_eq!(findings(&restored, false), Vec::<String>::new());
        assert_eq!(mode(&restored.join("key")), 0o600);
    }
    // Nobody writes any more: the copy is the same to the letter, revision and pictures included.
    let last = path("last");
    run(&["backup", text(&last), "--data", text(&data)]).expect(0);
    let restored = path("restored");
    run(&["restore", text(&last), "--data", text(&restored)]).expect(0);
    assert_eq!(findings(&restored, false), Vec::<String>::new());
    for format in ["json", "csv", "xml"] {
        assert_eq!(export(&restored, format), export(&data, format));
    }
    assert_eq!(revision(&restored), revision(&data));
    let copy = Server::serve(&restored);
    let (there, here) = (copy.http().with(&ada).users(), http.users());
    assert_eq!(there.len(), here.len());
    for (there, here) in there.iter().zip(&here) {
        match (there["avatar"]["url"].as_str(), here["avatar"]["url"].as_str()) {
            (Some(there), Some(here)) => {
                assert!(copy.http().get_url(there).expect(200).body == http.get_url(here).expect(200).body);
            }
            (there, here) => assert_eq!(there, here),
        }
    }
    // Neither over something that is there, nor from what was changed.
    assert_eq!(run(&["backup", text(&last), "--data", text(&data)]).status, Some(1));
    assert_eq!(run(&["restore", text(&last), "--data", text(&restored)]).status, Some(1));
    let (changed, nowhere) = (path("changed"), path("nowhere"));
    copy_folder(&last, &changed);
    flip(&changed.join("folkmoot.db"), 5000);
    run(&["restore", text(&changed), "--data", text(&nowhere)]).expect(1);
    assert_eq!(run(&["users", "list", "--data", text(&nowhere)]).status, Some(1));
    // Without its key, the backup is worth nothing until the key is there.
    let (without, with) = (path("without"), path("with"));
    run(&["backup", text(&without), "--without-key", "--data", text(&data)]).expect(0);
    assert!(!without.join("key").exists());
    run(&["restore", text(&without), "--data", text(&with)]).expect(1);
    let key = text(&data.join("key")).to_owned();
    run(&["restore", text(&without), "--data", text(&with), "--key", &key]).expect(0);
    assert_eq!(export(&with, "json"), export(&data, "json"));
}

/// Changes one bit of a file.
fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_check_finds_a_flipped_bit_and_a_lost_picture() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    run(&["demo", "--people", "10", "--no-serve", "--data", text(&data)]).expect(0);
    assert_eq!(findings(&data, false), Vec::<String>::new());
    let mut blobs: Vec<_> = fs::read_dir(data.join("blobs/1"))
        .unwrap()
        .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|blob| blob.unwrap().path())
        .collect();
    blobs.sort();
    flip(&blobs[0], 200);
    fs::rename(&blobs[1], folder.path().join("kept")).unwrap();
    let found = findings(&data, false);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], format!("{}: its content is not what its name says", text(&blobs[0])));
    assert!(found[1].starts_with(&format!("{}: is missing; user ", text(&blobs[1]))), "{found:?}");
    // Damage is nothing that could be removed.
    assert_eq!(findings(&data, true), found);
    let said = run(&["check", "--data", text(&data)]).expect(5);
    assert!(said.stdout.contains("its content is not what its name says"), "{}", said.stdout);
    flip(&blobs[0], 200);
    fs::rename(folder.path().join("kept"), &blobs[1]).unwrap();
    fs::write(blobs[0].with_file_name("stranger"), b"").unwrap();
    assert_eq!(
        findings(&data, false),
        [format!("{}: does not belong here", text(&blobs[0].with_file_name("stranger")))]
    );
    fs::remove_file(blobs[0].with_file_name("stranger")).unwrap();
    assert_eq!(findings(&data, false), Vec::<String>::new());
}

#[test]
fn settings_are_shown_with_where_they_come_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("folkmoot.toml");
    fs::write(&file, "[server]\nlisten = \"127.0.0.1:0\"\nmax_connections = 77\n[log]\nlevel = \"warn\"\n")
        .unwrap();
    let mut command = folkmoot(&["config", "--json", "--config", text(&file)]);
    let output = command.env("FOLKMOOT_LOG_LEVEL", "debug").output().unwrap();
    let settings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |key: &str| {
        let found = settings.as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap();
        (found["value"].as_str().unwrap().to_owned(), found["origin"].as_str().unwrap().to_owned())
    };
    let (listen, origin) = of("server.listen");
    assert_eq!(listen, "127.0.0.1:0");
    assert!(origin.contains(text(&file)), "{origin}");
    assert_eq!(of("server.max_connections").0, "77");
    let (level, origin) = of("log.level");
    assert_eq!(level, "debug", "the environment wins over the file");
    assert!(origin.contains("FOLKMOOT_LOG_LEVEL"), "{origin}");
    assert!(of("pictures.urls").1.contains("default"), "{settings}");
    let said = run(&["config", "--config", text(&file)]).expect(0).stdout;
    assert!(said.contains(&format!("log.level = \"warn\"  # {}", text(&file))), "{said}");

    // Whatever the command, a bad setting is told with its key and place, and nothing is done.
    for (bad, key) in [
        ("[server]\nlisten_on = \"127.0.0.1:0\"\n", "server.listen_on"),
        ("[pictures]\nurls = \"secret\"\n", "pictures.urls"),
        ("[server]\nmax_connections = 0\n", "server.max_connections"),
        ("[server\n", ""),
    ] {
        fs::write(&file, bad).unwrap();
        let refused = run(&["config", "--config", text(&file)]).expect(1);
        assert!(refused.stderr.contains(key) && refused.stderr.contains(text(&file)), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
    }
    let mut command = folkmoot(&["config"]);
    let output = command.env("FOLKMOOT_SERVER_CACHE_MB", "much").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("FOLKMOOT_SERVER_CACHE_MB") && said.contains("server.cache_mb"), "{said}");
}

/// The commands that there are, as `--help` lists them: `users`, `users list`, and so on.
fn commands(parent: &[&str]) -> Vec<String> {
    let help = run(&[parent, &["--help"]].concat()).expect(0).stdout;
    let Some((_, listed)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let mut names = Vec::new();
    for line in listed.lines().take_while(|line| !line.is_empty()) {
        // A line that goes on from the one before is set further in.
        let Some(name) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) else { continue };
        let name = name.split(' ').next().unwrap();
        if name != "help" {
            names.push([parent, &[name]].concat().join(" "));
            names.extend(commands(&[parent, &[name]].concat()));
        }
    }
    names
}

#[test]
fn completions_manuals_and_references_tell_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, man) = (folder.path().join("docs"), folder.path().join("man/1"));
    let all = commands(&[]);
    assert!(all.len() > 18 && all.contains(&"users new-key".to_owned()), "{all:?}");
    run(&["docs", "--out", text(&docs)]).expect(0);
    let page = fs::read_to_string(docs.join("commands.md")).unwrap();
    run(&["man", "--out", text(&man)]).expect(0);
    let pages = files(&man);
    for name in &all {
        assert!(page.contains(&format!("\n## `folkmoot {name}`\n")), "{name} is not described");
        let manual = format!("folkmoot-{}.1", name.replace(' ', "-"));
        assert!(pages.contains_key(&manual), "{manual}: {:?}", pages.keys());
    }
    assert!(pages.contains_key("folkmoot.1"));
    let settings = fs::read_to_string(docs.join("settings.md")).unwrap();
    for setting in run(&["config", "--json"]).expect(0).json().as_array().unwrap() {
        let row = format!(
            "| `{}` | `{}` |",
            setting["key"].as_str().unwrap(),
            setting["variable"].as_str().unwrap()
        );
        assert!(settings.contains(&row), "{row}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell]).expect(0).stdout;
        assert!(["new-key", "keep-ids", "backup"].iter().all(|word| script.contains(word)), "{shell}");
    }
    for wrong in
        [&["serve", "--loud"][..], &["nonsense"], &["users"], &["import", "people"], &["completions", "csh"]]
    {
        let refused = run(wrong).expect(2);
        assert!(refused.stderr.contains("--help"), "{wrong:?}: {}", refused.stderr);
    }
    assert!(run(&["--version"]).expect(0).stdout.starts_with("folkmoot "));
}

#[test]
fn no_secret_gets_into_the_log_however_much_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let (data, ada) = company(folder.path(), 3);
    let person = Credentials::new("person1", "a password to look for");
    run_with_input(&["users", "set-password", "person1", "--data", text(&data)], &person.secret).expect(0);
    for format in ["text", "json"] {
        let mut serve = folkmoot(&["serve", "--data", text(&data), "--listen", "127.0.0.1:0", "--json"]);
        serve.env("FOLKMOOT_LOG_LEVEL", "trace").env("FOLKMOOT_LOG_FORMAT", format);
        let server = Server::start(serve, &data);
        let wrong = Credentials::new("person1", "a wrong word to look for");
        let http = server.http();
        http.with(&ada).get("/users.json").expect(200);
        http.with(&ada).send("PUT", "/users/1/picture", &png(3)).unwrap().expect(200);
        http.with(&ada).send("PUT", "/users/1/picture", b"no picture").unwrap().expect(400);
        http.with(&ada).get("/nowhere.json").expect(404);
        let me = http.with(&person).get("/users/me.json?requireApiKey=true").expect(200).json();
        let own = Credentials::new("person1", me["api_key"].as_str().unwrap());
        http.with(&own).get("/users/me.json").expect(200);
        http.with(&wrong).get("/users/me.json").expect(401);
        // The mirror, which sends credentials too.
        let mut pull =
            folkmoot(&["avatars", "pull", &server.url, "--username", "ada", "--key-env", "MOOT_KEY"]);
        pull.args(["--out", text(&folder.path().join(format))]);
        let output = pull.env("MOOT_KEY", &ada.secret).env("FOLKMOOT_LOG_LEVEL", "trace").output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let log = server.log()
            + &String::from_utf8(output.stderr).unwrap()
            + &String::from_utf8(output.stdout).unwrap();
        assert!(log.contains("TRACE") || log.contains("DEBUG"), "nothing was logged: {log}");
        for who in [&ada, &person, &own, &wrong] {
            assert!(!log.contains(&who.secret), "the secret of {} was logged", who.username);
            assert!(!log.contains(&who.token()), "the credentials of {} were logged", who.username);
        }
        let master = fs::read_to_string(data.join("key")).unwrap();
        assert!(!log.contains(master.trim_end()), "the store's key was logged");
        assert_eq!(server.terminate(), Some(0));
    }
}

//! Series of backups, of a store that another process serves, and what they bring back.

mod support;

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::json;
use support::{
    Server, assert_sound, export, files, init, people_csv, place::Place, png, revision, run, text,
};

#[test]
fn a_series_of_backups_of_a_served_store_brings_back_each_of_its_moments() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let data = path("data");
    let ada = init(&data);
    fs::write(path("people.csv"), people_csv(60)).unwrap();
    run(&["import", "people", text(&path("people.csv")), "--data", text(&data)]).expect(0);
    let server = Server::serve(&data);
    let http = server.http().with(&ada);
    let ids: Vec<_> = http.users().iter().map(|user| user["id"].to_string()).collect();
    let stop = AtomicBool::new(false);
    let backup = |number: usize| {
        let (target, since) =
            (path(&format!("backup{number}")), path(&format!("backup{}", number.max(1) - 1)));
        let mut arguments = vec!["backup", text(&target), "--data", text(&data), "--json"];
        if number > 0 {
            arguments.extend(["--since", text(&since)]);
        }
        run(&arguments).expect(0).json()
    };
    thread::scope(|scope| {
        let (http, ids, stop) = (http.clone(), &ids, &stop);
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
        for number in 0..8 {
            assert_eq!(backup(number)["findings"], json!([]));
            // Whoever closes a database last folds its log in; the server must still have its locks.
            run(&["users", "list", "--data", text(&data)]).expect(0);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let last = backup(8);
    assert!(last["since"].as_str().unwrap().ends_with("backup7"));
    let mut revisions = Vec::new();
    for number in 0..9 {
        let restored = path(&format!("restored{number}"));
        let source = path(&format!("backup{number}"));
        let verified = run(&["restore", text(&source), "--verify", "--json"]).expect(0).json();
        let made = run(&["restore", text(&source), "--data", text(&restored), "--json"]).expect(0).json();
        assert_eq!((&made["pictures"], &made["made"]), (&verified["pictures"], &verified["made"]));
        assert_sound(&restored);
        revisions.push(revision(&restored));
    }
    assert!(revisions.is_sorted(), "{revisions:?}");
    assert_eq!(export(&path("restored8"), "json"), export(&data, "json"));
    assert_eq!(server.terminate(), Some(0));
    assert_sound(&data);

    // Without one of them, nothing after it is of use, and that is said in time.
    fs::remove_dir_all(path("backup4")).unwrap();
    for arguments in [
        vec!["restore", text(&path("backup6")), "--data", text(&path("lost"))],
        vec!["restore", text(&path("backup6")), "--verify"],
        vec!["backup", text(&path("backup9")), "--since", text(&path("backup8")), "--data", text(&data)],
    ] {
        let refused = run(&arguments).expect(1).stderr;
        assert!(refused.contains("backup5 holds only what has changed since"), "{refused}");
    }
    assert!(!path("lost").exists() && !path("backup9").exists());
    run(&["restore", text(&path("backup3")), "--verify"]).expect(0);
}

#[test]
fn a_backup_of_any_store_is_a_folder_that_is_restored_to_a_data_directory() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    run(&["demo", "--people", "40", "--no-serve", "--data", text(&path("demo"))]).expect(0);
    let (demo, place) = (Place::embedded(&path("demo")), Place::chosen(&path("store")));
    demo.migrate(&place, &[]).expect(0);
    let backup = path("backup");
    let made = place.run(&["backup", text(&backup), "--json"]).expect(0).json();
    assert_eq!((&made["accounts"], &made["findings"]), (&json!(1), &json!([])));
    let restored = Place::embedded(&path("restored"));
    run(&["restore", text(&backup), "--data", text(&path("restored"))]).expect(0);
    assert_eq!(restored.exports("demo"), place.exports("demo"));
    assert_eq!(
        files(&backup).keys().collect::<Vec<_>>(),
        ["SHA256SUMS", "folkmoot.db", "key", "manifest.json"]
    );
}

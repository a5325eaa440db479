//! Commands are killed: an import, the making of a store and of a demo, a backup.

use std::{fs, path::Path};

use crate::{
    kill_after, play,
    support::{
        assert_sound, copy_folder, export, files, folkmoot, init, people_csv, png, revision, run, text,
    },
    time,
};

const PEOPLE: usize = 400;
const PICTURES: usize = 30;

#[test]
fn an_import_that_is_killed_left_everything_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (table, portraits) = (path("people.csv"), path("portraits"));
    fs::write(&table, people_csv(PEOPLE)).unwrap();
    fs::create_dir(&portraits).unwrap();
    for number in 0..PICTURES {
        fs::write(portraits.join(format!("person{number}.png")), png(number as u32)).unwrap();
    }
    init(&path("before"));
    let before = export(&path("before"), "json");
    let import = |data: &Path| {
        ["import", "people", text(&table), "--pictures", text(&portraits), "--data", text(data)]
            .map(str::to_owned)
    };
    copy_folder(&path("before"), &path("after"));
    let whole = time(|| drop(run(&import(&path("after"))).expect(0)));
    play(2, |dice| {
        let data = path("data");
        copy_folder(&path("before"), &data);
        let killed = kill_after(folkmoot(&import(&data)), dice.moment(whole));
        assert_sound(&data);
        let there = export(&data, "json");
        let count = export(&data, "csv").lines().count() - 1;
        if count == 1 {
            assert_eq!(there, before);
            run(&import(&data)).expect(0);
        } else {
            assert_eq!(count, PEOPLE + 1, "all or nothing");
            let again = run(&import(&data)).expect(5);
            assert!(again.stderr.contains("is already that of user"), "{}", again.stderr);
            assert_eq!(export(&data, "json"), there);
        }
        assert_sound(&data);
        let pictures = export(&data, "json").matches("/picture\"").count();
        assert_eq!(pictures, PICTURES, "everybody who was given one has a picture");
        fs::remove_dir_all(&data).unwrap();
        killed.into()
    });
}

#[test]
fn a_demo_that_was_killed_while_it_was_made_is_made_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let demo =
        |data: &Path| ["demo", "--people", "30", "--no-serve", "--data", text(data)].map(str::to_owned);
    let first = folder.path().join("first");
    let whole = time(|| drop(run(&demo(&first)).expect(0)));
    let pictures = export(&first, "json").matches("/picture\"").count();
    assert!(pictures > 10);
    play(3, |dice| {
        let data = folder.path().join("data");
        let mut kills = 0;
        for _ in 0..2 {
            kills += u64::from(kill_after(folkmoot(&demo(&data)), dice.moment(whole)));
            if data.join("folkmoot.db").exists()
                && run(&["users", "list", "--data", text(&data)]).status == Some(0)
            {
                assert_sound(&data);
            }
        }
        run(&demo(&data)).expect(0);
        assert_sound(&data);
        assert_eq!(export(&data, "csv").lines().count(), export(&first, "csv").lines().count());
        assert_eq!(export(&data, "json").matches("/picture\"").count(), pictures);
        fs::remove_dir_all(&data).unwrap();
        kills
    });
}

#[test]
fn a_store_that_was_killed_while_it_was_made_is_made_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let whole = time(|| drop(init(&folder.path().join("first"))));
    let arguments = ["init", "--account", "acme", "--admin", "ada", "--email", "ada@acme.example"];
    let arguments = [&arguments[..], &["--data", text(&data)]].concat();
    play(6, |dice| {
        let killed = kill_after(folkmoot(&arguments), dice.moment(whole));
        let next = run(&arguments);
        if next.status == Some(0) {
            assert!(next.stdout.contains("API key of ada, shown this once: "), "{}", next.stdout);
        } else {
            // It was all there; only the key was told to nobody, and there can be another.
            assert!(next.stderr.contains("there is an account of that name already"), "{}", next.stderr);
            run(&["users", "new-key", "ada", "--data", text(&data)]).expect(0);
        }
        assert_eq!(export(&data, "csv").lines().count(), 2);
        assert_sound(&data);
        fs::remove_dir_all(&data).unwrap();
        killed.into()
    });
}

#[test]
fn a_backup_that_was_killed_is_none_and_the_next_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let data = path("data");
    run(&["demo", "--people", "40", "--no-serve", "--data", text(&data)]).expect(0);
    let (everybody, newest) = (export(&data, "json"), revision(&data));
    let backup = |target: &Path| ["backup", text(target), "--data", text(&data)].map(str::to_owned);
    let whole = time(|| drop(run(&backup(&path("first"))).expect(0)));
    let restore = |from: &Path| {
        let to = path("restored");
        run(&["restore", text(from), "--data", text(&to)]).expect(0);
        assert_eq!((export(&to, "json"), revision(&to)), (everybody.clone(), newest));
        assert_sound(&to);
        fs::remove_dir_all(&to).unwrap();
    };
    play(4, |dice| {
        let target = path("backup");
        let killed = kill_after(folkmoot(&backup(&target)), dice.moment(whole));
        if target.exists() {
            // Killed, if at all, when it was done.
            restore(&target);
            fs::remove_dir_all(&target).unwrap();
        } else {
            let refused = run(&["restore", text(&target), "--data", text(&path("restored"))]);
            assert_eq!(refused.status, Some(1));
            assert_eq!(files(&path("restored")).len(), 0);
        }
        assert_sound(&data);
        run(&backup(&target)).expect(0);
        assert!(!path(".backup.partial").exists());
        restore(&target);
        assert_eq!(
            fs::read_dir(data.join("blobs/tmp")).unwrap().count(),
            0,
            "nothing is held for it any more"
        );
        fs::remove_dir_all(&target).unwrap();
        killed.into()
    });
}

#[test]
fn a_rotation_that_was_killed_is_finished_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    run(&["demo", "--people", "1500", "--no-pictures", "--no-serve", "--data", text(&path("before"))])
        .expect(0);
    let everybody = export(&path("before"), "json");
    let rotate = |data: &Path| ["keys", "rotate", "--data", text(data), "--json"].map(str::to_owned);
    copy_folder(&path("before"), &path("after"));
    let whole = time(|| drop(run(&rotate(&path("after"))).expect(0)));
    let generations = |data: &Path| {
        let list = run(&["keys", "list", "--data", text(data), "--json"]).expect(0).json();
        let used = |generation: &&serde_json::Value| generation["government_ids"].as_u64().unwrap() > 0;
        let generations = list["generations"].as_array().unwrap().clone();
        (generations.len(), generations.iter().filter(used).count())
    };
    play(7, |dice| {
        let data = path("data");
        copy_folder(&path("before"), &data);
        let killed = kill_after(folkmoot(&rotate(&data)), dice.moment(whole));
        assert_sound(&data);
        let (there, _) = generations(&data);
        run(&rotate(&data)).expect(0);
        let (now, used) = generations(&data);
        assert!(
            used == 1 && now >= 2 && now - there <= 1,
            "{there} keys, then {now}, of which {used} are used"
        );
        assert_eq!(export(&data, "json"), everybody);
        assert_sound(&data);
        fs::remove_dir_all(&data).unwrap();
        killed.into()
    });
}

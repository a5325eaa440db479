//! `migrate-store` is killed.

use std::fs;

use crate::{
    kill_after, play,
    support::{assert_sound, copy_folder, people_csv, place::Place, run, text},
    time,
};

const PEOPLE: usize = 400;

#[test]
fn a_migration_that_was_killed_left_whole_accounts_or_none_and_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let before = path("before");
    run(&["demo", "--people", "60", "--no-serve", "--data", text(&before)]).expect(0);
    let data = text(&before);
    let ada = ["--admin", "ada", "--email", "ada@acme.example", "--data", data];
    run(&[&["accounts", "create", "acme"], &ada[..]].concat()).expect(0);
    fs::write(path("people.csv"), people_csv(PEOPLE)).unwrap();
    run(&["import", "people", text(&path("people.csv")), "--account", "acme", "--data", data]).expect(0);
    let expected = ["demo", "acme"].map(|account| Place::embedded(&before).exports(account));
    copy_folder(&before, &path("trial"));
    let (trial, first) = (Place::embedded(&path("trial")), Place::chosen(&path("first")));
    let whole = time(|| drop(trial.migrate(&first, &[]).expect(0)));
    play(8, |dice| {
        let (from, to) = (path("from"), path("to"));
        copy_folder(&before, &from);
        let (source, target) = (Place::embedded(&from), Place::chosen(&to));
        if dice.below(2) == 0 {
            target.give_key(&"ab".repeat(32));
        }
        let mut kills = 0;
        for _ in 0..2 {
            kills += u64::from(kill_after(source.migration(&target, &[]), dice.moment(whole)));
            assert_sound(&from);
            // What is there already is whole.
            let there = target.run(&["accounts", "list", "--json"]);
            if there.status == Some(0) {
                for (account, exports) in ["demo", "acme"].iter().zip(&expected) {
                    if target.states().iter().any(|(name, state)| name == account && state == "active") {
                        assert_eq!(&target.exports(account), exports);
                    }
                }
            }
        }
        source.migrate(&target, &[]).expect(0);
        let states = |state: &str| ["demo", "acme"].map(|name| (name.to_owned(), state.to_owned())).to_vec();
        assert_eq!(target.states(), states("active"));
        assert_eq!(source.states(), states("maintenance"));
        for (account, exports) in ["demo", "acme"].iter().zip(&expected) {
            assert_eq!(&target.exports(account), exports);
            assert_eq!(&source.exports(account), exports);
        }
        fs::remove_dir_all(&from).unwrap();
        fs::remove_dir_all(&to).unwrap();
        kills
    });
}

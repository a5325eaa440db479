//! Backups of stores whose key file has several generations.

use std::fs;

use folkmoot_core::UserId;
use folkmoot_store::{BackupOptions, CheckOptions, DataDir, KeyRing, RestoreOptions, no_progress, restore};

use crate::keys::add_generation;
use crate::support::{ACME, Home, TODAY, open};

#[tokio::test]
async fn a_backup_has_every_generation_and_restores_what_was_sealed_by_each() {
    let home = Home::embedded(2).await;
    let first = home.set_key(1).await;
    add_generation(&home.store);
    home.store.reseal(no_progress()).await.unwrap();
    let second = home.set_key(2).await;
    // One that is not in use yet.
    add_generation(&home.store);
    let backup = home.path("backup");
    home.store.backup(&backup, BackupOptions::default(), no_progress()).await.unwrap();
    assert_eq!(
        fs::read(backup.join("key")).unwrap(),
        fs::read(home.store.data_dir().unwrap().key()).unwrap()
    );
    let target = DataDir::at(home.path("restored"));
    restore(&backup, &target, RestoreOptions::default(), no_progress()).await.unwrap();
    let store = open(target.path()).await;
    assert_eq!((store.keys().current_generation(), store.keys().newest_generation()), (1, 2));
    let directory = store.load_directory(ACME, TODAY).await.unwrap();
    for (user, key) in [(1, first), (2, second)] {
        let sealed = directory.person(UserId(user)).unwrap().user.api_key.clone().unwrap();
        assert_eq!(KeyRing::generation_of(&sealed), Some(1));
        assert_eq!(store.keys().open_api_key(ACME, &sealed).unwrap(), key);
    }
    assert_eq!(store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
}

#[tokio::test]
async fn any_line_of_a_backups_key_is_vouched_for() {
    let home = Home::embedded(1).await;
    add_generation(&home.store);
    let backup = home.path("backup");
    home.store.backup(&backup, BackupOptions::default(), no_progress()).await.unwrap();
    let (key, target) = (backup.join("key"), DataDir::at(home.path("restored")));
    let text = fs::read_to_string(&key).unwrap();
    let (root, later) = text.split_once('\n').unwrap();
    let other = if later.ends_with("0\n") { "1\n" } else { "0\n" };
    for changed in [
        format!("{root}\n"),
        format!("{root}\n{}{other}", &later[..later.len() - 2]),
        format!("{text}2 {}\n", "ab".repeat(32)),
    ] {
        fs::write(&key, changed).unwrap();
        let refused = restore(&backup, &target, RestoreOptions::default(), no_progress()).await.unwrap_err();
        assert!(refused.to_string().contains("is not what was backed up"), "{refused}");
        assert!(!target.exists());
    }
}

#[tokio::test]
async fn a_backup_without_its_key_takes_one_that_has_grown_since() {
    let home = Home::embedded(1).await;
    let backup = home.path("backup");
    home.store
        .backup(&backup, BackupOptions { include_key: false, ..BackupOptions::default() }, no_progress())
        .await
        .unwrap();
    add_generation(&home.store);
    let target = DataDir::at(home.path("restored"));
    let options =
        RestoreOptions { key: Some(home.store.data_dir().unwrap().key()), ..RestoreOptions::default() };
    restore(&backup, &target, options, no_progress()).await.unwrap();
    assert_eq!(open(target.path()).await.keys().newest_generation(), 1);
}

//! Backups, taken while others write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use folkmoot_core::UserId;
use folkmoot_store::{
    Author, BackupOptions, CheckOptions, DataDir, Progress, RestoreOptions, Stage, no_progress, restore,
};

use crate::support::{ACME, Home, TODAY, assert_same, files, open, picture};

#[tokio::test]
async fn a_backup_has_everything_and_is_readable_by_nobody_else() {
    let home = Home::embedded(5).await;
    home.set_picture(1, Some("one")).await;
    home.set_picture(2, Some("one")).await;
    home.set_picture(3, Some("three")).await;
    let target = home.path("backup");
    let stages = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = stages.clone();
    let on_progress = Arc::new(move |progress: Progress| seen.lock().unwrap().push(progress));
    let report = home.store.backup(&target, BackupOptions::default(), on_progress).await.unwrap();
    assert_eq!(report.path, target);
    assert_eq!((report.pictures, report.includes_key), (2, true));
    assert_eq!(report.accounts[0].revision, home.store.revision(ACME).await.unwrap());
    assert_eq!(report.findings, []);
    let last = *stages.lock().unwrap().last().unwrap();
    assert_eq!(last, Progress { stage: Stage::CopyPictures, done: 2, total: 2 });
    for path in files(&target) {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
    // As anybody can verify it.
    let sums = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(&target)
        .status()
        .unwrap();
    assert!(sums.success());
    let again = home.store.backup(&target, BackupOptions::default(), no_progress()).await.unwrap_err();
    assert!(again.to_string().contains("exists already"), "{again}");
}

#[tokio::test]
async fn a_backup_is_restored_as_it_was_made_and_writes_go_on() {
    let home = Home::embedded(5).await;
    home.set_picture(1, Some("one")).await;
    let key = home.set_key(1).await;
    let then = home.load().await;
    home.store.backup(&home.path("backup"), BackupOptions::default(), no_progress()).await.unwrap();
    home.set_picture(1, None).await;
    home.set_key(1).await;
    let target = DataDir::at(home.path("restored"));
    let report =
        restore(&home.path("backup"), &target, RestoreOptions::default(), no_progress()).await.unwrap();
    assert_eq!((report.pictures, report.accounts[0].revision), (1, then.revision()));
    let store = open(target.path()).await;
    let restored = store.load_directory(ACME, TODAY).await.unwrap();
    assert_same(&restored, &then, TODAY);
    assert!(restored.by_key(&store.keys().hash_api_key(ACME, &key)).is_some());
    let name = restored.person(UserId(1)).unwrap().user.picture.unwrap();
    assert_eq!(store.picture(ACME, name).await.unwrap().as_deref(), Some(&b"one"[..]));
    store.set_picture(ACME, Author::OPERATOR, UserId(2), Some(picture("new"))).await.unwrap();
    assert_eq!(store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_that_others_write_beside_is_of_one_moment() {
    let home = Arc::new(Home::embedded(40).await);
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let (home, done) = (home.clone(), done.clone());
            tokio::spawn(async move {
                let mut round = 0;
                while !done.load(Ordering::Relaxed) {
                    round += 1;
                    // Pictures come, change hands and go all the time.
                    let user = (round * 7 + writer * 13) % 40 + 1;
                    let content = format!("face {}", round % 11);
                    home.set_picture(user, (round % 5 != 0).then_some(content.as_str())).await;
                }
                round
            })
        })
        .collect();
    for number in 0..8 {
        let source = home.path(&format!("backup{number}"));
        let report = home.store.backup(&source, BackupOptions::default(), no_progress()).await.unwrap();
        assert_eq!(report.findings, [], "nothing that the copy names was lost on the way");
        let target = DataDir::at(home.path(&format!("restored{number}")));
        restore(&source, &target, RestoreOptions::default(), no_progress()).await.unwrap();
        let store = open(target.path()).await;
        let checked = store.check(CheckOptions::default(), no_progress()).await.unwrap();
        assert_eq!(checked.findings, []);
        assert_eq!(checked.pictures, report.pictures);
        assert_eq!(store.revision(ACME).await.unwrap(), report.accounts[0].revision);
    }
    done.store(true, Ordering::Relaxed);
    for writer in writers {
        assert!(writer.await.unwrap() > 8, "writers were not held up");
    }
    let tmp = home.store.data_dir().unwrap().blobs().join("tmp");
    assert_eq!(files(&tmp), [] as [std::path::PathBuf; 0], "nothing is held any more");
    assert_eq!(home.store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
}

#[tokio::test]
async fn a_backup_without_the_key_needs_it_again() {
    let home = Home::embedded(2).await;
    let source = home.path("backup");
    home.store
        .backup(&source, BackupOptions { include_key: false, ..BackupOptions::default() }, no_progress())
        .await
        .unwrap();
    assert!(!source.join("key").exists());
    let target = DataDir::at(home.path("restored"));
    let error = restore(&source, &target, RestoreOptions::default(), no_progress()).await.unwrap_err();
    assert!(error.to_string().contains("without its key"), "{error}");
    let other = Home::embedded_empty().await;
    fs::write(other.path("key"), "0".repeat(64)).unwrap();
    let options = RestoreOptions { key: Some(other.path("key")), ..RestoreOptions::default() };
    let error = restore(&source, &target, options, no_progress()).await.unwrap_err();
    assert!(error.to_string().contains("key is not this backup's"), "{error}");
    assert!(!target.path().exists(), "nothing was begun");
    let options =
        RestoreOptions { key: Some(home.store.data_dir().unwrap().key()), ..RestoreOptions::default() };
    restore(&source, &target, options, no_progress()).await.unwrap();
    let mode = fs::metadata(target.key()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert_eq!(open(target.path()).await.load_directory(ACME, TODAY).await.unwrap().len(), 2);
}

#[tokio::test]
async fn damage_on_the_way_is_told_and_the_rest_is_saved() {
    let home = Home::embedded(3).await;
    home.set_picture(1, Some("lost")).await;
    home.set_picture(2, Some("flipped")).await;
    let directory = home.load().await;
    let path = |user| {
        let name = directory.person(UserId(user)).unwrap().user.picture.unwrap().to_string();
        home.store.data_dir().unwrap().blobs().join("1").join(&name[..2]).join(name)
    };
    fs::remove_file(path(1)).unwrap();
    fs::write(path(2), "Flipped").unwrap();
    let report =
        home.store.backup(&home.path("backup"), BackupOptions::default(), no_progress()).await.unwrap();
    let said: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|finding| finding.contains("is missing")), "{said:?}");
    assert!(said.iter().any(|finding| finding.contains("is damaged")), "{said:?}");
    assert_eq!(report.pictures, 1);
}

#[tokio::test]
async fn a_killed_backup_leaves_nothing_that_looks_like_one() {
    let home = Home::embedded(2).await;
    let partial = home.path(".backup.partial");
    fs::create_dir_all(partial.join("blobs")).unwrap();
    fs::write(partial.join("folkmoot.db"), "half").unwrap();
    let target = DataDir::at(home.path("restored"));
    for place in [partial, home.path("nowhere")] {
        let error = restore(&place, &target, RestoreOptions::default(), no_progress()).await.unwrap_err();
        assert!(error.to_string().contains("holds no complete backup"), "{error}");
    }
    let target = home.path("backup");
    home.store.backup(&target, BackupOptions::default(), no_progress()).await.unwrap();
    assert!(!home.path(".backup.partial").exists(), "its leftovers became the next one");
    // One that fails takes its leftovers along, and lets go of what it held.
    home.sql("DROP TABLE leave_usages; ALTER TABLE users RENAME TO people").await;
    let error = home.store.backup(&home.path("failed"), BackupOptions::default(), no_progress()).await;
    assert!(error.is_err());
    assert!(!home.path("failed").exists() && !home.path(".failed.partial").exists());
    assert!(files(&home.store.data_dir().unwrap().blobs()).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_is_removed_after_the_database_was_copied_is_in_the_backup() {
    let home = Arc::new(Home::embedded(2).await);
    home.set_picture(1, Some("one")).await;
    home.set_picture(2, Some("two")).await;
    let name = home.load().await.person(UserId(1)).unwrap().user.picture.unwrap();
    let (theirs, runtime) = (home.clone(), tokio::runtime::Handle::current());
    let on_progress = Arc::new(move |progress: Progress| {
        if (progress.stage, progress.done) == (Stage::CopyPictures, 0) {
            tokio::task::block_in_place(|| runtime.block_on(theirs.set_picture(1, None)));
        }
    });
    let source = home.path("backup");
    let report = home.store.backup(&source, BackupOptions::default(), on_progress).await.unwrap();
    assert_eq!((report.pictures, report.findings), (2, Vec::new()));
    assert_eq!(home.store.picture(ACME, name).await.unwrap(), None, "it was removed all the same");
    assert_eq!(files(&home.store.data_dir().unwrap().blobs().join("tmp")), [] as [std::path::PathBuf; 0]);
    let target = DataDir::at(home.path("restored"));
    restore(&source, &target, RestoreOptions::default(), no_progress()).await.unwrap();
    let store = open(target.path()).await;
    assert_eq!(store.picture(ACME, name).await.unwrap().as_deref(), Some(&b"one"[..]));
    assert_eq!(store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
}

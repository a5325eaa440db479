//! Restoring: whole, verified, and never over a store.

use std::fs;
use std::path::PathBuf;

use folkmoot_store::{BackupOptions, DataDir, RestoreOptions, Store, no_progress, restore};

use crate::support::{Home, TestClock, TestRandom, files, open};

async fn backup() -> (Home, PathBuf) {
    let home = Home::embedded(3).await;
    home.set_picture(1, Some("one")).await;
    let source = home.path("backup");
    home.store.backup(&source, BackupOptions::default(), no_progress()).await.unwrap();
    (home, source)
}

async fn refused(source: &std::path::Path, target: &DataDir) -> String {
    restore(source, target, RestoreOptions::default(), no_progress()).await.unwrap_err().to_string()
}

#[tokio::test]
async fn any_changed_file_is_refused_before_anything_is_there() {
    let (home, source) = backup().await;
    let target = DataDir::at(home.path("restored"));
    for path in files(&source) {
        let whole = fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            let result = restore(&source, &target, RestoreOptions::default(), no_progress()).await;
            // The line end of the key and of the manifest mean nothing.
            if result.is_ok() {
                assert_eq!(path, source.join("key"), "byte {at}");
                assert_eq!(at, whole.len() - 1);
                fs::remove_dir_all(target.path()).unwrap();
            } else {
                assert!(!target.exists() && !target.blobs().exists(), "{} at {at}", path.display());
            }
        }
        fs::remove_file(&path).unwrap();
        refused(&source, &target).await;
        fs::write(&path, whole).unwrap();
    }
    restore(&source, &target, RestoreOptions::default(), no_progress()).await.unwrap();
}

#[tokio::test]
async fn a_store_is_never_overwritten() {
    let (home, source) = backup().await;
    let before = home.store.revision(crate::support::ACME).await.unwrap();
    let error = refused(&source, home.store.data_dir().unwrap()).await;
    assert!(error.contains("already holds"), "{error}");
    assert_eq!(home.store.revision(crate::support::ACME).await.unwrap(), before);
    // An empty folder, as a mount point is, will do.
    let target = DataDir::at(home.path("mounted"));
    fs::create_dir(target.path()).unwrap();
    restore(&source, &target, RestoreOptions::default(), no_progress()).await.unwrap();
    open(target.path()).await;
}

#[tokio::test]
async fn what_an_interrupted_restore_left_does_not_open() {
    let (home, source) = backup().await;
    let target = DataDir::at(home.path("restored"));
    restore(&source, &target, RestoreOptions::default(), no_progress()).await.unwrap();
    fs::create_dir(target.path().join("restoring")).unwrap();
    let opened = Store::open(target.clone(), TestClock::new(), TestRandom::seeded(1)).await;
    let error = opened.unwrap_err().to_string();
    assert!(error.contains("restore"), "{error}");
    assert!(refused(&source, &target).await.contains("interrupted"));
    let made = Store::create(target.clone(), TestClock::new(), TestRandom::seeded(1)).await;
    assert!(made.is_err());
}

#[tokio::test]
async fn a_list_of_hashes_leads_nowhere_else() {
    let (home, source) = backup().await;
    // Even whoever has the key: the list is signed by it, so it is put there before the signature is checked.
    let sums = fs::read_to_string(source.join("SHA256SUMS")).unwrap();
    fs::write(source.join("SHA256SUMS"), sums.replace("blobs/1/", "blobs/../../x/")).unwrap();
    let target = DataDir::at(home.path("restored"));
    assert!(refused(&source, &target).await.contains("was changed"));
    assert!(!target.exists());
}

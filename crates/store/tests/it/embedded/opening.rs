//! Making and opening data directories.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use folkmoot_store::{DataDir, Store, StoreError};

use crate::support::{ACME, Home, TestClock, TestRandom, open};

async fn opened(dir: DataDir) -> Result<Store, StoreError> {
    Store::open(dir, TestClock::new(), TestRandom::seeded(3)).await
}

#[tokio::test]
async fn a_store_is_made_once_and_opens_again() {
    let home = Home::embedded(1).await;
    let dir = home.store.data_dir().unwrap().clone();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(dir.path()), 0o700);
    assert_eq!(mode(&dir.key()), 0o600);
    assert_eq!(mode(&dir.database()), 0o600);
    let again = Store::create(dir.clone(), TestClock::new(), TestRandom::seeded(2)).await;
    assert!(again.unwrap_err().to_string().contains("already holds"), "nothing is overwritten");
    home.store.close().await;
    let store = opened(dir).await.unwrap();
    assert_eq!(store.accounts().await.unwrap()[0].subdomain, "acme");
    assert_eq!(store.load_directory(ACME, crate::support::TODAY).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_place_without_a_store_is_refused_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let error = opened(DataDir::at(folder.path())).await.unwrap_err().to_string();
    assert!(error.contains("holds no Folkmoot store") && error.contains("folkmoot init"), "{error}");
}

#[tokio::test]
async fn what_killed_writers_left_is_removed_on_opening() {
    let home = Home::embedded(1).await;
    let dir = home.store.data_dir().unwrap().clone();
    home.set_picture(1, Some("face")).await;
    let tmp = dir.blobs().join("tmp");
    // No process has this number; Linux ends well below it.
    let (dead, hold) = (tmp.join("1-x.jpg.2147483646.0"), tmp.join("hold-2147483646-0"));
    let mine = tmp.join(format!("1-x.jpg.{}.0", std::process::id()));
    let (image, strange) = (dir.images().join("1.5.0.tmp"), dir.images().join("77.image"));
    for path in [&dead, &mine, &image, &strange] {
        fs::write(path, "x").unwrap();
    }
    fs::create_dir(&hold).unwrap();
    open(dir.path()).await;
    assert!(!dead.exists() && !hold.exists() && !image.exists() && !strange.exists());
    assert!(mine.exists(), "somebody may be writing it");
}

//! A check of what only a data directory has: other files, pages, values of another kind than their column's.

use std::fs;

use folkmoot_store::{CheckOptions, Place, no_progress};

use super::blob;
use crate::support::{ACME, Home};

#[tokio::test]
async fn files_that_nobody_needs_are_told_and_removed_when_asked() {
    let home = Home::embedded(6).await;
    home.set_picture(1, Some("one")).await;
    let dir = home.store.data_dir().unwrap();
    let leftover = dir.blobs().join("tmp/1-x.jpg.2147483646.0");
    let (image, stranger) = (home.image(), dir.blobs().join("1/notes.txt"));
    for path in [&leftover, &image, &stranger] {
        fs::write(path, "x").unwrap();
    }
    let check = async |repair| home.store.check(CheckOptions { repair }, no_progress()).await.unwrap();
    let findings = check(false).await.findings;
    let mut places: Vec<_> = findings.iter().map(|finding| finding.place.to_string()).collect();
    places.sort();
    let mut expected: Vec<_> =
        [&leftover, &image, &stranger].iter().map(|path| path.display().to_string()).collect();
    expected.sort();
    assert_eq!(places, expected);
    assert!(leftover.exists() && image.exists(), "looking changes nothing");
    let report = check(true).await;
    assert!(!report.is_sound(), "a stranger's file is the operator's to remove");
    assert_eq!(report.findings.iter().filter(|finding| finding.repaired).count(), 2);
    assert!(!leftover.exists() && !image.exists() && stranger.exists());
    assert!(blob(&home, 1).await.exists(), "what is needed stays");
    fs::remove_file(stranger).unwrap();
    assert_eq!(check(false).await.findings, []);
}

#[tokio::test]
async fn a_damaged_page_is_found_and_the_rest_is_still_checked() {
    let home = Home::embedded(400).await;
    home.set_picture(1, Some("one")).await;
    fs::remove_file(blob(&home, 1).await).unwrap();
    home.store.close().await;
    let database = home.store.data_dir().unwrap().database();
    let mut bytes = fs::read(&database).unwrap();
    let page = bytes.len() / 2 / 4096 * 4096;
    bytes[page..page + 4096].fill(0x5a);
    fs::write(&database, bytes).unwrap();
    let store = home.again().await;
    let report = store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert!(report.findings.iter().any(|finding| finding.place == Place::Database), "{:?}", report.findings);
    assert!(!report.is_sound());
    assert!(report.rows > 0);
}

/// SQLite keeps any value in any column; PostgreSQL does not.
#[tokio::test]
async fn a_value_of_another_kind_is_named() {
    let home = Home::embedded(3).await;
    home.sql("UPDATE users SET username = x'ff' WHERE id = 3").await;
    let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    let at = Place::Row { account: ACME, table: "users", id: 3 };
    assert!(report.findings.iter().any(|finding| finding.place == at), "{:?}", report.findings);
    assert!(report.findings.len() <= 3, "{:?}", report.findings);
}

#[tokio::test]
async fn a_folder_of_pictures_that_is_gone_or_closed_is_a_finding_among_others() {
    let home = Home::embedded(3).await;
    let folder = home.store.data_dir().unwrap().blobs();
    fs::remove_dir_all(&folder).unwrap();
    let check = async || home.store.check(CheckOptions::default(), no_progress()).await.unwrap().findings;
    assert_eq!(check().await, [], "nobody has a picture yet");
    home.set_picture(1, Some("one")).await;
    home.sql("UPDATE users SET nickname = 'x' WHERE id = 2").await;
    fs::remove_dir_all(&folder).unwrap();
    let said: Vec<String> = check().await.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.contains(&format!("{}: is missing", folder.display())), "{said:?}");
    assert!(said.iter().any(|line| line.contains("user 1 has this picture")), "{said:?}");
    // In the place of the folder there is something that is none.
    fs::write(&folder, "x").unwrap();
    let said: Vec<String> = check().await.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|line| line.starts_with(&format!("{}: ", folder.display()))), "{said:?}");
    assert!(said.iter().any(|line| line.contains("table users, row 2")), "{said:?}");
}

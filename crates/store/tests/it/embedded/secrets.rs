//! What is written beside the rows holds no secret either.

use folkmoot_store::{BackupOptions, no_progress};

use crate::support::{GOVERNMENT_ID, Home, SECRET_NOTE, all_bytes, files, holds};

#[tokio::test]
async fn neither_a_backup_nor_an_image_holds_a_secret_in_clear() {
    let home = Home::embedded(50).await;
    let key = home.set_key(1).await;
    home.store.write_directory_image(&home.load().await).await.unwrap();
    home.store.backup(&home.path("backup"), BackupOptions::default(), no_progress()).await.unwrap();
    let everything = all_bytes(home.folder.path());
    assert!(files(home.folder.path()).len() > 5);
    let digits = key.expose();
    for secret in [GOVERNMENT_ID.as_bytes(), SECRET_NOTE.as_bytes(), digits.as_bytes(), key.bytes()] {
        assert!(!holds(&everything, secret));
    }
    // Names are no secret in the database, and are in the image.
    assert!(holds(&everything, b"Present7"));
    let image = std::fs::read(home.image()).unwrap();
    for personal in [&b"Present7"[..], b"PASSWORDHASH", b"Person7", b"Main Street"] {
        assert!(!holds(&image, personal), "the image is sealed");
    }
}

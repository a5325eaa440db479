//! What there is only with a data directory: SQLite's file, blobs in a folder, images, backups.

use std::path::PathBuf;

use crate::support::Home;

mod backup;
mod backup_keys;
mod check;
mod image;
mod incremental;
mod opening;
mod restore;
mod secrets;

/// The file in which `user`'s picture is.
async fn blob(home: &Home, user: i64) -> PathBuf {
    let name = home.picture_of(user).await.to_string();
    home.store.data_dir().unwrap().blobs().join("1").join(&name[..2]).join(name)
}

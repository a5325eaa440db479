//! Images of directories: copies of what is held in memory, next to the database, that only make starting quicker.
//!
//! Reading ten thousand people row by row takes longer than a start may; their image is read in a fraction of that,
//! and the change log says which of them to read anew. An image is never needed and never believed: one that is
//! damaged, of another version, sealed by another key, of another database's past, or of a later day than is asked
//! for (superseded records are not in it) is passed over, and rows are read.
//!
//! # Personal data
//! An image holds what its directory held: it is sealed like every secret at rest, and readable by the operator
//! alone. It is written anew by whoever calls [`Store::write_directory_image`] (a server that stops, an import), and
//! removed at once when a transaction that deletes somebody commits, when its account is found to be gone, and by
//! [`Store::remove_directory_image`]. An edit leaves the previous value in the image until it is written anew, as it
//! leaves it in the change log for as long as that is kept.

mod code;
mod file;
mod people;

use std::fs;
use std::io;
use std::path::PathBuf;

use folkmoot_core::{AccountId, Directory, DirectoryParts};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::db::each_backend;
use crate::pictures::run_blocking;
use crate::{DataDir, KeyRing, Store, StoreError, StoreResult};

/// The version of the format. One that is written in another is passed over.
const FORMAT: u64 = 3;

/// What an image says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct About {
    account: AccountId,
    /// The account revision that it is of.
    revision: u64,
    /// The day from which on it serves.
    as_of: Date,
    /// The hash of the newest entry of the change log: where it differs, the database went another way since, as
    /// when an older copy was put in its place.
    anchor: [u8; 32],
    people: u64,
}

impl Store {
    /// Writes an image of `directory`, from which [`Store::load_directory`] takes it on the next start. Nothing is
    /// written when there is one of this revision already, or when somebody has been deleted since.
    ///
    /// # Errors
    /// When it cannot be written. Nothing depends on it.
    pub async fn write_directory_image(&self, directory: &Directory) -> StoreResult<()> {
        let account = directory.account().id;
        let Some(data_dir) = self.data_dir() else { return Ok(()) };
        if self.changes_since(account, directory.revision()).await?.somebody_was_deleted {
            return self.remove_directory_image(account);
        }
        let about = About {
            account,
            revision: directory.revision(),
            as_of: directory.as_of(),
            anchor: self.anchor(account, directory.revision()).await?,
            people: directory.len() as u64,
        };
        let (folder, keys, directory) = (data_dir.images(), self.keys.clone(), directory.clone());
        run_blocking(move || {
            let path = path(&folder, account);
            let there = file::Image::open(&path, account, &keys).ok().map(|image| image.about);
            if there.is_some_and(|there| {
                About { as_of: about.as_of, ..there.clone() } == about && there.as_of <= about.as_of
            }) {
                return Ok(());
            }
            file::write(&folder, &path, &about, &directory, &keys)
        })
        .await
    }

    /// Removes the image of an account's directory, if there is one.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove_directory_image(&self, account: AccountId) -> StoreResult<()> {
        let Some(data_dir) = self.data_dir() else { return Ok(()) };
        let path = path(&data_dir.images(), account);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::file(path)(error)),
            _ => Ok(()),
        }
    }

    /// The directory as its image has it, where there is one that can be taken up from. It is as old as the image:
    /// the change log says what became of it since.
    pub(crate) async fn directory_from_image(
        &self,
        account: AccountId,
        as_of: Date,
    ) -> StoreResult<Option<Directory>> {
        let Some(data_dir) = self.data_dir() else { return Ok(None) };
        let (path, keys) = (path(&data_dir.images(), account), self.keys.clone());
        let opened = {
            let (path, keys) = (path.clone(), keys.clone());
            run_blocking(move || Ok(file::Image::open(&path, account, &keys))).await?
        };
        let image = match opened {
            Ok(image) => image,
            Err(file::Unreadable::Missing) => return Ok(None),
            Err(error) => {
                tracing::warn!(%account, "the directory's image is passed over: {error}");
                return Ok(None);
            }
        };
        let about = image.about.clone();
        let later = about.as_of > as_of || about.revision > self.revision(account).await?;
        if later || self.anchor(account, about.revision).await? != about.anchor {
            tracing::info!(%account, "the directory's image is passed over: it is not of this database's past");
            return Ok(None);
        }
        let changes = self.changes_since(account, about.revision).await?;
        if changes.somebody_was_deleted {
            // It may have been written by somebody who did not know; what was opened can still be read.
            self.remove_directory_image(account)?;
        }
        if !changes.are_few(about.people) {
            tracing::info!(%account, "the directory's image is passed over: too much has changed since");
            return Ok(None);
        }
        let (definition, org) = (self.account(account).await?, self.load_org(account).await?);
        let access = self.load_access(account, definition.settings).await?;
        let built = run_blocking(move || {
            Ok(image.people(as_of).map(|people| {
                let parts = DirectoryParts { account: definition, org, people, revision: about.revision };
                Directory::new(parts, as_of).with_access(access, about.revision)
            }))
        })
        .await?;
        match built {
            Ok(directory) => Ok(Some(directory)),
            Err(error) => {
                tracing::warn!(%account, "the directory's image is passed over: {error}");
                Ok(None)
            }
        }
    }

    /// What the change log said at `revision`, as a hash.
    async fn anchor(&self, account: AccountId, revision: u64) -> StoreResult<[u8; 32]> {
        type Entry = (i64, Option<i64>, String, String, i64, String, Option<String>, Option<String>);
        let entry: Option<Entry> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT at, actor_id, source, object, object_id, action, before, after FROM changes
                 WHERE account_id = $1 AND revision = $2",
            )
            .bind(account.0)
            .bind(revision.cast_signed())
            .fetch_optional(executor)
            .await?
        );
        Ok(Sha256::digest(crate::accounts::json(&entry)).into())
    }
}

/// Removes images that nobody will read again: of accounts that are gone, and those whose writers were killed.
/// `accounts` are those that there are, in order.
pub(crate) fn tidy(data_dir: &DataDir, accounts: &[AccountId]) {
    let Ok(entries) = fs::read_dir(data_dir.images()) else { return };
    for entry in entries.flatten() {
        let wanted = entry.file_name().to_str().is_some_and(|name| match account_of(name) {
            Some(account) => accounts.binary_search(&account).is_ok(),
            None => !name.ends_with(file::TEMPORARY) || file::is_being_written(&entry.path()),
        });
        if !wanted {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Images that are of no use, and why.
pub(crate) fn check(data_dir: &DataDir, keys: &KeyRing, accounts: &[AccountId]) -> Vec<(PathBuf, String)> {
    let Ok(entries) = fs::read_dir(data_dir.images()) else { return Vec::new() };
    let wrong = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        match account_of(name) {
            Some(account) if accounts.contains(&account) => {
                let read = file::Image::open(path, account, keys).and_then(|image| image.people(Date::MIN));
                read.err().map(|error| error.to_string())
            }
            Some(_) => Some("is of no account".to_owned()),
            None if name.ends_with(file::TEMPORARY) && file::is_being_written(path) => None,
            None => Some("does not belong here".to_owned()),
        }
    };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter_map(|path| wrong(&path).map(|what| (path, what))).collect()
}

fn path(folder: &std::path::Path, account: AccountId) -> PathBuf {
    folder.join(format!("{account}.image"))
}

fn account_of(name: &str) -> Option<AccountId> {
    name.strip_suffix(".image")?.parse().ok()
}

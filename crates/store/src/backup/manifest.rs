//! What a backup says of itself: a manifest, and the hash of every file in the form that `sha256sum -c` reads.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use folkmoot_core::{AccountId, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::keys::{KEY as KEY_LENGTH, is_signed, sign};
use crate::{StoreError, StoreResult};

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const SUMS: &str = "SHA256SUMS";
pub(crate) const DATABASE: &str = "folkmoot.db";
pub(crate) const BLOBS: &str = "blobs";
pub(crate) const KEY: &str = "key";
/// In an incremental backup: the pages of the database that have changed, the hashes of all its pages, and the hashes of
/// all files of the store.
pub(crate) const PAGES: &str = "folkmoot.db.pages";
pub(crate) const HASHES: &str = "folkmoot.db.hashes";
pub(crate) const CONTENTS: &str = "CONTENTS";
/// The version of a full backup's layout.
const FULL: u32 = 1;
/// The version of an incremental backup's layout.
const INCREMENTAL: u32 = 2;

/// What a backup is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// When the backup was begun.
    pub(crate) made: Timestamp,
    /// The version of the program that made it.
    pub(crate) program: String,
    pub(crate) accounts: Vec<BackedUpAccount>,
    pub(crate) pictures: u64,
    pub(crate) includes_key: bool,
    /// The hash of the list of hashes.
    pub(crate) sums: String,
    /// The backup before this one, in an incremental one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<Since>,
    /// Pictures whose content was not what their names say. The next backup does not rely on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) damaged: Vec<String>,
}

/// The backup that an incremental one was made since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Since {
    /// Where it was.
    pub(crate) path: String,
    /// When it was begun.
    pub(crate) made: Timestamp,
    /// The SHA-256 of its manifest.
    pub(crate) manifest: String,
}

impl Since {
    /// The backup at `folder`, whose manifest has been verified.
    pub(crate) fn of(folder: &Path, made: Timestamp) -> StoreResult<Since> {
        let path = folder.canonicalize().map_err(StoreError::file(folder))?;
        let manifest = path.join(MANIFEST);
        let text = fs::read(&manifest).map_err(StoreError::file(&manifest))?;
        Ok(Since { path: path.to_string_lossy().into_owned(), made, manifest: hex(&Sha256::digest(&text)) })
    }
}

/// An account in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUpAccount {
    /// Its identifier.
    pub id: AccountId,
    /// Its subdomain.
    pub subdomain: Text,
    /// The revision that the backup is of.
    pub revision: u64,
}

#[derive(Serialize, Deserialize)]
struct Signed {
    manifest: Manifest,
    /// HMAC-SHA-256 under a key derived from the root key: the key belongs to the backup, and nobody without it
    /// has changed the backup.
    signature: String,
}

impl Manifest {
    /// A manifest of a backup in which there is nothing yet.
    pub(crate) fn begin(made: Timestamp, includes_key: bool, since: Option<Since>) -> Manifest {
        Manifest {
            format: if since.is_some() { INCREMENTAL } else { FULL },
            made,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            accounts: Vec::new(),
            pictures: 0,
            includes_key,
            sums: String::new(),
            since,
            damaged: Vec::new(),
        }
    }

    /// Writes the manifest, and the list of hashes that it vouches for.
    pub(crate) fn write(mut self, folder: &Path, key: &[u8; KEY_LENGTH], sums: &Sums) -> StoreResult<()> {
        write_private(&folder.join(SUMS), sums.text.as_bytes())?;
        self.sums = hex(&Sha256::digest(sums.text.as_bytes()));
        let signature = hex(&sign(key, crate::accounts::json(&self).as_bytes()));
        let text = crate::accounts::json(&Signed { manifest: self, signature });
        write_private(&folder.join(MANIFEST), text.as_bytes())
    }

    /// Reads a backup's manifest and the list of hashes that it vouches for, with `key` or else the backup's own.
    pub(crate) fn read(folder: &Path, key: &[u8; KEY_LENGTH]) -> StoreResult<(Manifest, Vec<Sum>)> {
        let path = folder.join(MANIFEST);
        let text = fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                StoreError::Unusable(format!("{} holds no complete backup", folder.display()))
            }
            _ => StoreError::file(&path)(error),
        })?;
        let damaged = |what: &str| StoreError::Damaged(format!("{}: {what}", path.display()));
        let signed: Signed =
            serde_json::from_slice(&text).map_err(|_| damaged("is not a backup's manifest"))?;
        let manifest = signed.manifest;
        if !(FULL..=INCREMENTAL).contains(&manifest.format) {
            let format = manifest.format;
            return Err(StoreError::Unusable(format!(
                "{} is a backup in format {format}, and this program reads formats {FULL} to {INCREMENTAL}",
                folder.display()
            )));
        }
        let signature = from_hex(&signed.signature).ok_or_else(|| damaged("its signature is unreadable"))?;
        if !is_signed(key, crate::accounts::json(&manifest).as_bytes(), &signature) {
            return Err(damaged("was changed, or the key is not this backup's"));
        }
        let path = folder.join(SUMS);
        let text = fs::read_to_string(&path).map_err(StoreError::file(&path))?;
        if hex(&Sha256::digest(text.as_bytes())) != manifest.sums {
            return Err(StoreError::Damaged(format!("{} was changed", path.display())));
        }
        Ok((manifest, parse_sums(&path, &text)?))
    }
}

/// Reads a list of hashes.
pub(crate) fn parse_sums(path: &Path, text: &str) -> StoreResult<Vec<Sum>> {
    let sums = text.lines().map(Sum::parse).collect::<Option<Vec<Sum>>>();
    sums.ok_or_else(|| StoreError::Damaged(format!("{} is malformed", path.display())))
}

/// Hashes of files, as they are gathered.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    pub(crate) text: String,
}

impl Sums {
    pub(crate) fn add(&mut self, path: &str, hash: &[u8]) {
        let _ = writeln!(self.text, "{}  {path}", hex(hash));
    }
}

/// The hash of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sum {
    pub(crate) path: PathBuf,
    pub(crate) hash: [u8; 32],
}

impl Sum {
    fn parse(line: &str) -> Option<Sum> {
        let (hash, path) = line.split_once("  ")?;
        let (hash, path) = (from_hex(hash)?.try_into().ok()?, PathBuf::from(path));
        // Nothing leads out of the backup, and nothing is in it that a store has not.
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        let ours = [DATABASE, KEY, PAGES, HASHES, CONTENTS].iter().any(|name| path == Path::new(name));
        (plain && (ours || path.starts_with(BLOBS))).then_some(Sum { path, hash })
    }

    pub(crate) fn is_picture(&self) -> bool {
        self.path.starts_with(BLOBS)
    }

    pub(crate) fn matches(&self, hash: &[u8]) -> bool {
        self.hash == hash
    }
}

/// Writes a file that others cannot read. It is not flushed to disk.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> StoreResult<()> {
    new_private(path)?.write_all(content).map_err(StoreError::file(path))
}

/// Makes a file that others cannot read.
pub(crate) fn new_private(path: &Path) -> StoreResult<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path).map_err(StoreError::file(path))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_hashes_names_nothing_outside_a_store() {
        let hash = "00".repeat(32);
        let read = |path: &str| Sum::parse(&format!("{hash}  {path}")).is_some();
        assert!(read("folkmoot.db") && read("key") && read("blobs/1/f5/f5.jpg"));
        for path in
            ["", "/etc/passwd", "../key", "blobs/../../x", "blobs/./x/..", "manifest.json", "restoring"]
        {
            assert!(!read(path), "{path}");
        }
        assert!(Sum::parse("00  key").is_none() && Sum::parse(&hash).is_none());
    }
}

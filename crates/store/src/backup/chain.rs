//! An incremental backup and those that it goes back to, each made since the one before it, down to a full one.
//!
//! The manifest of an incremental backup names the one that it was made since by the hash of that one's manifest, and
//! is signed like every manifest. So nobody without the key can change a link, put another in its place, or take one
//! out.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::hash_file;
use super::manifest::{self, Manifest, Sum, hex, parse_sums};
use super::page_files::{self, PageHashes};
use crate::keys::KEY as KEY_LENGTH;
use crate::progress::Steps;
use crate::{OnProgress, Stage, StoreError, StoreResult};

/// One backup.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) folder: PathBuf,
    pub(super) manifest: Manifest,
    /// The files in its folder.
    sums: Vec<Sum>,
    /// The files of the store that it is of, wherever they are.
    pub(super) contents: Vec<Sum>,
}

/// A backup, and those before it that it needs.
#[derive(Debug)]
pub(super) struct Chain {
    /// The newest first; the last is a full backup.
    links: Vec<Link>,
    /// Which of them has a file; the newest that does.
    places: HashMap<Sum, usize>,
}

impl Link {
    fn open(folder: &Path, root: &[u8; KEY_LENGTH]) -> StoreResult<Link> {
        let (manifest, sums) = Manifest::read(folder, root)?;
        let mut link = Link { folder: folder.to_owned(), manifest, sums, contents: Vec::new() };
        link.contents = match link.sum(manifest::CONTENTS) {
            None => link.sums.clone(),
            Some(sum) => {
                let path = folder.join(manifest::CONTENTS);
                let text = fs::read_to_string(&path).map_err(StoreError::file(&path))?;
                if !sum.matches(&Sha256::digest(text.as_bytes())) {
                    return Err(not_what_it_was(&path));
                }
                parse_sums(&path, &text)?
            }
        };
        Ok(link)
    }

    /// The hash of one of its files.
    pub(super) fn sum(&self, name: &str) -> Option<&Sum> {
        self.sums.iter().find(|sum| sum.path == Path::new(name))
    }

    fn needed(&self, name: &str) -> StoreResult<(PathBuf, &Sum)> {
        let sum = self.sum(name).ok_or_else(|| {
            StoreError::Damaged(format!("{} lists no {name}", self.folder.join(manifest::SUMS).display()))
        })?;
        Ok((self.folder.join(name), sum))
    }

    /// The hashes of the pages of its database.
    pub(super) fn page_hashes(&self) -> StoreResult<PageHashes> {
        if self.sum(manifest::HASHES).is_some() {
            let (path, sum) = self.needed(manifest::HASHES)?;
            PageHashes::read(&path, sum)
        } else {
            let (path, sum) = self.needed(manifest::DATABASE)?;
            PageHashes::of_database(&path, sum)
        }
    }
}

impl Chain {
    /// Follows the chain from the backup at `folder`. Those before it are looked for where they were, beside it, and in
    /// `parents`. Manifests and lists of files are verified; the files are not read.
    pub(super) fn open(folder: &Path, root: &[u8; KEY_LENGTH], parents: Option<&Path>) -> StoreResult<Chain> {
        let mut links = vec![Link::open(folder, root)?];
        while let Some(since) = links.last().and_then(|link| link.manifest.since.clone()) {
            let child = links.last().map_or(folder, |link| &link.folder);
            let mut beside: Vec<&Path> = parents.into_iter().collect();
            // The folder that the first is in goes for all: they may have been moved together.
            beside.extend([child, folder].map(|folder| folder.parent().unwrap_or(Path::new("."))));
            let found = find(&since.manifest, Path::new(&since.path), &beside).ok_or_else(|| {
                StoreError::Unusable(format!(
                    "{} holds only what has changed since the backup {} of {}, which is not there, or is not what it \
                     was; say where it is with --parents",
                    child.display(),
                    since.path,
                    since.made
                ))
            })?;
            links.push(Link::open(&found, root)?);
        }
        let mut places = HashMap::new();
        for (at, link) in links.iter().enumerate() {
            for sum in &link.sums {
                places.entry(sum.clone()).or_insert(at);
            }
        }
        Ok(Chain { links, places })
    }

    /// The backup that the chain leads to.
    pub(super) fn newest(&self) -> &Link {
        &self.links[0]
    }

    /// Whether it is more than one full backup.
    pub(super) fn is_incremental(&self) -> bool {
        self.links.len() > 1
    }

    /// Where the file of the store is that `sum` says.
    pub(super) fn find(&self, sum: &Sum) -> StoreResult<PathBuf> {
        let Some(&at) = self.places.get(sum) else {
            let (path, contents) = (&sum.path, self.newest().folder.join(manifest::CONTENTS));
            let (path, contents) = (path.display(), contents.display());
            return Err(StoreError::Damaged(format!("{path} is in none of the backups of {contents}")));
        };
        Ok(self.links[at].folder.join(&sum.path))
    }

    /// Verifies every file that is needed to restore the newest, and writes nothing.
    pub(super) fn verify(&self, on_progress: &OnProgress) -> StoreResult<()> {
        let mut files: Vec<(PathBuf, &Sum)> = Vec::new();
        for link in &self.links {
            let name = if link.manifest.since.is_some() { manifest::PAGES } else { manifest::DATABASE };
            files.push(link.needed(name)?);
        }
        for sum in self.newest().contents.iter().filter(|sum| sum.is_picture()) {
            files.push((self.find(sum)?, sum));
        }
        let mut steps = Steps::begin(on_progress, Stage::Verify, files.len() as u64);
        for (path, sum) in files {
            if !sum.matches(&hash_file(&path, &mut 0)?) {
                return Err(not_what_it_was(&path));
            }
            steps.step();
        }
        Ok(())
    }

    /// Puts the database together in the file at `path`, which is not there yet.
    pub(super) fn rebuild_database(&self, path: &Path) -> StoreResult<()> {
        let Some((base, later)) = self.links.split_last() else { return Ok(()) };
        let (from, _) = base.needed(manifest::DATABASE)?;
        let mut file = manifest::new_private(path)?;
        let mut whole = fs::File::open(&from).map_err(StoreError::file(&from))?;
        std::io::copy(&mut whole, &mut file).map_err(StoreError::file(path))?;
        for link in later.iter().rev() {
            page_files::apply(&link.needed(manifest::PAGES)?.0, &file, path)?;
        }
        let contents = &self.newest().contents;
        let expected = contents.iter().find(|sum| sum.path == Path::new(manifest::DATABASE));
        let hash = hash_file(path, &mut 0)?;
        if expected.is_some_and(|sum| sum.matches(&hash)) {
            return Ok(());
        }
        Err(StoreError::Damaged(format!(
            "the database that {} leads to is not what was backed up",
            self.newest().folder.display()
        )))
    }
}

/// The folder with the manifest that has this hash: at `path`, or with any name in one of `folders`.
fn find(hash: &str, path: &Path, folders: &[&Path]) -> Option<PathBuf> {
    let is_it = |folder: &PathBuf| {
        let manifest = fs::read(folder.join(manifest::MANIFEST));
        manifest.is_ok_and(|text| hex(&Sha256::digest(&text)) == hash)
    };
    let name = path.file_name().unwrap_or_default();
    let likely = std::iter::once(path.to_owned())
        .chain(folders.iter().map(|folder| folder.join(name)))
        .chain(folders.iter().map(|folder| folder.to_path_buf()));
    let others = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()));
    likely.chain(others).find(is_it)
}

fn not_what_it_was(path: &Path) -> StoreError {
    StoreError::Damaged(format!("{} is not what was backed up", path.display()))
}

//! Blobs in files of this machine: `ACCOUNT/ab/NAME` below a folder, and `tmp` for what is on its way there.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName};
use rustix::io::Errno;

use super::{Survey, folder_hold};
use crate::data_dir::sync_folder;
use crate::{Place, StoreError, StoreResult};

const TEMPORARIES: &str = "tmp";

/// Blobs in files. Everything here blocks.
#[derive(Clone, Debug)]
pub struct Folder {
    root: Arc<Path>,
}

/// What was found in an account's folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) names: Vec<PictureName>,
    /// Paths that are no blob's.
    pub(super) strangers: Vec<PathBuf>,
}

impl Folder {
    pub(super) fn at(root: PathBuf) -> Folder {
        Folder { root: root.into() }
    }

    pub(super) fn is_same_place(&self, other: &Folder) -> bool {
        let real =
            |folder: &Folder| fs::canonicalize(&folder.root).unwrap_or_else(|_| folder.root.to_path_buf());
        real(self) == real(other)
    }

    pub(super) fn put(&self, account: AccountId, name: &PictureName, content: &[u8]) -> StoreResult<()> {
        let path = self.path(account, name);
        let folder = parent(&path);
        if fs::read(&path).is_ok_and(|kept| kept == content) {
            // Another writer may have renamed it just now.
            return sync_folder(folder);
        }
        private_folder(folder)?;
        let temporary = self.write_temporary(account, name, content, true)?;
        fs::rename(&temporary, &path).map_err(StoreError::file(&path))?;
        sync_folder(folder)
    }

    pub(super) fn get(&self, account: AccountId, name: &PictureName) -> StoreResult<Option<Bytes>> {
        read_if_there(self.path(account, name))
    }

    pub(super) fn delete(&self, account: AccountId, name: &PictureName) -> StoreResult<()> {
        let path = self.path(account, name);
        self.keep_for_holders(account, name, &path)?;
        match fs::remove_file(&path) {
            Ok(()) => sync_folder(parent(&path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(StoreError::file(path)(error)),
        }
    }

    /// Removes an account's folders that hold nothing.
    pub(super) fn remove_empty(&self, account: AccountId) -> StoreResult<()> {
        fn remove(folder: &Path) -> io::Result<()> {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    remove(&entry.path())?;
                }
            }
            match fs::remove_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
                removed => removed,
            }
        }
        let folder = self.root.join(account.to_string());
        match remove(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::file(folder)(error)),
            _ => Ok(()),
        }
    }

    /// The names of all blobs of an account, and paths below its folder that are no blob's.
    pub(super) fn list(&self, account: AccountId) -> StoreResult<Listing> {
        let mut found = Listing::default();
        let mut folders = vec![self.root.join(account.to_string())];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(StoreError::file(folder)(error)),
            };
            for entry in entries {
                let entry = entry.map_err(StoreError::file(&folder))?;
                let path = entry.path();
                if entry.file_type().map_err(StoreError::file(&path))?.is_dir() {
                    folders.push(path);
                } else {
                    match entry.file_name().to_str().and_then(|name| name.parse().ok()) {
                        Some(name) if self.path(account, &name) == path => found.names.push(name),
                        _ => found.strangers.push(path),
                    }
                }
            }
        }
        Ok(found)
    }

    pub(super) fn survey(&self, accounts: &[AccountId]) -> StoreResult<Survey> {
        let mut survey = Survey::default();
        for &account in accounts {
            let found = self.list(account)?;
            survey.blobs.extend(found.names.into_iter().map(|name| (account, name)));
            survey.strangers.extend(found.strangers.into_iter().map(Place::File));
        }
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            // It is made for the first blob.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Survey { nothing_there: true, ..survey });
            }
            Err(error) => return Err(StoreError::file(&*self.root)(error)),
        };
        let known: HashSet<String> =
            accounts.iter().map(AccountId::to_string).chain([TEMPORARIES.to_owned()]).collect();
        for entry in entries {
            let entry = entry.map_err(StoreError::file(&*self.root))?;
            if !entry.file_name().to_str().is_some_and(|name| known.contains(name)) {
                survey.strangers.push(Place::File(entry.path()));
            }
        }
        Ok(survey)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn path(&self, account: AccountId, name: &PictureName) -> PathBuf {
        self.root.join(relative_path(account, name))
    }

    fn write_temporary(
        &self,
        account: AccountId,
        name: &PictureName,
        content: &[u8],
        sync: bool,
    ) -> StoreResult<PathBuf> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        // Process and counter: two writers of the same picture do not share a temporary file.
        let unique = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let folder = self.temporaries();
        private_folder(&folder)?;
        let path = folder.join(format!("{account}-{name}.{}.{unique}", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(StoreError::file(&path))?;
        let written = file.write_all(content).and_then(|()| if sync { file.sync_all() } else { Ok(()) });
        if let Err(error) = written {
            let _ = fs::remove_file(&path);
            return Err(StoreError::file(path)(error));
        }
        Ok(path)
    }

    /// Where files are while they are being written.
    pub(super) fn temporaries(&self) -> PathBuf {
        self.root.join(TEMPORARIES)
    }

    /// Removes what writers that were killed left behind.
    pub(super) fn remove_temporaries(&self) {
        for path in self.leftovers() {
            let _ = Folder::remove_leftover(&path);
        }
    }

    /// What writers that were killed left behind.
    pub(super) fn leftovers(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.temporaries()) else { return Vec::new() };
        let abandoned = |path: &PathBuf| {
            if path.is_dir() {
                return folder_hold::is_abandoned(path);
            }
            // Another process may be writing right now: only files of processes that are gone.
            let name = path.file_name().and_then(|name| name.to_str());
            let process = name.and_then(|name| name.rsplit('.').nth(1)).and_then(|id| id.parse().ok());
            match process.and_then(rustix::process::Pid::from_raw) {
                Some(process) => rustix::process::test_kill_process(process) == Err(Errno::SRCH),
                None => true,
            }
        };
        entries.flatten().map(|entry| entry.path()).filter(abandoned).collect()
    }

    /// Removes one of the [`Folder::leftovers`].
    pub(super) fn remove_leftover(path: &Path) -> StoreResult<()> {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.map_err(StoreError::file(path))
    }
}

/// Blobs in temporary files. Dropping this removes them.
#[derive(Debug)]
pub(super) struct StagedFiles {
    folder: Folder,
    /// Where each is, and where it is to be.
    files: Vec<(PathBuf, PathBuf)>,
}

impl StagedFiles {
    pub(super) fn begin(folder: Folder) -> StoreResult<StagedFiles> {
        private_folder(&folder.temporaries())?;
        Ok(StagedFiles { folder, files: Vec::new() })
    }

    /// Writes some more, with one flush of the file system for all of them in the place of one for each.
    pub(super) fn add(&mut self, account: AccountId, blobs: &[(PictureName, Vec<u8>)]) -> StoreResult<()> {
        self.files.reserve(blobs.len());
        for (name, content) in blobs {
            let temporary = self.folder.write_temporary(account, name, content, false)?;
            self.files.push((temporary, self.folder.path(account, name)));
        }
        self.sync()
    }

    pub(super) fn publish(mut self) -> StoreResult<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        while let Some((temporary, path)) = self.files.last() {
            private_folder(parent(path))?;
            fs::rename(temporary, path).map_err(StoreError::file(path))?;
            self.files.pop();
        }
        self.sync()
    }

    fn sync(&self) -> StoreResult<()> {
        let root = &*self.folder.root;
        let sync = || {
            let folder = fs::File::open(root)?;
            rustix::fs::syncfs(&folder).map_err(io::Error::from)
        };
        sync().map_err(StoreError::file(root))
    }
}

impl Drop for StagedFiles {
    fn drop(&mut self) {
        for (temporary, _) in &self.files {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Where a blob is below the root of all.
pub(crate) fn relative_path(account: AccountId, name: &PictureName) -> String {
    let name = name.to_string();
    format!("{account}/{}/{name}", &name[..2])
}

pub(super) fn read_if_there(path: PathBuf) -> StoreResult<Option<Bytes>> {
    match fs::read(&path) {
        Ok(content) => Ok(Some(content.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file(path)(error)),
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// Makes a folder that nobody else can read, and its parents, durably.
pub(crate) fn private_folder(path: &Path) -> StoreResult<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        private_folder(above)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(StoreError::file(path)(error)),
    }
    match path.parent().filter(|above| !above.as_os_str().is_empty()) {
        Some(above) => sync_folder(above),
        None => Ok(()),
    }
}

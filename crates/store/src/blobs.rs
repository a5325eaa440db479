//! Blobs: pictures by their content-addressed names (`avatars.md`).

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use folkmoot_core::{AccountId, PictureName};
use rustix::io::Errno;

use crate::data_dir::sync_folder;
use crate::{StoreError, StoreResult, holds};

/// Where blobs are kept: a folder of this machine.
#[derive(Clone, Debug)]
pub enum Blobs {
    /// Files below this folder.
    Folder(PathBuf),
}

impl Blobs {
    /// Keeps `content` under `name`: whole, or not at all, and on disk when this returns. What is there already under
    /// that name is left, unless it is damaged: the name says what the content is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, account: AccountId, name: &PictureName, content: &[u8]) -> StoreResult<()> {
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

    /// Writes many under temporary names, with one flush of the file system for all of them in the place of one for
    /// each. Nothing can be found under its name before [`Staged::publish`].
    ///
    /// # Errors
    /// When one cannot be written; then none is kept.
    pub fn stage(&self, account: AccountId, blobs: &[(PictureName, Vec<u8>)]) -> StoreResult<Staged> {
        let Blobs::Folder(root) = self;
        let mut staged = Staged { root: root.clone(), files: Vec::with_capacity(blobs.len()) };
        for (name, content) in blobs {
            let temporary = self.write_temporary(account, name, content, false)?;
            staged.files.push((temporary, self.path(account, name)));
        }
        staged.sync()?;
        Ok(staged)
    }

    /// Keeps many at once.
    ///
    /// # Errors
    /// When one cannot be written; those before it may have been.
    pub fn put_many(&self, account: AccountId, blobs: &[(PictureName, Vec<u8>)]) -> StoreResult<()> {
        self.stage(account, blobs)?.publish()
    }

    /// The content kept under `name`, if there is any.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn get(&self, account: AccountId, name: &PictureName) -> StoreResult<Option<Vec<u8>>> {
        let path = self.path(account, name);
        match fs::read(&path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::file(path)(error)),
        }
    }

    /// Forgets what is kept under `name`.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn delete(&self, account: AccountId, name: &PictureName) -> StoreResult<()> {
        let path = self.path(account, name);
        self.keep_for_holders(account, name, &path)?;
        match fs::remove_file(&path) {
            Ok(()) => sync_folder(parent(&path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(StoreError::file(path)(error)),
        }
    }

    /// The names of all blobs of an account, and paths below its folder that are no blob's.
    pub(crate) fn list(&self, account: AccountId) -> StoreResult<(Vec<PictureName>, Vec<PathBuf>)> {
        let Blobs::Folder(root) = self;
        let (mut names, mut strangers) = (Vec::new(), Vec::new());
        let mut folders = vec![root.join(account.to_string())];
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
                        Some(name) if self.path(account, &name) == path => names.push(name),
                        _ => strangers.push(path),
                    }
                }
            }
        }
        Ok((names, strangers))
    }

    pub(crate) fn path(&self, account: AccountId, name: &PictureName) -> PathBuf {
        let Blobs::Folder(root) = self;
        let name = name.to_string();
        root.join(account.to_string()).join(&name[..2]).join(&name)
    }

    fn write_temporary(
        &self,
        account: AccountId,
        name: &PictureName,
        content: &[u8],
        sync: bool,
    ) -> StoreResult<PathBuf> {
        use std::sync::atomic::{AtomicU64, Ordering};
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
    pub(crate) fn temporaries(&self) -> PathBuf {
        let Blobs::Folder(root) = self;
        root.join("tmp")
    }

    /// Removes what writers that were killed left behind; called when a server starts.
    pub(crate) fn remove_temporaries(&self) {
        for path in self.leftovers() {
            let _ = Blobs::remove_leftover(&path);
        }
    }

    /// What writers that were killed left behind.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.temporaries()) else { return Vec::new() };
        let abandoned = |path: &PathBuf| {
            if path.is_dir() {
                return holds::is_abandoned(path);
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

    /// Removes one of the [`Blobs::leftovers`].
    pub(crate) fn remove_leftover(path: &Path) -> StoreResult<()> {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.map_err(StoreError::file(path))
    }
}

/// Blobs that are written and have not got their names yet. Dropping this removes them.
#[derive(Debug)]
pub struct Staged {
    root: PathBuf,
    /// Where each is, and where it is to be.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Staged {
    /// Gives each its name, durably. Done under the database's write lock, nobody takes them for unused before the
    /// rows that name them are there.
    ///
    /// # Errors
    /// When one cannot be renamed; those before it have been.
    pub fn publish(mut self) -> StoreResult<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        for (temporary, path) in std::mem::take(&mut self.files) {
            private_folder(parent(&path))?;
            fs::rename(&temporary, &path).map_err(StoreError::file(&path))?;
        }
        self.sync()
    }

    fn sync(&self) -> StoreResult<()> {
        let sync = || {
            let folder = fs::File::open(&self.root)?;
            rustix::fs::syncfs(&folder).map_err(io::Error::from)
        };
        sync().map_err(StoreError::file(&self.root))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (temporary, _) in &self.files {
            let _ = fs::remove_file(temporary);
        }
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

//! The folder that is filled: its lock, its corner for incomplete pictures, and making things durable.

use std::{
    collections::HashMap,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::error::MirrorError;

/// Where incomplete pictures and the lock lie.
const CORNER: &str = ".folkmoot";
const MANIFEST: &str = "manifest.jsonl";

/// A folder, held by this run alone.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    corner: PathBuf,
    handle: File,
    _lock: File,
}

impl Folder {
    /// Makes the folder if needed, and locks it. The lock ends with the process, however that ends.
    pub(crate) fn open(root: &Path) -> Result<Self, MirrorError> {
        let corner = root.join(CORNER);
        fs::create_dir_all(&corner).map_err(MirrorError::disk("cannot create", &corner))?;
        let path = corner.join("lock");
        let lock = File::create(&path).map_err(MirrorError::disk("cannot create", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(MirrorError::Locked(root.to_owned())),
            Err(TryLockError::Error(error)) => return Err(MirrorError::disk("cannot lock", path)(error)),
        }
        let handle = File::open(root).map_err(MirrorError::disk("cannot open", root))?;
        Ok(Self { root: root.to_owned(), corner, handle, _lock: lock })
    }

    /// A picture's path.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// The path of something incomplete.
    pub(crate) fn part(&self, name: &str) -> PathBuf {
        self.corner.join(name)
    }

    /// The manifest's path.
    pub(crate) fn manifest(&self) -> PathBuf {
        manifest_path(&self.root)
    }

    /// The sizes of the regular files in the folder.
    pub(crate) fn sizes(&self) -> Result<HashMap<String, u64>, MirrorError> {
        sizes(&self.root)
    }

    /// Removes what an earlier run left incomplete.
    pub(crate) fn sweep(&self) -> Result<(), MirrorError> {
        let fault = MirrorError::disk("cannot read", &self.corner);
        let entries =
            fs::read_dir(&self.corner).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(fault)?;
        for entry in entries.iter().filter(|entry| entry.file_name() != "lock") {
            let path = entry.path();
            fs::remove_file(&path).map_err(MirrorError::disk("cannot remove", path))?;
        }
        Ok(())
    }

    /// Makes everything written to this folder's disk durable: one call for a whole batch.
    #[cfg(target_os = "linux")]
    pub(crate) fn sync(&self, _manifest: &File) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.handle)?)
    }

    /// Makes the manifest and the folder durable; elsewhere the pictures were made so one by one.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn sync(&self, manifest: &File) -> io::Result<()> {
        manifest.sync_data()?;
        // Not every system can do this for a directory.
        let _ = self.handle.sync_all();
        Ok(())
    }
}

/// Where a folder's manifest is.
pub(crate) fn manifest_path(root: &Path) -> PathBuf {
    root.join(MANIFEST)
}

/// The sizes of the regular files in a folder, by name. Links are nobody's picture.
pub(crate) fn sizes(root: &Path) -> Result<HashMap<String, u64>, MirrorError> {
    let mut sizes = HashMap::new();
    for entry in fs::read_dir(root).map_err(MirrorError::disk("cannot read", root))? {
        let entry = entry.map_err(MirrorError::disk("cannot read", root))?;
        let Ok(metadata) = entry.metadata() else { continue };
        if let (true, Ok(name)) = (metadata.is_file(), entry.file_name().into_string()) {
            sizes.insert(name, metadata.len());
        }
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_run() {
        let dir = tempfile::tempdir().unwrap();
        let first = Folder::open(dir.path()).unwrap();
        assert!(matches!(Folder::open(dir.path()), Err(MirrorError::Locked(_))));
        drop(first);
        Folder::open(dir.path()).unwrap();
    }

    #[test]
    fn leftovers_are_swept_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        fs::write(folder.part("part-1"), b"x").unwrap();
        fs::write(folder.path("a.jpg"), b"xyz").unwrap();
        folder.sweep().unwrap();
        assert!(!folder.part("part-1").exists());
        assert_eq!(folder.sizes().unwrap(), HashMap::from([("a.jpg".to_owned(), 3)]));
    }
}

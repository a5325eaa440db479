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
const LANES: [&str; 4] = ["0", "1", "2", "3"];
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
        for lane in LANES {
            let lane = corner.join(lane);
            fs::create_dir_all(&lane).map_err(MirrorError::disk("cannot create", &lane))?;
        }
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

    /// The path of an incomplete picture. The parts are spread over a few folders, so that new ones need not wait
    /// for those that are being renamed out of the same one.
    pub(crate) fn part(&self, number: u64) -> PathBuf {
        self.corner.join(LANES[(number / 512 % 4) as usize]).join(number.to_string())
    }

    /// The path of a manifest in the making.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.corner.join("manifest.new")
    }

    /// The manifest's path.
    pub(crate) fn manifest(&self) -> PathBuf {
        manifest_path(&self.root)
    }

    /// The sizes of the files in the folder.
    pub(crate) fn sizes(&self) -> Result<HashMap<String, u64>, MirrorError> {
        sizes(&self.root)
    }

    /// Removes what an earlier run left incomplete.
    pub(crate) fn sweep(&self) -> Result<(), MirrorError> {
        for lane in LANES.map(|lane| self.corner.join(lane)) {
            for entry in fs::read_dir(&lane).map_err(MirrorError::disk("cannot read", &lane))? {
                let path = entry.map_err(MirrorError::disk("cannot read", &lane))?.path();
                fs::remove_file(&path).map_err(MirrorError::disk("cannot remove", path))?;
            }
        }
        match fs::remove_file(self.scratch()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(MirrorError::disk("cannot remove", self.scratch())(error))
            }
            _ => Ok(()),
        }
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

/// What a folder holds: the sizes of files by name. Anything else counts as a file that no picture can be like.
pub(crate) fn sizes(root: &Path) -> Result<HashMap<String, u64>, MirrorError> {
    let mut sizes = HashMap::new();
    for entry in fs::read_dir(root).map_err(MirrorError::disk("cannot read", root))? {
        let entry = entry.map_err(MirrorError::disk("cannot read", root))?;
        let Ok(metadata) = entry.metadata() else { continue };
        if let Ok(name) = entry.file_name().into_string() {
            sizes.insert(name, if metadata.is_file() { metadata.len() } else { u64::MAX });
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
        fs::write(folder.part(1), b"x").unwrap();
        fs::write(folder.part(600), b"x").unwrap();
        fs::write(folder.scratch(), b"x").unwrap();
        fs::write(folder.path("a.jpg"), b"xyz").unwrap();
        folder.sweep().unwrap();
        assert!(!folder.part(1).exists() && !folder.part(600).exists() && !folder.scratch().exists());
        assert_eq!(
            folder.sizes().unwrap(),
            HashMap::from([("a.jpg".to_owned(), 3), (CORNER.to_owned(), u64::MAX)])
        );
    }
}

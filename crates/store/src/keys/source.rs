//! Where keys come from: a file that nobody else can read, or a command, such as a client of a key management system.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use folkmoot_core::RandomSource;
use zeroize::Zeroizing;

use super::{Keys, command};
use crate::data_dir::sync_folder;
use crate::{StoreError, StoreResult};

/// The most that a key file's text may take; room for hundreds of generations.
pub(super) const MAX_TEXT: usize = 64 << 10;

/// Where keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file in the format of [`Keys`], which nobody but its owner can read.
    File(PathBuf),
    /// A command, run without a shell, that prints what would be in the file. Never empty.
    Command(Vec<String>),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeySource::File(path) => path.display().fmt(f),
            // Its arguments may be nobody's business.
            KeySource::Command(words) => {
                write!(f, "the key command {}", words.first().map_or("", String::as_str))
            }
        }
    }
}

impl KeySource {
    /// Reads the keys.
    ///
    /// # Errors
    /// When the file cannot be read, or others can read it; when the command fails, takes too long or says too much;
    /// when the text is not that of a key file.
    pub async fn read(&self) -> StoreResult<Keys> {
        let text = match self {
            KeySource::File(path) => read_file(path)?,
            KeySource::Command(words) => command::run(words).await?,
        };
        Keys::parse(&self.to_string(), &text)
    }

    /// Makes a key file with a new root key, unless there is one already. A command is expected to have one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create_if_missing(&self, random: &dyn RandomSource) -> StoreResult<()> {
        self.write_if_missing(|| Keys::generate(random))
    }

    /// Makes a key file with these keys, unless there is one already.
    pub(crate) fn write_if_missing(&self, keys: impl FnOnce() -> Keys) -> StoreResult<()> {
        match self {
            KeySource::File(path) if path.symlink_metadata().is_err() => replace(path, &keys()),
            KeySource::File(_) | KeySource::Command(_) => Ok(()),
        }
    }

    /// Adds a new generation to the key file, and tells its number. From then on whoever reads the file seals by it.
    ///
    /// # Errors
    /// When the file cannot be read or written, or another process is changing it; for a command, whose keys others
    /// look after.
    pub fn add_generation(&self, random: &dyn RandomSource) -> StoreResult<u32> {
        let editing = self.edit()?;
        let keys = editing.keys()?.with_next(random)?;
        replace(&editing.path, &keys)?;
        Ok(keys.newest())
    }

    /// Removes a generation from the key file. Values that were sealed by it cannot be opened any more by those who
    /// read the file from then on.
    ///
    /// # Errors
    /// When there is no such generation, or it may not be removed: the root's and the newest. Otherwise as
    /// [`KeySource::add_generation`].
    pub fn remove_generation(&self, generation: u32) -> StoreResult<()> {
        let editing = self.edit()?;
        replace(&editing.path, &editing.keys()?.without(generation)?)
    }

    fn edit(&self) -> StoreResult<Editing> {
        match self {
            KeySource::File(path) => Editing::begin(path),
            KeySource::Command(_) => Err(StoreError::Unusable(format!(
                "the keys come from {self}; add or remove a line `GENERATION KEY` (64 hexadecimal digits) there"
            ))),
        }
    }
}

/// A key file that nobody else may change meanwhile.
struct Editing {
    path: PathBuf,
    /// Locked; readers do not mind.
    _lock: File,
}

impl Editing {
    fn begin(path: &Path) -> StoreResult<Editing> {
        // A link stays a link: what it leads to is changed.
        let path = path.canonicalize().map_err(StoreError::file(path))?;
        let lock = File::open(&path).map_err(StoreError::file(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(&path)),
            Err(TryLockError::Error(error)) => return Err(StoreError::file(path)(error)),
        }
        // It may have been replaced between its opening and its locking.
        let inode = |metadata: io::Result<fs::Metadata>| metadata.map(|metadata| metadata.ino());
        match (inode(fs::metadata(&path)), inode(lock.metadata())) {
            (Ok(there), Ok(ours)) if there == ours => Ok(Editing { path, _lock: lock }),
            _ => Err(busy(&path)),
        }
    }

    fn keys(&self) -> StoreResult<Keys> {
        Keys::parse(&self.path.display().to_string(), &read_file(&self.path)?)
    }
}

fn busy(path: &Path) -> StoreError {
    StoreError::Unusable(format!("another process is changing {}", path.display()))
}

/// Reads a key file, and refuses one that others could have read.
fn read_file(path: &Path) -> StoreResult<Zeroizing<String>> {
    let file = File::open(path).map_err(StoreError::file(path))?;
    let mode = file.metadata().map_err(StoreError::file(path))?.mode();
    if mode & 0o077 != 0 {
        let place = path.display();
        return Err(StoreError::Unusable(format!(
            "{place} can be read by others (mode {:o}); run: chmod 600 {place}",
            mode & 0o777
        )));
    }
    let mut text = Zeroizing::new(Vec::with_capacity(MAX_TEXT + 1));
    file.take(MAX_TEXT as u64 + 1).read_to_end(&mut text).map_err(StoreError::file(path))?;
    text_of(&path.display().to_string(), &text)
}

/// The text of a key file that was read, at most one byte beyond its bound.
pub(super) fn text_of(place: &str, bytes: &[u8]) -> StoreResult<Zeroizing<String>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.len() <= MAX_TEXT => Ok(Zeroizing::new(text.to_owned())),
        _ => Err(StoreError::Unusable(format!("{place} is not a Folkmoot key"))),
    }
}

/// Writes a key file whole or not at all: half a key would lock everybody out for good.
fn replace(path: &Path, keys: &Keys) -> StoreResult<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = folder.join(format!("{name}.new"));
    let written = (|| {
        // One that was left behind may be open to others.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(keys.text().as_bytes())?;
        file.sync_all()
    })();
    written.map_err(StoreError::file(&new))?;
    fs::rename(&new, path).map_err(StoreError::file(path))?;
    sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::keys::tests::Counting;

    fn made(folder: &Path) -> (PathBuf, KeySource) {
        let path = folder.join("key");
        let source = KeySource::File(path.clone());
        source.create_if_missing(&Counting::from(1)).unwrap();
        (path, source)
    }

    #[tokio::test]
    async fn a_generation_is_added_and_removed_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (path, source) = made(folder.path());
        let root = fs::read(&path).unwrap();
        source.create_if_missing(&Counting::from(2)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), root, "a key is never replaced");
        // What a killed writer left is no obstacle, and not kept as it was.
        fs::write(folder.path().join("key.new"), "half a k").unwrap();
        assert_eq!(source.add_generation(&Counting::from(2)).unwrap(), 1);
        assert_eq!(source.add_generation(&Counting::from(3)).unwrap(), 2);
        source.remove_generation(1).unwrap();
        let keys = source.read().await.unwrap();
        assert_eq!(keys.generations().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        let before = fs::read(&path).unwrap();
        for generation in [0, 1, 2, 3] {
            source.remove_generation(generation).unwrap_err();
        }
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[tokio::test]
    async fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = made(folder.path());
        let elsewhere = tempfile::tempdir().unwrap();
        let link = elsewhere.path().join("key");
        symlink(&path, &link).unwrap();
        let source = KeySource::File(link.clone());
        assert_eq!(source.add_generation(&Counting::from(2)).unwrap(), 1);
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(source.read().await.unwrap(), KeySource::File(path).read().await.unwrap());
    }

    #[tokio::test]
    async fn two_do_not_change_it_at_once_and_readers_do_not_mind() {
        let folder = tempfile::tempdir().unwrap();
        let (path, source) = made(folder.path());
        let editing = Editing::begin(&path).unwrap();
        let error = source.add_generation(&Counting::from(2)).unwrap_err().to_string();
        assert!(error.contains("another process is changing"), "{error}");
        source.read().await.unwrap();
        drop(editing);
        source.add_generation(&Counting::from(2)).unwrap();
    }

    #[tokio::test]
    async fn what_others_can_read_or_is_no_key_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, source) = made(folder.path());
        for mode in [0o640, 0o604, 0o660, 0o601] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = source.read().await.unwrap_err().to_string();
            assert!(error.contains("can be read by others") && error.contains("chmod 600"), "{error}");
            source.add_generation(&Counting::from(2)).unwrap_err();
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        source.read().await.unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for bytes in [vec![0xff; 65], vec![b'\n'; MAX_TEXT + 1]] {
            fs::write(&path, bytes).unwrap();
            let error = source.read().await.unwrap_err().to_string();
            assert!(error.contains("is not a Folkmoot key"), "{error}");
        }
    }

    #[test]
    fn a_commands_keys_are_its_own_affair() {
        let source = KeySource::Command(vec!["kms".to_owned(), "--token=x".to_owned()]);
        source.create_if_missing(&Counting::from(1)).unwrap();
        let error = source.add_generation(&Counting::from(1)).unwrap_err().to_string();
        assert!(error.contains("the key command kms") && !error.contains("token"), "{error}");
    }
}

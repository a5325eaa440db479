//! Restoring a backup: whole, or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::blobs::private_folder;
use crate::data_dir::{parse_key, sync_folder};
use crate::manifest::{self, BackedUpAccount, Manifest, Sum, write_private};
use crate::pictures::run_blocking;
use crate::progress::Steps;
use crate::{DataDir, OnProgress, Stage, StoreError, StoreResult};

/// How to restore.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreOptions {
    /// The key file, for a backup that was made without it.
    pub key: Option<PathBuf>,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreReport {
    /// When the backup was begun.
    pub made: Timestamp,
    /// The accounts in it, each at a revision.
    pub accounts: Vec<BackedUpAccount>,
    /// How many pictures there were.
    pub pictures: u64,
}

/// Restores the backup at `source` to `target`, a data directory that is empty or does not exist yet.
///
/// Every file is verified against its hash in the manifest, and the manifest against the key, before any of them is
/// where a store would look for it. While this is under way, and after it was killed, `target` does not open.
///
/// # Errors
/// When `source` is no complete backup, was changed or is damaged; when its key is missing or another's; when there
/// is a store at `target`, or it cannot be written. Then `target` holds nothing of it.
pub async fn restore(
    source: &Path,
    target: &DataDir,
    options: RestoreOptions,
    on_progress: OnProgress,
) -> StoreResult<RestoreReport> {
    let (source, target) = (source.to_owned(), target.clone());
    run_blocking(move || restore_blocking(&source, &target, &options, &on_progress)).await
}

fn restore_blocking(
    source: &Path,
    target: &DataDir,
    options: &RestoreOptions,
    on_progress: &OnProgress,
) -> StoreResult<RestoreReport> {
    let key_text = read_key_text(source, options)?;
    let key = parse_key(options.key.as_deref().unwrap_or(&source.join(manifest::KEY)), &key_text)?;
    let (manifest, sums) = Manifest::read(source, &key)?;
    let staging = Staging::begin(target)?;
    // Read once: verified and written to the staging folder in one go. Nothing has a store's name before all of it
    // has been found to be right.
    let mut steps = Steps::begin(on_progress, Stage::Verify, sums.len() as u64);
    for sum in &sums {
        if sum.path != Path::new(manifest::KEY) {
            copy_verified(source, sum, &staging.folder)?;
        }
        steps.step();
    }
    write_private(&staging.folder.join(manifest::KEY), key_text.as_bytes())?;
    private_folder(&staging.folder.join(manifest::BLOBS))?;
    Steps::begin(on_progress, Stage::Restore, 1).finish();
    staging.complete()?;
    Ok(RestoreReport { made: manifest.made, accounts: manifest.accounts, pictures: manifest.pictures })
}

fn read_key_text(source: &Path, options: &RestoreOptions) -> StoreResult<String> {
    let path = options.key.clone().unwrap_or_else(|| source.join(manifest::KEY));
    fs::read_to_string(&path).map_err(|error| {
        if options.key.is_none() && error.kind() == io::ErrorKind::NotFound {
            let what = if source.join(manifest::MANIFEST).exists() {
                "was made without its key; say where the key file is"
            } else {
                "holds no complete backup"
            };
            return StoreError::Unusable(format!("{} {what}", source.display()));
        }
        StoreError::file(path)(error)
    })
}

fn copy_verified(source: &Path, sum: &Sum, folder: &Path) -> StoreResult<()> {
    use std::io::{Read, Write};
    let (from, to) = (source.join(&sum.path), folder.join(&sum.path));
    private_folder(to.parent().unwrap_or(folder))?;
    write_private(&to, b"")?;
    let mut reader = fs::File::open(&from).map_err(StoreError::file(&from))?;
    let mut writer = fs::OpenOptions::new().append(true).open(&to).map_err(StoreError::file(&to))?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = reader.read(&mut buffer).map_err(StoreError::file(&from))?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        writer.write_all(&buffer[..read]).map_err(StoreError::file(&to))?;
    }
    if sum.matches(&hash.finalize()) {
        Ok(())
    } else {
        Err(StoreError::Damaged(format!("{} is not what was backed up", from.display())))
    }
}

/// The folder inside the data directory in which it is put together: a data directory is often a mount point, which
/// nothing can be renamed to. While the folder is there, the data directory does not count as whole.
struct Staging {
    folder: PathBuf,
    target: DataDir,
    complete: bool,
}

impl Staging {
    fn begin(target: &DataDir) -> StoreResult<Staging> {
        let place = target.path().display();
        target.must_be_whole()?;
        if target.exists() || target.blobs().exists() {
            return Err(StoreError::Unusable(format!("{place} already holds a Folkmoot store")));
        }
        private_folder(target.path())?;
        let folder = target.restoring();
        // Not `private_folder`: of two that restore here at once, one is refused.
        fs::create_dir(&folder).map_err(StoreError::file(&folder))?;
        let staging = Staging { folder, target: target.clone(), complete: false };
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(&staging.folder, mode).map_err(StoreError::file(&staging.folder))?;
        Ok(staging)
    }

    fn complete(mut self) -> StoreResult<()> {
        let sync = || {
            let folder = fs::File::open(self.target.path())?;
            rustix::fs::syncfs(&folder).map_err(io::Error::from)
        };
        sync().map_err(StoreError::file(self.target.path()))?;
        for (name, to) in self.parts() {
            fs::rename(self.folder.join(name), &to).map_err(StoreError::file(to))?;
        }
        private_folder(&self.target.images())?;
        sync_folder(self.target.path())?;
        fs::remove_dir(&self.folder).map_err(StoreError::file(&self.folder))?;
        self.complete = true;
        sync_folder(self.target.path())
    }

    fn parts(&self) -> [(&'static str, PathBuf); 3] {
        [
            (manifest::BLOBS, self.target.blobs()),
            (manifest::DATABASE, self.target.database()),
            (manifest::KEY, self.target.key()),
        ]
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.complete {
            return;
        }
        for (_, path) in self.parts() {
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

//! Restoring a backup: whole, or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use folkmoot_core::{AccountId, PictureName};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::chain::Chain;
use super::manifest::{self, BackedUpAccount, Manifest, Sum, write_private};
use crate::blobs::{self, private_folder};
use crate::data_dir::sync_folder;
use crate::pictures::run_blocking;
use crate::progress::Steps;
use crate::{Blobs, DataDir, Keys, OnProgress, Stage, StoreError, StoreResult};

/// How to restore.
#[derive(Clone, Debug, Default)]
pub struct RestoreOptions {
    /// The key file, for a backup that was made without it.
    pub key: Option<PathBuf>,
    /// Where the pictures are to be, if elsewhere than in the data directory. What else is there is left alone.
    pub blobs: Option<Blobs>,
    /// Where backups are that this one was made since, if neither beside it nor where they were.
    pub parents: Option<PathBuf>,
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
/// is a store at `target`, or it cannot be written. Then `target` holds nothing of it; pictures that are to be elsewhere
/// may have got there.
pub async fn restore(
    source: &Path,
    target: &DataDir,
    options: RestoreOptions,
    on_progress: OnProgress,
) -> StoreResult<RestoreReport> {
    let unpack = {
        let (source, target, on_progress) = (source.to_owned(), target.clone(), on_progress.clone());
        let (key, parents) = (options.key, options.parents);
        move || unpack(&source, &target, key.as_deref(), parents.as_deref(), &on_progress)
    };
    let Unpacked { manifest, keys, pictures, staging } = run_blocking(unpack).await?;
    let mut steps = Steps::begin(&on_progress, Stage::Restore, pictures.len() as u64);
    if let Some(blobs) = &options.blobs {
        blobs.belong_to(&keys.owner_of_pictures())?;
        put_pictures(blobs, &staging.folder.join(manifest::BLOBS), pictures, &mut steps).await?;
    }
    let elsewhere = options.blobs.is_some();
    run_blocking(move || staging.complete(elsewhere)).await?;
    steps.finish();
    Ok(RestoreReport { made: manifest.made, accounts: manifest.accounts, pictures: manifest.pictures })
}

/// Verifies the backup at `source`, and those that it was made since: that it can be restored. Nothing is written.
///
/// # Errors
/// Those of [`restore`] that are about `source`.
pub async fn verify_backup(
    source: &Path,
    options: RestoreOptions,
    on_progress: OnProgress,
) -> StoreResult<RestoreReport> {
    let source = source.to_owned();
    run_blocking(move || {
        let Opened { chain, .. } = open(&source, options.key.as_deref(), options.parents.as_deref())?;
        chain.verify(&on_progress)?;
        let Manifest { made, accounts, pictures, .. } = chain.newest().manifest.clone();
        Ok(RestoreReport { made, accounts, pictures })
    })
    .await
}

/// Puts the pictures below `folder` where they are to be.
async fn put_pictures(
    blobs: &Blobs,
    folder: &Path,
    mut pictures: Vec<(AccountId, PictureName)>,
    steps: &mut Steps<'_>,
) -> StoreResult<()> {
    /// The bound on memory.
    const AT_ONCE: usize = 64;
    pictures.sort_unstable();
    for of_account in pictures.chunk_by(|(one, _), (other, _)| one == other) {
        let mut staged = blobs::Staging::begin(blobs, of_account[0].0).await?;
        for batch in of_account.chunks(AT_ONCE) {
            let (folder, batch) = (folder.to_owned(), batch.to_owned());
            let read = move || {
                let read = |(account, name): (AccountId, PictureName)| {
                    let path = folder.join(Blobs::relative_path(account, name));
                    Ok((name, fs::read(&path).map_err(StoreError::file(path))?))
                };
                batch.into_iter().map(read).collect::<StoreResult<Vec<_>>>()
            };
            let contents = run_blocking(read).await?;
            let count = contents.len();
            staged.add(contents).await?;
            (0..count).for_each(|_| steps.step());
        }
        staged.publish().await?;
    }
    Ok(())
}

/// A backup whose manifest is what it was, and its key.
struct Opened {
    chain: Chain,
    keys: Keys,
    key_text: Zeroizing<String>,
}

fn open(source: &Path, key: Option<&Path>, parents: Option<&Path>) -> StoreResult<Opened> {
    let key_text = read_key_text(source, key)?;
    let key_path = key.map_or_else(|| source.join(manifest::KEY), Path::to_owned);
    let keys = Keys::parse(&key_path.display().to_string(), &key_text)?;
    let chain = Chain::open(source, keys.root(), parents)?;
    // The signature vouches for its root key alone. One that was kept elsewhere may have newer keys too.
    if key.is_none() && chain.newest().sum(manifest::KEY).is_some_and(|sum| !is_of(sum, &key_text)) {
        return Err(StoreError::Damaged(format!("{} is not what was backed up", key_path.display())));
    }
    Ok(Opened { chain, keys, key_text })
}

fn is_of(sum: &Sum, text: &str) -> bool {
    sum.matches(&Sha256::digest(text.as_bytes()))
}

/// A backup that is what it was, with its files in the staging folder.
struct Unpacked {
    manifest: Manifest,
    keys: Keys,
    pictures: Vec<(AccountId, PictureName)>,
    staging: Staging,
}

fn unpack(
    source: &Path,
    target: &DataDir,
    key: Option<&Path>,
    parents: Option<&Path>,
    on_progress: &OnProgress,
) -> StoreResult<Unpacked> {
    let Opened { chain, keys, key_text } = open(source, key, parents)?;
    if chain.is_incremental() {
        chain.verify(on_progress)?;
    }
    let staging = Staging::begin(target)?;
    let contents = &chain.newest().contents;
    // Each file is verified once more while it is copied. Nothing has a store's name before all of it has been found to
    // be right.
    let mut steps = Steps::begin(on_progress, Stage::Verify, contents.len() as u64);
    for sum in contents {
        if sum.path == Path::new(manifest::DATABASE) && chain.is_incremental() {
            chain.rebuild_database(&staging.folder.join(manifest::DATABASE))?;
        } else if sum.path != Path::new(manifest::KEY) {
            copy_verified(&chain.find(sum)?, sum, &staging.folder)?;
        }
        steps.step();
    }
    write_private(&staging.folder.join(manifest::KEY), key_text.as_bytes())?;
    private_folder(&staging.folder.join(manifest::BLOBS))?;
    steps.finish();
    let pictures = contents.iter().filter_map(|sum| picture_at(&sum.path)).collect();
    Ok(Unpacked { manifest: chain.newest().manifest.clone(), keys, pictures, staging })
}

/// The picture that a file of a backup is.
fn picture_at(path: &Path) -> Option<(AccountId, PictureName)> {
    let below = path.strip_prefix(manifest::BLOBS).ok()?;
    let account = below.iter().next()?.to_str()?.parse().ok().map(AccountId)?;
    let name = below.file_name()?.to_str()?.parse().ok()?;
    (Path::new(&Blobs::relative_path(account, name)) == below).then_some((account, name))
}

fn read_key_text(source: &Path, key: Option<&Path>) -> StoreResult<Zeroizing<String>> {
    let path = key.map_or_else(|| source.join(manifest::KEY), Path::to_owned);
    fs::read_to_string(&path).map(Zeroizing::new).map_err(|error| {
        if key.is_none() && error.kind() == io::ErrorKind::NotFound {
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

fn copy_verified(from: &Path, sum: &Sum, folder: &Path) -> StoreResult<()> {
    use std::io::{Read, Write};
    let to = folder.join(&sum.path);
    private_folder(to.parent().unwrap_or(folder))?;
    write_private(&to, b"")?;
    let mut reader = fs::File::open(from).map_err(StoreError::file(from))?;
    let mut writer = fs::OpenOptions::new().append(true).open(&to).map_err(StoreError::file(&to))?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = reader.read(&mut buffer).map_err(StoreError::file(from))?;
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

    /// Gives everything its place, but for blobs whose place is elsewhere.
    fn complete(mut self, blobs_are_elsewhere: bool) -> StoreResult<()> {
        if blobs_are_elsewhere {
            let blobs = self.folder.join(manifest::BLOBS);
            fs::remove_dir_all(&blobs).map_err(StoreError::file(&blobs))?;
            private_folder(&blobs)?;
        }
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

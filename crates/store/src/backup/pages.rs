//! The pages of the embedded database as they are at one moment, read from its files while others write.
//!
//! SQLite keeps the database in a file, and what was written of late in a write-ahead log beside it; from time to time
//! somebody's connection carries pages from the log over to the file (a checkpoint), and once all have been, a writer
//! may begin the log anew. To see one moment nevertheless:
//!
//! 1. *Take the write lock.* Nobody appends to the log any more, and nobody can begin it anew.
//! 2. *Begin to read* in another connection. Its view is everything that has been committed, to the log's last frame.
//! 3. *Copy the log*, which is small, as a file.
//! 4. *Let go of the write lock.* Others write on.
//! 5. *Read the database file* at leisure, and put the log's version in the place of each page that is in the copied
//!    log. Then end the view.
//!
//! During step 5 two things can be true of the view. Either the log had frames that had not been carried over when the
//! view began: then, as long as it lives, checkpoints stop at its last frame, and the log cannot be begun anew. The
//! file is changed under our hands only by pages of the copied log, which cover it. Or everything had been carried
//! over: then the view reads from the file alone, and keeps checkpoints from touching it at all; the copied log says
//! what the file says. Either way a page that is read half-written is one that the log has whole. What writers append
//! meanwhile is in neither.
//!
//! SQLite's locks on the file belong to the process, and closing *any* handle of a file gives all of the process's
//! locks on it up: the view would be without its protection, and so would be every other connection. So the handle by
//! which the file is read here is never closed, but kept for the next time.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::wal::Wal;
use crate::db::{Db, Transaction};
use crate::pictures::run_blocking;
use crate::{StoreError, StoreResult};

/// Pages read from the file in one go.
const AT_ONCE: usize = 256;
/// Where a database has a page that is never used, because locks are taken on its bytes.
const LOCKED_BYTE: u64 = 1 << 30;

/// The pages of a database at one moment.
#[derive(Debug)]
pub(super) struct Pages {
    path: PathBuf,
    file: Arc<File>,
    wal: Wal,
    size: usize,
    count: u32,
}

impl Db {
    /// A view of the embedded database at `path`, and its pages in that view. They can be read for as long as the view
    /// lives. `scratch` is a file to make, which may be removed with the pages.
    pub(super) async fn view_of_pages(
        &self,
        path: &Path,
        scratch: &Path,
    ) -> StoreResult<(Transaction, Pages)> {
        let writer = self.begin().await?;
        let mut view = self.snapshot().await?;
        let Transaction::Sqlite(reader) = &mut view else { unreachable!("only SQLite has pages") };
        // The first reading begins the view.
        let _: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema").fetch_one(&mut **reader).await?;
        let size: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut **reader).await?;
        let count: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut **reader).await?;
        let (database, scratch) = (path.to_owned(), scratch.to_owned());
        let log = {
            let (log, scratch) = (beside(path, "-wal"), scratch.clone());
            run_blocking(move || copy_if_there(&log, &scratch)).await
        };
        writer.commit().await?;
        log?;
        let read = move || {
            let wal = Wal::open(&scratch, size as usize)?;
            let file = kept_open(&database)?;
            Ok(Pages { path: database, file, wal, size: size as usize, count: count as u32 })
        };
        Ok((view, run_blocking(read).await?))
    }
}

impl Pages {
    /// The size of a page in bytes.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Reads them all, in order, with their numbers, from 1.
    pub(super) fn for_each(&self, mut each: impl FnMut(u32, &[u8]) -> StoreResult<()>) -> StoreResult<()> {
        let mut buffer = vec![0; AT_ONCE * self.size];
        let mut first = 1;
        while first <= self.count {
            let pages = AT_ONCE.min((self.count - first + 1) as usize);
            let buffer = &mut buffer[..pages * self.size];
            let at = u64::from(first - 1) * self.size as u64;
            let read = self.read_file(buffer, at)?;
            for (page, number) in buffer.chunks_exact_mut(self.size).zip(first..) {
                let end = (number - first + 1) as usize * self.size;
                let from_log = self.wal.read(number, page)?;
                if !from_log && end > read {
                    self.beyond_the_file(number, page)?;
                }
                each(number, page)?;
            }
            first += pages as u32;
        }
        Ok(())
    }

    /// Fills `buffer` from the file; the number of bytes that there are, at most its length.
    fn read_file(&self, buffer: &mut [u8], at: u64) -> StoreResult<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read_at(&mut buffer[filled..], at + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StoreError::file(&self.path)(error)),
            }
        }
        Ok(filled)
    }

    fn beyond_the_file(&self, number: u32, page: &mut [u8]) -> StoreResult<()> {
        if u64::from(number - 1) != LOCKED_BYTE / self.size as u64 {
            let place = self.path.display();
            return Err(StoreError::Damaged(format!("{place} ends before its page {number}")));
        }
        page.fill(0);
        Ok(())
    }
}

/// A handle of a file that stays open until the process ends.
struct Kept {
    device: u64,
    inode: u64,
    file: Arc<File>,
}

/// A handle of the file at `path`, which stays open until the process ends.
fn kept_open(path: &Path) -> StoreResult<Arc<File>> {
    static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
    let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let there = fs::metadata(path).map_err(StoreError::file(path))?;
    // Looked for before anything is opened, which would have to be closed again.
    let is_it = |kept: &&Kept| (kept.device, kept.inode) == (there.dev(), there.ino());
    if let Some(kept) = all.iter().find(is_it) {
        return Ok(Arc::clone(&kept.file));
    }
    let file = Arc::new(File::open(path).map_err(StoreError::file(path))?);
    let opened = file.metadata().map_err(StoreError::file(path))?;
    all.push(Kept { device: opened.dev(), inode: opened.ino(), file: Arc::clone(&file) });
    Ok(file)
}

/// Copies a file, or makes an empty one where there is none.
fn copy_if_there(from: &Path, to: &Path) -> StoreResult<()> {
    let mut copy = super::manifest::new_private(to)?;
    match File::open(from) {
        Ok(mut file) => io::copy(&mut file, &mut copy).map(drop).map_err(StoreError::file(from)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::file(from)(error)),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

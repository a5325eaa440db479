//! Pages of the database in an incremental backup: those that have changed, and the hashes of all.
//!
//! Both files begin with a word that says what they are, the size of a page, and how many pages the database has; each
//! a big-endian number of four bytes. Then follow, in the one, the number and the content of each page that has
//! changed, and in the other, the SHA-256 of each page.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{Sum, new_private};
use super::pages::Pages;
use crate::progress::Steps;
use crate::{StoreError, StoreResult};

const CHANGED: &[u8; 16] = b"folkmoot pages 1";
const HASHES: &[u8; 16] = b"folkmoot hashes1";

type Hash = [u8; 32];

/// A file that was written: its hash and its length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) hash: Hash,
    pub(super) length: u64,
}

/// Writes a file that others cannot read, and hashes it.
struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    length: u64,
}

impl Writer {
    fn new(path: &Path) -> StoreResult<Writer> {
        let file = BufWriter::with_capacity(1 << 18, new_private(path)?);
        Ok(Writer { path: path.to_owned(), file, hash: Sha256::new(), length: 0 })
    }

    fn put(&mut self, bytes: &[u8]) -> StoreResult<()> {
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        self.file.write_all(bytes).map_err(StoreError::file(&self.path))
    }

    fn begin(&mut self, word: &[u8], size: usize, count: u32) -> StoreResult<()> {
        self.put(word)?;
        self.put(&(size as u32).to_be_bytes())?;
        self.put(&count.to_be_bytes())
    }

    fn finish(mut self) -> StoreResult<Written> {
        self.file.flush().map_err(StoreError::file(&self.path))?;
        Ok(Written { hash: self.hash.finalize().into(), length: self.length })
    }
}

/// Writes the whole database to a file.
pub(super) fn write_whole(pages: &Pages, path: &Path, steps: &mut Steps<'_>) -> StoreResult<Written> {
    let mut file = Writer::new(path)?;
    pages.for_each(|_, page| {
        steps.step();
        file.put(page)
    })?;
    file.finish()
}

/// What [`write_changed`] has written.
pub(super) struct Changes {
    /// The database as a whole, which is in no file.
    pub(super) whole: Hash,
    pub(super) pages: Written,
    pub(super) hashes: Written,
}

/// Writes the pages that are not as `before` says, and the hashes of all.
pub(super) fn write_changed(
    pages: &Pages,
    before: &PageHashes,
    (changed, hashes): (&Path, &Path),
    steps: &mut Steps<'_>,
) -> StoreResult<Changes> {
    let mut changed = Writer::new(changed)?;
    let mut hashes = Writer::new(hashes)?;
    changed.begin(CHANGED, pages.size(), pages.count())?;
    hashes.begin(HASHES, pages.size(), pages.count())?;
    let mut whole = Sha256::new();
    pages.for_each(|number, page| {
        steps.step();
        whole.update(page);
        let hash: Hash = Sha256::digest(page).into();
        hashes.put(&hash)?;
        if before.says(number, page.len(), &hash) {
            return Ok(());
        }
        changed.put(&number.to_be_bytes())?;
        changed.put(page)
    })?;
    Ok(Changes { whole: whole.finalize().into(), pages: changed.finish()?, hashes: hashes.finish()? })
}

/// The hash of each page of a database.
#[derive(Debug)]
pub(super) struct PageHashes {
    size: usize,
    hashes: Vec<Hash>,
}

impl PageHashes {
    fn says(&self, number: u32, size: usize, hash: &Hash) -> bool {
        self.size == size && self.hashes.get(number as usize - 1) == Some(hash)
    }

    /// Hashes the pages of the database in the file at `path`, which must be the one that `sum` says.
    pub(super) fn of_database(path: &Path, sum: &Sum) -> StoreResult<PageHashes> {
        let file = File::open(path).map_err(StoreError::file(path))?;
        let mut header = [0; 18];
        file.read_exact_at(&mut header, 0).map_err(StoreError::file(path))?;
        // The size that does not fit is written as 1.
        let size = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 1 << 16,
            size => usize::from(size),
        };
        let size = known_size(size, path)?;
        let (mut hashes, mut whole, mut page) = (Vec::new(), Sha256::new(), vec![0; size]);
        let mut file = BufReader::with_capacity(1 << 18, file);
        while read_whole(&mut file, &mut page, path)? {
            whole.update(&page);
            hashes.push(Sha256::digest(&page).into());
        }
        if sum.matches(&whole.finalize()) { Ok(PageHashes { size, hashes }) } else { Err(changed(path)) }
    }

    /// Reads what [`write_changed`] has written, which must be what `sum` says.
    pub(super) fn read(path: &Path, sum: &Sum) -> StoreResult<PageHashes> {
        let bytes = std::fs::read(path).map_err(StoreError::file(path))?;
        if !sum.matches(&Sha256::digest(&bytes)) {
            return Err(changed(path));
        }
        let mut rest = &bytes[..];
        let (size, count) = read_start(&mut rest, HASHES, path)?;
        let (hashes, rest) = rest.as_chunks::<32>();
        if hashes.len() != count as usize || !rest.is_empty() {
            return Err(malformed(path));
        }
        Ok(PageHashes { size, hashes: hashes.to_vec() })
    }
}

/// Puts the changed pages in the file at `path` into a database as it was before.
pub(super) fn apply(path: &Path, database: &File, place: &Path) -> StoreResult<()> {
    let file = File::open(path).map_err(StoreError::file(path))?;
    let mut file = BufReader::with_capacity(1 << 18, file);
    let (size, count) = read_start(&mut file, CHANGED, path)?;
    let (mut number, mut page) = ([0; 4], vec![0; size]);
    while read_whole(&mut file, &mut number, path)? {
        let number = u32::from_be_bytes(number);
        if number == 0 || number > count || !read_whole(&mut file, &mut page, path)? {
            return Err(malformed(path));
        }
        let at = u64::from(number - 1) * size as u64;
        database.write_all_at(&page, at).map_err(StoreError::file(place))?;
    }
    database.set_len(u64::from(count) * size as u64).map_err(StoreError::file(place))
}

fn read_start(from: &mut impl Read, word: &[u8; 16], path: &Path) -> StoreResult<(usize, u32)> {
    let mut start = [0; 24];
    if !read_whole(from, &mut start, path)? || start[..16] != *word {
        return Err(malformed(path));
    }
    let number = |at: usize| start[at..at + 4].iter().fold(0, |number, &byte| number << 8 | u32::from(byte));
    Ok((known_size(number(16) as usize, path)?, number(20)))
}

/// Pages are of 512 to 65,536 bytes.
fn known_size(size: usize, path: &Path) -> StoreResult<usize> {
    if size.is_power_of_two() && (512..=1 << 16).contains(&size) { Ok(size) } else { Err(malformed(path)) }
}

/// Fills `buffer`; `false` at the end of the file, which must not come in the middle of it.
fn read_whole(from: &mut impl Read, buffer: &mut [u8], path: &Path) -> StoreResult<bool> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(malformed(path)),
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(StoreError::file(path)(error)),
        }
    }
    Ok(true)
}

fn malformed(path: &Path) -> StoreError {
    StoreError::Damaged(format!("{} is malformed", path.display()))
}

fn changed(path: &Path) -> StoreError {
    StoreError::Damaged(format!("{} is not what was backed up", path.display()))
}

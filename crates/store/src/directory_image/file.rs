//! The file of an image: sealed segments of people, then a sealed index of them, then where the index begins.
//!
//! Segments are small enough to be held several at a time and large enough that sealing costs little beside reading;
//! they are opened and read side by side. Each repeats the image's random mark and its own place, so that segments of
//! two images cannot be mixed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use folkmoot_core::{AccountId, Directory, Person, Sealed};
use jiff::civil::Date;

use super::code::{Malformed, Reader, Writer};
use super::{About, FORMAT};
use crate::blobs::private_folder;
use crate::data_dir::sync_folder;
use crate::keys::Purpose;
use crate::{KeyRing, StoreError, StoreResult};

const MAGIC: [u8; 8] = *b"FMIMAGE1";
/// People of one segment.
const SEGMENT: usize = 2048;
/// The index's length and the magic number.
const TRAILER: usize = 4 + MAGIC.len();
/// How the names of images end that are still being written.
pub(super) const TEMPORARY: &str = ".tmp";

type Mark = [u8; 16];

/// An image that was opened: its index is known to be right.
pub(super) struct Image {
    pub(super) about: About,
    mark: Mark,
    /// Where each segment begins and how long it is.
    segments: Vec<(u64, usize)>,
    file: File,
    keys: KeyRing,
}

/// Why an image is of no use.
#[derive(Debug)]
pub(super) enum Unreadable {
    Missing,
    Damaged,
    File(io::Error),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Missing => f.write_str("there is none"),
            Unreadable::Damaged => f.write_str("it is damaged, of another version, or sealed by another key"),
            Unreadable::File(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Unreadable::Missing,
            io::ErrorKind::UnexpectedEof => Unreadable::Damaged,
            _ => Unreadable::File(error),
        }
    }
}

impl From<Malformed> for Unreadable {
    fn from(_: Malformed) -> Self {
        Unreadable::Damaged
    }
}

impl From<StoreError> for Unreadable {
    fn from(_: StoreError) -> Self {
        Unreadable::Damaged
    }
}

/// Writes an image to `path`: whole, or not at all.
pub(super) fn write(
    folder: &Path,
    path: &Path,
    about: &About,
    directory: &Directory,
    keys: &KeyRing,
) -> StoreResult<()> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    private_folder(folder)?;
    let unique = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!("{}.{}.{unique}{TEMPORARY}", about.account, std::process::id()));
    let write = || {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        // Tells whoever tidies up that this is not a leftover.
        file.lock()?;
        write_to(&mut file, about, directory, keys)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    if let Err(error) = write() {
        let _ = fs::remove_file(&temporary);
        return Err(StoreError::file(path)(error));
    }
    sync_folder(folder)
}

/// Whether the writer of the temporary file at `path` lives.
pub(super) fn is_being_written(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_err())
}

fn write_to(file: &mut File, about: &About, directory: &Directory, keys: &KeyRing) -> io::Result<()> {
    let mark = keys.mark();
    let (mut lengths, mut people) = (Vec::new(), directory.people().peekable());
    let mut size = 0;
    while people.peek().is_some() {
        // Segments are of a size: the one before says how much room this one takes.
        let mut writer = Writer(Vec::with_capacity(size + size / 8));
        writer.0.extend_from_slice(&mark);
        writer.put_length(lengths.len() as u64);
        for person in people.by_ref().take(SEGMENT) {
            writer.put(&**person);
        }
        size = writer.0.len();
        let sealed = keys.seal(Purpose::DirectoryImage, about.account, &writer.0);
        file.write_all(&sealed.0)?;
        lengths.push(sealed.0.len());
    }
    let mut writer = Writer::default();
    writer.put_length(FORMAT);
    writer.0.extend_from_slice(&mark);
    writer.put(&about.account.0);
    writer.put_length(about.revision);
    writer.put(&about.as_of);
    writer.0.extend_from_slice(&about.anchor);
    writer.put_length(about.people);
    writer.put_length(lengths.len() as u64);
    for length in &lengths {
        writer.put_length(*length as u64);
    }
    let index = keys.seal(Purpose::DirectoryImage, about.account, &writer.0);
    file.write_all(&index.0)?;
    file.write_all(&(index.0.len() as u32).to_le_bytes())?;
    file.write_all(&MAGIC)
}

impl Image {
    pub(super) fn open(path: &Path, account: AccountId, keys: &KeyRing) -> Result<Image, Unreadable> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let trailer_at = size.checked_sub(TRAILER as u64).ok_or(Unreadable::Damaged)?;
        let mut trailer = [0; TRAILER];
        file.read_exact_at(&mut trailer, trailer_at)?;
        let (length, magic) = trailer.split_first_chunk().ok_or(Unreadable::Damaged)?;
        if magic != MAGIC {
            return Err(Unreadable::Damaged);
        }
        let length = u64::from(u32::from_le_bytes(*length));
        let index_at = trailer_at.checked_sub(length).ok_or(Unreadable::Damaged)?;
        let index = read_sealed(&file, index_at, length as usize, account, keys)?;
        let mut reader = Reader { bytes: &index, as_of: Date::MIN };
        if reader.take_length()? != FORMAT {
            return Err(Unreadable::Damaged);
        }
        let mark = reader.take_array()?;
        let about = About {
            account: AccountId(reader.take()?),
            revision: reader.take_length()?,
            as_of: reader.take()?,
            anchor: reader.take_array()?,
            people: reader.take_length()?,
        };
        let (mut segments, mut at) = (Vec::new(), 0);
        for _ in 0..reader.take_length()? {
            let length = reader.take_length()?;
            segments.push((at, length as usize));
            at += length;
        }
        if about.account != account || at != index_at || !reader.bytes.is_empty() {
            return Err(Unreadable::Damaged);
        }
        Ok(Image { about, mark, segments, file, keys: keys.clone() })
    }

    /// Everybody in the image, in order, without what is superseded on the day `as_of`. Segments are read side by side on every processor, a few ahead of the one
    /// whose turn it is.
    pub(super) fn people(&self, as_of: Date) -> Result<Vec<Person>, Unreadable> {
        let workers = thread::available_parallelism().map_or(1, usize::from).min(self.segments.len());
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (sender, receiver) = sync_channel(workers.max(1));
        let mut people = Vec::with_capacity(self.about.people as usize);
        thread::scope(|scope| {
            for _ in 0..workers {
                let (sender, next, failed) = (sender.clone(), &next, &failed);
                scope.spawn(move || {
                    while !failed.load(Ordering::Relaxed) {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= self.segments.len() || sender.send((at, self.segment(at, as_of))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let (mut early, mut expected) = (BTreeMap::new(), 0);
            // The receiver is dropped when this returns, and then a worker that waits to send goes home.
            for (at, segment) in receiver {
                early.insert(at, segment.inspect_err(|_| failed.store(true, Ordering::Relaxed))?);
                while let Some(segment) = early.remove(&expected) {
                    people.extend(segment);
                    expected += 1;
                }
            }
            Ok::<(), Unreadable>(())
        })?;
        if people.len() as u64 == self.about.people { Ok(people) } else { Err(Unreadable::Damaged) }
    }

    fn segment(&self, at: usize, as_of: Date) -> Result<Vec<Person>, Unreadable> {
        let (offset, length) = self.segments[at];
        let bytes = read_sealed(&self.file, offset, length, self.about.account, &self.keys)?;
        let mut reader = Reader { bytes: &bytes, as_of };
        if reader.take_array()? != self.mark || reader.take_length()? != at as u64 {
            return Err(Unreadable::Damaged);
        }
        let mut people = Vec::with_capacity(SEGMENT);
        while !reader.bytes.is_empty() {
            let person: Person = reader.take()?;
            // It was sealed by a key that has been forgotten since: the row has another by now.
            if !sealed_values(&person).all(|sealed| self.keys.knows(sealed)) {
                return Err(Unreadable::Damaged);
            }
            people.push(person);
        }
        Ok(people)
    }
}

fn sealed_values(person: &Person) -> impl Iterator<Item = &Sealed> {
    let numbers = person.employee.records().iter().filter_map(|record| record.data.government_id.as_ref());
    person.user.api_key.iter().chain(numbers)
}

fn read_sealed(
    file: &File,
    offset: u64,
    length: usize,
    account: AccountId,
    keys: &KeyRing,
) -> Result<Vec<u8>, Unreadable> {
    let mut sealed = vec![0; length].into_boxed_slice();
    file.read_exact_at(&mut sealed, offset)?;
    Ok(keys.open(Purpose::DirectoryImage, account, &Sealed(sealed))?)
}

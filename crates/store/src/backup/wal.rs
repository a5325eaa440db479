//! The write-ahead log of the embedded database: where in it the newest version of each page is.
//!
//! The format is SQLite's (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>): a header, then frames of a
//! page each. A frame counts if its salt is the header's, its checksum continues that of the frames before it, and a
//! frame that ends a transaction follows. This is also how SQLite reads a log after a crash.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::{StoreError, StoreResult};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The log's first bytes; the last bit says whether checksums are over big-endian words.
const MAGIC: u32 = 0x377f_0682;

/// The pages that a write-ahead log holds.
#[derive(Debug)]
pub(super) struct Wal {
    path: PathBuf,
    file: File,
    /// Where the content of each page is.
    pages: HashMap<u32, u64>,
}

impl Wal {
    /// Reads the log in the file at `path`, of a database with pages of `page_size` bytes.
    pub(super) fn open(path: &Path, page_size: usize) -> StoreResult<Wal> {
        let file = File::open(path).map_err(StoreError::file(path))?;
        let pages = read_frames(BufReader::new(&file), page_size).map_err(StoreError::file(path))?;
        Ok(Wal { path: path.to_owned(), file, pages })
    }

    /// Puts the log's version of page `number` into `page`, if there is one.
    pub(super) fn read(&self, number: u32, page: &mut [u8]) -> StoreResult<bool> {
        let Some(&at) = self.pages.get(&number) else { return Ok(false) };
        self.file.read_exact_at(page, at).map_err(StoreError::file(&self.path))?;
        Ok(true)
    }
}

fn read_frames(mut log: impl Read, page_size: usize) -> std::io::Result<HashMap<u32, u64>> {
    let mut pages = HashMap::new();
    let mut header = [0; HEADER];
    if !read_whole(&mut log, &mut header)? {
        return Ok(pages);
    }
    let magic = word(&header, 0);
    let mut sums = Sums { big_endian: magic & 1 == 1, sums: (0, 0) };
    sums.add(&header[..24]);
    let right = magic & !1 == MAGIC && word(&header, 8) as usize == page_size;
    if !right || sums.sums != (word(&header, 24), word(&header, 28)) {
        return Ok(pages);
    }
    let salts = &header[16..24];
    let mut frame = vec![0; FRAME_HEADER + page_size];
    let mut at = HEADER as u64;
    // Of a transaction of which the end has not been seen yet.
    let mut uncommitted: Vec<(u32, u64)> = Vec::new();
    while read_whole(&mut log, &mut frame)? {
        sums.add(&frame[..8]);
        sums.add(&frame[FRAME_HEADER..]);
        let number = word(&frame, 0);
        if &frame[8..16] != salts || sums.sums != (word(&frame, 16), word(&frame, 20)) || number == 0 {
            break;
        }
        uncommitted.push((number, at + FRAME_HEADER as u64));
        // A frame that ends a transaction says how big the database is.
        if word(&frame, 4) != 0 {
            pages.extend(uncommitted.drain(..));
        }
        at += frame.len() as u64;
    }
    Ok(pages)
}

/// Fills `buffer`; `false` when there is not that much.
fn read_whole(from: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |word, &byte| word << 8 | u32::from(byte))
}

/// The log's checksum, which goes on from frame to frame.
struct Sums {
    big_endian: bool,
    sums: (u32, u32),
}

impl Sums {
    /// `bytes` is a multiple of eight.
    fn add(&mut self, bytes: &[u8]) {
        let (mut first, mut second) = self.sums;
        for pair in bytes.chunks_exact(8) {
            let word = |at: usize| {
                let word = word(pair, at);
                if self.big_endian { word } else { word.swap_bytes() }
            };
            first = first.wrapping_add(word(0)).wrapping_add(second);
            second = second.wrapping_add(word(4)).wrapping_add(first);
        }
        self.sums = (first, second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 16;

    /// A log with these frames: a page's number, whether it ends a transaction, what the page is full of.
    fn log(big_endian: bool, frames: &[(u32, bool, u8)]) -> Vec<u8> {
        let mut sums = Sums { big_endian, sums: (0, 0) };
        let mut log = Vec::new();
        for word in [MAGIC | u32::from(big_endian), 3_007_000, PAGE as u32, 7, 11, 12] {
            log.extend_from_slice(&word.to_be_bytes());
        }
        sums.add(&log);
        let end = |log: &mut Vec<u8>, sums: &Sums| {
            log.extend_from_slice(&sums.sums.0.to_be_bytes());
            log.extend_from_slice(&sums.sums.1.to_be_bytes());
        };
        end(&mut log, &sums);
        for &(number, ends, fill) in frames {
            let mut start = number.to_be_bytes().to_vec();
            start.extend_from_slice(&(if ends { 9_u32 } else { 0 }).to_be_bytes());
            sums.add(&start);
            sums.add(&[fill; PAGE]);
            log.extend(start);
            log.extend([0, 0, 0, 11, 0, 0, 0, 12]);
            end(&mut log, &sums);
            log.extend([fill; PAGE]);
        }
        log
    }

    fn pages(log: &[u8]) -> Vec<(u32, u8)> {
        let pages = read_frames(log, PAGE).unwrap();
        let mut pages: Vec<_> = pages.into_iter().map(|(number, at)| (number, log[at as usize])).collect();
        pages.sort_unstable();
        pages
    }

    #[test]
    fn the_newest_committed_version_of_each_page_counts() {
        for big_endian in [false, true] {
            let log = log(
                big_endian,
                &[(3, false, 1), (5, true, 2), (3, false, 3), (6, true, 4), (5, false, 5), (7, false, 6)],
            );
            assert_eq!(pages(&log), [(3, 3), (5, 2), (6, 4)]);
        }
    }

    #[test]
    fn whatever_is_not_whole_ends_the_log() {
        let frames = [(1, true, 1), (2, true, 2), (3, true, 3)];
        let whole = log(false, &frames);
        let frame = FRAME_HEADER + PAGE;
        assert_eq!(pages(&whole).len(), 3);
        for end in 0..whole.len() {
            let expected = end.saturating_sub(HEADER) / frame;
            assert_eq!(pages(&whole[..end]).len(), expected, "cut at {end}");
        }
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            let expected = if at < HEADER { 0 } else { (at - HEADER) / frame };
            assert_eq!(pages(&flipped).len(), expected, "flipped at {at}");
        }
        // What is left of an earlier log after a new one has been begun over it.
        let mut reused = log(false, &frames[..1]);
        reused.extend_from_slice(&whole[reused.len()..]);
        reused[20] ^= 0;
        let mut newer = reused.clone();
        newer[HEADER + frame + 8] ^= 1;
        assert_eq!(pages(&newer), [(1, 1)]);
        assert!(read_frames(&whole[..], 32).unwrap().is_empty(), "another size of pages");
    }
}

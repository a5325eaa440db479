//! Pictures from memory to disk, on a thread of its own: each one whole, under a temporary name.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Write as _},
    sync::mpsc::SyncSender,
};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::Receiver;

use super::{commit::Done, ledger::hex, outcome::Failure, plan::Task};
use crate::{PictureKind, download::Validators};

/// What the downloading side hands over. The channel is bounded, and so are the pieces in a message: that bounds
/// the memory.
pub(crate) enum Message {
    /// The next pieces of a picture that is still coming. `slot` is different for each attempt.
    More { slot: u64, pieces: Vec<Bytes> },
    /// The last pieces of a picture.
    End { slot: u64, pieces: Vec<Bytes>, picture: Box<Picture> },
    /// The picture broke off.
    Drop { slot: u64 },
}

/// What is known of a picture when it has come.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) task: Task,
    pub(crate) kind: PictureKind,
    pub(crate) validators: Validators,
}

/// A picture on its way to disk.
struct Part {
    name: String,
    file: File,
    hasher: Sha256,
    size: u64,
}

/// Where parts are made.
pub(crate) struct Writer {
    corner: std::path::PathBuf,
    open: HashMap<u64, io::Result<Part>>,
    done: SyncSender<Done>,
}

impl Writer {
    pub(crate) fn new(corner: std::path::PathBuf, done: SyncSender<Done>) -> Self {
        Self { corner, open: HashMap::new(), done }
    }

    /// Works until nothing more comes. What is incomplete then is removed.
    pub(crate) fn run(mut self, mut messages: Receiver<Message>) {
        while let Some(message) = messages.blocking_recv() {
            match message {
                Message::More { slot, pieces } => {
                    let part = self.take(slot, &pieces);
                    self.open.insert(slot, part);
                }
                Message::End { slot, pieces, picture } => {
                    let done = match self.take(slot, &pieces).and_then(finish) {
                        Ok((part, size, sha256)) => Done::Stored { picture, part, size, sha256 },
                        Err(error) => Done::Failed(Failure {
                            user: picture.task.user,
                            name: picture.task.username,
                            reason: format!("cannot write: {error}"),
                        }),
                    };
                    if self.done.send(done).is_err() {
                        break;
                    }
                }
                Message::Drop { slot } => self.remove(slot),
            }
        }
        for slot in self.open.keys().copied().collect::<Vec<_>>() {
            self.remove(slot);
        }
    }

    fn take(&mut self, slot: u64, pieces: &[Bytes]) -> io::Result<Part> {
        let mut part = self.open.remove(&slot).unwrap_or_else(|| self.create(slot))?;
        for piece in pieces {
            part.hasher.update(piece);
            part.size += piece.len() as u64;
        }
        write_all(&mut part.file, pieces)?;
        Ok(part)
    }

    fn create(&self, slot: u64) -> io::Result<Part> {
        let name = format!("part-{slot}");
        let file = File::create_new(self.corner.join(&name))?;
        Ok(Part { name, file, hasher: Sha256::new(), size: 0 })
    }

    fn remove(&mut self, slot: u64) {
        if let Some(Ok(part)) = self.open.remove(&slot) {
            // If it cannot be removed now, the next run sweeps it.
            let _ = fs::remove_file(self.corner.join(part.name));
        }
    }
}

fn write_all(file: &mut File, pieces: &[Bytes]) -> io::Result<()> {
    let mut slices: Vec<_> = pieces.iter().map(|piece| io::IoSlice::new(piece)).collect();
    let mut slices = &mut slices[..];
    while !slices.is_empty() {
        match file.write_vectored(slices) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => io::IoSlice::advance_slices(&mut slices, n),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn finish(part: Part) -> io::Result<(String, u64, String)> {
    // On Linux one call makes a whole batch durable, later; elsewhere each file by itself.
    if !cfg!(target_os = "linux") {
        part.file.sync_all()?;
    }
    Ok((part.name, part.size, hex(&part.hasher.finalize())))
}

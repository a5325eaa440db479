//! Pictures from memory to disk, on a thread of its own: each one whole, under a temporary name.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Write as _},
    sync::{Arc, mpsc::SyncSender},
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, mpsc::UnboundedReceiver};

use super::{commit::Done, folder::Folder, hash::Fingerprint, outcome::Failure, plan::Task};
use crate::{PictureKind, download::Validators};

/// How many messages are taken at once.
const GULP: usize = 256;
/// After a small gulp the next one may grow this long: waking up for each picture would cost more than writing it.
const GROW: Duration = Duration::from_millis(2);

/// What the downloading side hands over. Its permit bounds the bytes that wait.
pub(crate) enum Message {
    /// The next pieces of a picture that is still coming. `part` is different for each attempt.
    More { part: u64, pieces: Vec<Bytes>, permit: Option<OwnedSemaphorePermit> },
    /// The last pieces of a picture.
    End { part: u64, pieces: Vec<Bytes>, permit: Option<OwnedSemaphorePermit>, picture: Box<Picture> },
    /// The picture broke off.
    Drop { part: u64 },
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
    file: File,
    fingerprint: Fingerprint,
    size: u64,
}

/// Where parts are made.
pub(crate) struct Writer {
    folder: Arc<Folder>,
    open: HashMap<u64, io::Result<Part>>,
    done: SyncSender<Vec<Done>>,
}

impl Writer {
    pub(crate) fn new(folder: Arc<Folder>, done: SyncSender<Vec<Done>>) -> Self {
        Self { folder, open: HashMap::new(), done }
    }

    /// Works until nothing more comes. What is incomplete then is removed.
    pub(crate) fn run(mut self, mut messages: UnboundedReceiver<Message>) {
        let mut gulp = Vec::with_capacity(GULP);
        loop {
            let count = messages.blocking_recv_many(&mut gulp, GULP);
            if count == 0 {
                break;
            }
            let done: Vec<_> = gulp.drain(..).filter_map(|message| self.take(message)).collect();
            if !done.is_empty() && self.done.send(done).is_err() {
                break;
            }
            if count < GULP / 4 {
                std::thread::sleep(GROW);
            }
        }
        for part in self.open.keys().copied().collect::<Vec<_>>() {
            self.remove(part);
        }
    }

    fn take(&mut self, message: Message) -> Option<Done> {
        match message {
            Message::More { part: number, pieces, permit: _permit } => {
                let part = self.write(number, &pieces);
                self.open.insert(number, part);
                None
            }
            Message::End { part, pieces, permit: _permit, picture } => {
                Some(match self.write(part, &pieces).and_then(|part| finish(&part)) {
                    Ok((size, hash)) => Done::Stored { picture, part, size, hash },
                    Err(error) => Done::Failed(Failure {
                        user: picture.task.user,
                        name: picture.task.username,
                        reason: format!("cannot write: {error}"),
                    }),
                })
            }
            Message::Drop { part } => {
                self.remove(part);
                None
            }
        }
    }

    fn write(&mut self, number: u64, pieces: &[Bytes]) -> io::Result<Part> {
        let mut part = self.open.remove(&number).unwrap_or_else(|| self.create(number))?;
        for piece in pieces {
            part.fingerprint.update(piece);
            part.size += piece.len() as u64;
        }
        write_all(&mut part.file, pieces)?;
        Ok(part)
    }

    fn create(&self, number: u64) -> io::Result<Part> {
        let file = File::create_new(self.folder.part(number))?;
        Ok(Part { file, fingerprint: Fingerprint::new(), size: 0 })
    }

    fn remove(&mut self, number: u64) {
        if self.open.remove(&number).is_some() {
            // If it cannot be removed now, the next run sweeps it.
            let _ = fs::remove_file(self.folder.part(number));
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

fn finish(part: &Part) -> io::Result<(u64, String)> {
    // On Linux one call makes a whole batch durable, later; elsewhere each file by itself.
    if !cfg!(target_os = "linux") {
        part.file.sync_all()?;
    }
    Ok((part.size, part.fingerprint.finish()))
}

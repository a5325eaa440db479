//! Pictures that are written become durable in batches, on a thread of its own, while others are still coming.

use std::{
    collections::HashSet,
    fs,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use super::{
    error::MirrorError,
    ledger::Ledger,
    manifest::{Entry, Status},
    names,
    outcome::{Failure, Report},
    progress::{Event, Progress},
    writer::Picture,
};
use crate::pace::Pace;

/// The most pictures in a batch.
const LARGEST_BATCH: usize = 1024;
/// The longest that a written picture waits for others to become durable with.
const LONGEST_WAIT: Duration = Duration::from_millis(300);

/// What became of something handed over.
pub(crate) enum Done {
    /// A picture lies under a temporary name.
    Stored { picture: Box<Picture>, part: u64, size: u64, hash: String },
    /// It could not be written.
    Failed(Failure),
    /// The run ends.
    Close(Box<Closing>),
}

/// What is left to do when everything has come.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    /// Users whose picture is as it was.
    pub(crate) unchanged: Vec<String>,
    /// Users of the manifest who have no picture any more.
    pub(crate) gone: Vec<String>,
    /// Whether to delete what those had.
    pub(crate) prune: bool,
    /// Pictures that did not come, which was announced already: the failure, and the URL.
    pub(crate) failed: Vec<(Failure, String)>,
}

/// The committing side of a run.
pub(crate) struct Committer {
    pub(crate) ledger: Ledger,
    pub(crate) progress: Arc<dyn Progress>,
    pub(crate) pace: Arc<dyn Pace>,
    /// Keys of the names in the folder when the run started that were not ours.
    pub(crate) taken: HashSet<String>,
    /// Whether files that are not ours may be replaced.
    pub(crate) force: bool,
    pub(crate) report: Report,
}

impl Committer {
    /// Works until nothing more comes, then leaves the manifest in order.
    pub(crate) fn run(mut self, done: &Receiver<Vec<Done>>) -> Result<Report, MirrorError> {
        let mut closing = None;
        while let Ok(first) = done.recv() {
            let mut batch = Vec::new();
            self.sort(first, &mut batch, &mut closing);
            let since = self.pace.elapsed();
            while batch.len() < LARGEST_BATCH && closing.is_none() {
                let left = LONGEST_WAIT.saturating_sub(self.pace.elapsed().saturating_sub(since));
                match done.recv_timeout(left) {
                    Ok(next) => self.sort(next, &mut batch, &mut closing),
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
                }
            }
            self.commit(batch)?;
        }
        if let Some(closing) = closing {
            self.finish(*closing)?;
        }
        self.ledger.close()?;
        Ok(self.report)
    }

    fn sort(&mut self, done: Vec<Done>, batch: &mut Vec<Entry>, closing: &mut Option<Box<Closing>>) {
        for done in done {
            self.sort_one(done, batch, closing);
        }
    }

    fn sort_one(&mut self, done: Done, batch: &mut Vec<Entry>, closing: &mut Option<Box<Closing>>) {
        match done {
            Done::Stored { picture, part, size, hash } => {
                let file = format!("{}.{}", picture.task.stem, picture.kind.extension());
                if !self.may_write(&file) {
                    let _ = fs::remove_file(self.ledger.folder().part(part));
                    let reason = format!("a file that is not ours is in the way: {file}");
                    return self.fail(Failure {
                        user: picture.task.user,
                        name: picture.task.username,
                        reason,
                    });
                }
                let before = self.ledger.get(&picture.task.user).and_then(|entry| entry.file.clone());
                batch.push(Entry {
                    user: picture.task.user,
                    username: picture.task.username,
                    url: picture.task.url,
                    replaces: before.filter(|before| *before != file),
                    file: Some(file),
                    size,
                    hash,
                    status: Status::Stored,
                    etag: picture.validators.etag,
                    last_modified: picture.validators.last_modified,
                    reason: None,
                    part: Some(part),
                });
            }
            Done::Failed(failure) => self.fail(failure),
            Done::Close(left) => *closing = Some(left),
        }
    }

    /// Never over a file that the manifest does not know, unless forced.
    fn may_write(&self, file: &str) -> bool {
        // Only a name that was taken at the start is worth a look at the disk, which knows whether case counts.
        self.force
            || !self.taken.contains(&names::key(file))
            || fs::symlink_metadata(self.ledger.folder().path(file)).is_err()
    }

    fn commit(&mut self, batch: Vec<Entry>) -> Result<(), MirrorError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.ledger.append(&batch)?;
        for entry in batch {
            let folder = self.ledger.folder();
            let renamed = match (&entry.part, &entry.file) {
                (Some(part), Some(file)) => fs::rename(folder.part(*part), folder.path(file)),
                _ => Ok(()),
            };
            if let Err(error) = renamed {
                let reason = format!("cannot rename: {error}");
                self.fail(Failure { user: entry.user, name: entry.username, reason });
                continue;
            }
            self.report.fetched += 1;
            self.report.bytes += entry.size;
            let file = entry.file.as_deref().unwrap_or_default();
            self.progress.on(Event::Stored { user: &entry.user, file });
            self.ledger.insert(entry);
        }
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.progress.on(Event::Failed { user: &failure.user, reason: &failure.reason });
        self.note(failure);
    }

    fn note(&mut self, failure: Failure) {
        self.ledger.update(&failure.user, |entry| mark_failed(entry, &failure.reason));
        self.report.failures.push(failure);
    }

    fn finish(&mut self, closing: Closing) -> Result<(), MirrorError> {
        for user in &closing.unchanged {
            self.ledger.update(user, |entry| (entry.status, entry.reason) = (Status::Stored, None));
        }
        for (failure, url) in closing.failed {
            if self.ledger.get(&failure.user).is_none() {
                self.ledger.insert(Entry {
                    user: failure.user.clone(),
                    username: failure.name.clone(),
                    url,
                    status: Status::Failed,
                    ..Entry::default()
                });
            }
            self.note(failure);
        }
        for user in &closing.gone {
            let has_file = self.ledger.get(user).is_some_and(|entry| entry.file.is_some());
            if closing.prune || !has_file {
                let Some(file) = self.ledger.prune(user)? else { continue };
                self.report.pruned += 1;
                self.progress.on(Event::Pruned { file: &file });
            } else {
                self.ledger.update(user, |entry| entry.status = Status::Gone);
            }
        }
        Ok(())
    }
}

fn mark_failed(entry: &mut Entry, reason: &str) {
    entry.status = if entry.file.is_some() { Status::Stale } else { Status::Failed };
    entry.reason = Some(reason.to_owned());
}

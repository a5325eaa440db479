//! How far a long task has come, for whoever watches it.

use std::fmt;
use std::sync::Arc;

/// How far a long task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// How many steps of this stage are done.
    pub done: u64,
    /// How many there are; 0 when that is not known.
    pub total: u64,
}

/// A part of a long task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Copying the database.
    CopyDatabase,
    /// Copying pictures.
    CopyPictures,
    /// Copying rows to another store.
    CopyRows,
    /// Reading again what was copied to another store.
    VerifyCopy,
    /// Verifying a backup's files.
    Verify,
    /// Copying a backup's files to where they belong.
    Restore,
    /// Letting the database check its own structure.
    CheckDatabase,
    /// Reading every row.
    CheckRows,
    /// Reading every picture.
    CheckPictures,
    /// Sealing values anew, by a newer key.
    Reseal,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::CopyDatabase => "copying the database",
            Stage::CopyPictures => "copying pictures",
            Stage::CopyRows => "copying rows",
            Stage::VerifyCopy => "verifying the copy",
            Stage::Verify => "verifying files",
            Stage::Restore => "restoring files",
            Stage::CheckDatabase => "checking the database",
            Stage::CheckRows => "checking rows",
            Stage::CheckPictures => "checking pictures",
            Stage::Reseal => "sealing values anew",
        })
    }
}

/// Called every now and then, from any thread, by a task that takes long.
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// For a task that nobody watches.
pub fn no_progress() -> OnProgress {
    Arc::new(|_| {})
}

/// Counts steps of a stage and reports some of them.
pub(crate) struct Steps<'a> {
    on_progress: &'a OnProgress,
    progress: Progress,
}

impl<'a> Steps<'a> {
    const EVERY: u64 = 64;

    pub(crate) fn begin(on_progress: &'a OnProgress, stage: Stage, total: u64) -> Steps<'a> {
        let progress = Progress { stage, done: 0, total };
        on_progress(progress);
        Steps { on_progress, progress }
    }

    pub(crate) fn step(&mut self) {
        self.progress.done += 1;
        if self.progress.done.is_multiple_of(Self::EVERY) || self.progress.done == self.progress.total {
            (self.on_progress)(self.progress);
        }
    }

    /// All is done.
    pub(crate) fn finish(mut self) {
        self.progress.total = self.progress.total.max(self.progress.done);
        self.progress.done = self.progress.total;
        (self.on_progress)(self.progress);
    }
}

//! What a pull is to do.

use std::path::PathBuf;

use super::template::Template;

/// How many pictures are in flight at once, unless told otherwise.
pub const DEFAULT_JOBS: usize = 32;

/// What a pull is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder to fill; made when it is missing.
    pub out: PathBuf,
    /// How many pictures are in flight at once.
    pub jobs: usize,
    /// How files are named, without extension: that follows from the content.
    pub name: Template,
    /// Whether to delete the pictures of people who left or took theirs away. Only files that the manifest
    /// says are ours, and never when the list is suspiciously empty.
    pub prune: bool,
    /// Whether to fetch everything again, and to replace files in the way that are not ours.
    pub force: bool,
}

impl Options {
    /// The defaults, for a folder.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self { out: out.into(), jobs: DEFAULT_JOBS, name: Template::default(), prune: false, force: false }
    }
}

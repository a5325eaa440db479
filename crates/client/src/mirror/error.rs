//! Why a run could not be done at all.

use std::{io, path::PathBuf};

/// Why a run could not be done at all. What concerns a single user is in the report instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// The list of users could not be had. Nothing was changed.
    #[error("cannot get the list of users: {0}")]
    List(#[source] crate::Error),
    /// Another run is at work in the folder.
    #[error("another run is using {}", .0.display())]
    Locked(PathBuf),
    /// The folder or the manifest cannot be used.
    #[error("{what} {}: {source}", path.display())]
    Disk {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The manifest is not one.
    #[error("{} is not a manifest of ours: line {line}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// The first line that cannot be read.
        line: usize,
    },
    /// The naming template names something that no user has.
    #[error("unknown placeholder in the naming template: {0}")]
    Template(String),
    /// The run ended in a way that should not happen.
    #[error("the run broke off: {0}")]
    Broken(String),
}

impl MirrorError {
    /// Wraps a fault of the file system.
    pub(crate) fn disk(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { what, path, source }
    }
}

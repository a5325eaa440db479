//! Loading: few accounts at a time, and a bounded number waiting.

use std::sync::Arc;

use folkmoot_store::StoreError;
use folkmoot_wire::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Refusal;

/// How many accounts may wait for each turn: loading a small one takes milliseconds.
const WAITING: usize = 64;

/// Why an account's directory is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoadFailure {
    /// Too many accounts are waiting to be loaded.
    Busy,
    /// There is no such account any more.
    Gone,
    /// The database cannot be reached.
    Unreachable,
    /// Something else, which the log tells.
    Other,
}

impl From<&StoreError> for LoadFailure {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::NoAccount => LoadFailure::Gone,
            error if error.is_unreachable() => LoadFailure::Unreachable,
            _ => LoadFailure::Other,
        }
    }
}

impl From<LoadFailure> for Refusal {
    fn from(failure: LoadFailure) -> Self {
        match failure {
            LoadFailure::Busy => {
                Refusal::later(1, "Too many accounts are being loaded; try again in a moment.")
            }
            LoadFailure::Gone => Refusal::unknown_account(),
            LoadFailure::Unreachable => Refusal::unreachable(),
            LoadFailure::Other => {
                Refusal::new(ErrorCode::Other, "Something went wrong on the server; its log says what.")
            }
        }
    }
}

/// Turns at loading, and places to wait for one.
#[derive(Debug)]
pub(super) struct Turns {
    turns: Arc<Semaphore>,
    places: Semaphore,
}

impl Turns {
    /// At most `at_once` at a time.
    pub(super) fn new(at_once: usize) -> Turns {
        Turns { turns: Arc::new(Semaphore::new(at_once)), places: Semaphore::new(at_once * WAITING) }
    }

    /// A turn, when it comes; to be held until the work is done.
    pub(super) async fn next(&self) -> Result<OwnedSemaphorePermit, LoadFailure> {
        let _place = self.places.try_acquire().map_err(|_| LoadFailure::Busy)?;
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| LoadFailure::Busy)
    }
}

//! Work on pictures: off the threads that serve requests, and few at a time, each taking a core and its memory.

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use folkmoot_wire::ErrorCode;

use crate::error::Refusal;

/// A bounded number of turns at decoding.
#[derive(Debug)]
pub(crate) struct Decoding {
    turns: Arc<Semaphore>,
    uploads: Semaphore,
}

/// Uploads that are read into memory at a time.
const UPLOADS: usize = 16;

impl Decoding {
    pub(crate) fn new() -> Decoding {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Decoding { turns: Arc::new(Semaphore::new(cores)), uploads: Semaphore::new(UPLOADS) }
    }

    /// Runs `work` when its turn comes.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let failed = || Refusal::new(ErrorCode::Other, "Something went wrong on the server.");
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| failed())?;
        let work = move || {
            // Held until the work is done, also when its request was given up.
            let _until_done = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| {
            tracing::error!(%error, "work on a picture failed");
            failed()
        })
    }

    /// A place to read an upload into memory; to be held until it is decoded.
    pub(crate) async fn place_for_upload(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        let closed = |_| Refusal::new(ErrorCode::Other, "The server is stopping.");
        self.uploads.acquire().await.map_err(closed)
    }
}

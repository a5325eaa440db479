//! Work on pictures: off the threads that serve requests, and few at a time, each taking a core and its memory.

use tokio::sync::Semaphore;

use folkmoot_wire::ErrorCode;

use crate::error::Refusal;

/// A bounded number of turns at decoding.
#[derive(Debug)]
pub(crate) struct Decoding(Semaphore);

impl Decoding {
    pub(crate) fn new() -> Decoding {
        Decoding(Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)))
    }

    /// Runs `work` when its turn comes.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let failed = || Refusal::new(ErrorCode::Other, "Something went wrong on the server.");
        let _turn = self.0.acquire().await.map_err(|_| failed())?;
        tokio::task::spawn_blocking(work).await.map_err(|_| failed())
    }
}

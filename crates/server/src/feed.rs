//! Those who wait for changes: so many at most, and none beyond the server's end.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The places in which requests may wait for changes.
#[derive(Debug)]
pub(crate) struct Feed {
    places: Arc<Semaphore>,
    ending: watch::Sender<bool>,
}

/// A request's place, for as long as it waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    _place: OwnedSemaphorePermit,
    ending: watch::Receiver<bool>,
}

impl Feed {
    pub(crate) fn new(places: usize) -> Feed {
        Feed { places: Arc::new(Semaphore::new(places)), ending: watch::Sender::new(false) }
    }

    /// A place, if one is free and the server is not about to end.
    pub(crate) fn place(&self) -> Option<Waiting> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        (!*self.ending.borrow()).then(|| Waiting { _place: place, ending: self.ending.subscribe() })
    }

    /// Has everybody who waits answered now, and nobody wait any more.
    pub(crate) fn end(&self) {
        self.ending.send_replace(true);
    }
}

impl Waiting {
    /// Ready when it is to be waited no longer.
    pub(crate) async fn ended(&mut self) {
        // An error means that the server is gone.
        let _ = self.ending.wait_for(|&ending| ending).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn places_are_bounded_and_end_with_the_server() {
        let feed = Feed::new(2);
        let (mut first, second) = (feed.place().unwrap(), feed.place().unwrap());
        assert!(feed.place().is_none());
        drop(second);
        assert!(feed.place().is_some());
        feed.end();
        first.ended().await;
        assert!(feed.place().is_none());
    }
}

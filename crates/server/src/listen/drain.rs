//! Stopping without cutting anybody off: connections are asked to finish, and waited for.

use tokio::sync::watch;

/// Asks every connection to finish. Each holds a [`Stay`] while it lasts.
#[derive(Debug)]
pub(crate) struct Drain(watch::Sender<bool>);

/// A connection's place among those that are waited for.
#[derive(Debug)]
pub(crate) struct Stay(watch::Receiver<bool>);

impl Drain {
    pub(crate) fn new() -> Drain {
        Drain(watch::Sender::new(false))
    }

    /// A place for one more connection.
    pub(crate) fn stay(&self) -> Stay {
        Stay(self.0.subscribe())
    }

    /// Asks all of them to finish; ready when they have.
    pub(crate) async fn drain(self) {
        self.0.send_replace(true);
        self.0.closed().await;
    }
}

impl Stay {
    /// Ready when the connection is asked to finish.
    pub(crate) async fn asked_to_finish(&mut self) {
        // An error means that there is nobody left to ask: as good as being asked.
        let _ = self.0.wait_for(|&finish| finish).await;
    }
}

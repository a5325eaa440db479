//! Being asked to stop.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ready when the process is asked to stop: by Ctrl-C or SIGTERM. Both are listened for as soon as this is called, also
/// before anybody waits.
pub(crate) fn stop() -> impl Future<Output = ()> {
    let [terminated, interrupted] = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async move {
        tokio::select! {
            () = received(terminated) => {}
            () = received(interrupted) => {}
        }
    }
}

async fn received(signal: std::io::Result<Signal>) {
    match signal {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

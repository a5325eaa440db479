//! Being asked to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Ready when the process is asked to stop: by Ctrl-C or SIGTERM.
pub(crate) async fn stop() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

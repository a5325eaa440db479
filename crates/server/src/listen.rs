//! Listening: connections, bounded in number and in patience.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::front::Front;

/// The most that a request's line and headers may take. More is answered with 431 and the connection closed.
const MAX_HEADERS: usize = 64 << 10;
/// How long a client may leave what was sent to it unread.
const UNREAD: Duration = Duration::from_mins(1);
/// How long requests that are being answered get when the server is asked to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// A socket that is bound and not yet served, so that its address can be told.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

/// Binds the address that the settings name.
///
/// # Errors
/// When the address cannot be bound.
pub async fn listen(address: SocketAddr) -> io::Result<Listening> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok(Listening { listener, address })
}

impl Listening {
    /// The address that is listened on, with the port that was picked.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready; then finishes what is being answered, and returns.
    pub async fn serve(self, app: Arc<App>, stop: impl Future<Output = ()>) {
        let fresh = tokio::spawn(Arc::clone(&app).keep_fresh());
        let front = Front::new(Arc::clone(&app));
        let server = connection_builder(&app);
        let room = Arc::new(Semaphore::new(app.settings.max_connections()));
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepting = async {
                let place = Arc::clone(&room).acquire_owned().await;
                (place, self.listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                accepted = accepting => accepted,
                () = &mut stop => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most often: waiting lets some go.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            // A client that takes nothing of its answer for so long does not keep its place.
            let _ = rustix::net::sockopt::set_tcp_user_timeout(&stream, UNREAD.as_millis() as u32);
            let front = front.clone();
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let front = front.clone();
                async move { Ok::<_, Infallible>(front.answer(peer.ip(), request.map(Body::new)).await) }
            });
            let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service));
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%peer, %error, "connection ended");
                }
                drop(place);
            });
        }
        fresh.abort();
        if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests were still being answered when the time for it was over");
        }
    }
}

/// HTTP/1.1 alone: without TLS no browser speaks HTTP/2, and telling the two apart would mean waiting, without a
/// bound, for a connection's first bytes.
fn connection_builder(app: &App) -> http1::Builder {
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(app.settings.header_timeout())
        .max_buf_size(MAX_HEADERS);
    server
}

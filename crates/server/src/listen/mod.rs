//! Listening: connections, bounded in number and in patience, on plain HTTP's address and on that of HTTPS.

mod activity;
mod connection;
mod drain;
mod http2;
mod remainder;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use folkmoot_core::RandomSource;
use folkmoot_store::{DataDir, Store};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use self::connection::Serving;
use self::drain::Drain;
use crate::app::App;
use crate::front::Front;
use crate::metrics;
use crate::settings::{Settings, SettingsError};
use crate::tls::{Begun, Tls, TlsError};
use crate::transport::Way;

/// How long a client may leave what was sent to it unread.
const UNREAD: Duration = Duration::from_mins(1);
/// How long requests that are being answered get when the server is asked to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Why a server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be had.
    #[error("cannot listen on {address}: {error}")]
    Address {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The certificates cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Settings that do not go together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Sockets that are bound and not yet served, so that their addresses can be told.
#[derive(Debug)]
pub struct Listening {
    plain: Bound,
    tls: Option<(Bound, Tls)>,
    metrics: Option<Bound>,
}

#[derive(Debug)]
struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    async fn at(address: SocketAddr) -> Result<Bound, ListenError> {
        let failed = |error| ListenError::Address { address, error };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Bound { listener, address })
    }
}

/// Binds the addresses that the settings name, and reads the certificates.
///
/// # Errors
/// When an address cannot be bound, or a certificate cannot be used.
pub async fn listen(
    settings: &Settings,
    store: &Store,
    random: &dyn RandomSource,
) -> Result<Listening, ListenError> {
    let tls = if let Some(address) = settings.tls_listen() {
        let tls = Tls::new(settings, store.data_dir().map(DataDir::path), store.clock().now(), random)?;
        Some((Bound::at(address).await?, tls))
    } else {
        // What is set to be ordered would be for nothing: say so.
        settings.acme()?;
        None
    };
    let metrics = match settings.metrics_listen() {
        Some(address) => Some(Bound::at(address).await?),
        None => None,
    };
    Ok(Listening { plain: Bound::at(settings.listen()).await?, tls, metrics })
}

impl Listening {
    /// The address of plain HTTP, with the port that was picked.
    pub fn address(&self) -> SocketAddr {
        self.plain.address
    }

    /// The address of HTTPS, where it is served.
    pub fn tls_address(&self) -> Option<SocketAddr> {
        self.tls.as_ref().map(|(bound, _)| bound.address)
    }

    /// The address of metrics and health, where they are served apart.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|bound| bound.address)
    }

    /// Serves until `stop` is ready; then finishes what is being answered, and returns.
    pub async fn serve(self, app: Arc<App>, stop: impl Future<Output = ()>) {
        let Listening { plain, tls, metrics } = self;
        let mut tasks = tokio::task::JoinSet::new();
        let background = app.begin_background();
        let settings = app.settings();
        let room = Arc::new(Semaphore::new(settings.max_connections()));
        let (tls, begun) = tls.map(|(bound, tls)| (bound, tls.begin(Arc::clone(&app) as _))).unzip();
        let tls_port = tls.as_ref().map(|bound| bound.address.port());
        let (handshakes, watch, keeper) = match begun {
            Some(Begun { handshakes, watch, keeper }) => (Some(handshakes), watch, keeper),
            None => (None, None, None),
        };
        if let Some(watch) = watch {
            let app = Arc::clone(&app);
            tasks.spawn(watch.run(move || app.store().clock().now()));
        }
        if let Some(keeper) = keeper {
            tasks.spawn(keeper.run());
        }
        let acme = handshakes.as_ref().and_then(|handshakes| handshakes.acme.clone());
        let front = Front::new(Arc::clone(&app), settings.tls_public_port().or(tls_port), acme);
        let serving = Arc::new(Serving::new(front, settings, handshakes));
        if let Some(bound) = metrics {
            tasks.spawn(metrics::serve(bound.listener, Arc::clone(&app)));
        }
        let stop = async {
            stop.await;
            app.health.leave();
            // Until whoever sends requests here has noticed.
            tokio::time::sleep(settings.drain_time()).await;
        };
        let drain = Drain::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepting = async {
                let place = Arc::clone(&room).acquire_owned().await;
                (place, accept(&plain, tls.as_ref()).await)
            };
            let (place, accepted) = tokio::select! {
                accepted = accepting => accepted,
                () = &mut stop => break,
            };
            let (stream, peer, way) = match accepted {
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
            let (serving, stay, app) = (Arc::clone(&serving), drain.stay(), Arc::clone(&app));
            tokio::spawn(async move {
                let _counted = app.metrics.connections.one();
                let ended = match way {
                    Way::Plain => serving.plain(stream, peer.ip(), stay).await,
                    Way::Tls | Way::PlainToTls => serving.tls(stream, peer.ip(), stay).await,
                };
                if let Err(error) = ended {
                    tracing::debug!(%peer, %error, "connection ended");
                }
                drop(place);
            });
        }
        // Whoever waits for changes has waited long enough.
        app.feed.end();
        // Whoever comes now is refused at once, and can go to another node.
        drop((plain, tls));
        tasks.abort_all();
        if tokio::time::timeout(DRAIN, drain.drain()).await.is_err() {
            tracing::warn!("some requests were still being answered when the time for it was over");
        }
        background.stop().await;
    }
}

/// The next connection, to whichever address.
async fn accept(plain: &Bound, tls: Option<&Bound>) -> io::Result<(TcpStream, SocketAddr, Way)> {
    let over_tls = async {
        match tls {
            Some(tls) => tls.listener.accept().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        accepted = plain.listener.accept() => accepted.map(|(stream, peer)| (stream, peer, Way::Plain)),
        accepted = over_tls => accepted.map(|(stream, peer)| (stream, peer, Way::Tls)),
    }
}

//! A server on a socket of its own.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use folkmoot_server::{App, Settings, SystemRandom, listen};
use folkmoot_testing::OwnServer;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Ask, Client, Kept};

/// A running server with its store. It ends with the test that holds it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) app: Arc<App>,
    pub(crate) tls_address: Option<SocketAddr>,
    pub(crate) metrics_address: Option<SocketAddr>,
    client: Client,
    kept: Kept,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(kept: Kept, settings: &[(&str, &str)]) -> Server {
        let mut given = Settings::default();
        given.set("server.listen", "127.0.0.1:0").expect("a setting");
        for (key, value) in settings {
            given.set(key, value).expect("a setting");
        }
        let listening =
            listen(&given, &kept.store, &SystemRandom).await.expect("free ports and good certificates");
        let app = App::new(given, kept.store.clone(), &SystemRandom).await.expect("the store is read");
        let (address, tls_address) = (listening.address(), listening.tls_address());
        let metrics_address = listening.metrics_address();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(listening.serve(Arc::clone(&app), async {
            let _ = stopped.await;
        }));
        Server {
            address,
            app,
            tls_address,
            metrics_address,
            client: Client::new(address),
            kept,
            stop,
            served,
        }
    }

    /// Asks the server to stop; ready when it has.
    pub(crate) fn stop(self) -> (Kept, JoinHandle<()>) {
        let _ = self.stop.send(());
        (self.kept, self.served)
    }

    /// The server of the bucket that its pictures are in.
    pub(crate) fn s3(&mut self) -> OwnServer<'_> {
        self.kept.s3()
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        self.client.ask(method, path)
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.client.ask("GET", path)
    }
}

impl Deref for Server {
    type Target = Kept;
    fn deref(&self) -> &Kept {
        &self.kept
    }
}

/// Tries until it succeeds; for what happens soon, but not at once.
pub(crate) async fn eventually<T>(what: &str, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..100 {
        if let Some(done) = attempt().await {
            return done;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never happened: {what}");
}

//! A server on a socket of its own.

use std::net::SocketAddr;
use std::ops::Deref;
use std::time::Duration;

use folkmoot_server::{App, Settings, SystemRandom, listen};
use tokio::sync::oneshot;

use super::{Ask, Client, Kept};

/// A running server with its store. It ends with the test that holds it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    client: Client,
    kept: Kept,
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub(crate) async fn start(kept: Kept, settings: &[(&str, &str)]) -> Server {
        let mut given = Settings::default();
        for (key, value) in settings {
            given.set(key, value).expect("a setting");
        }
        let app = App::new(given, kept.store.clone(), &SystemRandom).await.expect("the store is read");
        let listening = listen("127.0.0.1:0".parse().expect("an address")).await.expect("a free port");
        let address = listening.address();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(listening.serve(app, async {
            let _ = stopped.await;
        }));
        Server { address, client: Client::new(address), kept, _stop: stop }
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

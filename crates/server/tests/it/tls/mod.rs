//! HTTPS, end to end: handshakes, certificates, what is sent to HTTPS and how, HTTP/2 and its abuse.

mod certificates;
mod frames;
mod hostile;
mod https;
mod stopping;

use std::net::SocketAddr;
use std::ops::Deref;

use folkmoot_core::{AccountId, Settings};

use crate::support::{ALICE, Authority, Kept, Server, Speaking, key_of, trio};

/// The two protocols, as browsers ask for them.
const BOTH: &[&str] = &["h2", "http/1.1"];

/// A company that is served over HTTPS at `hr.example`.
struct Secured {
    authority: Authority,
    server: Server,
    account: AccountId,
}

impl Secured {
    /// With a certificate for `hosts`.
    async fn new(hosts: &[&str], settings: &[(&str, &str)]) -> Secured {
        let authority = Authority::new();
        authority.sign("own", hosts);
        Secured::with(authority, settings).await
    }

    /// With the certificate `own.pem` of the authority's folder.
    async fn with(authority: Authority, settings: &[(&str, &str)]) -> Secured {
        let (certificate, key) = (authority.path("own.pem"), authority.path("own.key"));
        let mut all =
            vec![("tls.listen", "127.0.0.1:0"), ("tls.certificate", &*certificate), ("tls.key", &*key)];
        all.extend_from_slice(settings);
        let kept = Kept::new().await;
        let account = kept.account("company", Settings::default()).await;
        let people = trio(&kept.store, account);
        kept.add_people(account, &people).await;
        Secured { server: Server::start(kept, &all).await, authority, account }
    }

    fn https(&self) -> SocketAddr {
        self.server.tls_address.expect("HTTPS is served")
    }

    /// Alice's credentials.
    fn alice(&self) -> (&'static str, String) {
        ("alice", key_of(self.account, ALICE))
    }

    /// A connection as to `hr.example`, in the first of these protocols that both speak.
    async fn speak(&self, protocols: &[&str]) -> Speaking {
        let stream = self.authority.connect(self.https(), "hr.example", protocols).await;
        Speaking::over(stream.expect("a handshake")).await
    }

    /// Asserts that the server is well, in both protocols.
    async fn is_well(&self) {
        let (name, key) = self.alice();
        for protocols in [&["h2"], &["http/1.1"]] {
            let answer = self.speak(protocols).await.get("hr.example", "/users/me.json", (name, &key)).await;
            assert_eq!(answer.is(200).json()["id"], ALICE);
        }
    }
}

impl Deref for Secured {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.server
    }
}

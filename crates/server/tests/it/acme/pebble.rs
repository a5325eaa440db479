//! A real ACME server: Pebble, by the people of Let's Encrypt, with a DNS server in which every name is this machine.

use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_rustls::client::TlsStream;

use crate::support::{Authority, handshake};

/// Ports that were free a moment ago.
pub(super) fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let held = [(); COUNT].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    held.map(|listener| listener.local_addr().expect("an address").port())
}

/// An ACME server, which ends with the test.
pub(super) struct Pebble {
    /// What the ACME server itself is known by.
    pub(super) authority: Authority,
    port: u16,
    management: u16,
    http: u16,
    tls: u16,
    arguments: [String; 4],
    acme: Child,
    _dns: Child,
}

impl Pebble {
    /// One that looks for challenges on these ports of this machine.
    pub(super) async fn start(http: u16, tls: u16) -> Pebble {
        let authority = Authority::new();
        authority.sign("pebble", &["127.0.0.1"]);
        let [port, management, dns, dns_management] = free_ports();
        let dns_server = spawn(
            "pebble-challtestsrv",
            &[
                "-dns01".to_owned(),
                format!("127.0.0.1:{dns}"),
                "-management".to_owned(),
                format!("127.0.0.1:{dns_management}"),
                "-http01=".to_owned(),
                "-https01=".to_owned(),
                "-tlsalpn01=".to_owned(),
                "-defaultIPv6=".to_owned(),
            ],
        );
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{port}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": authority.path("pebble.pem"),
            "privateKey": authority.path("pebble.key"),
            "httpPort": http,
            "tlsPort": tls,
        }});
        authority.write("config.json", &config.to_string());
        let arguments = [
            "-config".to_owned(),
            authority.path("config.json"),
            "-dnsserver".to_owned(),
            format!("127.0.0.1:{dns}"),
        ];
        let acme = spawn("pebble", &arguments);
        until_reached(&[port, management, dns]).await;
        authority.write("ca.pem", &authority.pem());
        Pebble { authority, port, management, http, tls, arguments, acme, _dns: dns_server }
    }

    /// The settings of a server that orders here, with those that are special to a test.
    pub(super) fn settings<'a>(&self, special: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
        let own = [
            ("server.listen", format!("127.0.0.1:{}", self.http)),
            ("tls.listen", format!("127.0.0.1:{}", self.tls)),
            ("acme.directory", format!("https://127.0.0.1:{}/dir", self.port)),
            ("acme.ca_file", self.authority.path("ca.pem")),
            ("acme.folder", self.authority.path("acme")),
            ("acme.contact", "operator@hr.example".to_owned()),
        ];
        let special = special.iter().map(|&(key, value)| (key, value.to_owned()));
        own.into_iter().chain(special).collect()
    }

    /// The root of what is ordered here.
    pub(super) async fn root(&self) -> CertificateDer<'static> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.management));
        let stream = self.authority.connect(address, "127.0.0.1", &[]).await.expect("a handshake");
        let (mut send, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
        tokio::spawn(connection);
        let request = Request::get("/roots/0").header("host", "127.0.0.1").body(Empty::<Bytes>::new());
        let answer = send.send_request(request.expect("a request")).await.expect("an answer");
        let pem = answer.into_body().collect().await.expect("a body").to_bytes();
        CertificateDer::from_pem_slice(&pem).expect("a certificate")
    }

    /// A handshake as to the host `name` with whoever listens on the port of HTTPS.
    pub(super) async fn connect(&self, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
        self.connect_to(self.tls, name).await
    }

    /// A handshake as to the host `name` on another port.
    pub(super) async fn connect_to(&self, port: u16, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        handshake(stream, name, &["h2", "http/1.1"], self.root().await).await
    }

    /// Ends it, and what it knows.
    pub(super) async fn kill(&mut self) {
        self.acme.kill().await.expect("it was there");
    }

    /// Starts it again, knowing nothing.
    pub(super) async fn restart(&mut self) {
        self.acme = spawn("pebble", &self.arguments);
        until_reached(&[self.port, self.management]).await;
    }
}

async fn until_reached(ports: &[u16]) {
    for port in ports {
        for attempt in 0.. {
            if TcpStream::connect(("127.0.0.1", *port)).await.is_ok() {
                break;
            }
            assert!(attempt < 200, "nobody listens on port {port}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn spawn(program: &str, arguments: &[String]) -> Child {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Without it, it waits up to fifteen seconds before it looks; and never use again what was shown before.
    command.env("PEBBLE_VA_NOSLEEP", "1").env("PEBBLE_AUTHZREUSE", "0").kill_on_drop(true);
    match command.spawn() {
        Ok(child) => child,
        Err(error) => panic!("{program}: {error}; it comes with: apt-get install pebble"),
    }
}

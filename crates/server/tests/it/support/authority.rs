//! A certificate authority of a test's own, and clients that trust it.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Answer;

/// A certificate authority, and a folder with what it has signed.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, "A test's authority");
        let key = KeyPair::generate().expect("a key");
        Authority {
            issuer: CertifiedIssuer::self_signed(parameters, key).expect("a certificate"),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Where a file of that name is, or would be.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Makes `name.pem` and `name.key`, for these hosts.
    pub(crate) fn sign(&self, name: &str, hosts: &[&str]) {
        self.sign_until(name, hosts, 2100);
    }

    /// Makes `name.pem` and `name.key`, for these hosts, valid until that year begins.
    pub(crate) fn sign_until(&self, name: &str, hosts: &[&str], year: i32) {
        let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        let mut parameters = CertificateParams::new(hosts).expect("names");
        parameters.not_after = date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let chain = parameters.signed_by(&key, &self.issuer).expect("a certificate").pem();
        self.write(&format!("{name}.key"), &key.serialize_pem());
        self.write(&format!("{name}.pem"), &chain);
    }

    /// Writes a file that nobody else can read, as a whole.
    pub(crate) fn write(&self, name: &str, content: &str) {
        let (new, path) = (self.path("new"), self.path(name));
        fs::write(&new, content).expect("a file");
        fs::set_permissions(&new, PermissionsExt::from_mode(0o600)).expect("a mode");
        fs::rename(new, path).expect("a file");
    }

    /// Connects to `address` as to the host `name`, which speaks one of `protocols`.
    pub(crate) async fn connect(
        &self,
        address: SocketAddr,
        name: &str,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        self.handshake(stream, name, protocols).await
    }

    /// The handshake alone.
    pub(crate) async fn handshake(
        &self,
        stream: TcpStream,
        name: &str,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        handshake(stream, name, protocols, self.issuer.der().clone()).await
    }

    /// The authority's own certificate, in PEM.
    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }
}

/// A handshake of a client that trusts this authority.
pub(crate) async fn handshake(
    stream: TcpStream,
    name: &str,
    protocols: &[&str],
    authority: CertificateDer<'static>,
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(authority).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("versions");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// The names in the certificate that the server has shown.
pub(crate) fn shown(stream: &TlsStream<TcpStream>) -> Vec<String> {
    let chain = stream.get_ref().1.peer_certificates().expect("a certificate");
    let own = webpki::EndEntityCert::try_from(&chain[0]).expect("a server's certificate");
    own.valid_dns_names().map(str::to_owned).collect()
}

/// A connection over TLS that speaks what was agreed on in its handshake.
pub(crate) enum Speaking {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Speaking {
    pub(crate) async fn over(stream: TlsStream<TcpStream>) -> Speaking {
        let agreed = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
        let io = TokioIo::new(stream);
        if agreed.as_deref() == Some(b"h2") {
            let (send, driver) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
            tokio::spawn(driver);
            Speaking::Http2(send)
        } else {
            let (send, driver) = http1::handshake(io).await.expect("HTTP/1.1");
            tokio::spawn(driver);
            Speaking::Http1(send)
        }
    }

    /// Asks for a path on a host, with credentials.
    pub(crate) async fn get(&mut self, host: &str, path: &str, by: (&str, &str)) -> Answer {
        self.send(Request::get(self.target(host, path)), host, by, "").await.expect("an answer")
    }

    /// The target of a request, as this protocol writes it.
    pub(crate) fn target(&self, host: &str, path: &str) -> String {
        match self {
            Speaking::Http1(_) => path.to_owned(),
            Speaking::Http2(_) => format!("https://{host}{path}"),
        }
    }

    /// Sends a request, and reads the whole answer.
    pub(crate) async fn send(
        &mut self,
        request: http::request::Builder,
        host: &str,
        (identifier, secret): (&str, &str),
        body: impl Into<Bytes>,
    ) -> hyper::Result<Answer> {
        let pair = BASE64_STANDARD.encode(format!("{identifier}:{secret}"));
        let request = request.header("x-api-version", "2").header("authorization", format!("Basic {pair}"));
        let body = Full::new(body.into());
        let response = match self {
            Speaking::Http1(send) => {
                send.ready().await?;
                send.send_request(request.header("host", host).body(body).expect("a request")).await?
            }
            Speaking::Http2(send) => {
                send.ready().await?;
                send.send_request(request.body(body).expect("a request")).await?
            }
        };
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let shown = format!("{:?}", head.version);
        Ok(Answer { shown, status: head.status.as_u16(), headers: head.headers, body })
    }
}

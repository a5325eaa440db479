//! How connections are made: trusted roots, TLS through ring, and reads large enough to be cheap.

use std::{
    future::Future,
    io,
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::connect::{Connected, Connection, HttpConnector},
    rt::TokioIo,
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio::{
    io::{AsyncWrite as _, BufReader},
    net::TcpStream,
};
use tower_service::Service;

use crate::{
    builder::HttpVersion,
    error::{Error, Result},
};

/// rustls asks for 4 KB at a time; behind this buffer most of those reads are no system calls.
const READ_BUFFER: usize = 128 * 1024;

/// Makes connections for `http` and `https` URLs.
pub(crate) type Connector = HttpsConnector<Plain>;

/// Sets up connecting, with the machine's trusted roots and those of `extra_roots`.
pub(crate) fn connector(
    extra_roots: Option<&Path>,
    version: HttpVersion,
    connect_timeout: Duration,
) -> Result<Connector> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::Setup(format!("TLS: {e}")))?
        .with_root_certificates(roots(extra_roots)?)
        .with_no_client_auth();
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(connect_timeout));
    let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config).https_or_http();
    Ok(match version {
        HttpVersion::Auto => builder.enable_all_versions().wrap_connector(Plain(http)),
        HttpVersion::Http1 => builder.enable_http1().wrap_connector(Plain(http)),
        HttpVersion::Http2 => builder.enable_http2().wrap_connector(Plain(http)),
    })
}

fn roots(extra: Option<&Path>) -> Result<rustls::RootCertStore> {
    let mut roots = rustls::RootCertStore::empty();
    // A machine without roots is not an error: the extra ones may do, and if not, no certificate will be trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = extra {
        let fault =
            |what: &dyn std::fmt::Display| Error::Setup(format!("CA file {}: {what}", path.display()));
        let certificates = CertificateDer::pem_file_iter(path).map_err(|e| fault(&e))?;
        let mut found = false;
        for certificate in certificates {
            roots.add(certificate.map_err(|e| fault(&e))?).map_err(|e| fault(&e))?;
            found = true;
        }
        if !found {
            return Err(fault(&"holds no certificate"));
        }
    }
    Ok(roots)
}

/// Makes the TCP connections below TLS.
#[derive(Clone)]
pub(crate) struct Plain(HttpConnector);

type Connecting = Pin<Box<dyn Future<Output = std::result::Result<Tcp, ConnectError>> + Send>>;
type ConnectError = <HttpConnector as Service<Uri>>::Error;

impl Service<Uri> for Plain {
    type Response = Tcp;
    type Error = ConnectError;
    type Future = Connecting;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<std::result::Result<(), ConnectError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let tls = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        let connecting = self.0.call(uri);
        Box::pin(async move {
            let stream = connecting.await?.into_inner();
            // Without TLS, hyper reads straight into the buffers that it hands out: one more would only copy.
            Ok(if tls {
                Tcp::Buffered(BufReader::with_capacity(READ_BUFFER, stream))
            } else {
                Tcp::Direct(stream)
            })
        })
    }
}

/// A TCP connection.
pub(crate) enum Tcp {
    Direct(TcpStream),
    Buffered(BufReader<TcpStream>),
}

impl Tcp {
    fn stream(&self) -> &TcpStream {
        match self {
            Self::Direct(stream) => stream,
            Self::Buffered(buffered) => buffered.get_ref(),
        }
    }

    fn stream_mut(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(match self {
            Self::Direct(stream) => stream,
            Self::Buffered(buffered) => buffered.get_mut(),
        })
    }
}

impl Connection for Tcp {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Tcp {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Direct(stream) => Pin::new(&mut TokioIo::new(stream)).poll_read(cx, buf),
            Self::Buffered(buffered) => Pin::new(&mut TokioIo::new(buffered)).poll_read(cx, buf),
        }
    }
}

impl Write for Tcp {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.stream_mut().poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream_mut().poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream().is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream_mut().poll_write_vectored(cx, bufs)
    }
}

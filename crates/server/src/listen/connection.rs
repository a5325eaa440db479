//! One connection: plain, or a handshake and then what the client and the server agreed on in it.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use super::UNREAD;
use super::drain::Stay;
use super::http2::Http2;
use super::remainder;
use crate::front::Front;
use crate::settings::Settings;
use crate::tls::{Asked, H2, Handshakes};
use crate::transport::{Arrival, Way};

/// The most that a request's line and headers may take. More is answered with 431.
pub(super) const MAX_HEADERS: usize = 64 << 10;
/// The first byte of every TLS handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// What connections are served with.
pub(crate) struct Serving {
    front: Front,
    http1: http1::Builder,
    http2: Http2,
    tls: Option<Handshakes>,
    /// For a handshake, for a request's headers, and between requests.
    patience: Duration,
}

impl Serving {
    pub(crate) fn new(front: Front, settings: &Settings, tls: Option<Handshakes>) -> Serving {
        let patience = settings.header_timeout();
        let mut http1 = http1::Builder::new();
        http1.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(MAX_HEADERS);
        Serving { front, http1, http2: Http2::new(patience, UNREAD), tls, patience }
    }

    /// Serves plain HTTP: HTTP/1.1 alone. Without TLS no browser speaks HTTP/2, and telling the two apart would mean
    /// waiting, without a bound, for a connection's first bytes.
    pub(crate) async fn plain(&self, stream: TcpStream, peer: IpAddr, stay: Stay) -> io::Result<()> {
        self.http1(stream, Arrival { peer, way: Way::Plain }, stay).await
    }

    /// Serves HTTPS: a handshake, then HTTP/2 or HTTP/1.1. Who speaks plain HTTP here is told where HTTPS is.
    pub(crate) async fn tls(&self, stream: TcpStream, peer: IpAddr, mut stay: Stay) -> io::Result<()> {
        let handshake = timeout(self.patience, self.handshake(stream));
        let met = tokio::select! {
            biased;
            // Nothing has been asked yet: nothing is lost.
            () = stay.asked_to_finish() => return Ok(()),
            met = handshake => met.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "handshake"))??,
        };
        match met {
            Met::Nobody => Ok(()),
            Met::Plain(stream) => self.http1(stream, Arrival { peer, way: Way::PlainToTls }, stay).await,
            Met::Tls(stream) if stream.get_ref().1.alpn_protocol() == Some(H2) => {
                let (front, arrival) = (self.front.clone(), Arrival { peer, way: Way::Tls });
                let answer = move |request| {
                    let front = front.clone();
                    async move { front.answer(arrival, request).await }
                };
                self.http2.serve(*stream, answer, stay).await
            }
            Met::Tls(stream) => self.http1(*stream, Arrival { peer, way: Way::Tls }, stay).await,
        }
    }

    async fn handshake(&self, stream: TcpStream) -> io::Result<Met> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            return Ok(Met::Nobody);
        }
        let Some(tls) = self.tls.as_ref().filter(|_| first == [HANDSHAKE]) else {
            return Ok(Met::Plain(stream));
        };
        let begun = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let asked = Asked::from(begun.client_hello());
        let config = tls.answer_to(asked).await;
        Ok(Met::Tls(Box::new(begun.into_stream(config).await?)))
    }

    async fn http1(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
        arrival: Arrival,
        mut stay: Stay,
    ) -> io::Result<()> {
        let service = service_fn(move |request: Request<Incoming>| async move {
            let (request, remainder) = remainder::shared(request);
            let answer = self.front.answer(arrival, request).await;
            if let Some(remainder) = remainder {
                remainder.throw_away().await;
            }
            Ok::<_, Infallible>(answer)
        });
        let mut connection = std::pin::pin!(self.http1.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            biased;
            ended = connection.as_mut() => return ended.map_err(io::Error::other),
            () = stay.asked_to_finish() => {}
        }
        connection.as_mut().graceful_shutdown();
        connection.await.map_err(io::Error::other)
    }
}

/// Who turned up where HTTPS is served.
enum Met {
    /// Somebody who said nothing and left.
    Nobody,
    /// Somebody who speaks plain HTTP, or something else that is not TLS.
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

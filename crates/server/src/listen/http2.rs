//! HTTP/2: many requests on one connection, within bounds.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::activity::{Activity, Quiet};
use super::connection::MAX_HEADERS;
use super::drain::Stay;

/// Requests that one connection may have open at a time.
const MAX_STREAMS: u32 = 100;
/// How many requests a client may have taken back before they were looked at. Whoever does that more often is not
/// asking for anything (CVE-2023-44487).
const MAX_TAKEN_BACK: usize = 20;
/// What of bodies may be on its way unread: for one request, and for all of a connection.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 512 << 10;
/// What of an answer is held ready for a client.
const SEND_BUFFER: usize = 128 << 10;
/// How long a connection on which nothing was ever asked may take to end.
const GOODBYE: Duration = Duration::from_secs(2);

/// How HTTP/2 is served.
#[derive(Debug)]
pub(super) struct Http2 {
    builder: http2::Builder<TokioExecutor>,
    /// How long nothing may be asked.
    idle: Duration,
    /// How long nothing of answers may be taken.
    unread: Duration,
}

impl Http2 {
    pub(super) fn new(idle: Duration, unread: Duration) -> Http2 {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEADERS as u32)
            .max_pending_accept_reset_streams(MAX_TAKEN_BACK)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .keep_alive_interval(unread / 2)
            .keep_alive_timeout(unread / 2);
        Http2 { builder, idle, unread }
    }

    /// Serves one connection until it ends, or nothing goes on on it, or it is asked to finish and has.
    pub(super) async fn serve<F>(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
        answer: impl Fn(Request<Body>) -> F,
        mut stay: Stay,
    ) -> io::Result<()>
    where
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let activity = Activity::new();
        let service = service_fn(|request: Request<Incoming>| {
            let answering = activity.answering();
            let answer = answer(request.map(Body::new));
            async move { Ok::<_, Infallible>(answer.await.map(|body| answering.send(body))) }
        });
        let mut connection = std::pin::pin!(self.builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            biased;
            ended = connection.as_mut() => return ended.map_err(io::Error::other),
            () = stay.asked_to_finish() => {}
            quiet = activity.quiet(self.idle, self.unread) => if quiet == Quiet::Stalled {
                return Err(does_nothing());
            }
        }
        connection.as_mut().graceful_shutdown();
        if activity.is_silent() {
            // Until a client has said its first words, there is nobody to take leave of.
            match timeout(GOODBYE, connection.as_mut()).await {
                Ok(ended) => return ended.map_err(io::Error::other),
                Err(_) if activity.is_silent() => return Err(does_nothing()),
                Err(_) => {}
            }
        }
        match timeout(self.unread, connection).await {
            Ok(ended) => ended.map_err(io::Error::other),
            Err(_) => Err(does_nothing()),
        }
    }
}

fn does_nothing() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client does nothing")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::{BodyExt, Empty};
    use hyper::client::conn::http2::Builder;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio::time::Instant;

    use super::*;
    use crate::listen::drain::Drain;

    const IDLE: Duration = Duration::from_millis(400);
    const UNREAD: Duration = Duration::from_millis(1200);
    const BIG: usize = 1 << 20;

    /// A server's end of a connection; it tells after how long and how it ended.
    fn served(drain: &Drain) -> (DuplexStream, JoinHandle<(Duration, String)>) {
        let (client, server) = duplex(64 << 10);
        let stay = drain.stay();
        let ended = tokio::spawn(async move {
            let start = Instant::now();
            let big = |_| async { Response::new(Body::from(vec![b'x'; BIG])) };
            let ended = Http2::new(IDLE, UNREAD).serve(server, big, stay).await;
            (start.elapsed(), ended.map_or_else(|error| error.to_string(), |()| "well".to_owned()))
        });
        (client, ended)
    }

    /// Asks for the answer, makes room for no more than `window` of it, and stays.
    async fn asked(client: DuplexStream, window: u32) -> Response<Incoming> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(window);
        let (mut send, connection) = builder.handshake(TokioIo::new(client)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("http://hr.example/").body(Empty::<Bytes>::new()).unwrap();
        let response = send.send_request(request).await.unwrap();
        tokio::spawn(async move {
            let _stays = send;
            std::future::pending::<()>().await;
        });
        response
    }

    #[tokio::test]
    async fn answers_that_nobody_takes_are_not_kept_for_ever() {
        let drain = Drain::new();
        let (client, ended) = served(&drain);
        let answer = asked(client, 1000).await;
        let (after, how) = ended.await.unwrap();
        assert_eq!(how, "the client does nothing");
        assert!(after >= UNREAD, "{after:?}");
        drop(answer);
    }

    #[tokio::test]
    async fn a_connection_ends_when_nothing_is_asked_and_not_while_an_answer_is_taken() {
        let drain = Drain::new();
        let (client, ended) = served(&drain);
        let mut answer = asked(client, 40_000).await.into_body();
        let mut taken = 0;
        while let Some(frame) = answer.frame().await {
            let before = taken;
            taken += frame.unwrap().into_data().unwrap().len();
            if before / (BIG / 8) < taken / (BIG / 8) {
                tokio::time::sleep(IDLE / 2).await;
            }
        }
        assert_eq!(taken, BIG);
        let (after, how) = ended.await.unwrap();
        // The client may hang up first when it hears that nothing more is served.
        assert_ne!(how, "the client does nothing");
        assert!(after > 4 * IDLE, "{after:?}");
    }

    #[tokio::test]
    async fn who_never_says_anything_is_left() {
        let drain = Drain::new();
        let mut all = Vec::new();
        for beginning in ["", "PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
            let (mut client, ended) = served(&drain);
            client.write_all(beginning.as_bytes()).await.unwrap();
            all.push((beginning, client, ended));
        }
        for (beginning, mut client, ended) in all {
            let (after, _) = ended.await.unwrap();
            assert!(after >= IDLE, "{after:?} {beginning:?}");
            client.read_to_end(&mut Vec::new()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn asked_to_finish_it_sends_what_was_asked_for_and_ends() {
        let drain = Drain::new();
        let (client, ended) = served(&drain);
        let answer = asked(client, 1000).await;
        let drained = tokio::spawn(drain.drain());
        tokio::time::sleep(IDLE / 2).await;
        assert!(!drained.is_finished() && !ended.is_finished());
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), BIG);
        assert_eq!(ended.await.unwrap().1, "well");
        drained.await.unwrap();
    }
}

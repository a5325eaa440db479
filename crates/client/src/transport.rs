//! One request, one answer: the HTTP client underneath, with its bounds on time and on requests in flight.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::USER_AGENT};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::Client as Http,
    rt::{TokioExecutor, TokioTimer},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use crate::{
    builder::{HttpVersion, Timeouts},
    connect::Connector,
    error::{Error, Result},
};

/// The flow-control window of one HTTP/2 stream: a usual picture fits into it.
const STREAM_WINDOW: u32 = 256 * 1024;
/// That of a connection: bounds what may lie in memory unread.
const CONNECTION_WINDOW: u32 = 2 * 1024 * 1024;
/// The largest read of an HTTP/1.1 connection.
const READ_BUFFER: usize = 64 * 1024;

/// No stream lasts longer: servers end theirs long before.
const LASTING: Duration = Duration::from_hours(24);

/// Sends requests.
///
/// This sits on hyper's client rather than on reqwest. Ten thousand small pictures are dominated by what each
/// request costs, and reqwest adds to each one a URL parse, a stack of boxed middleware and a boxed, decoding
/// body, while the things it would bring (redirects, decompression, retries) follow our own rules here anyway.
pub(crate) struct Transport {
    http: Http<Connector, Full<Bytes>>,
    in_flight: Option<Arc<Semaphore>>,
    timeouts: Timeouts,
    user_agent: HeaderValue,
    requests: AtomicU64,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    /// As long as any.
    Usual,
    /// This much longer: the server was asked to wait for something to happen.
    Waiting(Duration),
    /// As long as it goes on coming.
    Lasting,
}

/// The bounds that an attempt carries from its request to the end of its body.
pub(crate) struct Attempt {
    idle: Duration,
    end: Instant,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Attempt {
    /// Waits for the next thing of this attempt, within its bounds.
    pub(crate) async fn within<T>(&self, what: &'static str, future: impl Future<Output = T>) -> Result<T> {
        let deadline = self.end.min(Instant::now() + self.idle);
        timeout_at(deadline, future).await.map_err(|_| Error::Timeout(what))
    }
}

impl Transport {
    pub(crate) fn new(
        connector: Connector,
        version: HttpVersion,
        connections: Option<usize>,
        timeouts: Timeouts,
        user_agent: HeaderValue,
    ) -> Self {
        let http = Http::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .http2_only(version == HttpVersion::Http2)
            .http1_max_buf_size(READ_BUFFER)
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_frame_size(64 * 1024)
            .build(connector);
        let in_flight = connections.map(|most| Arc::new(Semaphore::new(most)));
        Self { http, in_flight, timeouts, user_agent, requests: AtomicU64::new(0) }
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Starts the clock of an attempt, when there is room for one more.
    pub(crate) async fn attempt(&self, patience: Patience) -> Attempt {
        let Timeouts { idle, total, .. } = self.timeouts;
        let permit = match (&self.in_flight, patience) {
            // What lasts would keep everybody else out.
            (_, Patience::Lasting) | (None, _) => None,
            // A semaphore that is never closed always grants in the end.
            (Some(semaphore), _) => Arc::clone(semaphore).acquire_owned().await.ok(),
        };
        let (idle, total) = match patience {
            Patience::Usual => (idle, total),
            Patience::Waiting(time) => (idle + time, total + time),
            Patience::Lasting => (idle, LASTING),
        };
        Attempt { idle, end: Instant::now() + total, _permit: permit }
    }

    /// Sends one request and waits for the head of its answer. Follows nothing, judges nothing.
    pub(crate) async fn send(
        &self,
        attempt: &Attempt,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>> {
        request.headers_mut().insert(USER_AGENT, self.user_agent.clone());
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = attempt.within("waiting for an answer", self.http.request(request)).await?;
        answer.map_err(|error| Error::connection(&error))
    }
}

//! Whether the process lives, and whether it should be sent requests: what load balancers and supervisors ask.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::error::{Refusal, empty};
use folkmoot_wire::Format;

/// Where it is asked whether the process lives.
pub(crate) const LIVE: &str = "/livez";
/// Where it is asked whether it should be sent requests.
pub(crate) const READY: &str = "/readyz";

/// A store that was not reached for so long cannot be reached.
const LATELY: Duration = Duration::from_secs(5);

/// How the server is.
#[derive(Debug)]
pub(crate) struct Health {
    started: (Timestamp, Instant),
    /// When the store was reached last, in milliseconds after the start.
    reached: AtomicU64,
    leaving: AtomicBool,
}

impl Health {
    /// That of a server that starts now, and has just reached its store.
    pub(crate) fn new(now: Timestamp) -> Health {
        Health { started: (now, Instant::now()), reached: AtomicU64::new(0), leaving: AtomicBool::new(false) }
    }

    /// When the server started.
    pub(crate) fn started(&self) -> Timestamp {
        self.started.0
    }

    /// Notes that the store has been reached.
    pub(crate) fn store_was_reached(&self) {
        self.reached.store(self.started.1.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// How long ago the store was reached last.
    pub(crate) fn store_seen_ago(&self) -> Duration {
        let reached = Duration::from_millis(self.reached.load(Ordering::Relaxed));
        self.started.1.elapsed().saturating_sub(reached)
    }

    /// Notes that the server is about to stop: it still serves, but should be sent nothing more.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    fn is_ready(&self) -> bool {
        !self.leaving.load(Ordering::Relaxed) && self.store_seen_ago() <= LATELY
    }

    /// The answer, if it is health that is asked for. It tells nothing but its status.
    pub(crate) fn answer(&self, method: &Method, path: &str) -> Option<Response<Body>> {
        let status = match path {
            LIVE => StatusCode::OK,
            READY if self.is_ready() => StatusCode::OK,
            READY => StatusCode::SERVICE_UNAVAILABLE,
            _ => return None,
        };
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Some(Refusal::MethodNotAllowed("GET, HEAD").into_response(Format::Json));
        }
        let mut response = empty(status);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some(response)
    }
}

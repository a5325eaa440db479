//! What of a request's body nobody has read when it is answered.
//!
//! A refusal is often known before the body has come. A client that is still sending it when the connection is closed
//! gets an error of its own instead of the answer (RFC 9112, section 9.6); so the rest is read and thrown away first,
//! within bounds.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::EXPECT;
use http::{HeaderMap, Request};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout;

/// The most that is thrown away.
const MOST: usize = 64 << 20;
/// How long is waited for more of it.
const PAUSE: Duration = Duration::from_secs(1);
/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(10);

/// A body that is being read by somebody else.
pub(super) struct Remainder(Shared);

/// A request whose body can be taken up where its reader leaves it; `None` where there is nothing to take up.
pub(super) fn shared(request: Request<Incoming>) -> (Request<Body>, Option<Remainder>) {
    if request.body().is_end_stream() || waits_for_permission(request.headers()) {
        return (request.map(Body::new), None);
    }
    let (head, body) = request.into_parts();
    let shared = Shared(Arc::new(Mutex::new(body)));
    (Request::from_parts(head, Body::new(shared.clone())), Some(Remainder(shared)))
}

/// To read would be to say that the body is wanted (RFC 9110, section 10.1.1).
fn waits_for_permission(headers: &HeaderMap) -> bool {
    headers.contains_key(EXPECT)
}

impl Remainder {
    /// Reads what is left, and throws it away.
    pub(super) async fn throw_away(mut self) {
        let all = async {
            let mut thrown = 0;
            while !self.0.is_end_stream() && thrown < MOST {
                match timeout(PAUSE, self.0.frame()).await {
                    Ok(Some(Ok(frame))) => thrown += frame.data_ref().map_or(0, Bytes::len),
                    Ok(Some(Err(_)) | None) | Err(_) => return,
                }
            }
        };
        let _ = timeout(WHOLE, all).await;
    }
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Incoming>>);

impl Shared {
    fn body(&self) -> MutexGuard<'_, Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for Shared {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}

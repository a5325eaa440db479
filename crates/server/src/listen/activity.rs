//! What goes on on an HTTP/2 connection, where many requests share one and none of HTTP/1's bounds on waiting for the
//! next holds: whether it does anything, and whether the client takes what it is sent.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

/// How much of an answer is handed over at a time: as much as a frame of HTTP/2 holds.
const PIECE: usize = 16 << 10;

/// How a connection that does nothing does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// Nobody is waiting for an answer, but for the last few bytes of one.
    Idle,
    /// There are answers, and the client does not take them.
    Stalled,
}

/// What goes on on one connection.
#[derive(Debug)]
pub(crate) struct Activity(Mutex<State>);

#[derive(Debug)]
struct State {
    asked: bool,
    /// Requests whose answer is being made. How long that takes has bounds of its own.
    answering: usize,
    /// Answers on their way.
    sending: usize,
    /// When a request came, an answer was begun or ended, or a part of one was taken.
    last: Instant,
}

impl Activity {
    pub(crate) fn new() -> Arc<Activity> {
        let state = State { asked: false, answering: 0, sending: 0, last: Instant::now() };
        Arc::new(Activity(Mutex::new(state)))
    }

    fn note(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        state.last = Instant::now();
    }

    /// Counts a request that has come, until its answer is ready.
    pub(crate) fn answering(self: &Arc<Self>) -> Answering {
        self.note(|state| {
            state.asked = true;
            state.answering += 1;
        });
        Answering(Arc::clone(self))
    }

    /// Whether nothing was ever asked.
    pub(crate) fn is_silent(&self) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).asked
    }

    /// Ready when nothing has been asked for as long as `idle`, or nothing been taken for as long as `unread`.
    pub(crate) async fn quiet(&self, idle: Duration, unread: Duration) -> Quiet {
        loop {
            let due = {
                let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let now = Instant::now();
                let (end, quiet) = match *state {
                    State { answering: 1.., .. } => (now + idle, Quiet::Idle),
                    State { sending: 1.., last, .. } => (last + unread, Quiet::Stalled),
                    State { last, .. } => (last + idle, Quiet::Idle),
                };
                if end <= now {
                    return quiet;
                }
                end
            };
            tokio::time::sleep_until(due).await;
        }
    }
}

/// A request whose answer is being made.
#[derive(Debug)]
pub(crate) struct Answering(Arc<Activity>);

impl Answering {
    /// The answer's body, watched while it is sent.
    pub(crate) fn send(self, body: Body) -> Watched {
        self.0.note(|state| state.sending += 1);
        Watched { body, rest: Bytes::new(), activity: Arc::clone(&self.0) }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.note(|state| state.answering -= 1);
    }
}

/// A body that tells when a part of it is taken. HTTP/2 asks for one only when the client has made room, if but for a
/// byte of it; so it comes in pieces.
#[derive(Debug)]
pub(crate) struct Watched {
    body: Body,
    /// What has come of the body, and was not taken yet.
    rest: Bytes,
    activity: Arc<Activity>,
}

impl Watched {
    fn piece(&mut self) -> Frame<Bytes> {
        let length = self.rest.len().min(PIECE);
        Frame::data(self.rest.split_to(length))
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            let polled = Pin::new(&mut self.body).poll_frame(context);
            match polled {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                other => return other,
            }
        }
        self.activity.note(|_| ());
        Poll::Ready(Some(Ok(self.piece())))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, hint) = (self.rest.len() as u64, self.body.size_hint());
        let mut whole = SizeHint::new();
        whole.set_lower(hint.lower().saturating_add(rest));
        if let Some(upper) = hint.upper() {
            whole.set_upper(upper.saturating_add(rest));
        }
        whole
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.activity.note(|state| state.sending -= 1);
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;
    use http_body_util::BodyExt;

    use super::*;

    const IDLE: Duration = Duration::from_millis(100);
    const UNREAD: Duration = Duration::from_millis(400);

    /// How the connection is quiet, and whether it took as long as it should.
    async fn quiet(activity: &Activity) -> Quiet {
        let start = Instant::now();
        let quiet = activity.quiet(IDLE, UNREAD).await;
        let least = if quiet == Quiet::Stalled { UNREAD } else { IDLE };
        assert!(start.elapsed() >= least, "{quiet:?} after {:?}", start.elapsed());
        quiet
    }

    #[tokio::test]
    async fn a_connection_is_idle_when_nothing_is_asked_and_stalled_when_nothing_is_taken() {
        let activity = Activity::new();
        assert_eq!(quiet(&activity).await, Quiet::Idle);
        assert!(activity.is_silent());
        let answering = activity.answering();
        assert!(!activity.is_silent());
        let waited = tokio::time::timeout(2 * UNREAD, quiet(&activity)).await;
        assert!(waited.is_err(), "making an answer is not the client's fault");
        let mut body = answering.send(Body::from("answer"));
        assert_eq!(quiet(&activity).await, Quiet::Stalled);
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "answer");
        assert_eq!(quiet(&activity).await, Quiet::Stalled);
        drop(body);
        assert_eq!(quiet(&activity).await, Quiet::Idle);
        drop(activity.answering());
        assert_eq!(quiet(&activity).await, Quiet::Idle);
    }

    #[tokio::test]
    async fn a_body_comes_in_pieces_and_whole() {
        let content: Vec<u8> = (0..3 * PIECE + 5).map(|at| at as u8).collect();
        let mut body = Activity::new().answering().send(Body::from(content.clone()));
        let mut taken = Vec::new();
        while let Some(frame) = body.frame().await {
            let piece = frame.unwrap().into_data().unwrap();
            assert!(!piece.is_empty() && piece.len() <= PIECE);
            taken.extend_from_slice(&piece);
            let rest = (content.len() - taken.len()) as u64;
            assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(rest), rest == 0));
        }
        assert_eq!(taken, content);
    }
}

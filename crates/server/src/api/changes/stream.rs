//! The log as server-sent events: each entry an event whose identifier is its revision, so that a client that was cut
//! off goes on where it was.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use folkmoot_wire::{ChangeDocument, Format, fragment};
use futures_util::stream;
use http::{HeaderValue, Response, header};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{Following, LOOK};
use crate::error::Refusal;
use crate::feed::Waiting;

/// Entries in one piece of the stream.
const AT_ONCE: usize = 100;
/// How often something is sent, so that a connection that is dead is known to be.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a stream lasts. Whoever comes back says who they are once more: a key that was taken away ends here.
const LONGEST: Duration = Duration::from_mins(10);
/// In how many milliseconds clients are to come back.
const COME_BACK: &str = "retry: 3000\n\n";

struct Streaming {
    following: Following,
    since: u64,
    format: Format,
    shown: watch::Receiver<u64>,
    waiting: Waiting,
    end: Instant,
    begun: bool,
}

/// Answers with a stream of what happens after `since`.
pub(super) fn begin(following: Following, since: u64, format: Format) -> Result<Response<Body>, Refusal> {
    let Some(waiting) = following.app.feed.place() else {
        return Err(Refusal::too_much(
            5,
            "Too many are waiting for changes; try again later, or ask without waiting.",
        ));
    };
    let shown = following.account.shown();
    let end = Instant::now() + LONGEST;
    let streaming = Streaming { following, since, format, shown, waiting, end, begun: false };
    let pieces = stream::unfold(streaming, |mut streaming| async move {
        let piece = streaming.next().await?;
        Some((Ok::<_, std::convert::Infallible>(piece), streaming))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=UTF-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // Proxies that gather answers would hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

impl Streaming {
    /// The next piece; nothing at the stream's end.
    async fn next(&mut self) -> Option<Bytes> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(Bytes::from_static(COME_BACK.as_bytes()));
        }
        let heartbeat = Instant::now() + HEARTBEAT;
        loop {
            if Instant::now() >= self.end {
                return None;
            }
            self.shown.borrow_and_update();
            // Whoever may not ask any more, or for whom nothing can be read, comes back and is told why.
            self.following.renew().await.ok()?;
            let page = self.following.page(self.since, AT_ONCE).await.ok()?;
            if page.next != self.since {
                return Some(self.piece(page));
            }
            if Instant::now() >= heartbeat {
                return Some(Bytes::from_static(b":\n\n"));
            }
            tokio::select! {
                _ = self.shown.changed() => {}
                () = sleep_until(heartbeat.min(Instant::now() + LOOK)) => {}
                () = self.waiting.ended() => return None,
            }
        }
    }

    fn piece(&mut self, page: super::Page) -> Bytes {
        let mut piece = Vec::new();
        for entry in page.entries {
            let revision = entry.revision;
            piece.extend_from_slice(format!("id: {revision}\nevent: change\ndata: ").as_bytes());
            fragment(self.format, "change", [ChangeDocument(entry)], &mut piece);
            piece.extend_from_slice(b"\n\n");
            self.since = revision;
        }
        if page.next != self.since {
            // Nothing to tell of, but the place from which to go on.
            piece.extend_from_slice(format!("id: {}\n\n", page.next).as_bytes());
            self.since = page.next;
        }
        piece.into()
    }
}

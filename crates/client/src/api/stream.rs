//! Changes as they happen: a stream of server-sent events that is taken up again where it broke off.

use std::time::Duration;

use futures_util::{Stream, stream};
use http::{HeaderValue, header};

use super::{
    Api, Change,
    events::{Event, Events},
};
use crate::{
    body::Pieces,
    client::Get,
    error::{Error, Result},
    transport::Patience,
};

/// How long to stay away from a server that does not say.
const COME_BACK: Duration = Duration::from_secs(3);
/// No server is believed that wants to be asked more often, or less.
const SOONEST: Duration = Duration::from_millis(100);
const LATEST: Duration = Duration::from_mins(5);

/// Changes as they happen; made by [`super::Changes::follow`].
///
/// A stream that ends or breaks off is asked for again with `Last-Event-ID`: no change is left out, and none comes twice.
/// Faults that do not pass (the key was taken away, the account was restored) are given to the caller, who may go on
/// asking; so are those that pass, once they have come as often in a row as the client's policy allows.
pub struct ChangeStream<'a> {
    api: Api<'a>,
    position: u64,
    come_back: Duration,
    open: Option<(Pieces, Events)>,
    /// A stream was there before: the server is given a rest before the next.
    again: bool,
    failures: u32,
}

impl std::fmt::Debug for ChangeStream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeStream").field("position", &self.position).finish_non_exhaustive()
    }
}

impl<'a> ChangeStream<'a> {
    pub(super) fn new(api: Api<'a>, position: u64) -> Self {
        Self { api, position, come_back: COME_BACK, open: None, again: false, failures: 0 }
    }

    /// The revision from which to go on: keep it with what was made of the changes, and follow from it the next time. It
    /// also moves past what the caller may not see.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next change. May be dropped and asked again: nothing is lost.
    ///
    /// # Errors
    /// When the server refuses, cannot be reached for too long, or says what cannot be understood.
    pub async fn next(&mut self) -> Result<Change> {
        loop {
            let error = match self.advance().await {
                Ok(Some(change)) => return Ok(change),
                Ok(None) => continue,
                Err(error) => error,
            };
            self.open = None;
            if !error.is_transient() {
                return Err(error);
            }
            self.failures += 1;
            let client = self.api.client;
            if let Err(error) = client.retry.wait(&*client.pace, self.failures, error).await {
                self.failures = 0;
                return Err(error);
            }
            self.again = false;
        }
    }

    /// The same as a stream that never ends by itself.
    pub fn into_stream(self) -> impl Stream<Item = Result<Change>> {
        stream::unfold(self, |mut changes| async move {
            let next = changes.next().await;
            Some((next, changes))
        })
    }

    /// One step: a change, or nothing yet.
    async fn advance(&mut self) -> Result<Option<Change>> {
        let Some((pieces, events)) = &mut self.open else {
            if self.again {
                self.api.client.pace.sleep(self.come_back).await;
                self.again = false;
            }
            self.open = Some((self.connect().await?, Events::default()));
            return Ok(None);
        };
        if let Some(event) = events.next()? {
            self.failures = 0;
            return self.take(&event);
        }
        if let Some(piece) = pieces.next().await? {
            events.push(&piece)?;
        } else {
            (self.open, self.again) = (None, true);
        }
        Ok(None)
    }

    async fn connect(&self) -> Result<Pieces> {
        let client = self.api.client;
        let mut extra = self.api.headers();
        extra.insert("last-event-id", HeaderValue::from(self.position));
        let url = self.api.url("changes.json", &[("since", self.position.to_string())])?;
        let get = Get {
            packed: false,
            extra,
            patience: Patience::Lasting,
            ..Get::document(url, "text/event-stream")
        };
        let (response, attempt) = client.get(get).await?;
        let label = response.headers().get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        if !label.starts_with(b"text/event-stream") {
            return Err(Error::Unreadable("the server has no stream of changes".to_owned()));
        }
        // The whole of it has no bound; each event does.
        Pieces::new(response.into_body(), attempt, u64::MAX)
    }

    fn take(&mut self, event: &Event) -> Result<Option<Change>> {
        if let Some(retry) = event.retry {
            self.come_back = retry.clamp(SOONEST, LATEST);
        }
        let change = match &event.data {
            Some(data) => {
                let change: Change = serde_json::from_str(data).map_err(|error| Error::json(&error))?;
                Some(change)
            }
            None => None,
        };
        let said = event.id.as_deref().and_then(|id| id.parse().ok());
        if let Some(position) = said.or(change.as_ref().map(|change| change.revision)) {
            self.position = position;
        }
        Ok(change)
    }
}

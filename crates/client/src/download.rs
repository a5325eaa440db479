//! A picture on its way here.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use crate::{body::Pieces, error::Result};

/// What a server said about a version of a picture, to ask later whether there is a newer one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag`.
    pub etag: Option<String>,
    /// The `Last-Modified` date, as spelled.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is anything to ask with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) }
    }
}

/// An answer whose body has yet to be read.
pub struct Download {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) pieces: Pieces,
}

impl Download {
    /// Whether the server said that what the validators stand for is still current; there is no body then.
    pub fn not_modified(&self) -> bool {
        self.status == StatusCode::NOT_MODIFIED
    }

    /// How the server labels the content.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// What to ask with the next time.
    pub fn validators(&self) -> Validators {
        Validators::of(&self.headers)
    }

    /// The size, where the server announced it.
    pub fn announced(&self) -> Option<u64> {
        self.pieces.announced()
    }

    /// The next piece of the body; nothing at its end.
    ///
    /// # Errors
    /// When the body breaks off, stalls or grows too large.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        self.pieces.next().await
    }
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Something fetched whole.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The content.
    pub bytes: Bytes,
    /// How the server labelled it.
    pub content_type: Option<String>,
    /// What to ask with the next time.
    pub validators: Validators,
}

//! What is known of a request once it has passed the front: who asks, of which account, in which format.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use folkmoot_core::{Directory, Mask, Person, Viewer};
use folkmoot_wire::v2::{PictureUrls, Style};
use folkmoot_wire::{ApiVersion, ErrorCode, Format};
use http::HeaderMap;
use http::request::Parts;

use crate::app::App;
use crate::compress::Encoding;
use crate::error::Refusal;
use crate::live::LiveAccount;

/// The version whose shapes are served.
pub(crate) const SERVED_VERSION: &str = "2.2.0";

/// An authenticated request's surroundings. Handlers take it as their first argument.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) app: Arc<App>,
    pub(crate) account: Arc<LiveAccount>,
    /// One snapshot for the whole request: a write meanwhile does not show halfway.
    pub(crate) directory: Arc<Directory>,
    pub(crate) viewer: Viewer,
    /// By the path's suffix; `None` is a web page's address.
    pub(crate) format: Option<Format>,
    /// Base of public picture URLs; `None` when pictures are private.
    pub(crate) picture_base: Option<Arc<str>>,
}

impl Context {
    pub(crate) fn style(&self, format: Format) -> Style<'_> {
        let pictures = self.picture_base.as_deref().map_or(PictureUrls::Private, PictureUrls::Public);
        Style { format, pictures }
    }

    /// The format for answers to requests that work with or without a suffix.
    pub(crate) fn format_or_json(&self) -> Format {
        self.format.unwrap_or(Format::Json)
    }
}

/// A request for version 2 of the API: its path had a suffix, its header named the version.
pub(crate) struct V2 {
    pub(crate) context: Context,
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    headers: HeaderMap,
}

impl std::ops::Deref for V2 {
    type Target = Context;
    fn deref(&self) -> &Context {
        &self.context
    }
}

impl V2 {
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn v2_style(&self) -> Style<'_> {
        self.context.style(self.format)
    }

    /// What makes one answer differ from another: account, state, object, mask and spelling, and whatever `more` the
    /// caller knows of.
    pub(crate) fn identity(&self, object: &str, id: i64, mask: Mask, more: &[i64]) -> Vec<u8> {
        let directory = &self.directory;
        let mut identity = Vec::with_capacity(160);
        for number in [self.account.id().0, directory.revision().cast_signed(), i64::from(mask.bits()), id] {
            identity.extend_from_slice(&number.to_be_bytes());
        }
        for number in more {
            identity.extend_from_slice(&number.to_be_bytes());
        }
        let since = directory.in_effect_since();
        identity.extend_from_slice(&since.year().to_be_bytes());
        identity.extend_from_slice(&[since.month().unsigned_abs(), since.day().unsigned_abs()]);
        let base = self.context.picture_base.as_deref().unwrap_or_default();
        // The program's own version: a newer one may spell the same data differently.
        for part in [object, self.format.suffix(), base, env!("CARGO_PKG_VERSION")] {
            identity.extend_from_slice(part.as_bytes());
            identity.push(0);
        }
        identity
    }
}

impl Context {
    /// On what else than the mask it depends what the viewer sees of somebody's job: a manager who has left is shown to
    /// some and not to others.
    pub(crate) fn manager_dependence(&self, person: &Person) -> Option<i64> {
        let as_of = self.directory.as_of();
        let manager = person.manager(as_of).and_then(|id| self.directory.person(id));
        manager.is_some_and(|manager| manager.has_left(as_of)).then_some(self.viewer.user.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = axum::response::Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        // The front puts it there before any route is looked up.
        parts.extensions.remove::<Context>().ok_or_else(|| Refusal::Nowhere.into_response(Format::Json))
    }
}

impl<S: Sync> FromRequestParts<S> for V2 {
    type Rejection = axum::response::Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let context = Context::from_request_parts(parts, state).await?;
        let Some(format) = context.format else {
            return Err(Refusal::Nowhere.into_response(Format::Json));
        };
        served_version(&parts.headers).map_err(|refusal| refusal.into_response(format))?;
        let encoding = Encoding::negotiate(&parts.headers);
        let headers = std::mem::take(&mut parts.headers);
        Ok(V2 { context, format, encoding, headers })
    }
}

/// Whether the version that the request asks for is served (`http.md`, Versions). Absent means version 1.
fn served_version(headers: &HeaderMap) -> Result<(), Refusal> {
    let asked = match headers.get("x-api-version") {
        None => ApiVersion::new(1, 0, 0),
        Some(value) => match value.to_str().ok().and_then(|text| ApiVersion::parse(text).ok()) {
            Some(version) => version,
            None => return Err(refuse("X-API-Version is not of the form MAJOR.MINOR.PATCH")),
        },
    };
    match asked.major {
        2 => Ok(()),
        1 if !headers.contains_key("x-api-version") => Err(refuse(
            "Without an X-API-Version header version 1 is meant, which this server does not serve",
        )),
        _ => Err(refuse("X-API-Version names a version that this server does not serve")),
    }
}

fn refuse(problem: &str) -> Refusal {
    Refusal::new(ErrorCode::Validation, format!("{problem}; versions served: 2 (send X-API-Version: 2.0.0)."))
}

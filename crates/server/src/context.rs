//! What is known of a request once it has passed the front: who asks, of which account, in which format.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use folkmoot_core::{Actor, Directory, Mask, Moment, Origin, Person, Source, Viewer};
use folkmoot_store::{Author, Store, Tx};
use folkmoot_wire::{ApiMajor, Format, Style};
use http::header::{IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::accounts::LiveAccount;
use crate::app::App;
use crate::compress::Encoding;
use crate::conditional::{EntityTag, must_expect};
use crate::error::Refusal;
use crate::moment;
use crate::picture_addresses::PictureAddresses;

/// An authenticated request's surroundings. Handlers take it as their first argument.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) app: Arc<App>,
    pub(crate) account: Arc<LiveAccount>,
    /// One snapshot for the whole request: a write meanwhile does not show halfway.
    pub(crate) directory: Arc<Directory>,
    pub(crate) viewer: Viewer,
    /// The version that the request asks for. Where that is none that is served, and the address is of no version, the
    /// reference.
    pub(crate) version: ApiMajor,
    /// By the path's suffix; `None` is a web page's address.
    pub(crate) format: Option<Format>,
    /// Where answers say that pictures are.
    pub(crate) pictures: PictureAddresses,
    /// From where the request came, for the change log.
    pub(crate) origin: Option<Origin>,
}

impl Context {
    /// Whoever asks, as the author of what they change.
    pub(crate) fn author(&self) -> Author {
        Author { actor: Actor::User(self.viewer.user), source: Source::Api, origin: self.origin }
    }

    /// Begins to write, with the snapshot being what the transaction finds.
    pub(crate) async fn begin_current<'s>(&mut self, store: &'s Store) -> Result<Tx<'s>, Refusal> {
        let tx = store.begin(self.account.id(), self.author()).await?;
        self.come_to(tx.base()).await?;
        Ok(tx)
    }

    /// Brings the snapshot to the revision that a transaction has found which has begun alone.
    pub(crate) async fn come_to(&mut self, base: u64) -> Result<(), Refusal> {
        if self.directory.revision() != base {
            self.directory = self.app.accounts.refresh(&self.account, &self.directory).await?;
        }
        Ok(())
    }

    /// Commits a change, and takes it up: what follows shows it.
    pub(crate) async fn commit(&mut self, tx: Tx<'_>) -> Result<(), Refusal> {
        let revision = tx.commit().await?;
        self.directory = self.app.after_write(&self.account, &self.directory, revision).await?;
        Ok(())
    }

    pub(crate) fn style_in(&self, format: Format) -> Style<'_> {
        Style { version: self.version, format, pictures: self.pictures.urls() }
    }

    /// The format for answers to requests that work with or without a suffix.
    pub(crate) fn format_or_json(&self) -> Format {
        self.format.unwrap_or(Format::Json)
    }
}

/// A request for a document of the API: its path had a suffix, and the version that it asks for is served.
pub(crate) struct Api {
    pub(crate) context: Context,
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    /// The moment that is asked about, where it is not now; see [`Api::look`].
    pub(crate) moment: Option<Moment>,
    query: Option<Box<str>>,
    headers: HeaderMap,
}

impl std::ops::Deref for Api {
    type Target = Context;
    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Api {
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Takes up the moment that the request asks about, if its query names one.
    ///
    /// # Errors
    /// 400 `VALIDATION_ERROR`.
    pub(crate) fn look(&mut self) -> Result<(), Refusal> {
        self.moment = moment::asked(self.query.as_deref(), self.directory.as_of())?;
        Ok(())
    }

    /// Whether the change is to be made to a certain state alone.
    pub(crate) fn has_expectation(&self) -> bool {
        self.headers.contains_key(IF_MATCH)
    }

    /// Refuses a change that is to be made to another state than `tag`'s.
    ///
    /// # Errors
    /// 412 `SAVE_ERROR`.
    pub(crate) fn must_expect(&self, tag: EntityTag) -> Result<(), Refusal> {
        must_expect(&self.headers, Some(tag))
    }

    /// Refuses a change that is to be made to a certain state, where nothing can be read that could be in one.
    ///
    /// # Errors
    /// 412 `SAVE_ERROR`.
    pub(crate) fn must_expect_nothing(&self) -> Result<(), Refusal> {
        must_expect(&self.headers, None)
    }

    /// The answer to a change is sent whatever the client has already.
    pub(crate) fn answers_anew(&mut self) {
        self.headers.remove(IF_NONE_MATCH);
    }

    /// The answer to a change is sent whatever the client has already, and in version 1 it is in XML whatever the suffix
    /// (`users.md`, v1 shapes).
    pub(crate) fn answers_a_change(&mut self) {
        self.answers_anew();
        if self.version == ApiMajor::V1 {
            self.format = Format::Xml;
        }
    }

    /// The format of a refusal: that of the suffix, also where version 1 answers a change in another.
    pub(crate) fn refusal_format(&self) -> Format {
        self.context.format.unwrap_or(self.format)
    }

    pub(crate) fn style(&self) -> Style<'_> {
        self.context.style_in(self.format)
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
        if let Some(moment) = self.moment {
            identity.extend_from_slice(&moment::identity(moment));
        }
        let pictures = self.context.pictures.identity();
        // The program's own version: a newer one may spell the same data differently.
        for part in
            [object, self.version.served(), self.format.suffix(), &*pictures, env!("CARGO_PKG_VERSION")]
        {
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

impl<S: Sync> FromRequestParts<S> for Api {
    type Rejection = axum::response::Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let context = Context::from_request_parts(parts, state).await?;
        let Some(format) = context.format else {
            return Err(Refusal::Nowhere.into_response(Format::Json));
        };
        asked_version(&parts.headers).map_err(|refusal| refusal.into_response(format))?;
        let encoding = Encoding::negotiate(&parts.headers);
        let query = parts.uri.query().map(Into::into);
        let headers = std::mem::take(&mut parts.headers);
        Ok(Api { context, format, encoding, moment: None, query, headers })
    }
}

/// The version that a request asks for (`http.md`, Versions).
pub(crate) fn asked_version(headers: &HeaderMap) -> Result<ApiMajor, Refusal> {
    ApiMajor::asked(headers.get("x-api-version").map(HeaderValue::as_bytes)).map_err(|error| {
        let served = ApiMajor::ALL.map(ApiMajor::served).join(", ");
        Refusal::validation(format!("{error}; versions served: {served}."))
    })
}

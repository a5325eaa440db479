//! How every call is made: what is read, with its entity tag; and changes, with their conditions.

use std::{marker::PhantomData, ops::Deref};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, header};
use hyper::body::Incoming;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{Api, form::Form};
use crate::{
    body,
    client::Get,
    error::{Error, Result},
    transport::{Attempt, Patience},
};

/// What forms are labelled as.
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// Something read, and the entity tag of the state that it was read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged<T> {
    /// What was read.
    pub value: T,
    /// The `ETag`, for [`Write::if_match`]; nothing where the server gives none.
    pub etag: Option<String>,
}

impl<T> Deref for Tagged<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// What is answered to a change of which nothing is left to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Done {}

/// When a change may be sent again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    /// Sent twice it is the same as once.
    Idempotent,
    /// Only where the server knows it again by its `Idempotency-Key`.
    Keyed,
    /// Never.
    Never,
}

/// A change that has yet to be sent.
///
/// A change that is the same when it is sent twice (`PUT`, `DELETE`) is tried again where that may help, as reading is;
/// one under an `Idempotency-Key` too. Without one a new object is never asked for twice, and a change under
/// [`Self::if_match`] is not sent again either: whether it was made the first time could not be told.
#[derive(Debug)]
#[must_use = "a change is made when it is sent"]
pub struct Write<'a, T> {
    api: Api<'a>,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    form: Form,
    if_match: Option<String>,
    idempotency_key: Option<String>,
    repeat: Repeat,
    answer: PhantomData<fn() -> T>,
}

impl<'a, T> Write<'a, T> {
    fn new(api: Api<'a>, method: Method, path: String, form: Form, repeat: Repeat) -> Self {
        Self {
            api,
            method,
            path,
            query: Vec::new(),
            form,
            if_match: None,
            idempotency_key: None,
            repeat,
            answer: PhantomData,
        }
    }

    pub(super) fn post(api: Api<'a>, path: impl Into<String>, form: impl Into<Form>) -> Self {
        Self::new(api, Method::POST, path.into(), form.into(), Repeat::Keyed)
    }

    pub(super) fn put(api: Api<'a>, path: impl Into<String>, form: impl Into<Form>) -> Self {
        Self::new(api, Method::PUT, path.into(), form.into(), Repeat::Idempotent)
    }

    pub(super) fn delete(api: Api<'a>, path: impl Into<String>) -> Self {
        Self::new(api, Method::DELETE, path.into(), Form::default(), Repeat::Idempotent)
    }

    /// For what does the same however often it is sent, though it is a `POST`.
    pub(super) fn idempotent(mut self) -> Self {
        self.repeat = Repeat::Idempotent;
        self
    }

    /// For what servers do not know again, whatever its key.
    pub(super) fn never_again(mut self) -> Self {
        self.repeat = Repeat::Never;
        self
    }

    pub(super) fn with_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    pub(super) fn with_query(mut self, query: Vec<(&'static str, String)>) -> Self {
        self.query = query;
        self
    }

    /// Makes the change only if the object is still in the state of this entity tag ([`Tagged::etag`]); otherwise the
    /// answer is 412 `SAVE_ERROR`. Servers heed it for users, their records and the organisation.
    pub fn if_match(mut self, etag: impl Into<String>) -> Self {
        self.if_match = Some(etag.into());
        self
    }

    /// A name of the caller's own for this change, under which the server makes it once, however often it is sent: at
    /// most 255 printable ASCII characters. Servers heed it for users, their records and the organisation.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Whether a failed attempt may be followed by another.
    fn may_repeat(&self) -> bool {
        match self.repeat {
            Repeat::Never => false,
            _ if self.idempotency_key.is_some() => true,
            Repeat::Idempotent => self.if_match.is_none(),
            Repeat::Keyed => false,
        }
    }

    fn headers(&self) -> Result<HeaderMap> {
        let mut headers = self.api.headers();
        // An empty form would count as the whole of what is said, and the query for nothing.
        if !self.form.is_empty() {
            headers.insert(header::CONTENT_TYPE, FORM);
        }
        for (name, value) in [("if-match", &self.if_match), ("idempotency-key", &self.idempotency_key)] {
            let Some(value) = value else { continue };
            let value = HeaderValue::from_str(value)
                .map_err(|_| Error::Setup(format!("the value of {name} cannot be sent in a header")))?;
            headers.insert(name, value);
        }
        Ok(headers)
    }
}

impl<T: DeserializeOwned> Write<'_, T> {
    /// Sends it.
    ///
    /// # Errors
    /// When the server refuses, with its code and messages ([`Error::code`]), or cannot be reached.
    pub async fn send(self) -> Result<Tagged<T>> {
        let (client, headers) = (self.api.client, self.headers()?);
        let (url, body) = (self.api.url(&self.path, &self.query)?, self.form.encode());
        let once = || async {
            let sent = client.change(self.method.clone(), &url, body.clone(), &headers).await?;
            read(sent, client.largest_list).await
        };
        if self.may_repeat() { client.retry.run(&*client.pace, once).await } else { once().await }
    }
}

impl Api<'_> {
    /// The address of a path, with what is asked of it.
    pub(super) fn url(self, path: &str, query: &[(&str, String)]) -> Result<Url> {
        let mut url = self.client.account.api(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// The headers that every call has.
    pub(super) fn headers(self) -> HeaderMap {
        let version = &self.client.api_version;
        let known = version.as_bytes().starts_with(b"2.") || version.as_bytes().starts_with(b"3.");
        // Version 1 is another language, which is not spoken here.
        let version = if known { version.clone() } else { HeaderValue::from_static("2.0.0") };
        HeaderMap::from_iter([(http::HeaderName::from_static("x-api-version"), version)])
    }

    /// A GET, which is tried again as the client's policy has it.
    pub(super) async fn read<T: DeserializeOwned>(
        self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Tagged<T>> {
        self.read_as(path, query, |get| get).await
    }

    /// A GET that is not quite as the others are.
    pub(super) async fn read_as<T: DeserializeOwned>(
        self,
        path: &str,
        query: &[(&str, String)],
        adapt: impl Fn(Get<'static>) -> Get<'static>,
    ) -> Result<Tagged<T>> {
        let (client, url) = (self.client, self.url(path, query)?);
        let once = || async {
            let get = Get { extra: self.headers(), ..Get::document(url.clone(), "application/json") };
            read(client.get(adapt(get)).await?, client.largest_list).await
        };
        client.retry.run(&*client.pace, once).await
    }

    /// A GET that the server is asked to take its time with.
    pub(super) async fn read_waiting<T: DeserializeOwned>(
        self,
        path: &str,
        query: &[(&str, String)],
        patience: Patience,
    ) -> Result<Tagged<T>> {
        self.read_as(path, query, |get| Get { patience, ..get }).await
    }
}

async fn read<T: DeserializeOwned>(
    (response, attempt): (Response<Incoming>, Attempt),
    limit: u64,
) -> Result<Tagged<T>> {
    let etag = response.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    let bytes: Bytes = body::document(response, attempt, limit).await?.into();
    // Where there is nothing to say, some servers say nothing.
    let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
    let value = serde_json::from_slice(text).map_err(|error| Error::json(&error))?;
    Ok(Tagged { value, etag })
}

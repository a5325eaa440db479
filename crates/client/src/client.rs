//! The calls.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use url::Url;

use crate::{
    api::Api,
    body::{self, Pieces},
    builder::{ClientBuilder, Format},
    document,
    download::{Download, Fetched, Validators},
    error::{Error, Result},
    explanation::explanation,
    list, origin,
    origin::Account,
    pace::Pace,
    retry::{self, RetryPolicy},
    transport::{Attempt, Patience, Transport},
    user::User,
};

/// No chain of redirects is followed further.
const MOST_REDIRECTS: usize = 5;
/// No explanation of an error is longer.
const LARGEST_EXPLANATION: u64 = 64 << 10;

/// A client of one account.
pub struct Client {
    pub(crate) transport: Transport,
    pub(crate) account: Account,
    pub(crate) authorization: HeaderValue,
    pub(crate) api_version: HeaderValue,
    pub(crate) format: Format,
    pub(crate) retry: RetryPolicy,
    pub(crate) largest_list: u64,
    pub(crate) largest_picture: u64,
    pub(crate) pace: Arc<dyn Pace>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("account", &self.account).finish_non_exhaustive()
    }
}

/// A GET and what it carries.
pub(crate) struct Get<'a> {
    pub(crate) url: Url,
    pub(crate) accept: &'static str,
    pub(crate) packed: bool,
    pub(crate) validators: Option<&'a Validators>,
    /// Whether a redirect may lead to another origin, where the request then goes without credentials.
    pub(crate) may_leave: bool,
    /// Headers that go to the account alone.
    pub(crate) extra: HeaderMap,
    /// Whether nobody says who they are, not even to the account.
    pub(crate) anonymous: bool,
    /// How long the server was asked to take.
    pub(crate) patience: Patience,
}

impl Get<'_> {
    /// A document, from the account and nowhere else.
    pub(crate) fn document(url: Url, accept: &'static str) -> Self {
        Get {
            url,
            accept,
            packed: true,
            validators: None,
            may_leave: false,
            extra: HeaderMap::new(),
            anonymous: false,
            patience: Patience::Usual,
        }
    }
}

impl Client {
    /// Starts setting up a client for the account at `account`, such as `https://acme.example.com`, for a user
    /// (username or e-mail address) and their secret (API key or password).
    pub fn builder(account: &str, username: &str, secret: SecretString) -> ClientBuilder {
        ClientBuilder::new(account, username, secret)
    }

    /// All active users, as the server lists them.
    ///
    /// # Errors
    /// When the list cannot be had, or is not a list of users.
    pub async fn users(&self) -> Result<Vec<User>> {
        let url = self.account.api(&format!("users.{}", self.format.extension()))?;
        let bytes = self.document(url).await?;
        list::users(self.format, &bytes)
    }

    /// One user, in full.
    ///
    /// # Errors
    /// When there is no such user, or not for this caller.
    pub async fn user(&self, id: &str) -> Result<User> {
        self.one(&format!("users/{}.{}", segment(id), self.format.extension())).await
    }

    /// Oneself, in full; with `require_api_key` an API key is made when there is none.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn me(&self, require_api_key: bool) -> Result<User> {
        let query = if require_api_key { "?requireApiKey=true" } else { "" };
        self.one(&format!("users/me.{}{query}", self.format.extension())).await
    }

    /// Fetches a URL as a server wrote it (absolute, or relative to the account) into memory. The credentials go
    /// along only to the account's own origin.
    ///
    /// # Errors
    /// When the server refuses, or the answer is larger than a picture may be.
    pub async fn fetch(&self, url: &str) -> Result<Fetched> {
        let once = || async {
            let download = self.open(url, None).await?;
            let content_type = download.content_type().map(str::to_owned);
            let validators = download.validators();
            let bytes = download.pieces.all().await?.into();
            Ok(Fetched { bytes, content_type, validators })
        };
        self.retry.run(&*self.pace, once).await
    }

    /// Opens a URL for reading piece by piece, in a single attempt. With validators, the answer may be that
    /// nothing has changed.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn open(&self, url: &str, validators: Option<&Validators>) -> Result<Download> {
        let get = Get {
            packed: false,
            validators,
            may_leave: true,
            ..Get::document(self.account.resolve(url)?, "image/*, */*;q=0.5")
        };
        let (response, attempt) = self.get(get).await?;
        let (head, body) = response.into_parts();
        let pieces = Pieces::new(body, attempt, self.largest_picture)?;
        Ok(Download { status: head.status, headers: head.headers, pieces })
    }

    /// Gives a user a picture.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn put_picture(&self, user_id: &str, picture: Bytes, content_type: &str) -> Result<()> {
        let label = HeaderValue::from_str(content_type)
            .map_err(|_| Error::Setup("the content type cannot be sent in a header".to_owned()))?;
        self.change_picture(Method::PUT, user_id, picture, Some(label)).await
    }

    /// Takes a user's picture away.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn delete_picture(&self, user_id: &str) -> Result<()> {
        self.change_picture(Method::DELETE, user_id, Bytes::new(), None).await
    }

    /// The calls of the whole API, typed.
    pub fn api(&self) -> Api<'_> {
        Api::new(self)
    }

    /// How many requests were sent so far, redirects and repetitions included.
    pub fn requests(&self) -> u64 {
        self.transport.requests()
    }

    async fn one(&self, path: &str) -> Result<User> {
        let bytes = self.document(self.account.api(path)?).await?;
        User::from_document(&document::read(self.format, &bytes)?)
    }

    async fn document(&self, url: Url) -> Result<Vec<u8>> {
        let accept = match self.format {
            Format::Json => "application/json",
            Format::Xml => "application/xml",
        };
        let once = || async {
            let (response, attempt) = self.get(Get::document(url.clone(), accept)).await?;
            body::document(response, attempt, self.largest_list).await
        };
        self.retry.run(&*self.pace, once).await
    }

    /// One attempt, redirects included.
    pub(crate) async fn get(&self, get: Get<'_>) -> Result<(Response<Incoming>, Attempt)> {
        let attempt = self.transport.attempt(get.patience).await;
        let mut url = get.url;
        // Once a chain has left the account, nothing on it gets the credentials, not even the account.
        let mut at_home = self.account.owns(&url) && !get.anonymous;
        for _ in 0..=MOST_REDIRECTS {
            let mut request = request(Method::GET, &url, Bytes::new())?;
            let headers = request.headers_mut();
            headers.insert(header::ACCEPT, HeaderValue::from_static(get.accept));
            if get.packed {
                headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
            }
            if at_home {
                self.sign(headers);
                headers.extend(get.extra.clone());
            }
            if let Some(validators) = get.validators {
                ask_with(headers, validators);
            }
            let response = self.transport.send(&attempt, request).await?;
            let asked = get.validators.is_some() && response.status() == StatusCode::NOT_MODIFIED;
            if response.status().is_success() || asked {
                return Ok((response, attempt));
            }
            if !response.status().is_redirection() {
                return Err(self.refusal(response, attempt).await);
            }
            url = origin::redirect(&url, location(&response)?)?;
            at_home &= self.account.owns(&url);
            if !at_home && !get.may_leave {
                return Err(Error::Redirect("it leads away from the account".to_owned()));
            }
        }
        Err(Error::Redirect(format!("more than {MOST_REDIRECTS} in a row")))
    }

    async fn change_picture(
        &self,
        method: Method,
        user_id: &str,
        picture: Bytes,
        label: Option<HeaderValue>,
    ) -> Result<()> {
        let url = self.account.api(&format!("users/{}/picture", segment(user_id)))?;
        let label: HeaderMap = label.map(|label| (header::CONTENT_TYPE, label)).into_iter().collect();
        let once = || async {
            self.change(method.clone(), &url, picture.clone(), &label).await?;
            Ok(())
        };
        self.retry.run(&*self.pace, once).await
    }

    /// Sends a change to the account, in a single attempt. It is never sent anywhere else.
    pub(crate) async fn change(
        &self,
        method: Method,
        url: &Url,
        body: Bytes,
        extra: &HeaderMap,
    ) -> Result<(Response<Incoming>, Attempt)> {
        let attempt = self.transport.attempt(Patience::Usual).await;
        let mut request = request(method, url, body)?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        self.sign(headers);
        headers.extend(extra.clone());
        let response = self.transport.send(&attempt, request).await?;
        if response.status().is_success() {
            return Ok((response, attempt));
        }
        if response.status().is_redirection() {
            return Err(Error::Redirect("a change is never sent anywhere else".to_owned()));
        }
        Err(self.refusal(response, attempt).await)
    }

    fn sign(&self, headers: &mut HeaderMap) {
        headers.insert(header::AUTHORIZATION, self.authorization.clone());
        headers.insert("x-api-version", self.api_version.clone());
    }

    /// The server's own words for why not, as far as it has any.
    async fn refusal(&self, response: Response<Incoming>, attempt: Attempt) -> Error {
        let status = response.status();
        let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|value| retry::retry_after(value, self.pace.now()));
        let bytes = body::document(response, attempt, LARGEST_EXPLANATION).await.unwrap_or_default();
        let (code, messages) = explanation(&bytes);
        Error::Refused { status, code, messages, retry_after }
    }
}

fn request(method: Method, url: &Url, body: Bytes) -> Result<Request<Full<Bytes>>> {
    let built = Request::builder().method(method).uri(url.as_str()).body(Full::new(body));
    built.map_err(|e| Error::Url(e.to_string()))
}

fn ask_with(headers: &mut HeaderMap, validators: &Validators) {
    let pairs = [
        (header::IF_NONE_MATCH, validators.etag.as_deref()),
        (header::IF_MODIFIED_SINCE, validators.last_modified.as_deref()),
    ];
    for (name, value) in pairs {
        headers.extend(value.and_then(|value| HeaderValue::from_str(value).ok()).map(|value| (name, value)));
    }
}

fn location(response: &Response<Incoming>) -> Result<&str> {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    location.ok_or_else(|| Error::Redirect(format!("{} without a readable target", response.status())))
}

pub(crate) fn segment(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_one_segment_of_a_path() {
        assert_eq!(segment("../me?x#"), "%2E%2E%2Fme%3Fx%23");
    }

    #[test]
    fn no_secret_in_debug() {
        let secret = SecretString::from("570675830ab61a31ef57f70ca335f64374b56281");
        let builder = Client::builder("https://acme.example.com", "alice", secret);
        assert!(!format!("{builder:?}").contains("570675"));
        let client = builder.build().unwrap();
        assert!(!format!("{client:?} {:?}", client.authorization).contains("NTcwNjc1"));
    }
}

//! Setting up a client.

use std::{path::PathBuf, sync::Arc, time::Duration};

use base64::Engine as _;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    client::Client,
    connect,
    error::{Error, Result},
    origin::Account,
    pace::{Pace, SystemPace},
    retry::RetryPolicy,
    transport::Transport,
};

/// The format the API is asked to speak. Both carry the same data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl Format {
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

/// Which HTTP version to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
    #[default]
    Auto,
    /// HTTP/1.1 only.
    Http1,
    /// HTTP/2 only, without TLS by prior knowledge.
    Http2,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a TCP connection.
    pub connect: Duration,
    /// For the head of an answer, connecting included, and then for each further piece of its body.
    pub idle: Duration,
    /// For a whole attempt, however steadily it trickles.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(5),
        }
    }
}

/// Sets up a [`Client`]; made by [`Client::builder`].
pub struct ClientBuilder {
    account: String,
    username: String,
    secret: SecretString,
    user_agent: String,
    api_version: String,
    format: Format,
    http: HttpVersion,
    timeouts: Timeouts,
    retry: RetryPolicy,
    ca_file: Option<PathBuf>,
    connections: Option<usize>,
    allow_plain_http: bool,
    largest_list: u64,
    largest_picture: u64,
    pace: Arc<dyn Pace>,
}

impl ClientBuilder {
    pub(crate) fn new(account: &str, username: &str, secret: SecretString) -> Self {
        Self {
            account: account.to_owned(),
            username: username.to_owned(),
            secret,
            user_agent: concat!("folkmoot/", env!("CARGO_PKG_VERSION")).to_owned(),
            api_version: "2.0.0".to_owned(),
            format: Format::default(),
            http: HttpVersion::default(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            ca_file: None,
            connections: None,
            allow_plain_http: false,
            largest_list: 256 << 20,
            largest_picture: 32 << 20,
            pace: Arc::new(SystemPace::new()),
        }
    }

    /// The `User-Agent` header. Default: `folkmoot/` and the version.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The `X-API-Version` header. Default `2.0.0`.
    #[must_use]
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = version.into();
        self
    }

    /// The format of documents. Default JSON.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Which HTTP version to speak. Default: what TLS negotiates.
    #[must_use]
    pub fn http_version(mut self, version: HttpVersion) -> Self {
        self.http = version;
        self
    }

    /// How long to wait for what.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// When a failed call is tried again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// A PEM file of certificate authorities to trust besides the machine's own.
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// The most requests in flight at once, which over HTTP/1.1 is the most connections. Default: no bound of
    /// the client's own; [`crate::mirror::pull`] brings its number of jobs.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = Some(most.max(1));
        self
    }

    /// Allows an `http://` account on another machine, to which the credentials then go in the clear, and `http://`
    /// pictures of an `https://` account, which go without them.
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// The most bytes of a list. Default 256 MB.
    #[must_use]
    pub fn largest_list(mut self, bytes: u64) -> Self {
        self.largest_list = bytes;
        self
    }

    /// The most bytes of a picture. Default 32 MB.
    #[must_use]
    pub fn largest_picture(mut self, bytes: u64) -> Self {
        self.largest_picture = bytes;
        self
    }

    /// The clock, sleeper and dice. Default: the machine's.
    #[must_use]
    pub fn pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    /// When the address is not one to send credentials to, a header cannot be sent, or the CA file is unusable.
    pub fn build(self) -> Result<Client> {
        let account = Account::new(&self.account, self.allow_plain_http)?;
        if self.username.contains(':') {
            return Err(Error::Setup("a username cannot contain a colon".to_owned()));
        }
        let connector = connect::connector(self.ca_file.as_deref(), self.http, self.timeouts.connect)?;
        let transport = Transport::new(
            connector,
            self.http,
            self.connections,
            self.timeouts,
            header("user agent", &self.user_agent)?,
        );
        Ok(Client {
            transport,
            account,
            authorization: basic(&self.username, &self.secret)?,
            api_version: header("API version", &self.api_version)?,
            format: self.format,
            retry: self.retry,
            largest_list: self.largest_list,
            largest_picture: self.largest_picture,
            pace: self.pace,
        })
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder").field("username", &self.username).finish_non_exhaustive()
    }
}

fn header(what: &str, value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value).map_err(|_| Error::Setup(format!("the {what} cannot be sent in a header")))
}

fn basic(username: &str, secret: &SecretString) -> Result<HeaderValue> {
    let pair = SecretString::from(format!("{username}:{}", secret.expose_secret()));
    let text = base64::engine::general_purpose::STANDARD.encode(pair.expose_secret());
    let mut value = header("credentials", &format!("Basic {text}"))?;
    // Keeps it out of `Debug`, and out of HTTP/2's compression tables.
    value.set_sensitive(true);
    Ok(value)
}

//! Values of settings, and what can be wrong with them.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use folkmoot_store::BlobsUrl;
use http::Uri;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};

use super::mail::{self, MailServer};
use super::{Network, PublicUrl, StoreUrl};

/// What values a setting takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Number {
        min: u64,
        max: u64,
    },
    OneOf(&'static [&'static str]),
    Address,
    /// An address, or nothing.
    OptionalAddress,
    Networks,
    StoreUrl,
    /// Where blobs are, or nothing.
    BlobsUrl,
    /// The base of addresses, or nothing.
    PublicUrl,
    /// The address of a collector of traces, or nothing.
    Collector,
    /// A mail server, or nothing.
    MailServer,
    /// An e-mail address, perhaps with a name.
    Mailbox,
    /// A program and its arguments.
    Command,
    /// What is never shown.
    Secret,
}

/// A value in force.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Number(u64),
    Address(SocketAddr),
    OptionalAddress(Option<SocketAddr>),
    Networks(Vec<Network>),
    StoreUrl(StoreUrl),
    Collector(Option<Uri>),
    MailServer(Option<MailServer>),
    Mailbox(Mailbox),
    Words(Vec<String>),
    Secret(SecretString),
}

impl Kind {
    pub(crate) fn parse(self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        match self {
            Kind::Text => Ok(Value::Text(text.to_owned())),
            Kind::OneOf(words) if words.contains(&text) => Ok(Value::Text(text.to_owned())),
            Kind::Number { min, max } => match text.parse() {
                Ok(number) if (min..=max).contains(&number) => Ok(Value::Number(number)),
                _ => Err(self.describe()),
            },
            Kind::Address => text.parse().map(Value::Address).map_err(|_| self.describe()),
            Kind::OptionalAddress if text.is_empty() => Ok(Value::OptionalAddress(None)),
            Kind::OptionalAddress => match text.parse() {
                Ok(address) => Ok(Value::OptionalAddress(Some(address))),
                Err(_) => Err(self.describe()),
            },
            Kind::Networks => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                let networks = parts.map(|part| part.parse().map_err(|error| format!("{part:?} {error}")));
                networks.collect::<Result<_, _>>().map(Value::Networks)
            }
            Kind::Collector if text.is_empty() => Ok(Value::Collector(None)),
            Kind::Collector => {
                collector(text).map(|uri| Value::Collector(Some(uri))).ok_or_else(|| self.describe())
            }
            Kind::BlobsUrl | Kind::PublicUrl if text.is_empty() => Ok(Value::Text(String::new())),
            Kind::BlobsUrl => match text.parse::<BlobsUrl>() {
                Ok(_) => Ok(Value::Text(text.to_owned())),
                Err(error) => Err(error.to_string()),
            },
            Kind::PublicUrl if PublicUrl::parse(text).is_some() => Ok(Value::Text(text.to_owned())),
            Kind::MailServer => mail::parse_server(text).map(Value::MailServer),
            Kind::Mailbox => text.parse().map(Value::Mailbox).map_err(|_| self.describe()),
            Kind::Secret => Ok(Value::Secret(text.into())),
            Kind::StoreUrl => text.parse().map(Value::StoreUrl).map_err(|()| self.describe()),
            Kind::Command => words(text).map(Value::Words).ok_or_else(|| self.describe()),
            Kind::OneOf(_) | Kind::PublicUrl => Err(self.describe()),
        }
    }

    pub(crate) fn describe(self) -> String {
        match self {
            Kind::Text => "takes a text".to_owned(),
            Kind::Number { min, max } => format!("takes a whole number from {min} to {max}"),
            Kind::OneOf(words) => format!("takes one of: {}", words.join(", ")),
            Kind::Address => "takes an address and port, such as 127.0.0.1:8080 or [::]:8080".to_owned(),
            Kind::StoreUrl => "takes sqlite: and a directory, or postgres://user@host/database".to_owned(),
            Kind::OptionalAddress => "takes an address and port, such as 0.0.0.0:443, or nothing".to_owned(),
            Kind::Networks => "takes addresses or networks, such as 10.0.0.7 or 10.0.0.0/8".to_owned(),
            Kind::BlobsUrl => "takes file:/FOLDER or s3://BUCKET/PREFIX, or nothing".to_owned(),
            Kind::PublicUrl => {
                "takes an address that begins with https:// and ends in a slash or in /{path}, or nothing"
                    .to_owned()
            }
            Kind::Collector => {
                "takes the address of an OpenTelemetry collector, such as http://127.0.0.1:4318, or nothing"
                    .to_owned()
            }
            Kind::MailServer => {
                "takes smtps://HOST:PORT, smtp://HOST:PORT or smtp-plain://HOST:PORT, or nothing".to_owned()
            }
            Kind::Mailbox => "takes an e-mail address, or Name <address>".to_owned(),
            Kind::Secret => "takes a secret".to_owned(),
            Kind::Command => {
                "takes a program and its arguments, separated by spaces or as a list of strings".to_owned()
            }
        }
    }
}

/// Where a collector takes traces.
fn collector(text: &str) -> Option<Uri> {
    let whole = match text.trim_end_matches('/') {
        base if base.matches('/').count() == 2 => format!("{base}/v1/traces"),
        whole => whole.to_owned(),
    };
    let uri: Uri = whole.parse().ok()?;
    let plain = uri.scheme_str() == Some("http") && uri.query().is_none();
    let named = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    (plain && named).then_some(uri)
}

/// The words of a command: a JSON list of strings, or what spaces separate. No quoting, and no shell.
fn words(text: &str) -> Option<Vec<String>> {
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    Some(text.split_whitespace().map(str::to_owned).collect())
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Number(number) => number.fmt(f),
            Value::StoreUrl(url) => url.fmt(f),
            Value::Collector(Some(uri)) => uri.fmt(f),
            Value::MailServer(Some(server)) => server.fmt(f),
            Value::Mailbox(mailbox) => mailbox.fmt(f),
            Value::Words(words)
                if words.iter().any(|word| word.is_empty() || word.contains(char::is_whitespace)) =>
            {
                serde_json::Value::from(words.as_slice()).fmt(f)
            }
            Value::Words(words) => f.write_str(&words.join(" ")),
            Value::Secret(secret) => {
                f.write_str(if secret.expose_secret().is_empty() { "unset" } else { "set" })
            }
            Value::Address(address) | Value::OptionalAddress(Some(address)) => address.fmt(f),
            Value::OptionalAddress(None) | Value::Collector(None) | Value::MailServer(None) => Ok(()),
            Value::Networks(networks) => {
                for (at, network) in networks.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{network}")?;
                }
                Ok(())
            }
        }
    }
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The command line.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => path.display().fmt(f),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::CommandLine => f.write_str("command line"),
        }
    }
}

/// A setting in force, for `folkmoot config`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// The value, as it would be written.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
    /// The environment variable that sets it.
    pub variable: String,
    /// What it does.
    pub about: &'static str,
}

/// A setting that cannot be used: where it stands, its key, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {key}{separator}{problem}", separator = if key.is_empty() { "" } else { ": " })]
pub struct SettingsError {
    place: String,
    key: String,
    problem: String,
}

impl SettingsError {
    pub(crate) fn new(place: impl fmt::Display, key: &str, problem: impl fmt::Display) -> SettingsError {
        SettingsError { place: place.to_string(), key: key.to_owned(), problem: problem.to_string() }
    }
}

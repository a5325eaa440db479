//! Values of settings, and what can be wrong with them.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::Network;

/// What values a setting takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Number { min: u64, max: u64 },
    OneOf(&'static [&'static str]),
    Address,
    Networks,
}

/// A value in force.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Number(u64),
    Address(SocketAddr),
    Networks(Vec<Network>),
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
            Kind::Networks => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                let networks = parts.map(|part| part.parse().map_err(|error| format!("{part:?} {error}")));
                networks.collect::<Result<_, _>>().map(Value::Networks)
            }
            Kind::OneOf(_) => Err(self.describe()),
        }
    }

    pub(crate) fn describe(self) -> String {
        match self {
            Kind::Text => "takes a text".to_owned(),
            Kind::Number { min, max } => format!("takes a whole number from {min} to {max}"),
            Kind::OneOf(words) => format!("takes one of: {}", words.join(", ")),
            Kind::Address => "takes an address and port, such as 127.0.0.1:8080 or [::]:8080".to_owned(),
            Kind::Networks => "takes addresses or networks, such as 10.0.0.7 or 10.0.0.0/8".to_owned(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Number(number) => number.fmt(f),
            Value::Address(address) => address.fmt(f),
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

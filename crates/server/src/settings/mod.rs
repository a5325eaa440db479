//! Settings: one TOML file, each key also an environment variable. One table of facts says what there is; parsing,
//! `folkmoot config` and the operator's guide all read from it.

mod networks;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use networks::Network;
use value::{Kind, Value};
pub use value::{Origin, Setting, SettingsError};

/// Where user objects say that pictures are (`avatars.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureUrlSetting {
    /// Absolute, immutable, without credentials.
    Public,
    /// Relative, with credentials.
    Private,
}

/// From whom plain HTTP is taken (`http.md`, HTTPS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// From this machine only; everybody else is sent to HTTPS.
    Loopback,
    /// From anybody. For networks that are private by other means.
    Anywhere,
}

/// A fact of the table: a key, its kind, its default and its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// The key, its section and name separated by a dot.
    pub key: &'static str,
    /// What values it takes.
    pub(crate) kind: Kind,
    /// The default, as it would be written.
    pub default: &'static str,
    /// What it does.
    pub about: &'static str,
}

impl Fact {
    /// The environment variable that sets it: `FOLKMOOT_PICTURES_URLS` for `pictures.urls`.
    pub fn variable(&self) -> String {
        format!("FOLKMOOT_{}", self.key.replace('.', "_").to_uppercase())
    }

    /// The values it takes, in words.
    pub fn values(&self) -> String {
        self.kind.describe()
    }
}

/// Every setting there is.
pub const FACTS: &[Fact] = &[
    Fact {
        key: "server.listen",
        kind: Kind::Address,
        default: "127.0.0.1:8080",
        about: "Address and port to listen on; port 0 picks a free one.",
    },
    Fact {
        key: "server.base_domain",
        kind: Kind::Text,
        default: "",
        about: "Accounts are told apart by the host name below this domain. Empty: the one account there is answers on any host name.",
    },
    Fact {
        key: "server.plain_http",
        kind: Kind::OneOf(&["loopback", "anywhere"]),
        default: "loopback",
        about: "From whom requests over plain HTTP are taken; others are redirected to HTTPS.",
    },
    Fact {
        key: "server.trusted_proxies",
        kind: Kind::Networks,
        default: "",
        about: "Addresses or networks, separated by commas, of proxies whose X-Forwarded-Proto is believed.",
    },
    Fact {
        key: "server.max_connections",
        kind: Kind::Number { min: 1, max: 1_000_000 },
        default: "10000",
        about: "Connections served at a time; more wait to be accepted.",
    },
    Fact {
        key: "server.header_timeout_seconds",
        kind: Kind::Number { min: 1, max: 3600 },
        default: "15",
        about: "How long a client may take to send a request's headers.",
    },
    Fact {
        key: "server.body_timeout_seconds",
        kind: Kind::Number { min: 1, max: 3600 },
        default: "60",
        about: "How long a client may take to send a request's body.",
    },
    Fact {
        key: "server.max_form_bytes",
        kind: Kind::Number { min: 1024, max: 1 << 30 },
        default: "1048576",
        about: "The largest form body that is read.",
    },
    Fact {
        key: "server.cache_mb",
        kind: Kind::Number { min: 1, max: 1 << 20 },
        default: "256",
        about: "Memory for rendered lists and pictures, in MiB.",
    },
    Fact {
        key: "pictures.urls",
        kind: Kind::OneOf(&["public", "private"]),
        default: "public",
        about: "Whether user objects carry absolute public picture URLs or relative ones that need credentials.",
    },
    Fact {
        key: "pictures.public_url",
        kind: Kind::Text,
        default: "",
        about: "Base of public picture URLs, ending in a slash. Empty: /pictures/ on the host of the request.",
    },
    Fact {
        key: "pictures.max_bytes",
        kind: Kind::Number { min: 1024, max: 1 << 30 },
        default: "10485760",
        about: "The largest picture file that is accepted.",
    },
    Fact {
        key: "passwords.at_once",
        kind: Kind::Number { min: 1, max: 1024 },
        default: "2",
        about: "Password checks that run at a time; each takes 19 MiB.",
    },
    Fact {
        key: "log.level",
        kind: Kind::Text,
        default: "info",
        about: "What is logged: error, warn, info, debug, trace, or a tracing filter.",
    },
    Fact {
        key: "log.format",
        kind: Kind::OneOf(&["text", "json"]),
        default: "text",
        about: "How log lines look.",
    },
];

/// Settings in force, each with where it came from.
#[derive(Clone, Debug)]
pub struct Settings {
    values: BTreeMap<&'static str, (Value, Origin)>,
}

impl Settings {
    /// Reads the file, if one is named, then the environment, which wins.
    ///
    /// # Errors
    /// Names the file or variable, the key, and what is wrong with it.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, SettingsError> {
        let mut settings = Settings::default();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| SettingsError::new(path.display(), "", error))?;
            settings.read_toml(path, &text)?;
        }
        let facts: BTreeMap<String, &Fact> = FACTS.iter().map(|fact| (fact.variable(), fact)).collect();
        for (name, text) in environment {
            if let Some(fact) = facts.get(&name) {
                let value =
                    fact.kind.parse(&text).map_err(|error| SettingsError::new(&name, fact.key, error))?;
                settings.values.insert(fact.key, (value, Origin::Environment(name)));
            }
        }
        Ok(settings)
    }

    fn read_toml(&mut self, path: &Path, text: &str) -> Result<(), SettingsError> {
        let origin = path.display();
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| SettingsError::new(&origin, "", error))?;
        for (section, keys) in &table {
            let keys = keys
                .as_table()
                .ok_or_else(|| SettingsError::new(&origin, section, "keys belong into a [section]"))?;
            for (name, given) in keys {
                let key = format!("{section}.{name}");
                let fact = FACTS
                    .iter()
                    .find(|fact| fact.key == key)
                    .ok_or_else(|| SettingsError::new(&origin, &key, "there is no such setting"))?;
                let text = match given {
                    toml::Value::String(text) => text.clone(),
                    toml::Value::Integer(number) => number.to_string(),
                    toml::Value::Array(items) => {
                        let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
                        texts
                            .ok_or_else(|| SettingsError::new(&origin, &key, "is not a list of strings"))?
                            .join(",")
                    }
                    _ => return Err(SettingsError::new(&origin, &key, fact.kind.describe())),
                };
                let value =
                    fact.kind.parse(&text).map_err(|error| SettingsError::new(&origin, &key, error))?;
                self.values.insert(fact.key, (value, Origin::File(PathBuf::from(path))));
            }
        }
        Ok(())
    }

    /// Sets a key from the command line, which wins over everything.
    ///
    /// # Errors
    /// When there is no such key, or it does not take that value.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), SettingsError> {
        let fact = FACTS
            .iter()
            .find(|fact| fact.key == key)
            .ok_or_else(|| SettingsError::new("command line", key, "there is no such setting"))?;
        let value = fact.kind.parse(text).map_err(|error| SettingsError::new("command line", key, error))?;
        self.values.insert(fact.key, (value, Origin::CommandLine));
        Ok(())
    }

    /// Every setting in force, in the order of the table.
    pub fn entries(&self) -> impl Iterator<Item = Setting> {
        FACTS.iter().filter_map(|fact| {
            let (value, origin) = self.values.get(fact.key)?;
            Some(Setting {
                key: fact.key,
                value: value.to_string(),
                origin: origin.clone(),
                variable: fact.variable(),
                about: fact.about,
            })
        })
    }

    fn value(&self, key: &str) -> &Value {
        match self.values.get(key) {
            Some((value, _)) => value,
            None => unreachable!("{key} is in the table, and every fact of the table has a default"),
        }
    }

    fn text(&self, key: &str) -> &str {
        match self.value(key) {
            Value::Text(text) => text,
            _ => unreachable!("{key} is a text"),
        }
    }

    fn number(&self, key: &str) -> u64 {
        match self.value(key) {
            Value::Number(number) => *number,
            _ => unreachable!("{key} is a number"),
        }
    }

    /// `server.listen`.
    pub fn listen(&self) -> std::net::SocketAddr {
        match self.value("server.listen") {
            Value::Address(address) => *address,
            _ => unreachable!("server.listen is an address"),
        }
    }

    /// `server.base_domain`, in lower case; `None` when a single account answers on any host.
    pub fn base_domain(&self) -> Option<String> {
        let domain = self.text("server.base_domain").trim_matches('.').to_ascii_lowercase();
        (!domain.is_empty()).then_some(domain)
    }

    /// `server.plain_http`.
    pub fn plain_http(&self) -> PlainHttp {
        if self.text("server.plain_http") == "anywhere" { PlainHttp::Anywhere } else { PlainHttp::Loopback }
    }

    /// `server.trusted_proxies`.
    pub fn trusted_proxies(&self) -> &[Network] {
        match self.value("server.trusted_proxies") {
            Value::Networks(networks) => networks,
            _ => unreachable!("server.trusted_proxies is a list of networks"),
        }
    }

    /// `server.max_connections`.
    pub fn max_connections(&self) -> usize {
        self.number("server.max_connections") as usize
    }

    /// `server.header_timeout_seconds`.
    pub fn header_timeout(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.number("server.header_timeout_seconds"))
    }

    /// `server.body_timeout_seconds`.
    pub fn body_timeout(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.number("server.body_timeout_seconds"))
    }

    /// `server.max_form_bytes`.
    pub fn max_form_bytes(&self) -> usize {
        self.number("server.max_form_bytes") as usize
    }

    /// `server.cache_mb`, in bytes.
    pub fn cache_bytes(&self) -> u64 {
        self.number("server.cache_mb") << 20
    }

    /// `pictures.urls`.
    pub fn picture_urls(&self) -> PictureUrlSetting {
        if self.text("pictures.urls") == "private" {
            PictureUrlSetting::Private
        } else {
            PictureUrlSetting::Public
        }
    }

    /// `pictures.public_url`; `None` when it follows the request's host.
    pub fn picture_public_url(&self) -> Option<&str> {
        let url = self.text("pictures.public_url");
        (!url.is_empty()).then_some(url)
    }

    /// `pictures.max_bytes`.
    pub fn max_picture_bytes(&self) -> usize {
        self.number("pictures.max_bytes") as usize
    }

    /// `passwords.at_once`.
    pub fn passwords_at_once(&self) -> usize {
        self.number("passwords.at_once") as usize
    }

    /// `log.level`.
    pub fn log_level(&self) -> &str {
        self.text("log.level")
    }

    /// Whether log lines are JSON.
    pub fn log_as_json(&self) -> bool {
        self.text("log.format") == "json"
    }
}

impl Default for Settings {
    fn default() -> Self {
        let values = FACTS.iter().map(|fact| match fact.kind.parse(fact.default) {
            Ok(value) => (fact.key, (value, Origin::Default)),
            Err(error) => unreachable!("the default of {}: {error}", fact.key),
        });
        Settings { values: values.collect() }
    }
}

#[cfg(test)]
mod tests;

//! Settings: one TOML file, each key also an environment variable. One table of facts says what there is; parsing,
//! `folkmoot config` and the operator's guide all read from it.

mod acme;
mod blobs;
mod mail;
mod networks;
mod store_url;
mod tls;
mod value;
mod webhooks;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use acme::{AcmeChallenge, AcmeSettings};
pub use blobs::{PictureUrlSetting, PublicUrl};
use folkmoot_store::KeySource;
pub use mail::{MailServer, MailSettings, MailTls};
pub use networks::Network;
pub use store_url::StoreUrl;
pub use tls::CertificateFiles;
use value::{Kind, Value};
pub use value::{Origin, Setting, SettingsError};
pub use webhooks::WebHookSettings;

/// From whom plain HTTP is taken (`http.md`, HTTPS).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// From this machine only; everybody else is sent to HTTPS.
    Loopback,
    /// From anybody. For networks that are private by other means.
    Anywhere,
}

/// Which headers proxies write about requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeaders {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Which requests get a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestLog {
    /// None.
    Off,
    /// Those that the server failed to answer.
    Errors,
    /// All.
    All,
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
        key: "store.url",
        kind: Kind::StoreUrl,
        default: "sqlite:folkmoot-data",
        about: "Where everything is kept: sqlite: and a data directory, or postgres://user:password@host/database.",
    },
    Fact {
        key: "store.connections",
        kind: Kind::Number { min: 2, max: 1000 },
        default: "16",
        about: "The most connections to PostgreSQL that this process makes.",
    },
    Fact {
        key: "blobs.url",
        kind: Kind::BlobsUrl,
        default: "",
        about: "Where pictures are kept: file:/FOLDER or s3://BUCKET/PREFIX. Empty: the folder blobs of the data directory.",
    },
    Fact {
        key: "s3.endpoint",
        kind: Kind::Text,
        default: "",
        about: "The S3 server's address, such as https://s3.example.com. Empty: Amazon's in the region.",
    },
    Fact {
        key: "s3.region",
        kind: Kind::Text,
        default: "us-east-1",
        about: "The bucket's region. Servers other than Amazon's mostly take any.",
    },
    Fact {
        key: "s3.path_style",
        kind: Kind::OneOf(&["auto", "true", "false"]),
        default: "auto",
        about: "Whether the bucket is named in the path (true) or in the host name (false). auto: in the path where s3.endpoint is set.",
    },
    Fact {
        key: "s3.access_key",
        kind: Kind::Text,
        default: "",
        about: "The access key. AWS_ACCESS_KEY_ID is taken where neither the file nor FOLKMOOT_S3_ACCESS_KEY says one.",
    },
    Fact {
        key: "s3.secret_key",
        kind: Kind::Secret,
        default: "",
        about: "The secret that goes with it, or AWS_SECRET_ACCESS_KEY. Better in the environment than in the file.",
    },
    Fact {
        key: "keys.file",
        kind: Kind::Text,
        default: "",
        about: "The key file, readable by nobody else. Empty: the file key in the data directory.",
    },
    Fact {
        key: "keys.command",
        kind: Kind::Command,
        default: "",
        about: "A command that prints the key file's text, such as a client of a key management system; run without a shell. It wins over keys.file.",
    },
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
        key: "server.account_url",
        kind: Kind::Text,
        default: "",
        about: "An account's address as mail and receivers of webhooks are told it, {account} standing for its subdomain. Empty: https://{account}. and server.base_domain, or where server.listen is.",
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
        about: "Addresses or networks, separated by commas, of proxies that are believed about who the client is and how they came.",
    },
    Fact {
        key: "server.forwarded_headers",
        kind: Kind::OneOf(&["x-forwarded", "forwarded"]),
        default: "x-forwarded",
        about: "Which headers trusted proxies write: X-Forwarded-For and X-Forwarded-Proto, or Forwarded (RFC 7239). The other is not looked at.",
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
        about: "How long a client may take for a TLS handshake, and then to send a request's headers.",
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
        key: "server.maintenance",
        kind: Kind::OneOf(&["false", "true"]),
        default: "false",
        about: "Answers every request with 503 MAINTENANCE, while somebody works on the store.",
    },
    Fact {
        key: "server.drain_seconds",
        kind: Kind::Number { min: 0, max: 3600 },
        default: "0",
        about: "How long requests are still taken after the server was asked to stop, while /readyz says that it leaves: as long as a load balancer needs to notice.",
    },
    Fact {
        key: "accounts.memory_mb",
        kind: Kind::Number { min: 1, max: 1 << 20 },
        default: "1024",
        about: "Memory for the people of accounts, in MiB; about 2 KiB a person. Accounts used least recently make room.",
    },
    Fact {
        key: "accounts.loads_at_once",
        kind: Kind::Number { min: 1, max: 1024 },
        default: "4",
        about: "Accounts that are loaded from the database at a time; more wait.",
    },
    Fact {
        key: "tls.listen",
        kind: Kind::OptionalAddress,
        default: "",
        about: "Address and port to serve HTTPS on, such as 0.0.0.0:443. Empty: no TLS; a proxy in front may end it.",
    },
    Fact {
        key: "tls.certificate",
        kind: Kind::Text,
        default: "",
        about: "PEM file of the certificate, its chain after it. Several, separated by commas, are chosen by the host name asked for; the first is for everything else.",
    },
    Fact {
        key: "tls.key",
        kind: Kind::Text,
        default: "",
        about: "PEM file of the certificate's private key; as many, in the same order, as tls.certificate names.",
    },
    Fact {
        key: "tls.certificates",
        kind: Kind::Text,
        default: "",
        about: "Folder of more certificates: each NAME.crt or NAME.pem with its NAME.key beside it.",
    },
    Fact {
        key: "tls.public_port",
        kind: Kind::Number { min: 0, max: 65_535 },
        default: "0",
        about: "Port in the addresses that plain HTTP is redirected to. 0: that of tls.listen, or 443 where a proxy ends TLS.",
    },
    Fact {
        key: "tls.hsts_seconds",
        kind: Kind::Number { min: 0, max: 315_360_000 },
        default: "31536000",
        about: "How long browsers are told to come by HTTPS alone (Strict-Transport-Security), in answers over this server's own TLS. 0: not told.",
    },
    Fact {
        key: "acme.domains",
        kind: Kind::Text,
        default: "",
        about: "Hosts, separated by commas, whose certificates are ordered from an ACME authority and renewed. To set it is to accept that authority's terms.",
    },
    Fact {
        key: "acme.accounts",
        kind: Kind::OneOf(&["false", "true"]),
        default: "false",
        about: "Whether an account's host below server.base_domain gets a certificate of its own when it is first asked for.",
    },
    Fact {
        key: "acme.directory",
        kind: Kind::Text,
        default: "https://acme-v02.api.letsencrypt.org/directory",
        about: "The ACME authority's directory.",
    },
    Fact {
        key: "acme.contact",
        kind: Kind::Text,
        default: "",
        about: "E-mail addresses, separated by commas, that the authority may write to.",
    },
    Fact {
        key: "acme.challenge",
        kind: Kind::OneOf(&["http-01", "tls-alpn-01"]),
        default: "http-01",
        about: "How the authority sees that a host is ours: on port 80, where server.listen must be reached, or on port 443.",
    },
    Fact {
        key: "acme.folder",
        kind: Kind::Text,
        default: "",
        about: "Folder of the ACME account and certificates; nodes share one. Empty: acme in the data directory.",
    },
    Fact {
        key: "acme.ca_file",
        kind: Kind::Text,
        default: "",
        about: "PEM file of certificate authorities that vouch for a private ACME server, besides the system's.",
    },
    Fact {
        key: "accounts.find_by_email",
        kind: Kind::OneOf(&["false", "true"]),
        default: "false",
        about: "Whether GET /find_accounts on the base domain tells anybody in which accounts an e-mail address is. That tells strangers who works where.",
    },
    Fact {
        key: "pictures.urls",
        kind: Kind::OneOf(&["public", "private", "presigned"]),
        default: "public",
        about: "Whether user objects carry absolute public picture URLs, relative ones that need credentials, or absolute ones into the bucket that are valid for a while.",
    },
    Fact {
        key: "pictures.public_url",
        kind: Kind::PublicUrl,
        default: "",
        about: "Base of public picture URLs, ending in a slash; a picture's name follows. With {path} at its end, its place in the bucket follows, ACCOUNT/ab/NAME. Empty: /pictures/ on the host of the request.",
    },
    Fact {
        key: "pictures.url_hours",
        // Signatures are valid for a week at most, and these for two windows.
        kind: Kind::Number { min: 1, max: 84 },
        default: "12",
        about: "How many hours a pre-signed picture URL is valid for at least (and twice as many at most), and how often it changes.",
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
        key: "passwords.wrong_per_address",
        kind: Kind::Number { min: 1, max: 1_000_000 },
        default: "100",
        about: "Wrong passwords that are taken from one address before it has to wait; another is taken every six seconds.",
    },
    Fact {
        key: "mail.server",
        kind: Kind::MailServer,
        default: "",
        about: "The server that mail is handed to: smtps://HOST:PORT for TLS from the start, smtp://HOST:PORT for STARTTLS, smtp-plain://HOST:PORT for none. Empty: mail is put into mail.folder.",
    },
    Fact {
        key: "mail.username",
        kind: Kind::Text,
        default: "",
        about: "The name to log in to the mail server with. Empty: it asks for none.",
    },
    Fact {
        key: "mail.password",
        kind: Kind::Secret,
        default: "",
        about: "The password that goes with it. Better in the environment than in the file.",
    },
    Fact {
        key: "mail.from",
        kind: Kind::Mailbox,
        default: "Folkmoot <folkmoot@localhost>",
        about: "Whom mail comes from: an address, or Name <address>.",
    },
    Fact {
        key: "mail.folder",
        kind: Kind::Text,
        default: "",
        about: "Folder that each mail is put into as a file where there is no mail.server. Empty: the folder mail of the data directory.",
    },
    Fact {
        key: "webhooks.allow_private",
        kind: Kind::OneOf(&["false", "true"]),
        default: "false",
        about: "Whether webhooks may be posted to addresses that are not public: this machine, private networks. Whoever administers an account can then have this server connect to what stands beside it.",
    },
    Fact {
        key: "webhooks.timeout_seconds",
        kind: Kind::Number { min: 1, max: 120 },
        default: "15",
        about: "How long a webhook's receiver may take to answer.",
    },
    Fact {
        key: "webhooks.retry_seconds",
        kind: Kind::Number { min: 1, max: 3600 },
        default: "5",
        about: "How long to wait after a webhook's receiver has failed; twice as long after each further failure, and an hour at most.",
    },
    Fact {
        key: "webhooks.retry_hours",
        kind: Kind::Number { min: 1, max: 720 },
        default: "72",
        about: "How many hours after it happened an event is still tried again.",
    },
    Fact {
        key: "changes.max_waiting",
        kind: Kind::Number { min: 0, max: 1_000_000 },
        default: "1000",
        about: "Requests for changes that wait at a time, event streams included; more are answered at once.",
    },
    Fact {
        key: "metrics.listen",
        kind: Kind::OptionalAddress,
        default: "",
        about: "Address and port to serve /metrics on, for Prometheus, without credentials: one that only the operator's machines reach. Empty: nowhere.",
    },
    Fact {
        key: "traces.collector",
        kind: Kind::Collector,
        default: "",
        about: "OpenTelemetry collector that a span of each request is sent to, by OTLP over HTTP. Empty: none.",
    },
    Fact {
        key: "traces.percent",
        kind: Kind::Number { min: 0, max: 100 },
        default: "100",
        about: "How many requests in a hundred are traced, of those about which no trusted proxy has decided (traceparent).",
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
    Fact {
        key: "log.requests",
        kind: Kind::OneOf(&["off", "errors", "all"]),
        default: "errors",
        about: "Which requests get a line in the log: none, those answered with a server error, or all.",
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
        let mut facts: BTreeMap<String, &Fact> = FACTS.iter().map(|fact| (fact.variable(), fact)).collect();
        // What other programs read too comes first: it is taken for want of what is meant for this one.
        let is_others = |name: &str| blobs::WELL_KNOWN.iter().any(|(known, _)| *known == name);
        for (name, key) in blobs::WELL_KNOWN {
            facts.extend(FACTS.iter().filter(|fact| fact.key == key).map(|fact| (name.to_owned(), fact)));
        }
        let (others, ours): (Vec<_>, Vec<_>) =
            environment.into_iter().partition(|(name, _): &(String, String)| is_others(name));
        for (name, text) in others.into_iter().chain(ours) {
            let Some(fact) = facts.get(&name) else { continue };
            if is_others(&name) && settings.origin(fact.key) != Some(&Origin::Default) {
                continue;
            }
            let value = fact.kind.parse(&text).map_err(|error| SettingsError::new(&name, fact.key, error))?;
            settings.values.insert(fact.key, (value, Origin::Environment(name)));
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
                    toml::Value::Boolean(switch) => switch.to_string(),
                    toml::Value::Array(items) => {
                        let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
                        let texts = texts
                            .ok_or_else(|| SettingsError::new(&origin, &key, "is not a list of strings"))?;
                        match fact.kind {
                            // A word may hold anything.
                            Kind::Command => serde_json::Value::from(texts).to_string(),
                            _ => texts.join(","),
                        }
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

    fn origin(&self, key: &str) -> Option<&Origin> {
        self.values.get(key).map(|(_, origin)| origin)
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

    /// The parts of a text that commas separate.
    fn parts(&self, key: &str) -> impl Iterator<Item = &str> {
        self.text(key).split(',').map(str::trim).filter(|part| !part.is_empty())
    }

    /// What is wrong with a setting when it is seen together with others.
    fn fault(&self, key: &str, problem: &str) -> SettingsError {
        match self.values.get(key) {
            Some((_, origin)) => SettingsError::new(origin, key, problem),
            None => SettingsError::new(Origin::Default, key, problem),
        }
    }

    fn number(&self, key: &str) -> u64 {
        match self.value(key) {
            Value::Number(number) => *number,
            _ => unreachable!("{key} is a number"),
        }
    }

    /// `store.url`.
    pub fn store_url(&self) -> StoreUrl {
        match self.value("store.url") {
            Value::StoreUrl(url) => url.clone(),
            _ => unreachable!("store.url says where a store is"),
        }
    }

    /// `store.connections`.
    pub fn store_connections(&self) -> u32 {
        self.number("store.connections") as u32
    }

    /// `keys.command` or `keys.file`; `None` when the keys are in the data directory.
    pub fn key_source(&self) -> Option<KeySource> {
        let Value::Words(command) = self.value("keys.command") else {
            unreachable!("keys.command is a command")
        };
        if !command.is_empty() {
            return Some(KeySource::Command(command.clone()));
        }
        let file = self.text("keys.file");
        (!file.is_empty()).then(|| KeySource::File(PathBuf::from(file)))
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

    /// `server.forwarded_headers`.
    pub fn forwarded_headers(&self) -> ForwardedHeaders {
        if self.text("server.forwarded_headers") == "forwarded" {
            ForwardedHeaders::Forwarded
        } else {
            ForwardedHeaders::XForwarded
        }
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

    /// `server.maintenance`.
    pub fn maintenance(&self) -> bool {
        self.text("server.maintenance") == "true"
    }

    /// `server.drain_seconds`.
    pub fn drain_time(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.number("server.drain_seconds"))
    }

    /// `metrics.listen`.
    pub fn metrics_listen(&self) -> Option<std::net::SocketAddr> {
        match self.value("metrics.listen") {
            Value::OptionalAddress(address) => *address,
            _ => unreachable!("metrics.listen is an address, or nothing"),
        }
    }

    /// `traces.collector`: where it takes spans.
    pub fn traces_collector(&self) -> Option<http::Uri> {
        match self.value("traces.collector") {
            Value::Collector(collector) => collector.clone(),
            _ => unreachable!("traces.collector is an address, or nothing"),
        }
    }

    /// `traces.percent`.
    pub fn traces_percent(&self) -> u64 {
        self.number("traces.percent")
    }

    /// `log.requests`.
    pub fn log_requests(&self) -> RequestLog {
        match self.text("log.requests") {
            "off" => RequestLog::Off,
            "all" => RequestLog::All,
            _ => RequestLog::Errors,
        }
    }

    /// `accounts.memory_mb`, in bytes.
    pub fn account_memory_bytes(&self) -> u64 {
        self.number("accounts.memory_mb") << 20
    }

    /// `accounts.loads_at_once`.
    pub fn account_loads_at_once(&self) -> usize {
        self.number("accounts.loads_at_once") as usize
    }

    /// `accounts.find_by_email`.
    pub fn find_accounts_by_email(&self) -> bool {
        self.text("accounts.find_by_email") == "true"
    }

    /// `passwords.at_once`.
    pub fn passwords_at_once(&self) -> usize {
        self.number("passwords.at_once") as usize
    }

    /// `passwords.wrong_per_address`.
    pub fn wrong_passwords_per_address(&self) -> u32 {
        self.number("passwords.wrong_per_address") as u32
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

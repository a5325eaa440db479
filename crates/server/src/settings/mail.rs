//! The settings of mail.

use std::fmt;
use std::path::PathBuf;

use lettre::message::Mailbox;
use secrecy::SecretString;

use super::Settings;
use super::value::Value;

/// How a connection to a mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// By TLS from the start (RFC 8314).
    Implicit,
    /// By STARTTLS (RFC 3207), which the server must offer.
    StartTls,
    /// Not at all: for a server on this machine, or on a network that is private by other means.
    None,
}

/// The server that mail is handed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// How the connection is kept secret.
    pub tls: MailTls,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl fmt::Display for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.tls {
            MailTls::Implicit => "smtps",
            MailTls::StartTls => "smtp",
            MailTls::None => "smtp-plain",
        };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

/// How mail is sent.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The server; none puts mail into the folder.
    pub server: Option<MailServer>,
    /// The name and password to log in with, if it asks for any.
    pub login: Option<(String, SecretString)>,
    /// Whom it comes from.
    pub from: Mailbox,
    /// The folder, where one is set.
    pub folder: Option<PathBuf>,
}

/// Reads `smtps://HOST:PORT` and its like; nothing is no server.
pub(super) fn parse_server(text: &str) -> Result<Option<MailServer>, String> {
    const FORMS: &str = "must be smtps://HOST:PORT, smtp://HOST:PORT or smtp-plain://HOST:PORT";
    if text.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = text.split_once("://").ok_or(FORMS)?;
    let (tls, usual) = match scheme {
        "smtps" => (MailTls::Implicit, 465),
        "smtp" => (MailTls::StartTls, 587),
        "smtp-plain" => (MailTls::None, 25),
        _ => return Err(FORMS.into()),
    };
    let rest = rest.trim_end_matches('/');
    if rest.contains('@') {
        return Err("names no user: mail.username and mail.password do".into());
    }
    let (host, port) = match rest.rsplit_once(':') {
        // What follows the last colon of an address in brackets is its end.
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| FORMS)?),
        _ => (rest, usual),
    };
    let host = host.trim_matches(['[', ']']);
    let known = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | ':');
    if host.is_empty() || !host.chars().all(known) {
        return Err(FORMS.into());
    }
    Ok(Some(MailServer { tls, host: host.to_owned(), port }))
}

impl Settings {
    /// What is set about mail.
    pub fn mail(&self) -> MailSettings {
        let username = self.text("mail.username");
        let folder = self.text("mail.folder");
        let server = match self.value("mail.server") {
            Value::MailServer(server) => server.clone(),
            _ => unreachable!("mail.server is a mail server, or nothing"),
        };
        let from = match self.value("mail.from") {
            Value::Mailbox(mailbox) => mailbox.clone(),
            _ => unreachable!("mail.from is an e-mail address"),
        };
        MailSettings {
            server,
            login: (!username.is_empty())
                .then(|| (username.to_owned(), self.secret("mail.password").clone())),
            from,
            folder: (!folder.is_empty()).then(|| folder.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_scheme_a_host_and_perhaps_a_port() {
        let read = |text: &str| parse_server(text).unwrap().unwrap();
        let server = |tls, host: &str, port| MailServer { tls, host: host.into(), port };
        assert_eq!(read("smtps://mail.example"), server(MailTls::Implicit, "mail.example", 465));
        assert_eq!(read("smtp://mail.example:2525/"), server(MailTls::StartTls, "mail.example", 2525));
        assert_eq!(read("smtp-plain://[::1]:25"), server(MailTls::None, "::1", 25));
        assert_eq!(parse_server(""), Ok(None));
        for wrong in ["mail.example", "http://mail.example", "smtp://", "smtp://:25", "smtp://a:99999"] {
            assert!(parse_server(wrong).unwrap_err().starts_with("must be"), "{wrong}");
        }
        assert!(parse_server("smtp://ann:secret@mail.example").unwrap_err().contains("mail.username"));
    }
}

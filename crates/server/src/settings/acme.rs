//! The settings of ACME.

use std::path::PathBuf;

use rustls_pki_types::DnsName;

use super::{Settings, SettingsError};

/// How it is shown that a host is ours (RFC 8555, section 8; RFC 8737).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcmeChallenge {
    /// By a file on port 80.
    Http01,
    /// By a certificate on port 443.
    TlsAlpn01,
}

/// Where certificates are ordered, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcmeSettings {
    /// Hosts that have a certificate each, in lower case.
    pub domains: Vec<String>,
    /// Whether hosts of accounts get theirs when they are asked for.
    pub accounts: bool,
    /// The authority's directory, an `https:` address.
    pub directory: String,
    /// Whom the authority may write to, as addresses with a scheme.
    pub contact: Vec<String>,
    /// How the authority sees that a host is ours.
    pub challenge: AcmeChallenge,
    /// Where account and certificates are kept; `None` when in the data directory.
    pub folder: Option<PathBuf>,
    /// A file with certificate authorities that vouch for the ACME server, besides the system's.
    pub ca_file: Option<PathBuf>,
}

impl Settings {
    /// What is set about ACME; `None` when nothing is to be ordered.
    ///
    /// # Errors
    /// When hosts cannot have certificates of this kind, or the directory is not on HTTPS.
    pub fn acme(&self) -> Result<Option<AcmeSettings>, SettingsError> {
        let domains: Vec<String> = self.parts("acme.domains").map(str::to_ascii_lowercase).collect();
        let accounts = self.text("acme.accounts") == "true";
        if domains.is_empty() && !accounts {
            return Ok(None);
        }
        if let Some(wildcard) = domains.iter().find(|domain| domain.starts_with('*')) {
            let problem = format!(
                "{wildcard:?} is a wildcard, whose certificate only DNS can vouch for: get it by other means and name \
                 it in tls.certificate"
            );
            return Err(self.fault("acme.domains", &problem));
        }
        let name = |domain: &&String| DnsName::try_from(domain.as_str()).is_ok_and(|_| domain.contains('.'));
        if let Some(other) = domains.iter().find(|domain| !name(domain)) {
            return Err(self.fault("acme.domains", &format!("{other:?} is not the name of a host")));
        }
        if accounts && self.base_domain().is_none() {
            return Err(
                self.fault("acme.accounts", "needs server.base_domain, below which accounts have hosts")
            );
        }
        if self.tls_listen().is_none() {
            let key = if domains.is_empty() { "acme.accounts" } else { "acme.domains" };
            return Err(self.fault(key, "needs tls.listen, where the certificates are shown"));
        }
        let directory = self.text("acme.directory").to_owned();
        if !directory.starts_with("https://") {
            return Err(self.fault("acme.directory", "is not an address on HTTPS"));
        }
        let with_scheme = |contact: &str| {
            if contact.contains(':') { contact.to_owned() } else { format!("mailto:{contact}") }
        };
        let path = |key| Some(self.text(key)).filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(Some(AcmeSettings {
            domains,
            accounts,
            directory,
            contact: self.parts("acme.contact").map(with_scheme).collect(),
            challenge: match self.text("acme.challenge") {
                "tls-alpn-01" => AcmeChallenge::TlsAlpn01,
                _ => AcmeChallenge::Http01,
            },
            folder: path("acme.folder"),
            ca_file: path("acme.ca_file"),
        }))
    }
}

//! The settings of TLS.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::{Settings, SettingsError, Value};

/// Where certificates and their keys are, as the settings name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateFiles {
    /// Certificates, each with its key. The first is also for names that none is for.
    pub pairs: Vec<(PathBuf, PathBuf)>,
    /// A folder of more.
    pub folder: Option<PathBuf>,
}

impl CertificateFiles {
    /// Whether no file is named.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.folder.is_none()
    }
}

impl Settings {
    /// `tls.listen`; `None` when HTTPS is not served.
    pub fn tls_listen(&self) -> Option<SocketAddr> {
        match self.value("tls.listen") {
            Value::OptionalAddress(address) => *address,
            _ => unreachable!("tls.listen is an address or nothing"),
        }
    }

    /// `tls.certificate`, `tls.key` and `tls.certificates`.
    ///
    /// # Errors
    /// When there are not as many keys as certificates.
    pub fn certificate_files(&self) -> Result<CertificateFiles, SettingsError> {
        let (certificates, keys) = (self.paths("tls.certificate"), self.paths("tls.key"));
        if certificates.len() != keys.len() {
            let problem = format!(
                "names {} files, and tls.certificate {}: each certificate needs its key",
                keys.len(),
                certificates.len()
            );
            return Err(self.fault("tls.key", &problem));
        }
        let folder = self.text("tls.certificates");
        Ok(CertificateFiles {
            pairs: certificates.into_iter().zip(keys).collect(),
            folder: (!folder.is_empty()).then(|| folder.into()),
        })
    }

    fn paths(&self, key: &str) -> Vec<PathBuf> {
        self.parts(key).map(PathBuf::from).collect()
    }

    /// `tls.public_port`; `None` when it follows from where HTTPS is served.
    pub fn tls_public_port(&self) -> Option<u16> {
        u16::try_from(self.number("tls.public_port")).ok().filter(|&port| port != 0)
    }

    /// `tls.hsts_seconds`; `None` when browsers are told nothing.
    pub fn hsts(&self) -> Option<Duration> {
        let seconds = self.number("tls.hsts_seconds");
        (seconds != 0).then(|| Duration::from_secs(seconds))
    }
}

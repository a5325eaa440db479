//! A certificate with its key, and what of it matters for choosing and for warning.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::validity::Validity;

/// A certificate that can be served.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    /// The chain and the key.
    pub(crate) key: Arc<CertifiedKey>,
    /// The host names it is for, in lower case; `*.example.com` for those one label below.
    pub(crate) names: Vec<String>,
    /// When it is valid.
    pub(crate) validity: Validity,
}

/// What is wrong with a certificate or its key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the certificate {0}")]
    Certificate(String),
    #[error("the key {0}")]
    Key(String),
}

impl Certificate {
    /// Makes one of PEM: the chain, the server's own certificate first, and its private key.
    ///
    /// # Errors
    /// Says what is wrong, and in which of the two.
    pub(crate) fn from_pem(
        chain: &[u8],
        key: &[u8],
        provider: &CryptoProvider,
    ) -> Result<Certificate, Fault> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| Fault::Certificate(format!("is not PEM: {error}")))?;
        let Some(own) = chain.first() else {
            return Err(Fault::Certificate("holds no certificate (-----BEGIN CERTIFICATE-----)".to_owned()));
        };
        let not_one = |_| Fault::Certificate("is not a certificate for a server".to_owned());
        let parsed = webpki::EndEntityCert::try_from(own).map_err(not_one)?;
        let names = parsed.valid_dns_names().map(str::to_ascii_lowercase).collect();
        let validity = Validity::of(own)
            .ok_or_else(|| Fault::Certificate("does not say when it is valid".to_owned()))?;
        let key = private_key(key)?;
        let key = CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => Fault::Key(
                "does not belong to the certificate (the server's own must come first in its file)"
                    .to_owned(),
            ),
            error => Fault::Key(format!("cannot be used: {error}")),
        })?;
        Ok(Certificate { key: Arc::new(key), names, validity })
    }

    /// What is wrong with its time, if anything is.
    pub(crate) fn out_of_time(&self, now: Timestamp) -> Option<String> {
        let Validity { from, until } = self.validity;
        if now >= until {
            Some(format!("has expired: it was valid until {until}"))
        } else if now < from {
            Some(format!("is not valid yet, but from {from} on"))
        } else {
            None
        }
    }
}

fn private_key(text: &[u8]) -> Result<PrivateKeyDer<'static>, Fault> {
    let fault = |problem: &str| Fault::Key(problem.to_owned());
    PrivateKeyDer::from_pem_slice(text).map_err(|error| match error {
        pem::Error::NoItemsFound if contains(text, b"ENCRYPTED PRIVATE KEY") => {
            fault("is protected by a passphrase; the server needs it without one")
        }
        pem::Error::NoItemsFound => fault("holds no private key (-----BEGIN PRIVATE KEY-----)"),
        // Its own words could repeat parts of the key.
        _ => fault("is not PEM"),
    })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Made {
        chain: String,
        key: String,
    }

    fn made(names: &[&str]) -> Made {
        let key = rcgen::KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let parameters = rcgen::CertificateParams::new(names).unwrap();
        Made { chain: parameters.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
    }

    fn read(chain: &str, key: &str) -> Result<Certificate, Fault> {
        Certificate::from_pem(chain.as_bytes(), key.as_bytes(), &rustls::crypto::ring::default_provider())
    }

    fn fault(chain: &str, key: &str) -> String {
        match read(chain, key).unwrap_err() {
            Fault::Certificate(problem) => format!("certificate {problem}"),
            Fault::Key(problem) => format!("key {problem}"),
        }
    }

    #[test]
    fn names_are_those_of_hosts_in_lower_case() {
        let Made { chain, key } = made(&["HR.Example", "*.hr.example", "10.0.0.1"]);
        assert_eq!(read(&chain, &key).unwrap().names, ["hr.example", "*.hr.example"]);
    }

    #[test]
    fn faults_say_what_is_wrong_in_which_file_and_never_repeat_a_key() {
        let (one, other) = (made(&["a.example"]), made(&["a.example"]));
        let mismatch =
            "key does not belong to the certificate (the server's own must come first in its file)";
        assert_eq!(fault(&one.chain, &other.key), mismatch);
        assert_eq!(fault(&format!("{}{}", other.chain, one.chain), &one.key), mismatch);
        assert_eq!(fault("", &one.key), "certificate holds no certificate (-----BEGIN CERTIFICATE-----)");
        assert_eq!(
            fault(&one.key, &one.key),
            "certificate holds no certificate (-----BEGIN CERTIFICATE-----)"
        );
        assert_eq!(fault(&one.chain, &one.chain), "key holds no private key (-----BEGIN PRIVATE KEY-----)");
        let protected = one.key.replace("PRIVATE", "ENCRYPTED PRIVATE");
        assert_eq!(
            fault(&one.chain, &protected),
            "key is protected by a passphrase; the server needs it without one"
        );
        let cut = &one.key[..one.key.len() / 2];
        assert!(fault(&one.chain, cut).starts_with("key "));
        assert!(!fault(&one.chain, cut).contains(one.key.lines().nth(1).unwrap()));
        let cut = &one.chain[..one.chain.len() / 2];
        assert!(fault(cut, &one.key).starts_with("certificate is not PEM"), "{}", fault(cut, &one.key));
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(fault(nonsense, &one.key), "certificate is not a certificate for a server");
        let nonsense = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert!(fault(&one.chain, nonsense).starts_with("key cannot be used"));
    }

    #[test]
    fn a_certificate_knows_when_it_is_out_of_time() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(["a.example".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2026, 4, 1);
        let chain = parameters.self_signed(&key).unwrap().pem();
        let certificate = read(&chain, &key.serialize_pem()).unwrap();
        let at = |moment: &str| certificate.out_of_time(moment.parse().unwrap());
        assert_eq!(at("2025-12-31T23:59:59Z").unwrap(), "is not valid yet, but from 2026-01-01T00:00:00Z on");
        assert_eq!(at("2026-02-01T00:00:00Z"), None);
        assert_eq!(
            at("2026-04-01T00:00:00Z").unwrap(),
            "has expired: it was valid until 2026-04-01T00:00:00Z"
        );
    }
}

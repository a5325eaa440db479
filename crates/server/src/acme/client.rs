//! Talking to the authority: over HTTPS, and not for ever.

use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use instant_acme::{
    Account, AccountBuilder, AccountCredentials, BodyWrapper, BytesResponse, Error, HttpClient, NewAccount,
};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::storage::{Kind, Storage};
use crate::settings::AcmeSettings;
use crate::tls::TlsError;

/// How long the authority may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The account's name in the storage.
const ACCOUNT: &str = "account.json";

/// Why an order was not filled, in words for the log.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct OrderError {
    message: String,
    kind: Option<String>,
}

impl OrderError {
    pub(crate) fn new(message: impl fmt::Display) -> OrderError {
        OrderError { message: message.to_string(), kind: None }
    }

    /// Whether the authority wants less of us.
    pub(crate) fn is_rate_limit(&self) -> bool {
        self.kind.as_deref() == Some("urn:ietf:params:acme:error:rateLimited")
    }

    /// Whether the authority does not know the account: it was deleted, or the authority has lost its memory.
    pub(crate) fn is_unknown_account(&self) -> bool {
        self.kind.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist")
    }
}

impl From<Error> for OrderError {
    fn from(error: Error) -> OrderError {
        let kind = match &error {
            Error::Api(problem) => problem.r#type.clone(),
            _ => None,
        };
        // What a network error is about is said by its causes.
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            let text = error.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            cause = error.source();
        }
        OrderError { message, kind }
    }
}

impl From<io::Error> for OrderError {
    fn from(error: io::Error) -> OrderError {
        OrderError::new(error)
    }
}

/// The authority, and our account there.
pub(crate) struct Client {
    http: Http,
    directory: String,
    contact: Vec<String>,
    account: Mutex<Option<Account>>,
}

impl Client {
    /// Prepares to talk to the authority. Nothing is sent yet.
    ///
    /// # Errors
    /// When the file of certificate authorities cannot be used.
    pub(crate) fn new(settings: &AcmeSettings, provider: Arc<CryptoProvider>) -> Result<Client, TlsError> {
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::new("TLS", error))?
            .with_root_certificates(roots(settings.ca_file.as_deref())?)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_only();
        let connector = connector.enable_http1().enable_http2().build();
        Ok(Client {
            http: Http(HyperClient::builder(TokioExecutor::new()).build(connector)),
            directory: settings.directory.clone(),
            contact: settings.contact.clone(),
            account: Mutex::new(None),
        })
    }

    /// Our account: the one that is kept, or else a new one.
    pub(crate) async fn account(&self, storage: &dyn Storage) -> Result<Account, OrderError> {
        let mut held = self.account.lock().await;
        if let Some(account) = &*held {
            return Ok(account.clone());
        }
        let account = if let Some(kept) = storage.read(Kind::Account, ACCOUNT).await? {
            let credentials: AccountCredentials = serde_json::from_slice(&kept)
                .map_err(|_| OrderError::new(format!("{ACCOUNT} is not an account that was kept")))?;
            self.builder().from_credentials(credentials).await?
        } else {
            self.new_account(storage).await?
        };
        *held = Some(account.clone());
        Ok(account)
    }

    async fn new_account(&self, storage: &dyn Storage) -> Result<Account, OrderError> {
        let contact: Vec<&str> = self.contact.iter().map(String::as_str).collect();
        let new =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let (account, credentials) = self.builder().create(&new, self.directory.clone(), None).await?;
        let kept = serde_json::to_vec(&credentials).map_err(OrderError::new)?;
        storage.write(Kind::Account, ACCOUNT, kept).await?;
        tracing::info!(directory = self.directory, id = account.id(), "an ACME account was made");
        Ok(account)
    }

    /// Forgets the account, so that the next order makes a new one.
    pub(crate) async fn forget_account(&self, storage: &dyn Storage) -> io::Result<()> {
        *self.account.lock().await = None;
        storage.remove(Kind::Account, ACCOUNT).await
    }

    fn builder(&self) -> AccountBuilder {
        Account::builder_with_http(Box::new(self.http.clone()))
    }
}

/// The authorities that certificates of others are trusted for: the system's, and those of a file.
///
/// # Errors
/// When the file cannot be used.
pub(crate) fn roots(extra: Option<&Path>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    // A machine without roots is not an error: the extra ones may do, and if not, no certificate will be trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = extra {
        let fault = |problem: &dyn fmt::Display| TlsError::new(path.display(), problem);
        let before = roots.len();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| fault(&error))? {
            roots.add(certificate.map_err(|error| fault(&error))?).map_err(|error| fault(&error))?;
        }
        if roots.len() == before {
            return Err(fault(&"holds no certificate (-----BEGIN CERTIFICATE-----)"));
        }
    }
    Ok(roots)
}

/// HTTPS with an end.
#[derive(Clone)]
struct Http(HyperClient<HttpsConnector<HttpConnector>, BodyWrapper<Bytes>>);

type Answer = Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>>;

impl HttpClient for Http {
    fn request(&self, request: Request<BodyWrapper<Bytes>>) -> Answer {
        let answer = HttpClient::request(&self.0, request);
        Box::pin(async move {
            match timeout(PATIENCE, answer).await {
                Ok(answer) => answer,
                Err(_) => Err(Error::Str("an answer in time")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_authority_says_is_told_and_told_apart() {
        let refused = |kind: &str| {
            let problem = format!(
                "{{\"type\":\"urn:ietf:params:acme:error:{kind}\",\"detail\":\"no\",\"status\":403}}"
            );
            OrderError::from(Error::Api(serde_json::from_str(&problem).unwrap()))
        };
        let limited = refused("rateLimited");
        assert!(limited.is_rate_limit() && !limited.is_unknown_account());
        assert_eq!(limited.to_string(), "API error: no (urn:ietf:params:acme:error:rateLimited)");
        let unknown = refused("accountDoesNotExist");
        assert!(unknown.is_unknown_account() && !unknown.is_rate_limit());
        let other = refused("unauthorized");
        assert!(!other.is_unknown_account() && !other.is_rate_limit());
        let cause = io::Error::other("the wire is cut");
        let wrapped = Error::Other(Box::new(io::Error::other(cause)));
        assert!(OrderError::from(wrapped).to_string().contains("the wire is cut"));
    }

    #[test]
    fn a_file_of_authorities_holds_authorities() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "nothing").unwrap();
        let problem = roots(Some(&path)).unwrap_err().to_string();
        assert!(problem.ends_with("ca.pem: holds no certificate (-----BEGIN CERTIFICATE-----)"), "{problem}");
        let missing = folder.path().join("missing.pem");
        assert!(roots(Some(&missing)).unwrap_err().to_string().contains("missing.pem: "));
        let key = rcgen::KeyPair::generate().unwrap();
        let own = rcgen::CertificateParams::default().self_signed(&key).unwrap().pem();
        std::fs::write(&path, own.repeat(2)).unwrap();
        assert_eq!(roots(Some(&path)).unwrap().len(), roots(None).unwrap().len() + 2);
    }
}

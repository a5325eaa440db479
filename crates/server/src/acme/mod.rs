//! Certificates from an ACME authority (RFC 8555): ordered for the hosts that the settings name, and for accounts' hosts
//! when they are first asked for; kept where all nodes see them; renewed in time.

mod client;
mod keeper;
mod order;
mod schedule;
mod storage;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use folkmoot_core::RandomSource;
use jiff::Timestamp;
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls_pki_types::PrivateKeyDer;
use tokio::sync::{Notify, watch};

use self::client::Client;
pub(crate) use self::client::roots;
pub(crate) use self::keeper::Keeper;
use self::schedule::{Failure, Jitter};
use self::storage::{Folder, Kind, Storage};
use crate::settings::AcmeSettings;
use crate::tls::{Certificates, TlsError};

/// Where the authority looks for a token's answer (RFC 8555, section 8.3).
pub(crate) const HTTP_CHALLENGES: &str = "/.well-known/acme-challenge/";
/// What the authority says in a handshake in which it looks for a digest (RFC 8737, section 6.2).
pub(crate) const ALPN_CHALLENGE: &[u8] = b"acme-tls/1";

/// What ACME needs to know of the application around it.
pub(crate) trait Surroundings: Send + Sync {
    /// Whether an account that is served has this host.
    fn is_known_host(&self, host: &str) -> bool;
    /// Whether this is the node that orders.
    fn orders_here(&self) -> bool;
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// What connections need of ACME, and what they tell it.
pub(crate) struct Acme {
    settings: AcmeSettings,
    storage: Arc<dyn Storage>,
    certificates: Arc<Certificates>,
    provider: Arc<CryptoProvider>,
    surroundings: Arc<dyn Surroundings>,
    /// Hosts that were asked for, and neither have a certificate nor a failure.
    asked: Mutex<HashSet<String>>,
    failures: Mutex<HashMap<String, Failure>>,
    /// There is something new in `asked`.
    wake: Notify,
    /// Certificates have come, or orders failed.
    news: watch::Sender<()>,
}

/// ACME before there is an application around it.
pub(crate) struct Prepared {
    settings: AcmeSettings,
    storage: Arc<dyn Storage>,
    client: Client,
    jitter: Jitter,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Prepared {
    /// Opens the folder that the settings name, or one in `data`.
    ///
    /// # Errors
    /// When there is no folder, or a file that the settings name cannot be used.
    pub(crate) fn new(
        settings: AcmeSettings,
        data: Option<&Path>,
        provider: Arc<CryptoProvider>,
        random: &dyn RandomSource,
    ) -> Result<Prepared, TlsError> {
        let Some(folder) = settings.folder.clone().or_else(|| Some(data?.join("acme"))) else {
            return Err(TlsError::new("acme.folder", "must be set where the store is not a folder"));
        };
        let folder = storage::of_authority(&folder, &settings.directory);
        let opened = Folder::open(folder.clone()).map_err(|error| TlsError::new(folder.display(), error))?;
        let client = Client::new(&settings, provider)?;
        Ok(Prepared { settings, storage: Arc::new(opened), client, jitter: Jitter::new(random) })
    }

    /// What connections use, and the task that keeps it going.
    pub(crate) fn begin(
        self,
        certificates: Arc<Certificates>,
        provider: Arc<CryptoProvider>,
        surroundings: Arc<dyn Surroundings>,
    ) -> (Arc<Acme>, Keeper) {
        let acme = Arc::new(Acme {
            settings: self.settings,
            storage: self.storage,
            certificates,
            provider,
            surroundings,
            asked: Mutex::default(),
            failures: Mutex::default(),
            wake: Notify::new(),
            news: watch::Sender::new(()),
        });
        (Arc::clone(&acme), Keeper::new(acme, self.client, self.jitter))
    }
}

impl Acme {
    /// What the authority is to be answered that asks for a token; `None` when it is none of ours.
    pub(crate) async fn http_answer(&self, token: &str) -> Option<Vec<u8>> {
        self.storage.read(Kind::HttpChallenge, token).await.ok().flatten()
    }

    /// A handshake in which the authority sees its digest; `None` when it is looking for none.
    pub(crate) async fn alpn_answer(&self, host: &str) -> Option<Arc<ServerConfig>> {
        let digest = self.storage.read(Kind::AlpnChallenge, host).await.ok().flatten()?;
        let key = KeyPair::generate().ok()?;
        let mut parameters = CertificateParams::new([host.to_owned()]).ok()?;
        parameters.custom_extensions = vec![CustomExtension::new_acme_identifier(&digest)];
        let certificate = parameters.self_signed(&key).ok()?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let key = self.provider.key_provider.load_private_key(key).ok()?;
        // As it is: rustls checks certificates that it is given, and knows nothing of this one's critical extension.
        let shown = CertifiedKey::new(vec![certificate.der().clone()], key);
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .ok()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
        config.alpn_protocols = vec![ALPN_CHALLENGE.to_vec()];
        Some(Arc::new(config))
    }

    /// Waits for the certificate of a host that should have one and does not, until it is there or cannot be had just
    /// now. Whoever calls must not wait for ever.
    pub(crate) async fn ready_for(&self, host: &str) {
        if self.certificates.has(host) || !self.is_wanted(host) {
            return;
        }
        let mut news = self.news.subscribe();
        let failed = || {
            let now = self.surroundings.now();
            lock(&self.failures).get(host).is_some_and(|failure| failure.again > now)
        };
        if !failed() && lock(&self.asked).insert(host.to_owned()) {
            self.wake.notify_one();
        }
        while !self.certificates.has(host) && !failed() {
            if news.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether a host is to have a certificate of its own. Strangers cannot make us order: they can only ask for what
    /// the operator or an account has.
    fn is_wanted(&self, host: &str) -> bool {
        self.settings.domains.iter().any(|domain| domain == host)
            || self.settings.accounts && self.surroundings.is_known_host(host)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edges::SystemRandom;
    use crate::settings::Settings;

    #[test]
    fn the_folder_is_in_the_data_directory_or_where_the_settings_say() {
        let here = tempfile::tempdir().unwrap();
        let prepared = |folder: &str, data: Option<&Path>| {
            let mut settings = Settings::default();
            let set = [("tls.listen", "[::]:443"), ("acme.domains", "hr.example"), ("acme.folder", folder)];
            for (key, value) in set {
                settings.set(key, value).unwrap();
            }
            let settings = settings.acme().unwrap().unwrap();
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            Prepared::new(settings, data, provider, &SystemRandom).map_err(|error| error.to_string())
        };
        let authority = "acme-v02.api.letsencrypt.org_directory";
        prepared("", Some(here.path())).unwrap();
        assert!(here.path().join("acme").join(authority).is_dir());
        let elsewhere = here.path().join("elsewhere");
        prepared(elsewhere.to_str().unwrap(), None).unwrap();
        assert!(elsewhere.join(authority).is_dir());
        let problem = "acme.folder: must be set where the store is not a folder";
        assert_eq!(prepared("", None).unwrap_err(), problem);
        let problem = prepared("/proc/acme", None).unwrap_err();
        assert!(problem.starts_with("/proc/acme/acme-v02"), "{problem}");
    }
}

//! TLS in the binary: certificates from files and from an authority, chosen by name, taken up anew when they change.

mod certificate;
mod choose;
mod files;
mod validity;
mod watch;

use std::path::Path;
use std::sync::Arc;

use folkmoot_core::RandomSource;
use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::ClientHello;

pub(crate) use self::certificate::Certificate;
pub(crate) use self::choose::{Certificates, Names};
pub use self::files::TlsError;
pub(crate) use self::validity::Validity;
pub(crate) use self::watch::Watch;
use crate::acme::{ALPN_CHALLENGE, Acme, Keeper, Prepared, Surroundings};
use crate::listen::ListenError;
use crate::settings::Settings;

/// HTTP/2 and HTTP/1.1 as clients ask for them in the handshake (RFC 7301).
pub(crate) const H2: &[u8] = b"h2";
const HTTP_1_1: &[u8] = b"http/1.1";

/// TLS as the settings want it, before it is served.
#[derive(Debug)]
pub(crate) struct Tls {
    config: Arc<ServerConfig>,
    certificates: Arc<Certificates>,
    provider: Arc<CryptoProvider>,
    watch: Option<Watch>,
    acme: Option<Prepared>,
}

/// TLS being served: what handshakes need, and what keeps that current.
pub(crate) struct Begun {
    pub(crate) handshakes: Handshakes,
    pub(crate) watch: Option<Watch>,
    pub(crate) keeper: Option<Keeper>,
}

impl Tls {
    /// Reads the certificates that the settings name, and prepares to order others; `data` is the data directory.
    ///
    /// # Errors
    /// Says which setting or file cannot be used, and why.
    pub(crate) fn new(
        settings: &Settings,
        data: Option<&Path>,
        now: Timestamp,
        random: &dyn RandomSource,
    ) -> Result<Tls, ListenError> {
        let (files, acme) = (settings.certificate_files()?, settings.acme()?);
        if files.is_empty() && acme.is_none() {
            let problem = "is set, but no certificate is: set tls.certificate and tls.key, tls.certificates, or \
                           acme.domains";
            return Err(TlsError::new("tls.listen", problem).into());
        }
        let provider = Arc::new(ring::default_provider());
        let certificates = Arc::new(Certificates::default());
        let config = server_config(Arc::clone(&provider), Arc::clone(&certificates))?;
        let watch = if files.is_empty() {
            None
        } else {
            Some(Watch::begin(files, Arc::clone(&certificates), Arc::clone(&provider), now)?)
        };
        let acme = acme.map(|acme| Prepared::new(acme, data, Arc::clone(&provider), random)).transpose()?;
        Ok(Tls { config: Arc::new(config), certificates, provider, watch, acme })
    }

    /// Begins to serve, within an application.
    pub(crate) fn begin(self, surroundings: Arc<dyn Surroundings>) -> Begun {
        let Tls { config, certificates, provider, watch, acme } = self;
        let (acme, keeper) = acme.map(|acme| acme.begin(certificates, provider, surroundings)).unzip();
        Begun { handshakes: Handshakes { config, acme }, watch, keeper }
    }
}

/// What handshakes need.
#[derive(Clone)]
pub(crate) struct Handshakes {
    config: Arc<ServerConfig>,
    pub(crate) acme: Option<Arc<Acme>>,
}

impl Handshakes {
    /// How to go on with a client that has begun so: at once where certificates come from files, else when the one that
    /// it needs is there or cannot be had. Whoever calls must not wait for ever.
    pub(crate) async fn answer_to(&self, asked: Asked) -> Arc<ServerConfig> {
        let (Some(acme), Some(host)) = (&self.acme, &asked.host) else { return Arc::clone(&self.config) };
        if asked.is_challenge {
            return acme.alpn_answer(host).await.unwrap_or_else(|| Arc::clone(&self.config));
        }
        acme.ready_for(host).await;
        Arc::clone(&self.config)
    }
}

/// What a client's first words are about.
#[derive(Debug)]
pub(crate) struct Asked {
    host: Option<String>,
    is_challenge: bool,
}

impl From<ClientHello<'_>> for Asked {
    fn from(hello: ClientHello<'_>) -> Asked {
        Asked {
            host: hello.server_name().map(str::to_owned),
            is_challenge: hello.alpn().is_some_and(|mut offered| offered.any(|one| one == ALPN_CHALLENGE)),
        }
    }
}

fn server_config(
    provider: Arc<CryptoProvider>,
    certificates: Arc<Certificates>,
) -> Result<ServerConfig, TlsError> {
    let versions = [&rustls::version::TLS13, &rustls::version::TLS12];
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions)
        .map_err(|error| TlsError::new("TLS", error))?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![H2.to_vec(), HTTP_1_1.to_vec()];
    // Sessions are kept by the clients, sealed: ten thousand of them take no memory here.
    config.ticketer = ring::Ticketer::new().map_err(|error| TlsError::new("TLS", error))?;
    Ok(config)
}

//! One attempt: a request to a receiver, within bounds of time and size.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use folkmoot_core::{Account, Clock};
use folkmoot_store::{WebHook, WebHookSecrets};
use folkmoot_wire::webhook;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use jiff::Timestamp;
use rustls::ClientConfig;
use rustls::crypto::ring::default_provider;
use tokio::time::timeout;

use super::guard::{self, NotPublic, Resolver};
use crate::acme;
use crate::settings::{Settings, WebHookSettings};
use crate::tls::TlsError;

/// How much of an answer is kept.
const ANSWER: usize = 1024;
/// How long a connection that nobody uses stays.
const IDLE: Duration = Duration::from_secs(30);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);

type Connector = HttpsConnector<HttpConnector<Resolver>>;

/// Posts to receivers.
#[derive(Debug)]
pub struct Sender {
    pub(super) settings: WebHookSettings,
    client: Client<Connector, Full<Bytes>>,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    /// The answer's status, if there was one.
    pub(super) status: Option<u16>,
    /// Its beginning, or why there was none.
    pub(super) text: String,
}

impl Answered {
    /// Whether the receiver has it now.
    pub(super) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    fn failed(why: impl Into<String>) -> Answered {
        Answered { status: None, text: why.into() }
    }
}

impl Sender {
    /// Prepares to post, as the settings say.
    ///
    /// # Errors
    /// When TLS cannot be used.
    pub fn new(settings: &Settings) -> Result<Sender, TlsError> {
        let settings = settings.webhooks();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::new("TLS", error))?
            .with_root_certificates(acme::roots(None)?)
            .with_no_client_auth();
        let mut http = HttpConnector::new_with_resolver(Resolver { allow_private: settings.allow_private });
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http();
        let connector = connector.enable_http1().wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(1)
            .build(connector);
        Ok(Sender { settings, client })
    }

    /// The account's address, as receivers are told it.
    pub(super) fn system(&self, account: &Account) -> String {
        self.settings.system_url.replace("{account}", &account.subdomain)
    }

    /// What is wrong with a receiver's address, as far as it shows by itself.
    pub fn fault(&self, url: &str) -> Option<&'static str> {
        match target(url) {
            None => {
                Some("is not the address of a receiver: http:// or https://, a host, and no name or password")
            }
            Some(target) if !self.may_reach(&target) => {
                Some("is a private address, which the operator has not allowed (webhooks.allow_private)")
            }
            Some(_) => None,
        }
    }

    fn may_reach(&self, target: &Uri) -> bool {
        self.settings.allow_private || guard::literal(target).is_none_or(guard::is_public)
    }

    /// Posts `form` under the name `id`.
    pub(super) async fn post(
        &self,
        clock: &dyn Clock,
        webhook: &WebHook,
        secrets: &WebHookSecrets,
        id: &str,
        form: &str,
    ) -> Answered {
        let Some(target) = target(&webhook.url) else { return Answered::failed("its address is none") };
        if !self.may_reach(&target) {
            return Answered::failed(NotPublic.to_string());
        }
        let body = match &secrets.secure_key {
            Some(key) => webhook::encrypt(form, key),
            None => form.to_owned(),
        };
        let Some(request) = request(target, secrets, id, clock.now(), body) else {
            return Answered::failed("the request could not be put together");
        };
        let exchange = async {
            match self.client.request(request).await {
                Ok(response) => {
                    let (head, body) = response.into_parts();
                    Answered { status: Some(head.status.as_u16()), text: beginning(body).await }
                }
                Err(error) => Answered::failed(why(&error)),
            }
        };
        match timeout(self.settings.timeout, exchange).await {
            Ok(answered) => answered,
            Err(_) => Answered::failed("there was no answer in time"),
        }
    }
}

/// Where an address leads, if it is one that can be posted to.
fn target(url: &str) -> Option<Uri> {
    let target: Uri = url.parse().ok()?;
    let scheme = matches!(target.scheme_str(), Some("http" | "https"));
    let named = target.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    let host = target.host().is_some_and(|host| !host.is_empty());
    (scheme && named && host && url.len() <= 2000).then_some(target)
}

fn request(
    target: Uri,
    secrets: &WebHookSecrets,
    id: &str,
    now: Timestamp,
    body: String,
) -> Option<Request<Full<Bytes>>> {
    const AGENT: &str = concat!("Folkmoot-Webhooks/", env!("CARGO_PKG_VERSION"));
    let mut request = Request::post(target)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
        .header(USER_AGENT, HeaderValue::from_static(AGENT))
        .header("webhook-id", id)
        .header("webhook-timestamp", now.as_second());
    let signature =
        secrets.secret.as_ref().and_then(|secret| webhook::signature(secret, id, now.as_second(), &body));
    if let Some(signature) = signature {
        request = request.header("webhook-signature", signature);
    }
    request.body(Full::new(Bytes::from(body))).ok()
}

/// The beginning of an answer, as a line that can be shown.
async fn beginning(mut body: Incoming) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER
        && let Some(Ok(frame)) = body.frame().await
    {
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data[..data.len().min(ANSWER - bytes.len())]);
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Why there was no answer: the last cause says most. None of them names the address.
fn why(error: &hyper_util::client::legacy::Error) -> String {
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        why = error.to_string();
        cause = error.source();
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(allow_private: &str) -> Sender {
        let mut settings = Settings::default();
        settings.set("webhooks.allow_private", allow_private).unwrap();
        Sender::new(&settings).unwrap()
    }

    #[test]
    fn an_address_is_one_that_can_be_posted_to() {
        let (open, closed) = (sender("true"), sender("false"));
        for good in ["https://hooks.example/a?b=c", "http://hooks.example:8080", "http://8.8.8.8/"] {
            assert_eq!(closed.fault(good), None, "{good}");
        }
        for bad in [
            "",
            "hooks.example",
            "/a",
            "ftp://hooks.example/",
            "https://",
            "https://a:b@hooks.example/",
            "https://user@hooks.example/",
            "file:///etc/passwd",
            "https://hooks example/",
        ] {
            assert!(open.fault(bad).is_some(), "{bad}");
        }
        for private in [
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://0.0.0.0/",
            "http://10.1.2.3/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest",
        ] {
            assert_eq!(open.fault(private), None, "{private}");
            assert!(closed.fault(private).is_some(), "{private}");
        }
    }
}

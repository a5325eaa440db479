//! How requests get to a bucket: hyper, with this program's TLS, and bounds on time and size.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Plain;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpService,
};

/// Longer than this, and nobody is there.
const CONNECT: Duration = Duration::from_secs(3);
/// One request and its answer, whole.
const REQUEST: Duration = Duration::from_secs(10);
/// Far more than a picture or a page of a listing takes.
const LARGEST: usize = 64 << 20;

/// A client that keeps its connections.
#[derive(Clone, Debug)]
pub(super) struct Http(Client<HttpsConnector<Plain>, HttpRequestBody>);

impl Http {
    /// With the machine's trusted roots, if there is anybody to be trusted.
    pub(super) fn new(tls: bool) -> Result<Http, rustls::Error> {
        let mut roots = rustls::RootCertStore::empty();
        if tls {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut plain = Plain::new();
        plain.enforce_http(false);
        plain.set_nodelay(true);
        plain.set_connect_timeout(Some(CONNECT));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .build(connector);
        Ok(Http(client))
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let response = self.0.request(request).await.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { kind_of(&error) };
            HttpError::new(kind, error)
        })?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(|error| {
            let kind = if error.is::<LengthLimitError>() {
                HttpErrorKind::Decode
            } else {
                HttpErrorKind::Interrupted
            };
            HttpError::new_boxed(kind, error)
        })?;
        let body = body.to_bytes();
        if parts.status.is_success() {
            return Ok(HttpResponse::from_parts(parts, body.into()));
        }
        let refused = Refused::read(parts.status.as_u16(), &body);
        match refused.status {
            // What is not there is no fault, but a bucket that is not there is.
            404 if refused.code != "NoSuchBucket" => Ok(HttpResponse::from_parts(parts, Vec::new().into())),
            // Every request that is made here may be made again.
            _ if refused.is_passing() => Err(HttpError::new(HttpErrorKind::Request, refused)),
            _ => Err(HttpError::new(HttpErrorKind::Unknown, refused)),
        }
    }
}

/// Whether it is worth asking again.
fn kind_of(error: &(dyn Error + 'static)) -> HttpErrorKind {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<hyper::Error>()
            && (error.is_closed() || error.is_canceled() || error.is_incomplete_message())
        {
            return HttpErrorKind::Request;
        }
        if error.is::<std::io::Error>() {
            return HttpErrorKind::Interrupted;
        }
        cause = error.source();
    }
    HttpErrorKind::Unknown
}

impl HttpService for Http {
    fn call<'me, 'future>(
        &'me self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'future>>
    where
        'me: 'future,
        Self: 'future,
    {
        Box::pin(async move {
            match tokio::time::timeout(REQUEST, self.answer(request)).await {
                Ok(answer) => answer,
                Err(elapsed) => Err(HttpError::new(HttpErrorKind::Timeout, elapsed)),
            }
        })
    }
}

impl HttpConnector for Http {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// An answer of a server that is not what was asked for. Of what the server says, its code and message alone are kept:
/// the rest repeats the request.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) status: u16,
    code: String,
    message: String,
}

impl Refused {
    fn read(status: u16, body: &[u8]) -> Refused {
        let text = String::from_utf8_lossy(&body[..body.len().min(1 << 16)]);
        let within = |tag: &str| -> String {
            let after = text.split_once(&format!("<{tag}>")).map(|(_, after)| after);
            let inside =
                after.and_then(|after| after.split_once(&format!("</{tag}>"))).map(|(inside, _)| inside);
            let shown = inside.unwrap_or_default().chars().filter(|c| !c.is_control());
            shown.take(200).collect()
        };
        Refused { status, code: within("Code"), message: within("Message") }
    }

    /// Whether it may be another time that the same request is answered.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 429 | 500 | 502..=599)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answers {}", self.status)?;
        for part in [&self.code, &self.message] {
            if !part.is_empty() {
                write!(f, ", {part}")?;
            }
        }
        Ok(())
    }
}

impl Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_refusal_nothing_is_kept_that_repeats_the_request() {
        let body = b"<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>Not\nthe\x1b signature.</Message>\
            <AWSAccessKeyId>AKIA</AWSAccessKeyId><StringToSign>secret</StringToSign></Error>";
        let refused = Refused::read(403, body);
        assert_eq!(refused.to_string(), "the server answers 403, SignatureDoesNotMatch, Notthe signature.");
        assert!(!refused.is_passing());
        let refused = Refused::read(503, b"<Code>");
        assert_eq!(refused.to_string(), "the server answers 503");
        assert!(refused.is_passing());
        let long = format!("<Message>{}</Message>", "x".repeat(5000));
        assert!(Refused::read(500, long.as_bytes()).to_string().len() < 300);
    }
}

//! Answers that are not what was asked for (`http.md`, Errors).

use std::borrow::Cow;

use axum::body::Body;
use folkmoot_store::StoreError;
use folkmoot_wire::input::Faults;
use folkmoot_wire::{ApiMajor, ErrorBody, ErrorCode, Format};
use http::{HeaderValue, Method, Response, StatusCode, header};

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// An error with a body.
    Error { code: ErrorCode, status: StatusCode, messages: Vec<Cow<'static, str>> },
    /// Not now, but in so many seconds, which `Retry-After` says.
    Later { code: ErrorCode, status: StatusCode, seconds: u32, message: &'static str },
    /// Nobody we know: 401 with an empty body.
    Unauthenticated,
    /// A URL that maps to nothing: 404 with an empty body.
    Nowhere,
    /// The resource is there, the method is not: 405, with those that are.
    MethodNotAllowed(&'static str),
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Refusal {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Refusal::Error { code, status, messages: vec![message.into()] }
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Refusal {
        match self {
            Refusal::Error { code, messages, .. } => Refusal::Error { code, status, messages },
            other => other,
        }
    }

    /// The server does not get round to it: 503 `MAINTENANCE`.
    pub(crate) const fn later(seconds: u32, message: &'static str) -> Refusal {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Refusal::Later { code: ErrorCode::Maintenance, status, seconds, message }
    }

    /// The host names no account.
    pub(crate) fn unknown_account() -> Refusal {
        Refusal::new(ErrorCode::UnknownSubdomain, "There is no account of that name here.")
    }

    /// The account's database does not answer.
    pub(crate) fn unreachable() -> Refusal {
        Refusal::new(ErrorCode::Connection, "The account's database cannot be reached just now.")
    }

    /// So much was asked that no more is answered for a while: 429 `LIMIT_ERROR`.
    pub(crate) const fn too_much(seconds: u32, message: &'static str) -> Refusal {
        Refusal::Later { code: ErrorCode::Limit, status: StatusCode::TOO_MANY_REQUESTS, seconds, message }
    }

    pub(crate) fn validation(message: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(ErrorCode::Validation, message)
    }

    /// A message for each of what is wrong.
    pub(crate) fn with_messages(code: ErrorCode, messages: impl IntoIterator<Item = String>) -> Refusal {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Refusal::Error { code, status, messages: messages.into_iter().map(Cow::Owned).collect() }
    }

    /// What is wrong with a form.
    pub(crate) fn faults(faults: Faults) -> Refusal {
        Refusal::with_messages(ErrorCode::Validation, faults.into_messages())
    }

    /// Refuses what had faults: one message for each.
    pub(crate) fn of_faults(faults: Vec<String>) -> Result<(), Refusal> {
        if faults.is_empty() {
            return Ok(());
        }
        Err(Refusal::with_messages(ErrorCode::Validation, faults))
    }

    /// `Invalid User` and the like. Also the answer for what is there but hidden.
    pub(crate) fn not_found(resource: &str) -> Refusal {
        Refusal::new(ErrorCode::NotFound, format!("Invalid {resource}"))
    }

    /// A single resource asked for without a number.
    pub(crate) fn invalid_id(resource: &str) -> Refusal {
        Refusal::new(ErrorCode::InvalidId, format!("{resource} needs the number of one in its address"))
    }

    /// The answer, but for what the front adds (see [`write_body`]).
    pub(crate) fn into_response(self, format: Format) -> Response<Body> {
        match self {
            Refusal::Error { code, status, messages } => {
                with_body(status, ErrorBody { code, messages }, format)
            }
            Refusal::Later { code, status, seconds, message } => {
                let mut response = with_body(status, ErrorBody::new(code, message), format);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                response
            }
            Refusal::Unauthenticated => {
                let mut response = empty(StatusCode::UNAUTHORIZED);
                let challenge = HeaderValue::from_static("Basic realm=\"Folkmoot\", charset=\"UTF-8\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
                response
            }
            Refusal::Nowhere => empty(StatusCode::NOT_FOUND),
            Refusal::MethodNotAllowed(methods) => {
                let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
                response
            }
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        if let StoreError::NoUser = error {
            return Refusal::not_found("User");
        }
        // The message is for the operator's log alone.
        tracing::error!(%error, "the store failed");
        if error.is_unreachable() {
            if let StoreError::Bucket { .. } = error {
                return Refusal::new(
                    ErrorCode::Connection,
                    "The account's pictures cannot be reached just now.",
                );
            }
            return Refusal::unreachable();
        }
        Refusal::new(ErrorCode::Other, "Something went wrong on the server; its log says what.")
    }
}

/// The body that an answer is to have. The front writes it: the version decides how it is spelled, and not everybody who
/// refuses a request knows it.
#[derive(Clone)]
struct Unwritten(ErrorBody, Format);

fn with_body(status: StatusCode, body: ErrorBody, format: Format) -> Response<Body> {
    let mut response = empty(status);
    let content_type = HeaderValue::from_static(format.content_type());
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response.extensions_mut().insert(Unwritten(body, format));
    response
}

/// Writes the body of a refusal, as `version` spells it; any other answer stays as it is.
pub(crate) fn write_body(response: &mut Response<Body>, method: &Method, version: ApiMajor) {
    let Some(Unwritten(body, format)) = response.extensions_mut().remove() else { return };
    let body = body.document(format, version);
    // The router has seen an empty body, and said so.
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    if method != Method::HEAD {
        *response.body_mut() = Body::from(body);
    }
}

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

//! Answers that are not what was asked for (`http.md`, Errors).

use std::borrow::Cow;

use axum::body::Body;
use folkmoot_store::StoreError;
use folkmoot_wire::{ErrorBody, ErrorCode, Format};
use http::{HeaderValue, Response, StatusCode, header};

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// An error with a body.
    Error { code: ErrorCode, status: StatusCode, messages: Vec<Cow<'static, str>> },
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

    pub(crate) fn validation(message: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(ErrorCode::Validation, message)
    }

    /// `Invalid User` and the like. Also the answer for what is there but hidden.
    pub(crate) fn not_found(resource: &str) -> Refusal {
        Refusal::new(ErrorCode::NotFound, format!("Invalid {resource}"))
    }

    /// A single resource asked for without a number.
    pub(crate) fn invalid_id(resource: &str) -> Refusal {
        Refusal::new(ErrorCode::InvalidId, format!("{resource} needs the number of one in its address"))
    }

    pub(crate) fn into_response(self, format: Format) -> Response<Body> {
        match self {
            Refusal::Error { code, status, messages } => {
                let body = ErrorBody { code, messages }.document(format);
                let mut response = Response::new(Body::from(body));
                *response.status_mut() = status;
                let content_type = HeaderValue::from_static(format.content_type());
                response.headers_mut().insert(header::CONTENT_TYPE, content_type);
                if status == StatusCode::SERVICE_UNAVAILABLE {
                    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
                }
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
            return Refusal::new(ErrorCode::Connection, "The account's database cannot be reached just now.");
        }
        Refusal::new(ErrorCode::Other, "Something went wrong on the server; its log says what.")
    }
}

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

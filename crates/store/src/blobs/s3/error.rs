//! What went wrong with a bucket, without what should not be in a log.

use std::error::Error;

use object_store::client::{HttpError, HttpErrorKind};

use super::http::Refused;

/// What went wrong.
pub(super) struct Failure {
    pub(super) what: String,
    /// Whether it may be another time that nothing does.
    pub(super) unreachable: bool,
}

impl Failure {
    pub(super) fn of(error: &object_store::Error) -> Failure {
        let (mut cause, mut kind, mut last): (Option<&(dyn Error + 'static)>, _, _) =
            (Some(error), None, None);
        while let Some(error) = cause {
            if let Some(refused) = error.downcast_ref::<Refused>() {
                return Failure { what: refused.to_string(), unreachable: refused.is_passing() };
            }
            if let Some(http) = error.downcast_ref::<HttpError>() {
                kind = Some(http.kind());
            }
            last = Some(error);
            cause = error.source();
        }
        let what = last.map_or_else(|| error.to_string(), ToString::to_string);
        match kind {
            Some(HttpErrorKind::Timeout) => {
                Failure { what: "the server does not answer in time".to_owned(), unreachable: true }
            }
            Some(HttpErrorKind::Connect) => {
                Failure { what: format!("the server cannot be reached: {what}"), unreachable: true }
            }
            Some(HttpErrorKind::Request | HttpErrorKind::Interrupted) => {
                Failure { what: format!("the connection was cut: {what}"), unreachable: true }
            }
            _ => Failure { what, unreachable: false },
        }
    }
}

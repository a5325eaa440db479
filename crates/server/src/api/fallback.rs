//! Requests that no route takes.

use axum::body::Body;
use folkmoot_wire::Format;
use http::Response;

use crate::error::Refusal;

/// The URL maps to nothing.
pub(crate) async fn nowhere() -> Response<Body> {
    Refusal::Nowhere.into_response(Format::Json)
}

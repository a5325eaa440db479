//! Answers with a document: tagged, conditional, compressed.

use axum::body::Body;
use folkmoot_wire::{ApiMajor, Format, Render, Success, document};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::compress::{Encoding, WORTHWHILE};
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::document_cache::Document;
use crate::error::empty;

pub(crate) const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
pub(crate) const VARY: HeaderValue =
    HeaderValue::from_static("accept-encoding, authorization, x-api-version");

/// Whether a rendered document may be kept, and sent again to whoever gets the same entity tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// It may.
    Yes,
    /// It holds a secret, or comes from elsewhere than the snapshot.
    No,
}

/// A document of one object, or `304 Not Modified` without rendering it.
pub(crate) fn object<T: Render>(
    request: &Api,
    tag: EntityTag,
    keep: Keep,
    root: &'static str,
    value: impl FnOnce() -> T,
) -> Response<Body> {
    if tag.is_held(request.headers()) {
        return not_modified(request, tag);
    }
    let make = || {
        let body = document(request.format, root, &value());
        match request.encoding {
            encoding @ (Encoding::Gzip | Encoding::Zstd) if body.len() >= WORTHWHILE => {
                Document { body: encoding.whole(body), encoding }
            }
            _ => Document { body: body.into(), encoding: Encoding::Identity },
        }
    };
    let Document { body, encoding } = match keep {
        Keep::Yes => request.app.documents.get_or_make(tag, request.encoding, make),
        Keep::No => make(),
    };
    with_headers(request, tag, encoding, Body::from(body))
}

/// `304 Not Modified`, with the tag of what the client has: not every answer is compressed when the client would
/// like it to be.
pub(crate) fn not_modified(request: &Api, tag: EntityTag) -> Response<Body> {
    let held = tag.held(request.headers(), request.encoding).unwrap_or(request.encoding);
    let mut response = empty(StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    common(request, headers);
    headers.insert(header::ETAG, tag.header(held));
    response
}

/// The answer to what was done and leaves nothing to show.
pub(crate) fn success(format: Format, version: ApiMajor, success: &Success) -> Response<Body> {
    let mut response = Response::new(Body::from(success.document(format, version)));
    let content_type = HeaderValue::from_static(format.content_type());
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// A successful answer around a body that is encoded already.
pub(crate) fn with_headers(request: &Api, tag: EntityTag, encoding: Encoding, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.reserve(8);
    common(request, headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(request.format.content_type()));
    headers.insert(header::ETAG, tag.header(encoding));
    if let Some(encoding) = encoding.header() {
        headers.insert(header::CONTENT_ENCODING, encoding);
    }
    response
}

fn common(request: &Api, headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, PRIVATE);
    headers.insert(header::VARY, VARY);
    headers.insert("x-api-version", HeaderValue::from_static(request.version.served()));
}

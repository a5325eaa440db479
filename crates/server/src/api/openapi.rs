//! The API described, for machines and for people. Whoever may use the API is told, and everybody the same.

use axum::body::Body;
use folkmoot_wire::Format;
use http::{HeaderMap, HeaderValue, Response, header};

use crate::compress::Encoding;
use crate::conditional::EntityTag;
use crate::context::{Api, Context};
use crate::document_cache::Document;
use crate::error::{Refusal, empty};
use crate::{openapi, respond};

/// `GET /openapi.json`.
pub(crate) async fn document(request: Api) -> Response<Body> {
    let text = openapi::openapi_document();
    let tag = tag(&request, text);
    if tag.is_held(request.headers()) {
        return respond::not_modified(&request, tag);
    }
    let make = || Document { body: request.encoding.whole(text.into()), encoding: request.encoding };
    let Document { body, encoding } = request.app.documents.get_or_make(tag, request.encoding, make);
    respond::with_headers(&request, tag, encoding, Body::from(body))
}

/// `GET /docs`.
pub(crate) async fn page(context: Context, headers: HeaderMap) -> Response<Body> {
    let (page, policy) = openapi::page();
    let tag = tag(&context, page);
    let mut response = if tag.is_held(&headers) {
        empty(http::StatusCode::NOT_MODIFIED)
    } else {
        Response::new(Body::from(page))
    };
    let Ok(policy) = HeaderValue::from_str(&policy) else {
        // Without it the page is not served.
        return Refusal::Nowhere.into_response(Format::Json);
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=UTF-8"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::ETAG, tag.header(Encoding::Identity));
    response
}

/// Each account's own, like every other: a tag of one is of no use in another.
fn tag(context: &Context, text: &str) -> EntityTag {
    let account = context.account.id().0.to_be_bytes();
    let identity = [&account[..], context.version.served().as_bytes(), text.as_bytes()].concat();
    EntityTag(context.app.store.keys().entity_tag(&identity))
}

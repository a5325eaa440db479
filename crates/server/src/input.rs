//! Input: forms, and only forms (`http.md`, Formats and Form input). A body is read within bounds of size and time
//! before any route sees it.

use axum::body::Body;
use folkmoot_wire::{Form, Limits};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::app::App;
use crate::error::Refusal;

/// Checks a request's body before the routes: JSON and XML are no input formats; a form is read, bounded and parsed,
/// and handed on as an extension. Files (multipart, raw pictures) are left to the route that takes them.
pub(crate) async fn take(app: &App, request: &mut Request<Body>) -> Result<(), Refusal> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let media_type = media_type(request.headers());
    match media_type.as_str() {
        "application/x-www-form-urlencoded" => {
            let body = std::mem::take(request.body_mut());
            let bytes = read(app, body, app.settings.max_form_bytes(), "form").await?;
            let form = Form::parse(&bytes, &Limits::default()).map_err(|error| {
                let refusal = Refusal::validation(error.to_string());
                if error.is_limit() { refusal.with_status(StatusCode::PAYLOAD_TOO_LARGE) } else { refusal }
            })?;
            request.extensions_mut().insert(form);
            Ok(())
        }
        "" | "multipart/form-data" | "application/octet-stream" => Ok(()),
        image if image.starts_with("image/") => Ok(()),
        other => {
            let shown: String = other.chars().take(80).filter(|character| !character.is_control()).collect();
            Err(Refusal::validation(format!(
                "Input is form-encoded (application/x-www-form-urlencoded, or multipart/form-data with a file); \
                 {shown} is not an input format."
            )))
        }
    }
}

/// The media type of a body, in lower case, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads a whole body, within bounds of size and time.
pub(crate) async fn read(app: &App, body: Body, limit: usize, what: &str) -> Result<bytes::Bytes, Refusal> {
    let reading = Limited::new(body, limit).collect();
    match tokio::time::timeout(app.settings.body_timeout(), reading).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::validation(format!(
            "The {what} is larger than the {limit} bytes that are accepted."
        ))
        .with_status(StatusCode::PAYLOAD_TOO_LARGE)),
        Ok(Err(_)) => Err(Refusal::validation(format!("The {what} did not arrive whole."))),
        Err(_) => Err(Refusal::validation(format!("The {what} took too long to arrive."))
            .with_status(StatusCode::REQUEST_TIMEOUT)),
    }
}

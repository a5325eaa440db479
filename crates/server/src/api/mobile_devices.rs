//! Devices that an application is used on (`misc.md`).

use axum::Extension;
use axum::body::Body;
use folkmoot_core::{MobileDevice, MobileSystem, Text, UserId, check_line};
use folkmoot_wire::{ApiMajor, ErrorCode, Form, FormValue, Success};
use http::{Response, StatusCode};

use crate::context::Api;
use crate::error::Refusal;
use crate::once::Once;
use crate::respond;

/// The longest texts that are taken of a device, in characters: its identifier, by which it is found, and any other. Tokens of
/// push services are the longest, and far below it.
pub(crate) const LONGEST_IDENTIFIER: usize = 255;
pub(crate) const LONGEST_TEXT: usize = 4096;

/// `POST /mobile_devices`: registers the device that the caller uses, or notes what is new of it.
pub(crate) async fn register(mut request: Api, form: Option<Extension<Form>>) -> Response<Body> {
    let answer = async {
        let form = form.map(|Extension(form)| form).unwrap_or_default();
        let device = device(request.viewer.user, &form).map_err(refusal)?;
        let once = Once::of(&request, "register a device", None, &form)?;
        let store = request.app.store.clone();
        let mut tx = store.begin_together(request.account.id(), request.author()).await?;
        if once.made(&mut tx).await?.is_none() {
            request.must_expect_nothing()?;
            tx.register_mobile_device(&device).await?;
            once.note(&mut tx, device.user.0).await?;
        }
        request.context.commit(tx).await?;
        let messages = vec!["The Mobile Device was successfully registered".into()];
        // It came after version 1, and is said the same in every version.
        let success = Success { code: "CREATED", messages };
        Ok(respond::success(request.format, ApiMajor::V2, &success))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(request.format))
}

/// The device that a form describes, or one message for each fault.
fn device(user: UserId, form: &Form) -> Result<MobileDevice, Vec<String>> {
    let mut faults = Vec::new();
    let mut text = |field: &str, required: bool, longest: usize| -> Text {
        let sent = form.get(field);
        let text = sent.and_then(FormValue::text).unwrap_or_default();
        if sent.is_some_and(|sent| sent.text().is_none()) {
            faults.push(format!("{field}: takes one value."));
        } else if text.trim().is_empty() && required {
            faults.push(format!("{field}: is required."));
        } else if let Err(problem) = check_line(text, longest) {
            faults.push(format!("{field}: {problem}."));
        }
        let text = text.trim();
        text.into()
    };
    let identifier = text("device_identifier", true, LONGEST_IDENTIFIER);
    let notification_token = text("notification_token", false, LONGEST_TEXT);
    let system = text("operating_system", true, LONGEST_TEXT);
    let model = text("device_model", false, LONGEST_TEXT);
    let name = text("device_name", false, LONGEST_TEXT);
    let app_version = text("mobile_app_version", false, LONGEST_TEXT);
    let known = MobileSystem::from_code(&system);
    if known.is_none() && !system.is_empty() {
        faults.push("operating_system: is one of ios, android.".to_owned());
    }
    match known {
        Some(system) if faults.is_empty() => {
            Ok(MobileDevice { user, identifier, notification_token, system, model, name, app_version })
        }
        _ => Err(faults),
    }
}

fn refusal(faults: Vec<String>) -> Refusal {
    let messages = faults.into_iter().map(Into::into).collect();
    Refusal::Error { code: ErrorCode::Validation, status: StatusCode::BAD_REQUEST, messages }
}

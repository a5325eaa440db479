//! What an account is and has (`misc.md`).

use axum::body::Body;
use folkmoot_core::Mask;
use folkmoot_wire::documents::SystemInfoDocument;
use http::Response;

use crate::conditional::EntityTag;
use crate::context::Api;
use crate::respond::{self, Keep};

/// What every account has, by the original's names. One that is not there yet is not claimed.
const FEATURES: &[&str] = &["directory", "employee_profiles", "custom_fields", "xml_api"];

/// `GET /system_info`.
pub(crate) async fn show(request: Api) -> Response<Body> {
    let identity = request.identity("system_info", 0, Mask::PUBLIC, &[]);
    let tag = EntityTag(request.app.store.keys().entity_tag(&identity));
    let info = request.viewer.system_info(&request.directory);
    respond::object(&request, tag, Keep::Yes, "system_info", || SystemInfoDocument {
        info: &info,
        features: FEATURES,
        style: request.style(),
    })
}

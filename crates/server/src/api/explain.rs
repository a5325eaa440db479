//! Why somebody sees what they see of somebody else.

use axum::body::Body;
use axum::extract::{Path, RawQuery};
use folkmoot_core::{Mask, UserId};
use folkmoot_wire::ErrorCode;
use folkmoot_wire::access::ExplanationDocument;
use http::Response;

use super::{id, roles};
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::respond::{self, Keep};

/// `GET /users/{id}/explain?viewer=ID`.
pub(crate) async fn explain(
    request: Api,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let format = request.format;
    let answer = || {
        let person = roles::target(&request, &segment)?;
        let mut pairs =
            query.as_deref().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        let asked = pairs.find(|(key, _)| *key == "viewer").map(|(_, viewer)| viewer);
        let asked =
            asked.ok_or_else(|| Refusal::validation("viewer: is missing; it is the number of a user."))?;
        let viewer = id::number(asked).and_then(|id| roles::person(&request, UserId(id)));
        let viewer = viewer.ok_or_else(|| Refusal::validation("viewer: is the number of a user."))?;
        let explanation = request.viewer.explanation(&request.directory, viewer, person);
        let explanation = explanation.ok_or_else(|| {
            let message = "Only those who may change the roles of both are told.";
            Refusal::new(ErrorCode::Access, message)
        })?;
        let (person, viewer) = (person.user.id, viewer.user.id);
        let more = [viewer.0, request.viewer.user.0];
        let identity = request.identity("explanation", person.0, Mask::PUBLIC, &more);
        let tag = EntityTag(request.app.store.keys().entity_tag(&identity));
        Ok(respond::object(&request, tag, Keep::Yes, "explanation", || ExplanationDocument {
            person,
            viewer,
            explanation: &explanation,
            format,
        }))
    };
    answer().unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

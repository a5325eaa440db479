//! What the roles of an account are.

use axum::Extension;
use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{Directory, Mask, Right, Role, RoleId, StandardRole};
use folkmoot_wire::access::RoleDocument;
use folkmoot_wire::{ErrorCode, Form, List, Success};
use http::{Response, StatusCode};

use super::{Plan, Sent, Written, form, refused, write, written};
use crate::api::id;
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::respond::{self, Keep};

/// `GET /roles`: all that the viewer may see.
pub(crate) async fn list(request: Api) -> Response<Body> {
    let format = request.format;
    let roles = request.viewer.roles(&request.directory);
    let items: Vec<_> = roles.into_iter().map(|object| RoleDocument { object, format }).collect();
    respond::object(&request, tag(&request, 0), Keep::Yes, "roles", || List { item: "role", items: &items })
}

/// `GET /roles/{id}`.
pub(crate) async fn show(request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = || {
        let id = number(&segment)?;
        let object = request.viewer.role(&request.directory, id).ok_or_else(|| Refusal::not_found("Role"))?;
        let document = || RoleDocument { object, format };
        Ok(respond::object(&request, tag(&request, id.0), Keep::Yes, "role", document))
    };
    answer().unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// Which roles somebody sees depends on who they are.
fn tag(request: &Api, id: i64) -> EntityTag {
    let identity = request.identity("roles", id, Mask::PUBLIC, &[request.viewer.user.0]);
    EntityTag(request.app.store.keys().entity_tag(&identity))
}

fn number(segment: &str) -> Result<RoleId, Refusal> {
    id::number(segment).map(RoleId).ok_or_else(|| Refusal::invalid_id("Role"))
}

/// What a definition was sent as.
fn definition(sent: Sent) -> Result<Form, Refusal> {
    let form = sent.map(|Extension(form)| form).filter(|form| !form.is_empty());
    form.ok_or_else(|| Refusal::validation("A role is sent as a form: name, description, permission_groups."))
}

fn must_define(request: &Api) -> Result<(), Refusal> {
    if request.viewer.rights_anywhere(&request.directory).has(Right::DefineRoles) {
        return Ok(());
    }
    let needed = Right::DefineRoles.fact().code;
    Err(Refusal::new(ErrorCode::Access, format!("The right {needed} is needed to change roles.")))
}

/// `POST /roles`: a new one, from nothing or as a copy.
pub(crate) async fn create(request: Api, sent: Sent) -> Response<Body> {
    let format = request.format;
    let answer = async {
        must_define(&request)?;
        let form = definition(sent)?;
        let copied = form::copy_of(&form)?;
        let viewer = request.viewer;
        let Written { directory, role } = write(&request.context, move |directory, now| {
            let access = directory.access();
            let blank = Role {
                // The store gives it its number.
                id: RoleId(0),
                name: "".into(),
                description: "".into(),
                standard: None,
                assign_to_new: false,
                own_permissions: true,
                permission_groups: Vec::new(),
                created: now,
                modified: now,
            };
            let role = match copied {
                None => blank,
                Some(copied) => {
                    let unknown =
                        || Refusal::validation(format!("copy_of: {copied} is the number of no role."));
                    let Role { description, permission_groups, .. } =
                        access.role(copied).ok_or_else(unknown)?.clone();
                    Role { description, permission_groups, ..blank }
                }
            };
            let role = form::apply(&form, role, directory)?;
            viewer.may_define(directory, None, Some(&role)).map_err(|why| refused(&why))?;
            Ok(Plan::Add(role))
        })
        .await?;
        let id = role.ok_or_else(|| Refusal::not_found("Role"))?;
        shown(&request, &directory, id)
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `PUT /roles/{id}`.
pub(crate) async fn edit(request: Api, Path(segment): Path<String>, sent: Sent) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let id = number(&segment)?;
        request.viewer.role(&request.directory, id).ok_or_else(|| Refusal::not_found("Role"))?;
        must_define(&request)?;
        let form = definition(sent)?;
        if form.text("id").is_some_and(|named| named != id.to_string()) {
            let message = "id: is the number of another role than the address.";
            return Err(Refusal::new(ErrorCode::IdMismatch, message));
        }
        let viewer = request.viewer;
        let Written { directory, .. } = write(&request.context, move |directory, now| {
            let access = directory.access();
            let before = access.role(id).ok_or_else(|| Refusal::not_found("Role"))?;
            let mut after = form::apply(&form, before.clone(), directory)?;
            if after == *before {
                return Ok(Plan::Nothing);
            }
            after.modified = now;
            if before.standard == Some(StandardRole::SystemAdministrator) && after.own_permissions {
                let message = "permission_groups: System Administrators may do everything; copy the role to \
                               make one that may do less.";
                return Err(Refusal::validation(message));
            }
            viewer.may_define(directory, Some(before), Some(&after)).map_err(|why| refused(&why))?;
            Ok(Plan::Edit { before: before.clone(), after })
        })
        .await?;
        shown(&request, &directory, id)
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `DELETE /roles/{id}`, if nobody holds it.
pub(crate) async fn delete(request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let id = number(&segment)?;
        request.viewer.role(&request.directory, id).ok_or_else(|| Refusal::not_found("Role"))?;
        must_define(&request)?;
        let (viewer, version) = (request.viewer, request.version);
        write(&request.context, move |directory, _| {
            let role = directory.access().role(id).ok_or_else(|| Refusal::not_found("Role"))?;
            let of_group = role.standard.is_some_and(StandardRole::is_of_a_group);
            if of_group || directory.access().is_assigned(id) {
                let why = if of_group { "A group stands on this role" } else { "Somebody has this role" };
                let refusal = Refusal::new(ErrorCode::Delete, format!("{why}; it cannot be deleted."));
                return Err(refusal.with_status(StatusCode::CONFLICT));
            }
            viewer.may_define(directory, Some(role), None).map_err(|why| refused(&why))?;
            Ok(Plan::Delete(role.clone()))
        })
        .await?;
        Ok(respond::success(format, version, &Success::deleted("Role", version)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

fn shown(request: &Api, directory: &Directory, id: RoleId) -> Result<Response<Body>, Refusal> {
    let object = request.viewer.role(directory, id).ok_or_else(|| Refusal::not_found("Role"))?;
    Ok(written(request, "role", &RoleDocument { object, format: request.format }))
}

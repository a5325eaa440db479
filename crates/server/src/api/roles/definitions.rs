//! What the roles of an account are.

use axum::Extension;
use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{Directory, Mask, Right, Role, RoleId, StandardRole};
use folkmoot_wire::access::RoleDocument;
use folkmoot_wire::{ErrorCode, Form, List, Success};
use http::{Response, StatusCode};
use jiff::Timestamp;

use super::{Sent, form, refused};
use crate::api::id;
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::once::Once;
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
pub(crate) async fn create(mut request: Api, sent: Sent) -> Response<Body> {
    let format = request.format;
    let answer = async {
        must_define(&request)?;
        let form = definition(sent)?;
        let copied = form::copy_of(&form)?;
        let once = Once::of(&request, "add a role", None, &form)?;
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        let id = if let Some(made) = once.made(&mut tx).await? {
            RoleId(made)
        } else {
            request.must_expect(tag(&request, 0))?;
            let role = new(&form, copied, &request.directory, tx.now())?;
            let viewer = request.viewer;
            viewer.may_define(&request.directory, None, Some(&role)).map_err(|why| refused(&why))?;
            let id = tx.add_role(role).await?;
            once.note(&mut tx, id.0).await?;
            request.context.commit(tx).await?;
            id
        };
        shown(request, id)
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// What a form says of a role that there is not yet.
fn new(form: &Form, copied: Option<RoleId>, directory: &Directory, now: Timestamp) -> Result<Role, Refusal> {
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
            let unknown = || Refusal::validation(format!("copy_of: {copied} is the number of no role."));
            let Role { description, permission_groups, .. } =
                directory.access().role(copied).ok_or_else(unknown)?.clone();
            Role { description, permission_groups, ..blank }
        }
    };
    form::apply(form, role, directory)
}

/// `PUT /roles/{id}`.
pub(crate) async fn edit(mut request: Api, Path(segment): Path<String>, sent: Sent) -> Response<Body> {
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
        let once = Once::of(&request, "change a role", Some(id.0), &form)?;
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_none() {
            let directory = &request.directory;
            let before = directory.access().role(id).ok_or_else(|| Refusal::not_found("Role"))?;
            request.must_expect(tag(&request, id.0))?;
            let mut after = form::apply(&form, before.clone(), directory)?;
            if after != *before {
                after.modified = tx.now();
                may_become(&request, before, &after)?;
                tx.edit_role(before, &after).await?;
            }
            once.note(&mut tx, id.0).await?;
            request.context.commit(tx).await?;
        }
        shown(request, id)
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

fn may_become(request: &Api, before: &Role, after: &Role) -> Result<(), Refusal> {
    if before.standard == Some(StandardRole::SystemAdministrator) && after.own_permissions {
        let message = "permission_groups: System Administrators may do everything; copy the role to make one \
                       that may do less.";
        return Err(Refusal::validation(message));
    }
    let viewer = request.viewer;
    viewer.may_define(&request.directory, Some(before), Some(after)).map_err(|why| refused(&why))
}

/// `DELETE /roles/{id}`, if nobody holds it.
pub(crate) async fn delete(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let id = number(&segment)?;
        // Whoever defines roles sees them all; it may have been deleted by this very request, sent before.
        if let Err(refusal) = must_define(&request) {
            request.viewer.role(&request.directory, id).ok_or_else(|| Refusal::not_found("Role"))?;
            return Err(refusal);
        }
        let once = Once::of(&request, "delete a role", Some(id.0), &Form::default())?;
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_none() {
            let (viewer, directory) = (request.viewer, &request.directory);
            let role = directory.access().role(id).ok_or_else(|| Refusal::not_found("Role"))?;
            request.must_expect(tag(&request, id.0))?;
            let of_group = role.standard.is_some_and(StandardRole::is_of_a_group);
            if of_group || directory.access().is_assigned(id) {
                let why = if of_group { "A group stands on this role" } else { "Somebody has this role" };
                let refusal = Refusal::new(ErrorCode::Delete, format!("{why}; it cannot be deleted."));
                return Err(refusal.with_status(StatusCode::CONFLICT));
            }
            viewer.may_define(directory, Some(role), None).map_err(|why| refused(&why))?;
            tx.delete_role(role).await?;
            once.note(&mut tx, id.0).await?;
            request.context.commit(tx).await?;
        }
        Ok(respond::success(format, request.version, &Success::deleted("Role", request.version)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// The role after a change, as it is read.
fn shown(mut request: Api, id: RoleId) -> Result<Response<Body>, Refusal> {
    request.answers_anew();
    let format = request.format;
    let object = request.viewer.role(&request.directory, id).ok_or_else(|| Refusal::not_found("Role"))?;
    let document = || RoleDocument { object, format };
    Ok(respond::object(&request, tag(&request, id.0), Keep::Yes, "role", document))
}

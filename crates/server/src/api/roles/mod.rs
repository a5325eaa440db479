//! Roles: who has which (`org.md`, 'Roles (v3)'). Answered alike in every version.

mod definitions;
mod form;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery};
use folkmoot_core::{Directory, HeldRoles, Mask, Person, Right, RoleChange, RoleRefusal, UserId, Visible};
use folkmoot_wire::access::HeldRolesDocument;
use folkmoot_wire::{ErrorCode, Form};
use http::Response;

pub(crate) use definitions::{create, delete, edit, list, show};

use super::id;
use crate::conditional::EntityTag;
use crate::context::{Api, Context};
use crate::error::Refusal;
use crate::once::Once;
use crate::respond::{self, Keep};

/// What a request sent as a form, if it did.
type Sent = Option<Extension<Form>>;

/// `GET /users/{id}/roles`.
pub(crate) async fn held(request: Api, Path(segment): Path<String>) -> Response<Body> {
    let answer = || {
        let person = target(&request, &segment)?;
        let held = held_by(&request, &request.directory, person)?;
        let tag = held_tag(&request, person.user.id);
        Ok(respond::object(&request, tag, Keep::Yes, "roles", || HeldRolesDocument { held: &held }))
    };
    answer().unwrap_or_else(|refusal: Refusal| refusal.into_response(request.format))
}

/// `POST /users/{id}/roles`: they get more.
pub(crate) async fn add(request: Api, segment: Path<String>, sent: Sent) -> Response<Body> {
    change(request, segment, sent.map(|Extension(form)| form), RoleChange::Add).await
}

/// `PUT /users/{id}/roles`: they get these and no others.
pub(crate) async fn set(request: Api, segment: Path<String>, sent: Sent) -> Response<Body> {
    change(request, segment, sent.map(|Extension(form)| form), RoleChange::Set).await
}

/// `DELETE /users/{id}/roles`: they lose some. Clients that can send no body with it say which in the query.
pub(crate) async fn remove(
    request: Api,
    segment: Path<String>,
    RawQuery(query): RawQuery,
    sent: Sent,
) -> Response<Body> {
    let form = match (sent, query) {
        (Some(Extension(form)), _) => Some(form),
        (None, Some(query)) => Form::parse(query.as_bytes(), &folkmoot_wire::Limits::default()).ok(),
        (None, None) => None,
    };
    change(request, segment, form, RoleChange::Remove).await
}

async fn change(
    mut request: Api,
    Path(segment): Path<String>,
    form: Option<Form>,
    change: RoleChange,
) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let (viewer, person) = (request.viewer, target(&request, &segment)?.clone());
        if !viewer.may(&request.directory, Right::AssignRoles, &person) {
            return Err(refused(&RoleRefusal::MayNotAssign));
        }
        let user = person.user.id;
        let form = form.unwrap_or_default();
        let named = form::role_ids(&form)?;
        let what = match change {
            RoleChange::Add => "add roles",
            RoleChange::Set => "set roles",
            RoleChange::Remove => "remove roles",
        };
        let once = Once::of(&request, what, Some(user.0), &form)?;
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_none() {
            request.must_expect(held_tag(&request, user))?;
            let directory = &request.directory;
            let person = directory.person(user).ok_or_else(|| Refusal::not_found("User"))?;
            let after =
                viewer.change_roles(directory, person, change, &named).map_err(|why| refused(&why))?;
            let assigned = directory.access().assigned(user);
            let before: Vec<_> = assigned.map(|assigned| assigned.iter().collect()).unwrap_or_default();
            if !before.iter().map(|(_, role)| role).eq(&after) {
                tx.set_roles(user, &before, &after).await?;
            }
            once.note(&mut tx, user.0).await?;
            request.context.commit(tx).await?;
        }
        request.answers_anew();
        let person = request.directory.person(user).ok_or_else(|| Refusal::not_found("User"))?;
        let held = held_by(&request, &request.directory, person)?;
        let tag = held_tag(&request, user);
        Ok(respond::object(&request, tag, Keep::Yes, "roles", || HeldRolesDocument { held: &held }))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// The person that the address names, if the viewer may know of them.
pub(super) fn target<'a>(context: &'a Context, segment: &str) -> Result<&'a Arc<Person>, Refusal> {
    let id = UserId(id::number(segment).ok_or_else(|| Refusal::invalid_id("User"))?);
    person(context, id).ok_or_else(|| Refusal::not_found("User"))
}

/// The person of this number, if the viewer may know of them.
pub(super) fn person(context: &Context, id: UserId) -> Option<&Arc<Person>> {
    let directory = &context.directory;
    let known = |person: &&Arc<Person>| {
        !person.has_left(directory.as_of()) || context.viewer.mask(directory, person).sees_leavers()
    };
    directory.person(id).filter(known)
}

fn held_by(request: &Api, directory: &Directory, person: &Person) -> Result<Visible<HeldRoles>, Refusal> {
    let held = request.viewer.roles_of(directory, person);
    held.ok_or_else(|| Refusal::new(ErrorCode::Access, "You may not see which roles they have."))
}

/// Of which roles somebody has, which is the same to all who may see it.
fn held_tag(request: &Api, user: UserId) -> EntityTag {
    let identity = request.identity("roles_of", user.0, Mask::PUBLIC, &[]);
    EntityTag(request.app.store.keys().entity_tag(&identity))
}

/// Why roles stay as they are, as an answer.
fn refused(why: &RoleRefusal) -> Refusal {
    let code = match why {
        RoleRefusal::MayNotAssign | RoleRefusal::Lacks { .. } => ErrorCode::Access,
        RoleRefusal::Unknown(_) | RoleRefusal::NoRoleLeft | RoleRefusal::LastAdministrator => {
            ErrorCode::Validation
        }
    };
    Refusal::new(code, format!("role_id: {why}."))
}

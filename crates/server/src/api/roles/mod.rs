//! Roles: who has which (`org.md`, 'Roles (v3)'). Answered alike in every version.

mod definitions;
mod form;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery};
use folkmoot_core::{
    Directory, HeldRoles, Mask, Person, Right, Role, RoleAssignmentId, RoleChange, RoleId, RoleRefusal,
    UserId, Visible,
};
use folkmoot_wire::access::HeldRolesDocument;
use folkmoot_wire::{ErrorCode, Form, Render, document};
use http::{HeaderValue, Response, header};
use jiff::Timestamp;

pub(crate) use definitions::{create, delete, edit, list, show};

use super::id;
use crate::conditional::EntityTag;
use crate::context::{Api, Context};
use crate::error::Refusal;
use crate::respond::{self, Keep};

/// What a request sent as a form, if it did.
type Sent = Option<Extension<Form>>;

/// `GET /users/{id}/roles`.
pub(crate) async fn held(request: Api, Path(segment): Path<String>) -> Response<Body> {
    let answer = || {
        let person = target(&request, &segment)?;
        let held = held_by(&request, &request.directory, person)?;
        let identity = request.identity("roles_of", person.user.id.0, Mask::PUBLIC, &[]);
        let tag = EntityTag(request.app.store.keys().entity_tag(&identity));
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
    request: Api,
    Path(segment): Path<String>,
    form: Option<Form>,
    change: RoleChange,
) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let (viewer, person) = (request.viewer, target(&request, &segment)?);
        if !viewer.may(&request.directory, Right::AssignRoles, person) {
            return Err(refused(&RoleRefusal::MayNotAssign));
        }
        let user = person.user.id;
        let named = form::role_ids(form.as_ref())?;
        let Written { directory, .. } = write(&request.context, move |directory, _| {
            let person = directory.person(user).ok_or_else(|| Refusal::not_found("User"))?;
            let after =
                viewer.change_roles(directory, person, change, &named).map_err(|why| refused(&why))?;
            let assigned = directory.access().assigned(user);
            let before: Vec<_> = assigned.map(|assigned| assigned.iter().collect()).unwrap_or_default();
            let same = before.iter().map(|(_, role)| role).eq(&after);
            Ok(if same { Plan::Nothing } else { Plan::Assign { user, before, after } })
        })
        .await?;
        let person = directory.person(user).ok_or_else(|| Refusal::not_found("User"))?;
        let held = held_by(&request, &directory, person)?;
        Ok(written(&request, "roles", &HeldRolesDocument { held: &held }))
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

/// What is to be written.
enum Plan {
    /// It is as asked for already.
    Nothing,
    Assign {
        user: UserId,
        before: Vec<(RoleAssignmentId, RoleId)>,
        after: Vec<RoleId>,
    },
    Add(Role),
    Edit {
        before: Role,
        after: Role,
    },
    Delete(Role),
}

/// The state after a write, and the number of the role that it has made or changed.
struct Written {
    directory: Arc<Directory>,
    role: Option<RoleId>,
}

/// Writes what `decide` makes of the account's newest state, at the moment of the write; nobody writes meanwhile.
async fn write<D>(context: &Context, decide: D) -> Result<Written, Refusal>
where
    D: FnOnce(&Directory, Timestamp) -> Result<Plan, Refusal> + Send + 'static,
{
    let author = context.author();
    let (app, account) = (Arc::clone(&context.app), Arc::clone(&context.account));
    let before = Arc::clone(&context.directory);
    // In a task of its own: a client that goes away does not leave it half done.
    let writing = tokio::spawn(async move {
        let mut tx = app.store.begin(account.id(), author).await?;
        let newest = if tx.base() == before.revision() {
            before
        } else {
            app.accounts.refresh(&account, &before).await?
        };
        let role = match decide(&newest, tx.now())? {
            Plan::Nothing => return Ok(Written { directory: newest, role: None }),
            Plan::Assign { user, before, after } => {
                tx.set_roles(user, &before, &after).await?;
                None
            }
            Plan::Add(role) => Some(tx.add_role(role).await?),
            Plan::Edit { before, after } => {
                tx.edit_role(&before, &after).await?;
                Some(after.id)
            }
            Plan::Delete(role) => {
                tx.delete_role(&role).await?;
                None
            }
        };
        let revision = tx.commit().await?;
        let directory = app.after_write(&account, &newest, revision).await?;
        Ok(Written { directory, role })
    });
    writing.await.unwrap_or_else(|error| {
        tracing::error!(%error, "changing roles failed");
        Err(Refusal::new(ErrorCode::Other, "Something went wrong on the server; its log says what."))
    })
}

/// The answer to a write: the document as it is read.
fn written<T: Render>(request: &Api, root: &'static str, value: &T) -> Response<Body> {
    let mut response = Response::new(Body::from(document(request.format, root, value)));
    let content_type = HeaderValue::from_static(request.format.content_type());
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

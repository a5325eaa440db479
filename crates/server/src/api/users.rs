//! Users: the list, one, oneself (`users.md`).

use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::response::IntoResponse;
use folkmoot_core::{FullUser, HistoryOf, Moment, Person, UserId};
use folkmoot_wire::documents::FullUserDocument;
use http::Response;

use super::cursor::Query;
use super::history::Past;
use super::id;
use super::secrets::Secrets;
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::respond::{self, Keep};
use crate::user_list;

/// `GET /users`: everybody who has not left, as partial users, in order of creation.
pub(crate) async fn list(mut request: Api) -> Response<Body> {
    let answer = match request.look() {
        Ok(()) => user_list::respond(&request).await,
        Err(refusal) => Err(refusal),
    };
    answer.unwrap_or_else(|refusal| refusal.into_response(request.format))
}

/// `GET /users/me`: whoever asks. Nothing is changed at this address.
pub(crate) async fn oneself(request: Api, RawQuery(query): RawQuery) -> Response<Body> {
    let format = request.format;
    me(request, query.as_deref()).await.unwrap_or_else(|refusal| refusal.into_response(format))
}

/// `GET /users/{id}`, and at its older address also `me`: a full user.
pub(crate) async fn show(
    request: Api,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let format = request.format;
    let shown = if id::stem(&segment) == "me" {
        me(request, query.as_deref()).await
    } else {
        one(request, &segment).await
    };
    shown.unwrap_or_else(|refusal| refusal.into_response(format).into_response())
}

async fn one(mut request: Api, segment: &str) -> Result<Response<Body>, Refusal> {
    request.look()?;
    let id = id::number(segment).ok_or_else(|| Refusal::invalid_id("User"))?;
    full_user(&request, UserId(id)).await
}

async fn me(mut request: Api, query: Option<&str>) -> Result<Response<Body>, Refusal> {
    request.look()?;
    let viewer = request.viewer;
    let has_key = request.directory.person(viewer.user).is_some_and(|person| person.user.api_key.is_some());
    if wants_key(query)? && !has_key {
        create_key(&mut request).await?;
    }
    full_user(&request, viewer.user).await
}

/// Whether the query asks for an API key to be made when there is none.
fn wants_key(query: Option<&str>) -> Result<bool, Refusal> {
    let mut query = Query::of(query)?;
    let wants = query.parsed("requireApiKey", "is 1 or 0", |text| match text.to_ascii_lowercase().as_str() {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    });
    query.checked()?;
    Ok(wants.unwrap_or(false))
}

async fn create_key(request: &mut Api) -> Result<(), Refusal> {
    let context = &mut request.context;
    let (store, account) = (context.app.store.clone(), context.account.id());
    // Alone: what it finds is committed.
    let mut tx = store.begin(account, context.author()).await?;
    // Two requests at once: the second finds the first one's key and does not replace it.
    let revision = if tx.has_api_key(context.viewer.user).await? {
        tx.base()
    } else {
        tx.set_api_key(context.viewer.user, &store.keys().new_api_key()).await?;
        tx.commit().await?
    };
    context.directory = context.app.after_write(&context.account, &context.directory, revision).await?;
    Ok(())
}

pub(super) async fn full_user(request: &Api, id: UserId) -> Result<Response<Body>, Refusal> {
    let directory = &request.directory;
    let person = directory.person(id).ok_or_else(|| Refusal::not_found("User"))?;
    if let Some(moment) = request.moment {
        return full_user_at(request, person, moment).await;
    }
    let view = FullUser::of(directory, &request.viewer, person).ok_or_else(|| Refusal::not_found("User"))?;
    let tag = tag(request, person);
    if tag.is_held(request.headers()) {
        return Ok(respond::not_modified(request, tag));
    }
    let secrets = Secrets::of(request, &view).await?;
    let keep = if secrets.are_none() { Keep::Yes } else { Keep::No };
    Ok(respond::object(request, tag, keep, "user", || FullUserDocument {
        user: &view,
        opened: secrets.opened(),
        style: request.style(),
    }))
}

/// A full user at another moment than now.
async fn full_user_at(request: &Api, person: &Person, moment: Moment) -> Result<Response<Body>, Refusal> {
    let past = Past::of(request, person, HistoryOf::All, moment).await?;
    let known = moment.was_there(&past.person);
    let view = past.right.full_user(&past.person, moment).filter(|_| known);
    let view = view.ok_or_else(|| Refusal::not_found("User"))?;
    let tag = past.tag(request, "user");
    let secrets = Secrets::of(request, &view).await?;
    Ok(respond::object(request, tag, Keep::No, "user", || FullUserDocument {
        user: &view,
        opened: secrets.opened(),
        style: request.style(),
    }))
}

pub(super) fn tag(request: &Api, person: &Person) -> EntityTag {
    let mask = request.viewer.mask(&request.directory, person);
    let id = person.user.id.0;
    EntityTag(request.app.store.keys().entity_tag(&request.identity(
        "user",
        id,
        mask,
        request.manager_dependence(person).as_slice(),
    )))
}

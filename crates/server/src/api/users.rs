//! Users: the list, one, oneself (`users.md`).

use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::response::IntoResponse;
use folkmoot_core::{Actor, FullUser, Person, Shown, Source, UserId};
use folkmoot_store::Author;
use folkmoot_wire::v2::FullUserDocument;
use http::Response;

use super::id;
use crate::conditional::EntityTag;
use crate::context::V2;
use crate::error::Refusal;
use crate::respond::{self, Keep};
use crate::user_list;

/// `GET /users`: everybody who has not left, as partial users, in order of creation.
pub(crate) async fn list(request: V2) -> Response<Body> {
    user_list::respond(&request)
}

/// `GET /users/{id}` and `GET /users/me`: a full user.
pub(crate) async fn show(
    request: V2,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let format = request.format;
    let shown = if id::stem(&segment) == "me" {
        me(request, query.as_deref()).await
    } else {
        match id::number(&segment) {
            Some(id) => full_user(&request, UserId(id)),
            None => Err(Refusal::invalid_id("User")),
        }
    };
    shown.unwrap_or_else(|refusal| refusal.into_response(format).into_response())
}

async fn me(mut request: V2, query: Option<&str>) -> Result<Response<Body>, Refusal> {
    let viewer = request.viewer;
    let has_key = request.directory.person(viewer.user).is_some_and(|person| person.user.api_key.is_some());
    if !has_key && wants_key(query) {
        create_key(&mut request).await?;
    }
    full_user(&request, viewer.user)
}

/// Whether the query asks for an API key to be made when there is none.
fn wants_key(query: Option<&str>) -> bool {
    let pairs = query.unwrap_or_default().split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .any(|(key, value)| key == "requireApiKey" && (value == "1" || value.eq_ignore_ascii_case("true")))
}

async fn create_key(request: &mut V2) -> Result<(), Refusal> {
    let context = &mut request.context;
    let (store, account) = (context.app.store.clone(), context.account.id());
    let author = Author { actor: Actor::User(context.viewer.user), source: Source::Api };
    let mut tx = store.begin(account, author).await?;
    // Two requests at once: the second finds the first one's key and does not replace it.
    if !tx.has_api_key(context.viewer.user).await? {
        tx.set_api_key(context.viewer.user, &store.keys().new_api_key()).await?;
        tx.commit().await?;
    }
    context.account.refresh(&store).await?;
    context.directory = context.account.directory();
    Ok(())
}

fn full_user(request: &V2, id: UserId) -> Result<Response<Body>, Refusal> {
    let directory = &request.directory;
    let person = directory.person(id).ok_or_else(|| Refusal::not_found("User"))?;
    let view = FullUser::of(directory, &request.viewer, person).ok_or_else(|| Refusal::not_found("User"))?;
    let tag = tag(request, person);
    if tag.is_held(request.headers()) {
        return Ok(respond::not_modified(request, tag));
    }
    let store = &request.app.store;
    let api_key = match view.api_key {
        Shown::Yes(Some(sealed)) => Some(store.keys().open_api_key(directory.account().id, sealed)?),
        Shown::Yes(None) | Shown::No => None,
    };
    let keep = if api_key.is_some() { Keep::No } else { Keep::Yes };
    Ok(respond::object(request, tag, keep, "user", || FullUserDocument {
        user: &view,
        api_key: api_key.as_ref(),
        style: request.v2_style(),
    }))
}

fn tag(request: &V2, person: &Person) -> EntityTag {
    let mask = request.viewer.mask(&request.directory, person);
    let id = person.user.id.0;
    EntityTag(request.app.store.keys().entity_tag(&request.identity(
        "user",
        id,
        mask,
        request.manager_dependence(person).as_slice(),
    )))
}

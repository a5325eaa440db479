//! Profile pictures (`avatars.md`).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path};
use bytes::Bytes;
use folkmoot_core::{Directory, PictureKind, PictureName, Right, UserId};
use folkmoot_pictures::{Kind, Limits, Size, sanitise, square};
use folkmoot_store::{StoredPicture, Tx};
use folkmoot_wire::documents::AvatarDocument;
use folkmoot_wire::{ErrorCode, Form, Success, document};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};

use super::id;
use crate::accounts::LiveAccount;
use crate::app::App;
use crate::compress::Encoding;
use crate::conditional::{EntityTag, must_expect};
use crate::context::Context;
use crate::error::{Refusal, empty};
use crate::input;
use crate::once::Once;
use crate::range::{Wanted, wanted};
use crate::respond;

/// The name says what the content is: it never changes, and may be kept by everybody for ever.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// `GET /pictures/{name}`: needs no credentials, only the name, which nobody can guess.
pub(crate) async fn public(
    app: &App,
    account: &Arc<LiveAccount>,
    name: &str,
    request: &Parts,
) -> Result<Response<Body>, Refusal> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Err(Refusal::MethodNotAllowed("GET, HEAD"));
    }
    if !app.policy.pictures.is_public() {
        // An address that leaked while they were public opens nothing any more.
        return Err(Refusal::Nowhere);
    }
    let name: PictureName = name.parse().map_err(|_| Refusal::Nowhere)?;
    // Asked of the directory and not of the files: what nobody has any more is gone at once.
    if !app.accounts.directory(account).await?.has_picture(&name) {
        return Err(Refusal::Nowhere);
    }
    app.accounts.touch(account);
    answer(app, account, name, request, IMMUTABLE).await
}

/// `GET /users/view/{id}/picture` and its other addresses: with credentials, always the present picture.
pub(crate) async fn private(
    context: Context,
    Path(segment): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    let (request, _) = request.into_parts();
    let answer = async {
        let person = id::number(&segment).and_then(|id| context.directory.person(UserId(id)));
        let person = person.ok_or(Refusal::Nowhere)?;
        let mask = context.viewer.mask(&context.directory, person);
        let hidden = person.has_left(context.directory.as_of()) && !mask.sees_leavers();
        let name = person.user.picture.filter(|_| !hidden).ok_or(Refusal::Nowhere)?;
        answer(&context.app, &context.account, name, &request, REVALIDATE).await
    };
    answer.await.unwrap_or_else(|refusal| refusal.into_response(context.format_or_json()))
}

async fn answer(
    app: &App,
    account: &LiveAccount,
    name: PictureName,
    request: &Parts,
    cache_control: HeaderValue,
) -> Result<Response<Body>, Refusal> {
    let asked = size_parameter(request.uri.query());
    let size = Size::from_query(asked)
        .ok_or_else(|| Refusal::validation("size: is one of original, 340, 170, 150, 50, 20."))?;
    let tag = tag(app, account, name, size);
    let mut response = if tag.is_held(&request.headers) {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        let content = content(app, account, name, size).await?.ok_or(Refusal::Nowhere)?;
        part(request, tag, content)
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(name.kind.content_type()));
    headers.insert(header::CACHE_CONTROL, cache_control);
    headers.insert(header::ETAG, tag.header(Encoding::Identity));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // A picture is shown, never run, whatever a browser makes of it.
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}

/// A picture is what its name says, in one size.
fn tag(app: &App, account: &LiveAccount, name: PictureName, size: Size) -> EntityTag {
    EntityTag(app.store.keys().entity_tag(format!("{}/{name}/{size}", account.id()).as_bytes()))
}

fn size_parameter(query: Option<&str>) -> Option<&str> {
    query?
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == "size")
        .map(|(_, size)| size)
}

/// The whole picture, or the range of it that the request asks for.
fn part(request: &Parts, tag: EntityTag, content: Bytes) -> Response<Body> {
    let length = content.len() as u64;
    let held = tag.header(Encoding::Identity);
    // A range of something else than the client has the rest of would be worse than the whole.
    let current = request.headers.get(header::IF_RANGE).is_none_or(|condition| *condition == held);
    let asked = request.headers.get(header::RANGE).filter(|_| current && request.method == Method::GET);
    match wanted(asked, length) {
        Wanted::Whole => Response::new(Body::from(content)),
        Wanted::Part(range) => {
            let shown = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            let mut response =
                Response::new(Body::from(content.slice(range.start as usize..range.end as usize)));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            if let Ok(shown) = HeaderValue::from_str(&shown) {
                response.headers_mut().insert(header::CONTENT_RANGE, shown);
            }
            response
        }
        Wanted::Unsatisfiable => {
            let mut response = empty(StatusCode::RANGE_NOT_SATISFIABLE);
            if let Ok(shown) = HeaderValue::from_str(&format!("bytes */{length}")) {
                response.headers_mut().insert(header::CONTENT_RANGE, shown);
            }
            response
        }
    }
}

async fn content(
    app: &App,
    account: &LiveAccount,
    name: PictureName,
    size: Size,
) -> Result<Option<Bytes>, Refusal> {
    let id = account.id();
    if let Some(content) = app.pictures.get(id, name, size) {
        return Ok(Some(content));
    }
    let Some(original) = app.store.picture(id, name).await? else { return Ok(None) };
    let content = if size == Size::Original {
        original
    } else {
        let scaled = app.decoding.run(move || square(&original, size)).await?;
        let scaled = scaled.map_err(|error| {
            tracing::error!(%error, picture = %name, "a stored picture does not decode");
            Refusal::new(ErrorCode::Other, "Something went wrong on the server; its log says what.")
        })?;
        Bytes::from(scaled.bytes)
    };
    app.pictures.keep(id, name, size, content.clone());
    Ok(Some(content))
}

/// `PUT /users/{id}/picture`: a multipart form with `picture`, or the image itself as the body.
pub(crate) async fn put(
    context: Context,
    Path(segment): Path<String>,
    request: Request<Body>,
) -> Response<Body> {
    let format = context.format_or_json();
    let answer = async {
        let user = target(&context, &segment)?;
        let headers = request.headers().clone();
        let _place = context.app.decoding.place_for_upload().await?;
        let bytes = upload(&context, request).await?;
        let limits = Limits { max_bytes: context.app.settings.max_picture_bytes(), ..Limits::default() };
        let once = Once::of_file(&context, &headers, "set a picture", user.0, &bytes)?;
        let picture = context.app.decoding.run(move || sanitise(&bytes, &limits)).await?;
        let picture = picture.map_err(|error| Refusal::validation(format!("picture: {error}.")))?;
        let kind = match picture.kind {
            Kind::Jpeg => PictureKind::Jpeg,
            Kind::Png => PictureKind::Png,
        };
        let picture = StoredPicture { kind, content: picture.bytes };
        let directory = change(&context, headers, once, user, Some(picture)).await?;
        let picture = directory.person(user).and_then(|person| person.user.picture);
        let body =
            document(format, "user", &AvatarDocument { user, picture, style: context.style_in(format) });
        let mut response = Response::new(Body::from(body));
        let content_type = HeaderValue::from_static(format.content_type());
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        Ok(response)
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `DELETE /users/{id}/picture`.
pub(crate) async fn delete(
    context: Context,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let format = context.format_or_json();
    let answer = async {
        let user = target(&context, &segment)?;
        let once = Once::of_file(&context, &headers, "delete a picture", user.0, &[])?;
        change(&context, headers, once, user, None).await?;
        Ok(respond::success(format, context.version, &Success::deleted("Picture", context.version)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// Whose picture is to be changed, if the viewer may: one's own, or that of somebody whose details they may change.
fn target(context: &Context, segment: &str) -> Result<UserId, Refusal> {
    let id = UserId(id::number(segment).ok_or_else(|| Refusal::invalid_id("User"))?);
    let unknown = || Refusal::not_found("User");
    let person = context.directory.person(id).ok_or_else(unknown)?;
    let mask = context.viewer.mask(&context.directory, person);
    if person.has_left(context.directory.as_of()) && !mask.sees_leavers() {
        return Err(unknown());
    }
    if !context.viewer.may(&context.directory, Right::ModifyDetails, person) {
        let message = "Only they themselves and administrators may change somebody's picture.";
        return Err(Refusal::new(ErrorCode::Access, message));
    }
    Ok(id)
}

/// Room for the other parts' headers next to the file itself.
const AROUND_FILE: usize = 64 << 10;

/// The bytes of the picture that a request carries.
async fn upload(context: &Context, request: Request<Body>) -> Result<Bytes, Refusal> {
    let limit = context.app.settings.max_picture_bytes();
    if request.extensions().get::<Form>().is_some() {
        let message =
            "picture: is missing; send a file as multipart/form-data, or the image itself as the body.";
        return Err(Refusal::validation(message));
    }
    if input::media_type(request.headers()) != "multipart/form-data" {
        return input::read(&context.app, request.into_body(), limit, "picture").await;
    }
    let (parts, body) = request.into_parts();
    let bytes = input::read(&context.app, body, limit + AROUND_FILE, "form").await?;
    let malformed = || Refusal::validation("The multipart form cannot be read.");
    let request = Request::from_parts(parts, Body::from(bytes));
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
    while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
        if field.name() == Some("picture") {
            return field.bytes().await.map_err(|_| malformed());
        }
    }
    Err(Refusal::validation("picture: is missing; send the file as the part called picture."))
}

/// Changes somebody's picture, and returns the directory in which it is changed.
async fn change(
    context: &Context,
    headers: HeaderMap,
    once: Once,
    user: UserId,
    picture: Option<StoredPicture>,
) -> Result<Arc<Directory>, Refusal> {
    let mut context = context.clone();
    // In a task of its own: a client that goes away does not leave it half done.
    let change = tokio::spawn(async move {
        let (store, account) = (context.app.store.clone(), context.account.id());
        let begun = store.begin_with_picture(account, context.author(), picture).await?;
        let name = begun.1;
        let written = write(&mut context, begun, &headers, once, user).await;
        // What this has taken from its last owner, or has put in its place for nothing.
        let unused = match written {
            Ok(previous) => previous,
            Err(_) => name,
        };
        if let Some(unused) = unused {
            if !context.directory.has_picture(&unused) {
                context.app.pictures.forget(account, unused);
            }
            if let Err(error) = store.remove_picture_if_unused(account, unused).await {
                // It is due, and tried again.
                tracing::warn!(%account, %error, "a picture that nobody has cannot be removed yet");
            }
        }
        written.map(|_| context.directory)
    });
    change.await.unwrap_or_else(|error| {
        tracing::error!(%error, "changing a picture failed");
        Err(Refusal::new(ErrorCode::Other, "Something went wrong on the server; its log says what."))
    })
}

/// Gives somebody the picture that a transaction has begun with, or takes theirs away, unless that was done already, and
/// takes it up. Returns the picture that nobody may have any more by that.
async fn write(
    context: &mut Context,
    (mut tx, name): (Tx<'_>, Option<PictureName>),
    headers: &HeaderMap,
    once: Once,
    user: UserId,
) -> Result<Option<PictureName>, Refusal> {
    context.come_to(tx.base()).await?;
    if once.made(&mut tx).await?.is_some() {
        return Ok(name);
    }
    let person = context.directory.person(user).ok_or_else(|| Refusal::not_found("User"))?;
    let held = person.user.picture;
    must_expect(headers, held.map(|name| tag(&context.app, &context.account, name, Size::Original)))?;
    let previous = tx.set_picture(user, name).await?;
    once.note(&mut tx, user.0).await?;
    context.commit(tx).await?;
    Ok(previous)
}

//! Webhooks: subscriptions, what became of their deliveries, and sending one once more (`webhooks.md`). For
//! administrators alone; nobody is ever shown a key or a secret.

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery};
use folkmoot_core::{Hook, WebHookId, check_line};
use folkmoot_store::{Delivery, WebHook, WebHookChange};
use folkmoot_wire::webhook::{SECRET_PREFIX, SECURE_KEY, signing_key};
use folkmoot_wire::{Emit, ErrorCode, Form, FormValue, List, Render, Success, document};
use http::Response;
use zeroize::Zeroizing;

use super::audit::administrators_only;
use super::cursor::{Query, fresh, fresh_tag};
use super::id;
use crate::context::{Api, Context};
use crate::error::Refusal;
use crate::once::Once;
use crate::respond;
use crate::webhooks;

/// How long a webhook's name may be, in characters.
const LONGEST_NAME: usize = 200;
/// How many webhooks an account may have.
const MOST: usize = 1000;

/// What may be said of a webhook, if anything is.
type Input = Option<Extension<Form>>;

/// `GET /webhooks`.
pub(crate) async fn list(request: Api) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let webhooks = request.app.store.webhooks(request.account.id()).await?;
        let items = listed(webhooks);
        Ok(fresh(&request, "webhooks", &List { item: "webhook", items: &items }))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `GET /webhooks/{id}`.
pub(crate) async fn show(request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let webhook = find(&request, &segment).await?;
        Ok(fresh(&request, "webhook", &Document(webhook)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `POST /webhooks`.
pub(crate) async fn add(mut request: Api, input: Input) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let form = input.map(|Extension(form)| form).unwrap_or_default();
        let (handle, change) = read_new(&request, &form)?;
        let once = Once::of(&request, "add a webhook", None, &form)?;
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        let id = if let Some(made) = once.made(&mut tx).await? {
            WebHookId(made)
        } else {
            let webhooks = store.webhooks(request.account.id()).await?;
            if webhooks.len() >= MOST {
                let message = format!("An account has {MOST} webhooks at most.");
                return Err(Refusal::new(ErrorCode::Limit, message));
            }
            let items = listed(webhooks);
            must_expect(&request, "webhooks", &List { item: "webhook", items: &items })?;
            let id = tx.add_webhook(handle, change).await?;
            once.note(&mut tx, id.0).await?;
            request.context.commit(tx).await?;
            request.app.hooks.look();
            id
        };
        shown(request, id).await
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `PUT /webhooks/{id}`: changes what is sent.
pub(crate) async fn edit(mut request: Api, Path(segment): Path<String>, input: Input) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let id = find(&request, &segment).await?.id;
        let form = input.map(|Extension(form)| form).unwrap_or_default();
        if form.text("id").and_then(id::number) != Some(id.0) {
            let message = "id: is missing, or is not that of the address.";
            return Err(Refusal::new(ErrorCode::IdMismatch, message));
        }
        let change = read(&request, &form)?;
        let once = Once::of(&request, "change a webhook", Some(id.0), &form)?;
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_none() {
            // Nobody else writes meanwhile: what is read is what is changed.
            let before = find(&request, &segment).await?;
            must_expect(&request, "webhook", &Document(before))?;
            tx.edit_webhook(id, change).await?;
            once.note(&mut tx, id.0).await?;
            request.context.commit(tx).await?;
        }
        shown(request, id).await
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `DELETE /webhooks/{id}`: nothing is posted to it any more once this is answered.
pub(crate) async fn delete(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let id = WebHookId(id::number(&segment).ok_or_else(|| Refusal::invalid_id("Webhook"))?);
        let once = Once::of(&request, "delete a webhook", Some(id.0), &Form::default())?;
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_none() {
            let before = find(&request, &segment).await?;
            must_expect(&request, "webhook", &Document(before))?;
            tx.delete_webhook(id).await?;
            once.note(&mut tx, id.0).await?;
            request.context.commit(tx).await?;
        }
        request.app.hooks.forget(request.account.id(), id).await;
        Ok(respond::success(format, request.version, &Success::deleted("Webhook", request.version)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `GET /webhooks/{id}/deliveries?before=&limit=`: the newest first.
pub(crate) async fn deliveries(
    request: Api,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let webhook = find(&request, &segment).await?;
        let mut query = Query::of(query.as_deref())?;
        let limit = query.limit() as u32;
        let before = query.parsed("before", "is the number of a delivery", id::number).unwrap_or(i64::MAX);
        query.checked()?;
        let found = request.app.store.deliveries(request.account.id(), webhook.id, before, limit).await?;
        let items: Vec<_> = found.into_iter().map(Sent).collect();
        Ok(fresh(&request, "deliveries", &List { item: "delivery", items: &items }))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `POST /webhook_deliveries/{id}/resend`: sends it once more, and tells what came of that.
///
/// What is sent cannot be taken back: a named request is remembered before it is, and so sends at most once, also when the
/// server ends meanwhile.
pub(crate) async fn resend(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let unknown = || Refusal::not_found("Webhook Delivery");
        let id = id::number(&segment).ok_or_else(unknown)?;
        let once = Once::of(&request, "resend a delivery", Some(id), &Form::default())?;
        let (store, account) = (request.app.store.clone(), request.account.definition());
        store.delivery(account.id, id).await?.ok_or_else(unknown)?;
        let mut tx = request.context.begin_current(&store).await?;
        let made = once.made(&mut tx).await?.is_some();
        if !made {
            request.must_expect_nothing()?;
            once.note(&mut tx, id).await?;
            request.context.commit(tx).await?;
        }
        let delivery = if made {
            store.delivery(account.id, id).await?
        } else {
            webhooks::resend(&store, &request.app.hooks.sender, &account, id).await?
        };
        request.answers_anew();
        Ok(fresh(&request, "delivery", &Sent(delivery.ok_or_else(unknown)?)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

async fn find(request: &Context, segment: &str) -> Result<WebHook, Refusal> {
    let id = id::number(segment).ok_or_else(|| Refusal::invalid_id("Webhook"))?;
    let found = request.app.store.webhook(request.account.id(), WebHookId(id)).await?;
    found.ok_or_else(|| Refusal::not_found("Webhook"))
}

/// Refuses a change that is to be made to another state than what `value` says.
fn must_expect<T: Render>(request: &Api, root: &'static str, value: &T) -> Result<(), Refusal> {
    if !request.has_expectation() {
        return Ok(());
    }
    request.must_expect(fresh_tag(request, root, &document(request.format, root, value)))
}

/// The webhook after a change, as it is read.
async fn shown(mut request: Api, id: WebHookId) -> Result<Response<Body>, Refusal> {
    request.answers_anew();
    let webhook = request.app.store.webhook(request.account.id(), id).await?;
    let webhook = webhook.ok_or_else(|| Refusal::not_found("Webhook"))?;
    Ok(fresh(&request, "webhook", &Document(webhook)))
}

fn listed(webhooks: Vec<WebHook>) -> Vec<Document> {
    webhooks.into_iter().map(Document).collect()
}

fn read_new(request: &Context, form: &Form) -> Result<(Hook, WebHookChange), Refusal> {
    let mut faults = Vec::new();
    for field in ["name", "handle", "url"] {
        if form.get(field).is_none_or(FormValue::is_blank) {
            faults.push(format!("{field}: is required."));
        }
    }
    Refusal::of_faults(faults)?;
    let change = read(request, form)?;
    let handle = change.handle.ok_or_else(|| Refusal::validation("handle: is required."))?;
    Ok((handle, change))
}

/// What a form says is to become of a webhook.
fn read(request: &Context, form: &Form) -> Result<WebHookChange, Refusal> {
    let mut faults = Vec::new();
    let text = |field: &str| form.get(field).map(|value| value.text().unwrap_or_default().trim().to_owned());
    let name = text("name");
    if name.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > LONGEST_NAME) {
        faults.push(format!("name: has 1 to {LONGEST_NAME} characters."));
    } else if let Some(Err(problem)) = name.as_ref().map(|name| check_line(name, LONGEST_NAME)) {
        faults.push(format!("name: {problem}."));
    }
    let handle = text("handle").and_then(|handle| match handle.parse::<Hook>() {
        Ok(handle) => Some(handle),
        Err(error) => {
            faults.push(format!(
                "handle: {error}; it is of the form Object, Object.Action or Object.Action.ID."
            ));
            None
        }
    });
    let url = text("url");
    if let Some(fault) = url.as_ref().and_then(|url| request.app.hooks.sender.fault(url)) {
        faults.push(format!("url: {fault}."));
    }
    // An empty one takes away what there was.
    let secret = |field: &str| {
        let value = form.get(field)?;
        Some((!value.is_blank()).then(|| Zeroizing::new(value.text().unwrap_or_default().to_owned())))
    };
    let secure_key = secret("secure_key");
    if secure_key.as_ref().is_some_and(|key| key.as_ref().is_some_and(|key| key.len() > SECURE_KEY)) {
        faults.push(format!("secure_key: has at most {SECURE_KEY} bytes."));
    }
    let signing = secret("secret");
    if signing.as_ref().is_some_and(|secret| secret.as_ref().is_some_and(|text| signing_key(text).is_none()))
    {
        faults.push(format!("secret: is {SECRET_PREFIX} and 24 to 64 bytes in Base64."));
    }
    Refusal::of_faults(faults)?;
    Ok(WebHookChange { name, handle, url, secure_key, secret: signing })
}

/// A webhook, of whose secrets is told only whether there are any.
struct Document(WebHook);

impl Render for Document {
    fn render<E: Emit>(&self, out: &mut E) {
        let WebHook { id, name, handle, url, has_secure_key, has_secret, created, modified } = &self.0;
        out.begin_object();
        out.key("id");
        out.integer(id.0);
        out.key("name");
        out.string(name);
        out.key("handle");
        out.string_from(handle);
        out.key("url");
        out.string(url);
        out.key("has_secure_key");
        out.boolean(*has_secure_key);
        out.key("has_secret");
        out.boolean(*has_secret);
        out.key("created");
        out.timestamp(*created);
        out.key("modified");
        out.timestamp(*modified);
        out.end_object();
    }
}

/// A delivery.
struct Sent(Delivery);

impl Render for Sent {
    fn render<E: Emit>(&self, out: &mut E) {
        let Delivery {
            id,
            webhook,
            revision,
            hook,
            payload,
            state,
            attempts,
            first_at,
            last_at,
            status,
            answer,
        } = &self.0;
        out.begin_object();
        out.key("id");
        out.integer(*id);
        out.key("webhook_id");
        out.integer(webhook.0);
        out.key("revision");
        out.integer(revision.cast_signed());
        out.key("hook");
        out.string(hook);
        out.key("payload");
        out.string(payload);
        out.key("state");
        out.string(state.code());
        out.key("attempts");
        out.integer(attempts.cast_signed());
        out.key("first_at");
        out.timestamp(*first_at);
        out.key("last_at");
        out.timestamp(*last_at);
        out.key("status");
        match status {
            Some(status) => out.integer(i64::from(*status)),
            None => out.null(),
        }
        out.key("answer");
        out.string(answer);
        out.end_object();
    }
}

//! `folkmoot webhooks`.

use std::io::Read;

use anyhow::{Context, bail};
use folkmoot_core::{Hook, WebHookId};
use folkmoot_server::{Sender, Settings, new_signing_secret};
use folkmoot_store::{Author, Delivery, DeliveryState, WebHook, WebHookChange};
use serde_json::{Value, json};

use crate::args::{AddWebHook, Place, WebHooks};
use crate::exit::Exit;
use crate::{output, setup};

/// How long a key for bodies may be.
const LONGEST_KEY: usize = 16;

pub(crate) async fn run(arguments: WebHooks, settings: &Settings) -> anyhow::Result<Exit> {
    match arguments {
        WebHooks::List { place, json } => list(&place, json, settings).await,
        WebHooks::Add(arguments) => add(&arguments, settings).await,
        WebHooks::Delete { webhook, place } => delete(WebHookId(webhook), &place, settings).await,
        WebHooks::Deliveries { webhook, place, limit, json } => {
            deliveries(WebHookId(webhook), limit, &place, json, settings).await
        }
        WebHooks::Resend { delivery, place, json } => resend(delivery, &place, json, settings).await,
    }
}

async fn list(place: &Place, as_json: bool, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let webhooks = store.webhooks(account.id).await?;
    if as_json {
        let told = |webhook: &WebHook| {
            let WebHook { id, name, handle, url, has_secure_key, has_secret, .. } = webhook;
            json!({
                "id": id.0,
                "name": name,
                "handle": handle.to_string(),
                "url": url,
                "has_secure_key": has_secure_key,
                "has_secret": has_secret,
            })
        };
        output::say_json(&webhooks.iter().map(told).collect());
        return Ok(Exit::Done);
    }
    for WebHook { id, name, handle, url, .. } in &webhooks {
        output::say(format_args!("{id:>6}  {:<24} {name:<24} {url}", handle.to_string()));
    }
    Ok(Exit::Done)
}

async fn add(arguments: &AddWebHook, settings: &Settings) -> anyhow::Result<Exit> {
    let AddWebHook { name, handle, url, encrypted, place, json: as_json } = arguments;
    let handle: Hook = handle.parse().context("--handle")?;
    if let Some(fault) = Sender::new(settings)?.fault(url) {
        bail!("--url: {fault}");
    }
    let secure_key = if *encrypted { Some(Some(read_key()?.into())) } else { None };
    let (store, account) = setup::open_account(place, settings).await?;
    let secret = new_signing_secret();
    let change = WebHookChange {
        name: Some(name.clone()),
        handle: Some(handle),
        url: Some(url.clone()),
        secure_key,
        secret: Some(Some(secret.clone())),
    };
    let mut tx = store.begin(account.id, Author::OPERATOR).await?;
    let id = tx.add_webhook(handle, change).await?;
    tx.commit().await?;
    store.close().await;
    if *as_json {
        output::say_json(&json!({ "id": id.0, "secret": secret.as_str() }));
    } else {
        output::say(format_args!("Webhook {id} is told of {handle} from now on."));
        output::say(format_args!("Its signing secret, shown this once: {}", secret.as_str()));
    }
    Ok(Exit::Done)
}

fn read_key() -> anyhow::Result<String> {
    let mut key = String::new();
    std::io::stdin().take(4096).read_to_string(&mut key).context("standard input")?;
    let key = key.trim_end_matches(['\r', '\n']);
    if key.is_empty() || key.len() > LONGEST_KEY {
        bail!("a key has 1 to {LONGEST_KEY} characters; give it on standard input");
    }
    Ok(key.to_owned())
}

async fn delete(id: WebHookId, place: &Place, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let mut tx = store.begin(account.id, Author::OPERATOR).await?;
    if !tx.delete_webhook(id).await? {
        bail!("{} has no webhook {id}", account.subdomain);
    }
    tx.commit().await?;
    store.close().await;
    output::say(format_args!("Webhook {id} is deleted."));
    Ok(Exit::Done)
}

async fn deliveries(
    id: WebHookId,
    limit: u32,
    place: &Place,
    as_json: bool,
    settings: &Settings,
) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    if store.webhook(account.id, id).await?.is_none() {
        bail!("{} has no webhook {id}", account.subdomain);
    }
    let deliveries = store.deliveries(account.id, id, i64::MAX, limit).await?;
    if as_json {
        output::say_json(&deliveries.iter().map(told).collect());
        return Ok(Exit::Done);
    }
    deliveries.iter().for_each(say);
    Ok(Exit::Done)
}

async fn resend(delivery: i64, place: &Place, as_json: bool, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let sender = Sender::new(settings)?;
    let sent = folkmoot_server::resend(&store, &sender, &account, delivery).await?;
    store.close().await;
    let sent = sent.with_context(|| format!("{} has no delivery {delivery}", account.subdomain))?;
    if as_json {
        output::say_json(&told(&sent));
    } else {
        say(&sent);
    }
    Ok(if sent.state == DeliveryState::Delivered { Exit::Done } else { Exit::Nothing })
}

fn told(delivery: &Delivery) -> Value {
    let Delivery { id, webhook, revision, hook, payload, state, attempts, first_at, last_at, status, answer } =
        delivery;
    json!({
        "id": id,
        "webhook_id": webhook.0,
        "revision": revision,
        "hook": hook,
        "payload": payload,
        "state": state.code(),
        "attempts": attempts,
        "first_at": first_at.to_string(),
        "last_at": last_at.to_string(),
        "status": status,
        "answer": answer,
    })
}

fn say(delivery: &Delivery) {
    let Delivery { id, hook, state, attempts, last_at, status, answer, .. } = delivery;
    let last_at = last_at.strftime("%Y-%m-%dT%H:%M:%SZ");
    let status = status.map_or("-".to_owned(), |status| status.to_string());
    output::say(format_args!(
        "{id:>8}  {last_at}  {hook:<28} {:<9} {attempts:>3} attempts  {status:>3}  {answer}",
        state.code()
    ));
}

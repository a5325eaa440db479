//! `folkmoot audit`.

use anyhow::Context;
use folkmoot_server::Settings;
use folkmoot_store::{Break, Verified};
use serde_json::json;

use crate::args::{Audit, Place};
use crate::exit::Exit;
use crate::{output, setup};

pub(crate) async fn run(arguments: Audit, settings: &Settings) -> anyhow::Result<Exit> {
    let Audit::Verify { place, noted, json } = arguments;
    verify(&place, noted.as_deref(), json, settings).await
}

async fn verify(
    place: &Place,
    noted: Option<&str>,
    as_json: bool,
    settings: &Settings,
) -> anyhow::Result<Exit> {
    let noted = noted.map(read_noted).transpose()?;
    let (store, account) = setup::open_account(place, settings).await?;
    let Verified { entries, head, broken } = store.verify_log(account.id, noted).await?;
    store.close().await;
    if as_json {
        output::say_json(&json!({
            "account": account.subdomain.as_str(),
            "entries": entries,
            "head": head,
            "broken": broken.map(|Break { revision, what }| json!({ "revision": revision, "what": what.in_words() })),
        }));
    } else if let Some(Break { revision, what }) = broken {
        output::say(format_args!(
            "{}: revision {revision} {}; the {entries} before it fit.",
            account.subdomain,
            what.in_words()
        ));
    } else {
        output::say(format_args!("{}: ok, {entries} changes; {entries}:{head}", account.subdomain));
    }
    Ok(if broken.is_none() { Exit::Done } else { Exit::Faults })
}

/// A revision and its hash.
fn read_noted(text: &str) -> anyhow::Result<(u64, &str)> {
    let read = || {
        let (revision, hash) = text.split_once(':')?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some((revision.parse().ok()?, is_hash.then_some(hash)?))
    };
    read().context("--noted takes a revision, a colon, and 64 hexadecimal digits")
}

//! `folkmoot keys`.

use anyhow::bail;
use folkmoot_server::{Settings, SystemRandom};
use folkmoot_store::{Database, KeySource, Store};
use serde_json::json;

use crate::args::{Keys, StorePlace};
use crate::exit::Exit;
use crate::{output, progress, setup};

pub(crate) async fn run(arguments: Keys, settings: &Settings) -> anyhow::Result<Exit> {
    match arguments {
        Keys::List { store, json } => list(&store, settings, json).await,
        Keys::Rotate { store, prepare, json } => rotate(&store, settings, prepare, json).await,
        Keys::Forget { generation, store, yes } => forget(&store, settings, generation, yes).await,
    }
}

async fn list(place: &StorePlace, settings: &Settings, as_json: bool) -> anyhow::Result<Exit> {
    let store = setup::open(place, settings).await?;
    let (keys, mut values) = (store.keys(), store.sealed_values().await?);
    let known = keys.known();
    for generation in known.generations() {
        values.entry(generation).or_default();
    }
    let generations = values.iter().map(|(&generation, values)| {
        json!({
            "generation": generation,
            "state": state(&store, generation),
            "api_keys": values.api_keys,
            "government_ids": values.government_ids,
            "custom_fields": values.custom_fields,
            "webhook_secrets": values.webhook_secrets,
        })
    });
    if as_json {
        output::say_json(
            &json!({ "source": keys.source().to_string(), "generations": generations.collect::<Vec<_>>() }),
        );
        return Ok(Exit::Done);
    }
    output::say(format_args!("Keys of {}:", keys.source()));
    for (generation, values) in values {
        output::say(format_args!(
            "{generation:>4}  {:<8} {:>9} API keys {:>9} government numbers {:>9} custom fields {:>6} webhook secrets",
            state(&store, generation),
            values.api_keys,
            values.government_ids,
            values.custom_fields,
            values.webhook_secrets,
        ));
    }
    Ok(Exit::Done)
}

/// What a generation is to a store.
fn state(store: &Store, generation: u32) -> &'static str {
    let (keys, current) = (store.keys(), store.keys().current_generation());
    match generation {
        generation if !keys.known().generations().any(|known| known == generation) => "missing",
        generation if generation > current => "prepared",
        generation if generation == current => "current",
        0 => "root",
        _ => "old",
    }
}

async fn rotate(
    place: &StorePlace,
    settings: &Settings,
    prepare: bool,
    as_json: bool,
) -> anyhow::Result<Exit> {
    let store = setup::open(place, settings).await?;
    let (current, newest) = (store.keys().current_generation(), store.keys().newest_generation());
    let unfinished = store.sealed_values().await?.range(..current).next().is_some();
    // A key that was prepared is gone over to, and what was interrupted is finished, before there is another key.
    let added = newest == current && (prepare || !unfinished);
    let newest = if added { add(&store, newest)? } else { newest };
    // Others may read another copy of the file, which has not got the new key.
    let to_distribute = added && matches!(store.database(), Database::Postgres { .. });
    if prepare || to_distribute {
        tell_prepared(&store, newest, added, as_json);
        return Ok(if prepare { Exit::Done } else { Exit::Partly });
    }
    let (bar, on_progress) = progress::of_store(as_json);
    let report = store.reseal(on_progress).await?;
    bar.finish_and_clear();
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    if as_json {
        output::say_json(&json!({
            "generation": report.generation,
            "added": added,
            "resealed": report.resealed,
            "findings": findings,
        }));
    } else {
        for finding in &findings {
            output::complain(finding);
        }
        output::say(format_args!(
            "{} values are sealed anew, by generation {}; the change log says nothing of it, since nothing has changed.",
            report.resealed, report.generation
        ));
    }
    store.close().await;
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Faults })
}

/// Adds a generation to the key file.
fn add(store: &Store, newest: u32) -> anyhow::Result<u32> {
    let source = store.keys().source();
    match source {
        KeySource::File(_) => Ok(source.add_generation(&SystemRandom)?),
        KeySource::Command(_) => bail!(
            "the keys come from {source}: have it print one more line, `{} KEY`, where KEY is 64 random hexadecimal \
             digits (such as `openssl rand -hex 32` makes), on every node; then run this again",
            newest.saturating_add(1)
        ),
    }
}

fn tell_prepared(store: &Store, newest: u32, added: bool, as_json: bool) {
    let source = store.keys().source();
    if as_json {
        output::say_json(&json!({ "generation": newest, "added": added, "resealed": 0, "findings": [] }));
        return;
    }
    let there = if added { "has been added" } else { "is there already" };
    output::say(format_args!(
        "Generation {newest} {there}, and is not in use yet. When {source} is the same on every node, run: folkmoot \
         keys rotate"
    ));
}

async fn forget(place: &StorePlace, settings: &Settings, generation: u32, yes: bool) -> anyhow::Result<Exit> {
    let store = setup::open(place, settings).await?;
    store.is_done_with(generation).await?;
    let source = store.keys().source();
    match source {
        KeySource::Command(_) => output::say(format_args!(
            "Nothing is sealed by generation {generation} any more: {source} need not print its line any longer. Keep a \
             copy for as long as you keep backups from before; without it they do not open."
        )),
        KeySource::File(_) if !yes => {
            output::say(format_args!(
                "Nothing is sealed by generation {generation} any more. Backups from before need it all the same, and \
                 not all of them hold it: keep a copy of {source} for as long as you keep them, and run this again \
                 with --yes."
            ));
            return Ok(Exit::Nothing);
        }
        KeySource::File(_) => {
            source.remove_generation(generation)?;
            output::say(format_args!("Generation {generation} is forgotten."));
        }
    }
    store.close().await;
    Ok(Exit::Done)
}

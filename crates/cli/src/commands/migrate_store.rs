//! `folkmoot migrate-store`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use folkmoot_server::settings::StoreUrl;
use folkmoot_server::{Settings, SystemRandom};
use folkmoot_store::{Blobs, DataDir, KeySource, MoveOptions, MovedAccount, Outcome, Store, StoreOptions};
use serde_json::{Value, json};

use crate::args::MigrateStore;
use crate::exit::Exit;
use crate::{output, progress, setup};

pub(crate) async fn run(arguments: &MigrateStore, settings: &Settings) -> anyhow::Result<Exit> {
    let Ok(to) = arguments.to.parse::<StoreUrl>() else {
        // Not repeated: there may be a password in it.
        bail!("--to is neither sqlite:DIR nor postgres://user@host/database");
    };
    let store = setup::open(&arguments.store, settings).await?;
    if let Some(name) = &arguments.account {
        setup::account(&store, name).await?;
    }
    let (target, _scratch) = target(arguments, settings, &store, to).await?;
    let options = MoveOptions {
        account: arguments.account.clone(),
        trial: arguments.dry_run,
        while_serving: arguments.while_serving,
        settling: Duration::from_secs(arguments.settle),
    };
    let (bar, on_progress) = progress::of_store(arguments.json);
    let moved = store.move_accounts(&target, &options, &on_progress).await;
    bar.finish_and_clear();
    target.close().await;
    let moved = moved?;
    store.close().await;
    if arguments.json {
        let accounts: Vec<Value> = moved.iter().map(document).collect();
        output::say_json(&json!({ "accounts": accounts }));
    } else {
        for account in &moved {
            output::say(line(account));
        }
        if !arguments.dry_run && !moved.is_empty() {
            advise(arguments, &store, &target);
        }
    }
    let differs = |account: &MovedAccount| matches!(account.outcome, Outcome::Differs(_));
    Ok(match moved.as_slice() {
        [] => Exit::Nothing,
        moved if moved.iter().any(differs) => Exit::Faults,
        _ => Exit::Done,
    })
}

/// Opens the target, or makes it. A trial makes none that outlives it.
async fn target(
    arguments: &MigrateStore,
    settings: &Settings,
    store: &Store,
    to: StoreUrl,
) -> anyhow::Result<(Store, Option<Scratch>)> {
    let blobs = match (&arguments.to_blobs, &to) {
        (Some(url), _) => {
            let url = url.parse().with_context(|| format!("--to-blobs {url}"))?;
            Some(settings.blobs_at(url))
        }
        (None, StoreUrl::Sqlite(_)) => None,
        (None, StoreUrl::Postgres(_)) => settings.blobs(),
    };
    let blobs = blobs.map(|blobs| Blobs::open(&blobs, &SystemRandom)).transpose()?;
    let keys = match (&arguments.to_key, &to, store.keys().source()) {
        (Some(file), ..) => Some(KeySource::File(file.clone())),
        // Beside the database, where a copy of this store's key is put if there is none.
        (None, StoreUrl::Sqlite(_), KeySource::File(_)) => None,
        (None, _, source) => Some(source.clone()),
    };
    let needed = |what| match what {
        "blobs.url" => "--to-blobs is needed: pictures are in no database".to_owned(),
        what => format!("{what} is needed"),
    };
    let mut options = setup::options(to, blobs, keys, settings, needed)?;
    let missing = options.database.data_dir().is_some_and(|data_dir| !data_dir.exists());
    let mut scratch = None;
    if missing && arguments.dry_run {
        let made = Scratch::new()?;
        options = made.options(&options, arguments.to_key.as_deref(), store);
        scratch = Some(made);
    }
    let like = if arguments.to_key.is_some() { None } else { Some(store) };
    Ok((setup::open_or_make_at(options, like).await?, scratch))
}

/// A store that is there for a trial only.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Scratch> {
        let folder = std::env::temp_dir().join(format!("folkmoot-trial-{}", std::process::id()));
        if folder.exists() {
            bail!("{} is left over; remove it", folder.display());
        }
        Ok(Scratch(folder))
    }

    /// In the place of the target that is missing, with the key that it would have.
    fn options(&self, target: &StoreOptions, to_key: Option<&Path>, store: &Store) -> StoreOptions {
        let here = StoreOptions::from(DataDir::at(&self.0));
        let keys = match to_key {
            Some(file) if file.exists() => target.keys.clone(),
            Some(_) => here.keys,
            None => store.keys().source().clone(),
        };
        StoreOptions { keys, ..here }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn line(account: &MovedAccount) -> String {
    let MovedAccount { subdomain, revision, pictures, .. } = account;
    let what = match &account.outcome {
        Outcome::Copied => "copied and verified".to_owned(),
        Outcome::Present => "is there already, and is the same".to_owned(),
        Outcome::ToBeCopied => "would be copied".to_owned(),
        Outcome::Differs(tables) => format!("is there already, and is not the same: {}", tables.join(", ")),
    };
    let number = if account.source == account.target {
        String::new()
    } else {
        format!(", number {} there", account.target)
    };
    let rekeyed = if account.rekeyed { ", sealed and named anew" } else { "" };
    let rows = account.rows();
    format!("{subdomain}: {what}; revision {revision}, {rows} rows, {pictures} pictures{number}{rekeyed}")
}

fn document(account: &MovedAccount) -> Value {
    let (outcome, differences) = match &account.outcome {
        Outcome::Copied => ("copied", None),
        Outcome::Present => ("present", None),
        Outcome::ToBeCopied => ("to_be_copied", None),
        Outcome::Differs(tables) => ("differs", Some(tables)),
    };
    let tables: Vec<Value> = account
        .tables
        .iter()
        .map(|table| json!({ "table": table.table, "rows": table.rows, "sha256": table.digits() }))
        .collect();
    json!({
        "account": account.subdomain,
        "id": account.source,
        "target_id": account.target,
        "revision": account.revision,
        "outcome": outcome,
        "differences": differences,
        "rekeyed": account.rekeyed,
        "rows": account.rows(),
        "pictures": account.pictures,
        "tables": tables,
    })
}

/// What is left to do.
fn advise(arguments: &MigrateStore, store: &Store, target: &Store) {
    let old = store.database();
    if arguments.while_serving {
        output::say(format_args!("The accounts are still in service in {old}."));
    } else {
        output::say(format_args!(
            "The accounts are in maintenance in {old}, which is superfluous once {} is served.",
            target.database()
        ));
    }
    if let (KeySource::File(key), Some(data)) = (target.keys().source(), store.data_dir())
        && key.starts_with(data.path())
    {
        output::say(format_args!(
            "The key is still {}: copy it elsewhere, and name it in keys.file, before you remove {old}.",
            key.display()
        ));
    }
}

//! `folkmoot import people`.

use std::collections::HashSet;

use anyhow::{Context, bail};
use folkmoot_core::{CustomField, CustomFieldId, Directory};
use folkmoot_exchange::import::{Drafts, Fault, ImportOptions, ImportPlan, plan, read_csv, read_json};
use folkmoot_server::Settings;
use folkmoot_store::{Author, Store};
use serde_json::json;

use super::import_pictures::Pictures;
use crate::args::{ImportFormat, ImportPeople};
use crate::exit::Exit;
use crate::setup::AccountSealer;
use crate::{output, progress, setup};

pub(crate) async fn run(arguments: &ImportPeople, settings: &Settings) -> anyhow::Result<Exit> {
    let drafts = read(arguments)?;
    let (store, account) = setup::open_account(&arguments.place, settings).await?;
    let author = Author { source: folkmoot_core::Source::Import, ..Author::OPERATOR };
    let sealer = AccountSealer { keys: store.keys(), account: &account };
    let options = |now| ImportOptions {
        keep_ids: arguments.keep_ids,
        now,
        today: store.clock().today(),
        sealer: &sealer,
    };
    // Planned once without the write lock, so that a server can go on writing while pictures are decoded.
    let sequences = store.begin(account.id, author).await?.sequences().await?;
    let directory = setup::directory(&store, &account).await?;
    let draft = match plan(&drafts, &directory, sequences, &options(store.clock().now())) {
        Ok(draft) => draft,
        Err(faults) => return Ok(refuse(arguments, &faults)),
    };
    let pictures = match &arguments.pictures {
        None => Pictures::default(),
        Some(folder) => {
            match Pictures::read(folder, &draft.people, &store, account.id, settings, arguments).await {
                Ok(pictures) => pictures,
                Err(faults) => return Ok(refuse_pictures(arguments, &faults)),
            }
        }
    };
    let found = pictures.count();
    if arguments.dry_run {
        report(arguments, &draft, found);
        return Ok(Exit::Done);
    }
    drop(draft);
    // And once more under it: nobody can have added the same people meanwhile.
    let mut tx = store.begin(account.id, author).await?;
    let directory = setup::directory(&store, &account).await?;
    let mut planned = match plan(&drafts, &directory, tx.sequences().await?, &options(tx.now())) {
        Ok(planned) => planned,
        Err(faults) => return Ok(refuse(arguments, &faults)),
    };
    pictures.give(&mut planned.people).await?;
    let bar = progress::bar(Some(planned.people.len() as u64), "people", arguments.json);
    tx.add_org(&planned.org).await?;
    let encrypted = encrypted(&directory, &planned);
    for batch in planned.people.chunks(2_000) {
        tx.add_people(batch, &encrypted).await?;
        bar.inc(batch.len() as u64);
    }
    tx.set_sequences(&planned.sequences).await?;
    tx.commit().await?;
    bar.finish_and_clear();
    write_image(&store, &account).await?;
    report(arguments, &planned, found);
    Ok(Exit::Done)
}

async fn write_image(store: &Store, account: &folkmoot_core::Account) -> anyhow::Result<()> {
    let directory = setup::directory(store, account).await?;
    store.write_directory_image(&directory).await?;
    store.close().await;
    Ok(())
}

fn read(arguments: &ImportPeople) -> anyhow::Result<Drafts> {
    let path = &arguments.file;
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let format = match (arguments.format, extension.to_ascii_lowercase().as_str()) {
        (Some(format), _) => format,
        (None, "csv" | "tsv" | "txt") => ImportFormat::Csv,
        (None, "json") => ImportFormat::Json,
        (None, _) => bail!("{}: say with --format whether this is csv or json", path.display()),
    };
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    Ok(match format {
        ImportFormat::Csv => read_csv(&bytes),
        ImportFormat::Json => read_json(&bytes),
    })
}

fn encrypted(directory: &Directory, planned: &ImportPlan) -> HashSet<CustomFieldId> {
    let known = directory.org().custom_fields.values().chain(planned.org.custom_fields.values());
    known.filter(|field| field.encrypted).map(|field| field.id).collect()
}

fn refuse(arguments: &ImportPeople, faults: &[Fault]) -> Exit {
    if arguments.json {
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| {
                json!({
                    "line": fault.at.line,
                    "column": fault.at.column,
                    "field": fault.field,
                    "message": fault.message,
                })
            })
            .collect();
        output::say_json(&json!({ "imported": 0, "faults": faults }));
    } else {
        for fault in faults {
            output::complain(format_args!("{}: {fault}", arguments.file.display()));
        }
        output::complain(format_args!("{} faults; nothing was changed.", faults.len()));
    }
    Exit::Faults
}

fn refuse_pictures(arguments: &ImportPeople, faults: &[String]) -> Exit {
    if arguments.json {
        let faults: Vec<_> = faults.iter().map(|message| json!({ "message": message })).collect();
        output::say_json(&json!({ "imported": 0, "faults": faults }));
    } else {
        for fault in faults {
            output::complain(fault);
        }
        output::complain(format_args!("{} faults in pictures; nothing was changed.", faults.len()));
    }
    Exit::Faults
}

fn report(arguments: &ImportPeople, planned: &ImportPlan, pictures: usize) {
    let people = planned.people.len();
    // Who may see them is not in the file: the one who imports should know what was assumed.
    let fields: Vec<&CustomField> = planned.org.custom_fields.values().collect();
    if arguments.json {
        let imported = if arguments.dry_run { 0 } else { people };
        let fields: Vec<_> = fields
            .iter()
            .map(|field| json!({ "name": field.name.as_str(), "visibility": field.privacy.name() }))
            .collect();
        output::say_json(&json!({
            "imported": imported,
            "valid": people,
            "pictures": pictures,
            "new_custom_fields": fields,
            "faults": [],
        }));
        return;
    }
    for field in fields {
        output::say(format_args!("New custom field {:?}, visible to: {}.", field.name, field.privacy.name()));
    }
    if arguments.dry_run {
        output::say(format_args!(
            "{people} people and {pictures} pictures could be imported; nothing was changed."
        ));
    } else {
        output::say(format_args!("{people} people and {pictures} pictures imported."));
    }
}

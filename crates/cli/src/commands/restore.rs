//! `folkmoot restore`.

use folkmoot_server::Settings;
use folkmoot_store::{DataDir, RestoreOptions, restore, verify_backup};
use serde_json::json;

use crate::args::Restore;
use crate::exit::Exit;
use crate::{output, progress, setup};

pub(crate) async fn run(arguments: &Restore, settings: &Settings) -> anyhow::Result<Exit> {
    let (key, parents) = (arguments.key.clone(), arguments.parents.clone());
    let options = RestoreOptions { key, parents, blobs: setup::blobs(settings)? };
    let (bar, on_progress) = progress::of_store(arguments.json);
    let report = if arguments.verify {
        verify_backup(&arguments.source, options, on_progress).await?
    } else {
        restore(&arguments.source, &DataDir::at(&arguments.data), options, on_progress).await?
    };
    bar.finish_and_clear();
    let place = if arguments.verify { &arguments.source } else { &arguments.data };
    if arguments.json {
        output::say_json(&json!({
            "data": (!arguments.verify).then_some(&arguments.data),
            "made": report.made.to_string(),
            "accounts": report.accounts.len(),
            "pictures": report.pictures,
        }));
    } else {
        output::say(format_args!(
            "{}: {} accounts and {} pictures of {}",
            place.display(),
            report.accounts.len(),
            report.pictures,
            report.made
        ));
    }
    Ok(Exit::Done)
}

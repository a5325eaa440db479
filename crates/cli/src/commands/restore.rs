//! `folkmoot restore`.

use folkmoot_store::{DataDir, RestoreOptions, restore};
use serde_json::json;

use crate::args::Restore;
use crate::exit::Exit;
use crate::{output, progress};

pub(crate) async fn run(arguments: &Restore) -> anyhow::Result<Exit> {
    let options = RestoreOptions { key: arguments.key.clone() };
    let (bar, on_progress) = progress::of_store(arguments.json);
    let target = DataDir::at(&arguments.data);
    let report = restore(&arguments.source, &target, options, on_progress).await?;
    bar.finish_and_clear();
    if arguments.json {
        output::say_json(&json!({
            "data": arguments.data,
            "made": report.made.to_string(),
            "accounts": report.accounts.len(),
            "pictures": report.pictures,
        }));
    } else {
        output::say(format_args!(
            "{}: {} accounts and {} pictures of {}",
            arguments.data.display(),
            report.accounts.len(),
            report.pictures,
            report.made
        ));
    }
    Ok(Exit::Done)
}

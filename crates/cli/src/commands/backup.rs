//! `folkmoot backup`.

use folkmoot_server::Settings;
use folkmoot_store::BackupOptions;
use serde_json::json;

use crate::args::Backup;
use crate::exit::Exit;
use crate::{output, progress, setup};

pub(crate) async fn run(arguments: &Backup, settings: &Settings) -> anyhow::Result<Exit> {
    let store = setup::open(&arguments.store, settings).await?;
    let options = BackupOptions { include_key: !arguments.without_key, since: arguments.since.clone() };
    let (bar, on_progress) = progress::of_store(arguments.json);
    let report = store.backup(&arguments.target, options, on_progress).await?;
    bar.finish_and_clear();
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    if arguments.json {
        output::say_json(&json!({
            "path": report.path,
            "accounts": report.accounts.len(),
            "pictures": report.pictures,
            "bytes": report.bytes,
            "includes_key": report.includes_key,
            "since": arguments.since,
            "findings": findings,
        }));
    } else {
        for finding in &findings {
            output::complain(finding);
        }
        output::say(format_args!(
            "{}: {} accounts, {} pictures, {} bytes{}",
            report.path.display(),
            report.accounts.len(),
            report.pictures,
            report.bytes,
            if report.includes_key {
                "; the key is in it: keep it as safe as the store"
            } else {
                ", without the key"
            }
        ));
    }
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Faults })
}

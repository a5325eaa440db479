//! `folkmoot check`.

use folkmoot_server::Settings;
use folkmoot_store::CheckOptions;
use serde_json::json;

use crate::args::Check;
use crate::exit::Exit;
use crate::{output, progress, setup};

pub(crate) async fn run(arguments: &Check, settings: &Settings) -> anyhow::Result<Exit> {
    let store = setup::open(&arguments.store, settings).await?;
    let (bar, on_progress) = progress::of_store(arguments.json);
    let report = store.check(CheckOptions { repair: arguments.repair }, on_progress).await?;
    bar.finish_and_clear();
    if arguments.json {
        let findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "place": finding.place.to_string(),
                    "what": finding.what,
                    "repaired": finding.repaired,
                })
            })
            .collect();
        output::say_json(&json!({
            "accounts": report.accounts,
            "rows": report.rows,
            "sealed_values": report.sealed_values,
            "changes": report.changes,
            "pictures": report.pictures,
            "findings": findings,
        }));
    } else {
        for finding in &report.findings {
            output::say(finding);
        }
        output::say(format_args!(
            "{} accounts, {} rows, {} sealed values, {} changes, {} pictures: {} findings",
            report.accounts,
            report.rows,
            report.sealed_values,
            report.changes,
            report.pictures,
            report.findings.len()
        ));
    }
    let sound = report.findings.iter().all(|finding| finding.repaired);
    Ok(if sound { Exit::Done } else { Exit::Faults })
}

//! `folkmoot avatars`.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use folkmoot_client::mirror::{
    self, Event, Failure, Options, Outcome, Progress, PushOptions, Report, SurveyRow, SurveyState, Template,
};
use folkmoot_client::{Client, Format, printable};
use indicatif::ProgressBar;
use secrecy::SecretString;
use serde_json::json;

use crate::args::{Avatars, AvatarsPull, AvatarsPush, AvatarsReport, Remote, RemoteFormat};
use crate::exit::Exit;
use crate::{output, progress, signals};

pub(crate) async fn run(arguments: Avatars) -> anyhow::Result<Exit> {
    match arguments {
        Avatars::Pull(arguments) => pull(&arguments).await,
        Avatars::Push(arguments) => push(&arguments).await,
        Avatars::Report(arguments) => report(&arguments).await,
    }
}

fn client(remote: &Remote, connections: usize) -> anyhow::Result<Client> {
    let secret = match (&remote.key_file, &remote.key_env) {
        (Some(path), _) => first_line(path)?,
        (None, Some(name)) => std::env::var(name).with_context(|| format!("environment variable {name}"))?,
        (None, None) => anyhow::bail!("give the key with --key-file or --key-env"),
    };
    let format = match remote.format {
        RemoteFormat::Json => Format::Json,
        RemoteFormat::Xml => Format::Xml,
    };
    let mut builder = Client::builder(&remote.url, &remote.username, SecretString::from(secret))
        .format(format)
        .connections(connections)
        .allow_plain_http(remote.allow_plain_http);
    if let Some(path) = &remote.ca_file {
        builder = builder.ca_file(path);
    }
    Ok(builder.build()?)
}

fn first_line(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// Shows a run on a terminal.
struct Shown {
    bar: ProgressBar,
}

impl Progress for Shown {
    fn on(&self, event: Event<'_>) {
        match event {
            Event::Listed { pictures, .. } => self.bar.set_length(pictures),
            Event::Unchanged { count } => self.bar.inc(count),
            Event::Stored { .. } | Event::Failed { .. } => self.bar.inc(1),
            _ => {}
        }
    }
}

fn shown(quiet: bool) -> (Arc<Shown>, ProgressBar) {
    let bar = progress::bar(Some(0), "pictures", quiet);
    (Arc::new(Shown { bar: bar.clone() }), bar)
}

async fn pull(arguments: &AvatarsPull) -> anyhow::Result<Exit> {
    let client = client(&arguments.remote, arguments.jobs)?;
    let name: Template = arguments.name.parse().context("--name")?;
    let options = Options {
        jobs: arguments.jobs.max(1),
        name,
        prune: arguments.prune,
        force: arguments.force,
        ..Options::new(&arguments.out)
    };
    let (progress, bar) = shown(arguments.json);
    let report = mirror::pull(&client, &options, progress, signals::stop()).await?;
    bar.finish_and_clear();
    Ok(finish(&report, arguments.json, "fetched"))
}

async fn push(arguments: &AvatarsPush) -> anyhow::Result<Exit> {
    let client = client(&arguments.remote, arguments.jobs)?;
    let options = PushOptions { jobs: arguments.jobs.max(1), ..PushOptions::new(&arguments.from) };
    let (progress, bar) = shown(arguments.json);
    let report = mirror::push(&client, &options, progress, signals::stop()).await?;
    bar.finish_and_clear();
    Ok(finish(&report, arguments.json, "uploaded"))
}

fn finish(report: &Report, as_json: bool, done: &str) -> Exit {
    if as_json {
        output::say(json_line(&json!(report)));
    } else {
        for warning in &report.warnings {
            output::complain(format_args!("note: {}", printable(warning)));
        }
        for failure in &report.failures {
            output::complain(failure_line(failure));
        }
        output::say(format_args!(
            "{} users, {} with a picture: {} {done}, {} unchanged, {} failed, {} pruned; {} requests, {} bytes, {:.2} s",
            report.users,
            report.with_picture,
            report.fetched,
            report.unchanged,
            report.failed,
            report.pruned,
            report.requests,
            report.bytes,
            report.seconds
        ));
    }
    match report.outcome() {
        Outcome::All => Exit::Done,
        Outcome::Some => Exit::Partly,
        Outcome::None => Exit::Nothing,
    }
}

async fn report(arguments: &AvatarsReport) -> anyhow::Result<Exit> {
    let client = client(&arguments.remote, 1)?;
    let survey = mirror::report(&client, arguments.out.as_deref()).await?;
    if arguments.json {
        output::say(json_line(&json!(survey)));
        return Ok(Exit::Done);
    }
    for row in &survey.rows {
        output::say(survey_line(row));
    }
    let with_picture = survey.rows.len() as u64 - survey.count(SurveyState::None);
    output::say(format_args!("{} users, {with_picture} with a picture", survey.rows.len()));
    Ok(Exit::Done)
}

// What follows comes from a server that may not wish us well: names, file names and reasons.

fn failure_line(failure: &Failure) -> String {
    let [name, user, reason] = [&failure.name, &failure.user, &failure.reason].map(|text| printable(text));
    format!("{name} ({user}): {reason}")
}

fn survey_line(row: &SurveyRow) -> String {
    let [user, username] = [&row.user, &row.username].map(|text| printable(text));
    let [name, file] =
        [&row.display_name, &row.file].map(|text| printable(text.as_deref().unwrap_or_default()));
    let state = json!(row.state);
    let state = state.as_str().unwrap_or_default();
    format!("{user:>7}  {username:<24} {name:<28} {state:<10} {file}")
}

/// JSON leaves some control characters as they are: DEL and those beyond ASCII. Only strings have any.
fn json_line(value: &serde_json::Value) -> String {
    let mut line = String::new();
    for c in value.to_string().chars() {
        if c.is_control() {
            // Writing to a string does not fail.
            let _ = write!(line, "\\u{:04x}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\x1b]0;b\x07\r\n\u{9b}2J\x7f";

    #[test]
    fn a_server_cannot_control_the_terminal() {
        let text = || HOSTILE.to_owned();
        let failure = Failure { user: text(), name: text(), reason: text() };
        let (user, display_name, file) = (text(), Some(text()), Some(text()));
        let row = SurveyRow { user, username: text(), display_name, state: SurveyState::Stale, file };
        let lines = [failure_line(&failure), survey_line(&row), json_line(&json!(row))];
        for line in &lines {
            assert!(!line.contains(char::is_control), "{line:?}");
            assert!(line.contains("2J"), "{line:?}");
        }
        let read: serde_json::Value = serde_json::from_str(&lines[2]).unwrap();
        assert_eq!(read, json!(row), "JSON still says the same");
    }
}

//! The API beside a bare axum server that sends the same bytes from memory, behind the same check of the key.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::data::Company;
use super::fetch::{fetch, first_and_last_byte};
use super::replay::{self, Captured, Resource};
use super::server::{Credentials, Server};
use super::stats::median;
use super::table::{Table, thousands};
use super::wrk::{self, Load};
use super::{Effort, binaries};
use crate::run;
use crate::tools::{self, Tool};

const NEEDED: &[Tool] = &[Tool::apt("wrk", "wrk"), Tool::apt("curl", "curl")];
const LIST: &str = "/users.json";
/// How many clients read a long list at once.
const READERS: usize = 8;

pub(super) fn run(effort: Effort) -> Result<String> {
    tools::require(NEEDED, true)?;
    let (folkmoot, bare) = (binaries::folkmoot(effort)?, binaries::bare(effort)?);
    let mut table = Table::new([
        "answer",
        "bytes",
        "Folkmoot, answers/s",
        "bare axum, answers/s",
        "ratio",
        "Folkmoot, p99 ms",
        "bare axum, p99 ms",
    ]);
    for (people, with_single) in effort.pick([(10_000, true), (1000, false)], [(1000, true), (250, false)]) {
        rates(&folkmoot, &bare, people, with_single, effort, &mut table)?;
    }
    let mut text = format!("{table}\n");
    writeln!(
        text,
        "wrk, 1 thread, 32 connections, {} rounds in turns, medians. Both check the key; the bare server then sends \
         bytes captured from Folkmoot, verified equal in status, headers and body.\n",
        effort.rounds()
    )?;
    text += &long_list(&folkmoot, &bare, effort)?;
    Ok(text)
}

/// What is asked for, and how.
struct Case<'a> {
    name: String,
    captured: &'a Captured,
    conditional: bool,
}

/// How many requests a second each server answers; a single user costs the same among however many.
fn rates(
    folkmoot: &Path,
    bare: &Path,
    people: u32,
    with_single: bool,
    effort: Effort,
    table: &mut Table,
) -> Result<()> {
    let ours = Server::demo(folkmoot, Company::People(people))?;
    let credentials = ours.credentials()?;
    let one = a_user(&ours, &credentials)?;
    let resources = [(LIST, false), (LIST, true), (&one, false), (&one, true)];
    let captured: Vec<_> = resources
        .into_iter()
        .map(|(path, gzip)| Captured::from(&ours, &credentials, Resource { path: path.to_owned(), gzip }))
        .collect::<Result<_>>()?;
    let theirs = replay::start(bare, &credentials, &captured)?;

    let people = thousands(u64::from(people));
    let case = |name: &str, at: usize, conditional| Case {
        name: format!("{name}, {people} people"),
        captured: &captured[at],
        conditional,
    };
    let mut cases = vec![case("list", 0, false), case("list, gzip", 1, false)];
    if with_single {
        cases.extend([
            case("list, not modified", 0, true),
            case("one user", 2, false),
            case("one user, gzip", 3, false),
            case("one user, not modified", 2, true),
        ]);
    }
    for case in cases {
        let (mut our_loads, mut their_loads) = (Vec::new(), Vec::new());
        for _ in 0..effort.rounds() {
            our_loads.push(case.load(&ours, &credentials, effort)?);
            their_loads.push(case.load(&theirs, &credentials, effort)?);
        }
        let rate = |loads: &[Load]| median(loads.iter().map(|load| load.rate));
        let p99 = |loads: &[Load]| median(loads.iter().map(|load| load.p99));
        println!("   {}: {:.2} of bare", case.name, rate(&our_loads) / rate(&their_loads));
        let bytes = if case.conditional { 0 } else { case.captured.full.body.len() as u64 };
        table.row([
            case.name,
            thousands(bytes),
            thousands(rate(&our_loads) as u64),
            thousands(rate(&their_loads) as u64),
            format!("{:.2}", rate(&our_loads) / rate(&their_loads)),
            format!("{:.2}", p99(&our_loads)),
            format!("{:.2}", p99(&their_loads)),
        ]);
    }
    Ok(())
}

impl Case<'_> {
    fn load(&self, server: &Server, credentials: &Credentials, effort: Effort) -> Result<Load> {
        let headers = if self.conditional {
            self.captured.conditional_headers(credentials)
        } else {
            self.captured.resource.headers(credentials)
        };
        wrk::load(&format!("{}{}", server.url()?, self.captured.resource.path), &headers, effort)
    }
}

/// The path of a user in the middle of the list, as an administrator sees everybody.
fn a_user(server: &Server, credentials: &Credentials) -> Result<String> {
    let list = fetch(&format!("{}{LIST}", server.url()?), &credentials.headers())?;
    let users: Vec<Value> = serde_json::from_slice(&list.body).context("the list")?;
    let user = users.get(users.len() / 2).context("nobody is listed")?;
    Ok(user["url"].as_str().context("a user without url")?.to_owned())
}

/// How soon a long list begins, and what memory many readers of it take.
fn long_list(folkmoot: &Path, bare: &Path, effort: Effort) -> Result<String> {
    let people = effort.pick(100_000, 1000);
    let mut table = Table::new([
        "server",
        "first byte of the first answer, ms",
        "first byte, ms (least)",
        "first byte, ms (median of 10)",
        "last byte, ms (median of 10)",
        "memory before, MiB",
        "growth, 8 readers at once, MiB",
    ]);
    let ours = Server::demo(folkmoot, Company::People(people))?;
    let credentials = ours.credentials()?;
    let headers = credentials.headers();
    let resource = Resource { path: LIST.to_owned(), gzip: false };

    let url = format!("{}{LIST}", ours.url()?);
    let (first_ever, _) = first_and_last_byte(&url, &headers)?;
    let captured = [Captured::from(&ours, &credentials, resource)?];
    let theirs = replay::start(bare, &credentials, &captured)?;
    for (name, server, first_ever) in
        [("Folkmoot", &ours, format!("{:.1}", first_ever * 1000.0)), ("bare axum", &theirs, String::new())]
    {
        let url = format!("{}{LIST}", server.url()?);
        let times: Vec<_> = (0..10).map(|_| first_and_last_byte(&url, &headers)).collect::<Result<_>>()?;
        let least = times.iter().map(|&(first, _)| first).fold(f64::INFINITY, f64::min);
        let (before, growth) = growth(server, &url, &headers)?;
        table.row([
            name.to_owned(),
            first_ever,
            format!("{:.1}", least * 1000.0),
            format!("{:.1}", median(times.iter().map(|&(first, _)| first)) * 1000.0),
            format!("{:.1}", median(times.iter().map(|&(_, last)| last)) * 1000.0),
            format!("{:.1}", before as f64 / 1024.0),
            format!("{:.1}", growth as f64 / 1024.0),
        ]);
    }
    let bytes = captured[0].full.body.len() as u64;
    Ok(format!("The list of {} people, {} bytes:\n\n{table}", thousands(u64::from(people)), thousands(bytes)))
}

/// Resident memory, in KiB, and by how much it grows at most while several clients read `url` at once.
fn growth(server: &Server, url: &str, headers: &[String]) -> Result<(u64, u64)> {
    let before = server.resident()?;
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let mut curl = run::program("curl");
        curl.args(["--silent", "--fail", "--output", "/dev/null"]).stdout(Stdio::null());
        for header in headers {
            curl.args(["--header", header]);
        }
        readers.push(curl.arg(url).spawn()?);
    }
    let mut most = before;
    while !readers.is_empty() {
        most = most.max(server.resident()?);
        let mut reading = Vec::new();
        for mut reader in readers {
            match reader.try_wait()? {
                Some(status) => ensure!(status.success(), "a reader failed: {status}"),
                None => reading.push(reader),
            }
        }
        readers = reading;
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok((before, most - before))
}

//! `avatars pull` beside other programs that fetch many files.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::cost::{self, Cost};
use super::data::Company;
use super::fetch::fetch;
use super::nginx::Nginx;
use super::pictures::Pictures;
use super::rivals::{self, Fetcher, Source};
use super::server::{Credentials, Server};
use super::stats::median;
use super::table::{Table, thousands};
use super::{Effort, binaries, folder};
use crate::tools;

pub(super) fn run(effort: Effort) -> Result<String> {
    tools::require(rivals::NEEDED, true)?;
    let folkmoot = binaries::folkmoot(effort)?;
    let mut text = String::new();

    let pictures = Pictures::of(effort.pick(10_000, 500))?;
    let nginx = Nginx::start(&pictures)?;
    let expected = Some((pictures.names.len() as u64, pictures.bytes));
    for (name, url, ca) in [
        ("nginx, HTTP/1.1", &nginx.plain, None),
        ("nginx, HTTP/2 over TLS", &nginx.secure, Some(nginx.ca.clone())),
    ] {
        let source = Source {
            name: name.to_owned(),
            url: url.clone(),
            ca,
            // nginx asks nobody; the client sends credentials as it would.
            credentials: Credentials { username: "bench".to_owned(), key: "0".repeat(40) },
            pictures: pictures.names.iter().map(|name| format!("{url}/p/{name}")).collect(),
        };
        text += &compare(&folkmoot, &source, expected, effort)?;
    }
    drop(nginx);

    // More people than pictures: not everybody has one, and who has left is not listed.
    let server = Server::demo(&folkmoot, Company::WithPictures(effort.pick(11_000, 250)))?;
    let source = Source {
        name: "`folkmoot serve`, HTTP/1.1".to_owned(),
        url: server.url()?.to_owned(),
        ca: None,
        credentials: server.credentials()?,
        pictures: addresses(&server)?,
    };
    text += &compare(&folkmoot, &source, None, effort)?;

    writeln!(
        text,
        "Medians of {} rounds in turns, each into an empty folder, all files in the page cache of the server. \
         Folkmoot asks for the list of users first, and makes sure that every picture is on disk when it ends; the \
         others are given the addresses. {}.",
        effort.rounds(),
        rivals::versions()
    )?;
    Ok(text)
}

/// The addresses of all pictures, as the API lists them.
fn addresses(server: &Server) -> Result<Vec<String>> {
    let list = fetch(&format!("{}/users.json", server.url()?), &server.credentials()?.headers())?;
    let users: Vec<Value> = serde_json::from_slice(&list.body).context("the list")?;
    let urls = users.iter().filter_map(|user| user["avatar"]["url"].as_str());
    Ok(urls.map(str::to_owned).collect())
}

/// Files and bytes.
type Arrived = (u64, u64);

fn compare(folkmoot: &Path, source: &Source, expected: Option<Arrived>, effort: Effort) -> Result<String> {
    println!("   {}", source.name);
    let work = tempfile::tempdir_in(folder()?)?;
    let out = work.path().join("out");
    let mut expected = expected;
    let mut costs = Fetcher::ALL.map(|fetcher| (fetcher, Vec::new()));
    let mut again = Vec::new();
    // One that is not counted fills the page cache.
    let warm_up = std::iter::once(false);
    for counts in warm_up.chain(std::iter::repeat_n(true, effort.rounds())) {
        for (fetcher, costs) in &mut costs {
            if !counts && *fetcher != Fetcher::Curl {
                continue;
            }
            fs::create_dir(&out)?;
            let (cost, _) = cost::of(&fetcher.command(folkmoot, source, &out, work.path())?)?;
            let arrived = arrived(&out)?;
            let name = fetcher.name(source);
            ensure!(arrived.0 == source.pictures.len() as u64, "{name} brought {} files", arrived.0);
            let expected = *expected.get_or_insert(arrived);
            ensure!(arrived == expected, "{name} brought {arrived:?} instead of {expected:?}");
            if counts {
                println!("     {name}: {:.2} s", cost.wall);
                costs.push(cost);
                if *fetcher == Fetcher::Folkmoot {
                    again.push(pull_again(folkmoot, source, &out)?);
                }
            }
            fs::remove_dir_all(&out)?;
        }
    }
    let (files, bytes) = expected.unwrap_or_default();
    Ok(table(source, &costs, &again, files, bytes))
}

fn table(
    source: &Source,
    costs: &[(Fetcher, Vec<Cost>)],
    again: &[(Cost, u64)],
    files: u64,
    bytes: u64,
) -> String {
    let mut table = Table::new(["program", "s", "s, with sync", "processor s", "memory, MiB"]);
    let mut row = |name: &str, costs: &[Cost]| {
        let middle = |figure: fn(&Cost) -> f64| median(costs.iter().map(figure));
        table.row([
            name.to_owned(),
            format!("{:.2}", middle(|cost| cost.wall)),
            format!("{:.2}", middle(|cost| cost.on_disk)),
            format!("{:.2}", middle(|cost| cost.cpu)),
            format!("{:.1}", middle(|cost| cost.resident) / 1024.0),
        ]);
    };
    for (fetcher, costs) in costs {
        row(fetcher.name(source), costs);
    }
    let (again, requests): (Vec<Cost>, Vec<u64>) = again.iter().copied().unzip();
    let requests = requests.first().copied().unwrap_or(0);
    row(
        &format!("`folkmoot avatars pull` again, nothing changed ({} requests)", thousands(requests)),
        &again,
    );
    format!("{} pictures, {} bytes, from {}:\n\n{table}\n", thousands(files), thousands(bytes), source.name)
}

/// Pulls into a folder that is up to date: what it costs, and how many requests it takes.
fn pull_again(folkmoot: &Path, source: &Source, out: &Path) -> Result<(Cost, u64)> {
    let (cost, said) = cost::of(&rivals::pull(folkmoot, source, out))?;
    let report: Value = serde_json::from_str(&said).context("the report")?;
    ensure!(report["fetched"] == 0 && report["failed"] == 0, "nothing changed, and yet: {said}");
    Ok((cost, report["requests"].as_u64().context("requests")?))
}

/// The pictures in `folder` and their bytes.
fn arrived(folder: &Path) -> Result<Arrived> {
    let mut found = (0, 0);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "jpg") {
            found.0 += 1;
            found.1 += entry.metadata()?.len();
        }
    }
    Ok(found)
}

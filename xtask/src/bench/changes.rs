//! Changes of people through the API, on the embedded default: one field each, durable before it is answered.

use std::path::Path;

use anyhow::{Context, Result};

use super::Effort;
use super::data::Company;
use super::fetch::{first_and_last_byte, put};
use super::server::Server;
use super::stats::median;
use super::table::{Table, thousands};
use super::wrk;
use crate::run;

pub(super) fn run(folkmoot: &Path, effort: Effort) -> Result<String> {
    let people = effort.pick(10_000, 1000);
    let company = Company::People(people);
    let made = company.data(folkmoot)?;
    let credentials = Server::credentials_of(folkmoot, company)?;
    // A copy: what is measured changes it.
    let scratch = tempfile::tempdir_in(made.parent().context("a folder of its own")?)?;
    let data = scratch.path().join("data");
    run::run(run::program("cp").arg("-a").arg(&made).arg(&data))?;
    let server = Server::serve(folkmoot, &data)?;
    let url = server.url()?;
    let mut table = Table::new(["writers at once", "changes/s", "p99 ms"]);
    for writers in [1, 8, 32] {
        let mut rounds = Vec::new();
        for _ in 0..effort.rounds() {
            rounds.push(wrk::changes(url, &credentials, people, writers, effort.pick(4, 1))?);
        }
        let middle = |figure: fn(&wrk::Load) -> f64| median(rounds.iter().map(figure));
        let (rate, p99) = (middle(|load| load.rate), middle(|load| load.p99));
        println!("   {writers} writers: {rate:.0} changes/s, p99 {p99:.1} ms");
        table.row([writers.to_string(), thousands(rate as u64), format!("{p99:.2}")]);
    }
    let list = after_changes(url, &credentials.headers(), people, effort)?;
    Ok(format!(
        "### Changes through the API, on SQLite\n\n{table}\nwrk, 1 thread; {} people, each change gives another of them \
         another `blog_url`, as an administrator with a key. Full synchronisation: a change is on disk before it is \
         answered. {} rounds, medians.\n\n{list}",
        thousands(u64::from(people)),
        effort.rounds()
    ))
}

/// The list of everybody, right after somebody has changed and then again.
fn after_changes(url: &str, headers: &[String], people: u32, effort: Effort) -> Result<String> {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for round in 0..effort.pick(50_u32, 5) {
        let id = round * 7919 % people + 1;
        let form = format!("id={id}&blog_url=http%3A%2F%2Fx.example%2F{round}");
        put(&format!("{url}/users/{id}.json"), headers, &form)?;
        let list = || first_and_last_byte(&format!("{url}/users.json"), headers);
        first.push(list()?.1 * 1000.0);
        second.push(list()?.1 * 1000.0);
    }
    let (first, second) = (median(first), median(second));
    Ok(format!(
        "The list of everybody takes {first:.2} ms right after a change of one, and {second:.2} ms when it is asked for \
         again.\n"
    ))
}

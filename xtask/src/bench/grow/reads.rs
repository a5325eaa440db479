//! The same people on PostgreSQL and on SQLite.

use anyhow::{Result, ensure};

use super::cluster::Cluster;
use crate::bench::Effort;
use crate::bench::binaries::Programs;
use crate::bench::data::Company;
use crate::bench::fetch::fetch;
use crate::bench::server::Server;
use crate::bench::stats::median;
use crate::bench::table::{Table, thousands};
use crate::bench::wrk::{self, Load};
use crate::run::{self, step};

const STORE: &str = "company";

pub(super) fn run(programs: &Programs, cluster: &Cluster, effort: Effort) -> Result<String> {
    let company = Company::People(effort.pick(10_000, 1000));
    let data = company.data(&programs.folkmoot)?;
    let place = cluster.store(STORE);
    if !cluster.database(STORE)? {
        step("copy the company to PostgreSQL", || {
            let mut migrate = run::program(&programs.folkmoot);
            migrate.args(["migrate-store", "--while-serving", "--json", "--data"]).arg(&data);
            place.tell_as_target(&mut migrate)?;
            run::output(&mut migrate).map(drop)
        })?;
    }
    let sqlite = Server::demo(&programs.folkmoot, company)?;
    let credentials = sqlite.credentials()?;
    let configuration = place.configuration("reads.toml", &[])?;
    let postgres = Server::configured(&programs.folkmoot, &configuration, None)?;

    let mut table = Table::new([
        "answer",
        "bytes",
        "SQLite, answers/s",
        "PostgreSQL, answers/s",
        "ratio",
        "SQLite, p99 ms",
        "PostgreSQL, p99 ms",
    ]);
    for (name, path, gzip) in [
        ("list", "/users.json", false),
        ("list, gzip", "/users.json", true),
        ("one user", "/users/7.json", false),
        ("one user, gzip", "/users/7.json", true),
    ] {
        let mut headers = credentials.headers();
        if gzip {
            headers.push("Accept-Encoding: gzip".to_owned());
        }
        let urls = [&sqlite, &postgres].map(|server| server.url().map(|url| format!("{url}{path}")));
        let [sqlite, postgres] = urls;
        let (sqlite, postgres) = (sqlite?, postgres?);
        let (ours, theirs) = (fetch(&sqlite, &headers)?, fetch(&postgres, &headers)?);
        ensure!(ours.status == 200 && ours.body == theirs.body, "{path} is not the same on both");
        let (mut on_sqlite, mut on_postgres) = (Vec::new(), Vec::new());
        for _ in 0..effort.rounds() {
            on_sqlite.push(wrk::load(&sqlite, &headers, effort)?);
            on_postgres.push(wrk::load(&postgres, &headers, effort)?);
        }
        let rate = |loads: &[Load]| median(loads.iter().map(|load| load.rate));
        let p99 = |loads: &[Load]| median(loads.iter().map(|load| load.p99));
        println!("   {name}: {:.2} of SQLite", rate(&on_postgres) / rate(&on_sqlite));
        table.row([
            name.to_owned(),
            thousands(ours.body.len() as u64),
            thousands(rate(&on_sqlite) as u64),
            thousands(rate(&on_postgres) as u64),
            format!("{:.2}", rate(&on_postgres) / rate(&on_sqlite)),
            format!("{:.2}", p99(&on_sqlite)),
            format!("{:.2}", p99(&on_postgres)),
        ]);
    }
    Ok(format!(
        "{table}\nwrk, 1 thread, 32 connections, {} rounds in turns, medians; {}, the same on both.\n",
        effort.rounds(),
        effort.pick("10,000 people", "1,000 people"),
    ))
}

//! Transactions that change one row and wait for the disk: the product's beside pgbench's.

use anyhow::{Context, Result};

use super::cluster::{Cluster, store_load};
use super::{PEOPLE, many};
use crate::bench::Effort;
use crate::bench::binaries::Programs;
use crate::bench::stats::median;
use crate::bench::table::{Table, thousands};
use crate::run;

const RIVAL: &str = "pgbench";

pub(super) fn run(programs: &Programs, cluster: &Cluster, accounts: u64, effort: Effort) -> Result<String> {
    if !cluster.database(RIVAL)? {
        run::output(pgbench(cluster).args(["-i", "-q", "-s", "10"]))?;
    }
    let place = cluster.store(many::STORE);
    let seconds = effort.pick("4", "1");
    let ours = |clients: &str, accounts: u64| -> Result<[f64; 3]> {
        let (accounts, people) = (accounts.to_string(), PEOPLE.to_string());
        let arguments =
            ["--clients", clients, "--accounts", &accounts, "--people", &people, "--seconds", seconds];
        let said = store_load(&programs.store_load, &place, "write", &arguments)?;
        let number = |name: &str| said[name].as_f64().with_context(|| format!("no {name} in {said}"));
        Ok([number("rate")?, number("p50")?, number("p99")?])
    };
    let mut table = Table::new(["who writes", "clients", "commits/s", "of pgbench", "p50 ms", "p99 ms"]);
    for clients in effort.pick(&["8", "16"][..], &["8"]) {
        let (mut simple, mut prepared, mut many, mut one) = (vec![], vec![], vec![], vec![]);
        for _ in 0..effort.rounds() {
            simple.push(theirs(cluster, "simple", clients, seconds)?);
            many.push(ours(clients, accounts)?);
            prepared.push(theirs(cluster, "prepared", clients, seconds)?);
            one.push(ours(clients, 1)?);
        }
        let bar = median(simple.iter().map(|[rate, ..]| *rate));
        for (name, rounds) in [
            ("`pgbench -N`", &simple),
            ("`pgbench -N -M prepared`", &prepared),
            ("Folkmoot, among all accounts", &many),
            ("Folkmoot, all in one account", &one),
        ] {
            let [rate, p50, p99] = [0, 1, 2].map(|at| median(rounds.iter().map(|round| round[at])));
            println!("   {name}, {clients} clients: {rate:.0}/s, {:.2} of pgbench", rate / bar);
            let milliseconds = |time: f64| if time.is_nan() { String::new() } else { format!("{time:.2}") };
            table.row([
                name.to_owned(),
                (*clients).to_owned(),
                thousands(rate as u64),
                format!("{:.2}", rate / bar),
                milliseconds(p50),
                milliseconds(p99),
            ]);
        }
    }
    let settings = cluster.sql(
        RIVAL,
        "SELECT string_agg(name || ' ' || setting, ', ' ORDER BY name) FROM pg_settings
         WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')",
    )?;
    Ok(format!(
        "{table}\nOne server, {settings}; {} rounds in turns of {seconds} s, medians. A write of Folkmoot's sets \
         somebody's password hash: the account's revision, the person's row and an entry of the change log, with \
         checksums, and a notice to other nodes. pgbench's, at scale 10, updates a row, selects it and inserts another.\n",
        effort.rounds()
    ))
}

/// Commits a second of pgbench, and the mean latency as the middle one; it tells no percentiles.
fn theirs(cluster: &Cluster, protocol: &str, clients: &str, seconds: &str) -> Result<[f64; 3]> {
    let mut pgbench = pgbench(cluster);
    pgbench.args(["-N", "-n", "-j", "2", "-M", protocol, "-c", clients, "-T", seconds]);
    let said = run::output(&mut pgbench)?;
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
    let rate = rate.and_then(|rate| rate.parse().ok()).with_context(|| format!("pgbench said: {said}"))?;
    Ok([rate, f64::NAN, f64::NAN])
}

fn pgbench(cluster: &Cluster) -> std::process::Command {
    let mut pgbench = run::program("pgbench");
    let port = cluster.postgres.port().to_string();
    pgbench.args(["-h", "127.0.0.1", "-p", &port, "-U", "folkmoot"]).env("PGDATABASE", RIVAL);
    pgbench
}

//! Two nodes, each with a core of its own, behind a balancer: beside one of them with its core.

use anyhow::{Context, Result};

use super::balancer::Balancer;
use super::cluster::Cluster;
use super::{cpu, many};
use crate::bench::Effort;
use crate::bench::binaries::Programs;
use crate::bench::server::Server;
use crate::bench::stats::median;
use crate::bench::table::{Table, thousands};
use crate::bench::wrk::{self, Spread};
use crate::clock::Stopwatch;

/// What was answered in a round, and what each took of a core meanwhile.
struct Round {
    rate: f64,
    nodes: [f64; 2],
    generator: f64,
    database: f64,
}

pub(super) fn run(programs: &Programs, cluster: &Cluster, effort: Effort) -> Result<String> {
    let place = cluster.store(many::STORE);
    // Lists are rendered and compressed anew for nearly every answer, as with more accounts than a cache has room for.
    let settings = [("server.base_domain", many::DOMAIN), ("server.cache_mb", "1")];
    let configuration = place.configuration("nodes.toml", &settings)?;
    let nodes = [
        Server::configured(&programs.folkmoot, &configuration, Some(0))?,
        Server::configured(&programs.folkmoot, &configuration, Some(1))?,
    ];
    let one = Balancer::over(&[nodes[0].url()?])?;
    let two = Balancer::over(&[nodes[0].url()?, nodes[1].url()?])?;
    let everybody = many::administrators(&place)?;
    let some = many::targets(&place, "some", &everybody[..everybody.len() / 10])?;
    let all = many::targets(&place, "all", &everybody)?;

    let mut table = Table::new([
        "answers",
        "one node, answers/s",
        "two nodes, answers/s",
        "ratio",
        "one node: cores of node / wrk / PostgreSQL",
        "two nodes: cores of nodes / wrk / PostgreSQL",
        "one node: answers/s a core",
        "two nodes: answers/s a core",
    ]);
    for (name, targets, path, gzip) in [
        ("list of 100, gzip, accounts in memory", &some, "/users.json", true),
        ("list of 100, accounts in memory", &some, "/users.json", false),
        ("one user, accounts in memory", &some, "/users/7.json", false),
        ("list of 100, gzip, all accounts, most not in memory", &all, "/users.json", true),
    ] {
        let spread = Spread { targets, path, gzip };
        for node in &nodes {
            wrk::spread(node.url()?, &spread, effort.pick(6, 1))?;
        }
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for _ in 0..effort.rounds() {
            alone.push(round(cluster, &nodes, &one.url(), &spread, effort)?);
            together.push(round(cluster, &nodes, &two.url(), &spread, effort)?);
        }
        let middle = |rounds: &[Round], figure: &dyn Fn(&Round) -> f64| median(rounds.iter().map(figure));
        let rate = |rounds: &[Round]| middle(rounds, &|round| round.rate);
        let a_core =
            |rounds: &[Round]| middle(rounds, &|round| round.rate / (round.nodes[0] + round.nodes[1]));
        let shares = |rounds: &[Round], both: bool| {
            let [first, second] = [0, 1].map(|node| middle(rounds, &|round| round.nodes[node]));
            let nodes = if both { format!("{first:.2} + {second:.2}") } else { format!("{first:.2}") };
            let generator = middle(rounds, &|round| round.generator);
            format!("{nodes} / {generator:.2} / {:.2}", middle(rounds, &|round| round.database))
        };
        println!("   {name}: {:.2} times one node", rate(&together) / rate(&alone));
        table.row([
            name.to_owned(),
            thousands(rate(&alone) as u64),
            thousands(rate(&together) as u64),
            format!("{:.2}", rate(&together) / rate(&alone)),
            shares(&alone, false),
            shares(&together, true),
            thousands(a_core(&alone) as u64),
            thousands(a_core(&together) as u64),
        ]);
    }
    Ok(format!(
        "{table}\nEach node is pinned to a core (`taskset`); the balancer is in the kernel (nftables, connections in turns), \
         also in front of one node. wrk, 1 thread, 32 connections, accounts at random, and PostgreSQL are not pinned: they \
         have the other core to themselves while one node answers, and share both cores with two. Shares are in cores, from \
         processor time; {} rounds in turns, medians. `server.cache_mb` is 1, so that lists are rendered and compressed for \
         nearly every answer.\n",
        effort.rounds()
    ))
}

fn round(
    cluster: &Cluster,
    nodes: &[Server; 2],
    url: &str,
    spread: &Spread<'_>,
    effort: Effort,
) -> Result<Round> {
    let postgres = cluster.postgres.process().context("PostgreSQL is not running")?;
    let postgres = postgres.as_raw_nonzero().get().unsigned_abs();
    let taken = || -> Result<[f64; 3]> {
        Ok([cpu::of(nodes[0].pid())?, cpu::of(nodes[1].pid())?, cpu::of_family(postgres)?])
    };
    let before = taken()?;
    let watch = Stopwatch::start();
    let (load, generator) = wrk::spread(url, spread, effort.pick(5, 1))?;
    let wall = watch.elapsed().as_secs_f64();
    let after = taken()?;
    let [first, second, database] = [0, 1, 2].map(|at| (after[at] - before[at]) / wall);
    Ok(Round { rate: load.rate, nodes: [first, second], generator: generator / wall, database })
}

//! What growing costs and gives: PostgreSQL beside SQLite, durable writes, many accounts, two nodes.

mod balancer;
mod caller;
mod cluster;
mod cpu;
mod many;
mod nodes;
mod reads;
mod visibility;
mod writes;

use std::fmt::Write as _;

use anyhow::Result;

use self::cluster::Cluster;
use super::{Effort, binaries, changes};
use crate::tools::{self, Tool};

const NEEDED: &[Tool] = &[
    Tool::apt("wrk", "wrk"),
    Tool::apt("curl", "curl"),
    Tool::apt("taskset", "util-linux"),
    Tool::apt("nft", "nftables"),
    Tool::apt("psql", "postgresql"),
    Tool::apt("pgbench", "postgresql"),
];

/// How many people a company of the many has.
const PEOPLE: u64 = 100;

pub(super) fn run(effort: Effort) -> Result<String> {
    let programs = programs(effort)?;
    let mut text = String::new();
    let mut add = |heading: &str, section: String| writeln!(text, "### {heading}\n\n{section}");
    {
        let cluster = durable(effort)?;
        add("Reads on PostgreSQL and on SQLite", reads::run(&programs, &cluster, effort)?)?;
        add("When other nodes show a write", visibility::run(&programs, &cluster, effort)?)?;
    }
    // Nothing is written here once all is made.
    let cluster = Cluster::open("companies", effort, false)?;
    let accounts = effort.pick(10_000, 200);
    add("Many accounts on one node", many::run(&programs, &cluster, accounts, effort)?)?;
    add("Two nodes behind a balancer", nodes::run(&programs, &cluster, effort)?)?;
    Ok(text)
}

/// Durable writes: through the API, and beside pgbench.
pub(super) fn run_writes(effort: Effort) -> Result<String> {
    let programs = programs(effort)?;
    let changes = changes::run(&programs.folkmoot, effort)?;
    let cluster = durable(effort)?;
    let accounts = effort.pick(1000, 100);
    many::make(&programs, &cluster, accounts)?;
    let rows = writes::run(&programs, &cluster, accounts, effort)?;
    Ok(format!("{changes}\n### Rows in PostgreSQL, beside pgbench\n\n{rows}"))
}

fn programs(effort: Effort) -> Result<binaries::Programs> {
    tools::require(NEEDED, true)?;
    Ok(binaries::Programs {
        folkmoot: binaries::folkmoot(effort)?,
        store_load: binaries::store_load(effort)?,
    })
}

/// A cluster that waits for its disk, as a server that holds the truth does.
fn durable(effort: Effort) -> Result<Cluster> {
    Cluster::open("postgres", effort, true)
}

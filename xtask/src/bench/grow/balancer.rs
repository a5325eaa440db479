//! A balancer in the kernel: connections to one port go to the ports of several nodes in turns.
//!
//! It costs a few instructions a packet, which no balancer in a process of its own does: with as few cores as there
//! are nodes, that is what makes the nodes visible at all.

use std::fs;
use std::net::TcpListener;

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

use crate::run;

/// A port of this machine behind which others are. Removed when dropped.
pub(super) struct Balancer {
    port: u16,
    table: String,
}

impl Balancer {
    /// Balances over the nodes at these addresses, `http://127.0.0.1:port`.
    pub(super) fn over(nodes: &[&str]) -> Result<Balancer> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let table = format!("folkmoot_bench_{port}");
        let mut ports = Vec::new();
        for (turn, node) in nodes.iter().enumerate() {
            let (_, node) = node.rsplit_once(':').context("an address without a port")?;
            ports.push(format!("{turn} : {node}"));
        }
        let rules = format!(
            "table ip {table} {{\n chain output {{\n  type nat hook output priority -100;\n  \
             ip daddr 127.0.0.1 tcp dport {port} redirect to :numgen inc mod {} map {{ {} }}\n }}\n}}\n",
            nodes.len(),
            ports.join(", ")
        );
        let file = NamedTempFile::new()?;
        fs::write(file.path(), rules)?;
        run::output(run::program(program()?).arg("-f").arg(file.path())).context("nftables")?;
        Ok(Balancer { port, table })
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        if let Ok(program) = program() {
            let _ = run::output(run::program(program).args(["delete", "table", "ip", &self.table]));
        }
    }
}

fn program() -> Result<std::path::PathBuf> {
    run::find("nft").context("nft is missing")
}

//! Everything about the repository that is not a test.

use anyhow::{Result, bail};
use clap::Args;

use crate::run::{cargo, program, run, step};
use crate::tools::{self, Tool};
use crate::{docs, links};

/// Checks formatting, lints, dependencies, generated files and the links in the documentation.
#[derive(Args)]
pub(crate) struct Check {
    /// Install nothing: fail, and say how to install what is missing
    #[arg(long)]
    no_install: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Result<()> {
        step("formatting", || run(&mut cargo(["fmt", "--all", "--check"])))?;
        step("links", broken_links)?;
        step("left-over conflicts", left_over_conflicts)?;
        step("dependencies", || self.dependencies())?;
        step("lints", || {
            // The bare server of the benchmarks is left out of other builds; its code is held to the same rules.
            let mut clippy = cargo(["clippy", "--workspace", "--all-targets", "--locked", "--quiet"]);
            run(clippy.args(["--features", "xtask/bare", "--", "-D", "warnings"]))
        })?;
        step("generated files", docs::check)
    }

    fn dependencies(&self) -> Result<()> {
        tools::require(&[Tool::cargo("cargo-deny")], !self.no_install)?;
        let mut deny = cargo(["deny", "--log-level", "error", "--workspace", "--locked"]);
        run(deny.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))
    }
}

/// What a merge that nobody finished leaves in texts, which no compiler reads.
fn left_over_conflicts() -> Result<()> {
    let mut git = program("git");
    git.args(["grep", "--line-number", "--extended-regexp", "^(<{7}|>{7}) "]);
    // It prints the lines and succeeds where there are any.
    if git.status()?.success() {
        bail!("these lines are left over of a merge");
    }
    Ok(())
}

fn broken_links() -> Result<()> {
    let broken = links::broken()?;
    if broken.is_empty() {
        return Ok(());
    }
    for link in &broken {
        println!("{link}");
    }
    bail!("{} links lead nowhere", broken.len());
}

//! Every fuzz target for a while, from its seeds.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use clap::Args;

use crate::run::{self, cargo, tee};

/// Runs the fuzz targets one after the other, and tells how many inputs were tried and what was found.
#[derive(Args)]
pub(crate) struct Fuzz {
    /// How long each target runs
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u64,
    /// The targets; all when none is named
    targets: Vec<String>,
}

impl Fuzz {
    pub(crate) fn run(&self) -> Result<()> {
        ensure!(run::is_installed("cargo-fuzz"), "cargo-fuzz is missing: cargo install --locked cargo-fuzz");
        let toolchains = run::output(run::program("rustup").args(["toolchain", "list"])).unwrap_or_default();
        ensure!(
            toolchains.contains("nightly"),
            "fuzzing needs nightly Rust: rustup toolchain install nightly"
        );

        let known = targets()?;
        if let Some(unknown) = self.targets.iter().find(|target| !known.contains(target)) {
            bail!("there is no target {unknown}; there are {}", known.join(", "));
        }
        let chosen = if self.targets.is_empty() { &known } else { &self.targets };
        let mut rows = Vec::new();
        for target in chosen {
            println!("── {target}");
            rows.push((target, self.fuzz(target)?));
        }
        println!("\n| target | inputs tried | findings |\n| --- | ---: | ---: |");
        for (target, Outcome { runs, findings }) in &rows {
            println!("| {target} | {runs} | {} |", findings.len());
        }
        let findings: Vec<_> = rows.iter().flat_map(|(_, outcome)| &outcome.findings).collect();
        for finding in &findings {
            println!("found: {}", finding.display());
        }
        ensure!(findings.is_empty(), "the targets found {} inputs", findings.len());
        Ok(())
    }

    fn fuzz(&self, target: &str) -> Result<Outcome> {
        let fuzz = run::root().join("fuzz");
        let (corpus, seeds) = (fuzz.join("corpus").join(target), fuzz.join("seeds").join(target));
        let artifacts = fuzz.join("artifacts").join(target);
        fs::create_dir_all(&corpus)?;
        let before = files(&artifacts);

        // The first folder takes what is new; the seeds are only read.
        let mut command = cargo(["+nightly", "fuzz", "run", target]);
        command.arg(corpus);
        if seeds.exists() {
            command.arg(seeds);
        }
        command.arg("--").arg(format!("-max_total_time={}", self.seconds)).arg("-print_final_stats=1");
        let (succeeded, lines) = tee(&mut command)?;

        let runs = lines.iter().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        let findings: Vec<_> = files(&artifacts).into_iter().filter(|file| !before.contains(file)).collect();
        ensure!(succeeded || !findings.is_empty(), "{target} could not be run");
        Ok(Outcome { runs: runs.and_then(|runs| runs.trim().parse().ok()).unwrap_or(0), findings })
    }
}

struct Outcome {
    runs: u64,
    findings: Vec<PathBuf>,
}

fn targets() -> Result<Vec<String>> {
    let listed = run::output(&mut cargo(["+nightly", "fuzz", "list"]))?;
    Ok(listed.lines().map(str::to_owned).collect())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

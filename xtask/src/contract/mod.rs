//! `cargo xtask contract`: a real server, and Schemathesis, which asks it for everything that its description says and
//! much that it does not, and holds every answer against that description.

mod configuration;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use stage::Stage;

use crate::clock::Stopwatch;
use crate::run::{self, cargo, step};
use crate::tools::{self, Tool};

/// The program, and the versions of it whose findings were looked at.
const SCHEMATHESIS: &str = "schemathesis>=4.32,<5";
/// What it is told, in the folder that it runs in.
const CONFIGURATION: &str = "schemathesis.toml";
/// Examples of each operation in one round: a round is to end, so that the next begins with other luck.
const EXAMPLES: &str = "25";

/// Holds a running server against the description that it serves
#[derive(Args)]
pub(crate) struct Contract {
    /// For how long
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// What the server keeps its data in
    #[arg(long, value_enum, default_value = "sqlite")]
    store: StoreKind,
    /// What chance begins with; each round takes the next
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Use the binaries that are there
    #[arg(long)]
    no_build: bool,
}

/// Where a server keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreKind {
    /// SQLite and files.
    Sqlite,
    /// PostgreSQL and S3.
    Postgres,
}

impl StoreKind {
    fn name(self) -> &'static str {
        match self {
            StoreKind::Sqlite => "sqlite",
            StoreKind::Postgres => "postgres",
        }
    }
}

impl Contract {
    pub(crate) fn run(&self) -> Result<()> {
        if self.store == StoreKind::Postgres {
            tools::require(&[Tool::POSTGRES, Tool::apt("psql", "postgresql")], true)?;
        }
        let program = schemathesis(&run::target().join("contract"))?;
        // A run on each store may go on at the same time: what they write is kept apart.
        let folder = run::target().join("contract").join(self.store.name());
        fs::create_dir_all(&folder)?;
        if !self.no_build {
            let features = ["--features", "folkmoot-testing/stores"];
            run::run(
                cargo(["build", "--locked", "-p", "folkmoot", "-p", "folkmoot-testing"]).args(features),
            )?;
        }
        let home = tempfile::tempdir()?;
        let stage = Stage::set(home.path(), self.store, folder.join("server.log"))?;
        fs::write(folder.join(CONFIGURATION), configuration::of(&stage.document()?)?)?;
        let (watch, time) = (Stopwatch::start(), Duration::from_secs(60 * self.minutes));
        let mut round = 0;
        while let Some(left) =
            time.checked_sub(watch.elapsed()).filter(|left| round == 0 || left.as_secs() > 0)
        {
            let seed = self.seed + round;
            step(&format!("round {} on {:?}, seed {seed}", round + 1, self.store), || {
                ask(&program, &folder, &stage, seed, left)
            })?;
            stage.must_be_well()?;
            round += 1;
        }
        println!("   {round} rounds, nothing found");
        Ok(())
    }
}

/// One round, to its end or that of the time.
fn ask(program: &Path, folder: &Path, stage: &Stage, seed: u64, left: Duration) -> Result<()> {
    let mut command = run::program(program);
    command
        // What it remembers of earlier runs is no part of the repository.
        .current_dir(folder)
        .args(["--config-file", CONFIGURATION])
        .args(["run", &format!("{}/openapi.json", stage.url())])
        .args(["--auth", stage.credentials()])
        .args(["--checks", "all", "--continue-on-failure", "--max-examples", EXAMPLES])
        .args(["--seed", &seed.to_string(), "--max-time", &left.as_secs().max(1).to_string()])
        .env("CONTRACT_CALLER", stage.caller())
        .env("CONTRACT_CREDENTIALS", stage.credentials())
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", run::root().join("xtask/src/contract"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if run::run(&mut command).is_err() {
        bail!("the server and its description differ; what the server said is in {}", stage.log().display());
    }
    Ok(())
}

/// Schemathesis in an environment of its own, made if it is not there.
fn schemathesis(folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("venv");
    let program = environment.join("bin/st");
    if !program.exists() {
        fs::create_dir_all(folder)?;
        run::run(run::program("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    run::run(run::program(environment.join("bin/pip")).args(["install", "--quiet", SCHEMATHESIS]))?;
    Ok(program)
}

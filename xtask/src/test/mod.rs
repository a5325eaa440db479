//! Every test of the workspace, on every backend.

mod backends;
mod counts;
mod runner;

use anyhow::{Context, Result};
use clap::Args;
use folkmoot_testing::{Backend, Postgres, SERVER_VARIABLE, STORE_VARIABLE};

use crate::clock::Stopwatch;
use crate::run::{self, cargo, step};
use crate::tools::{self, Tool};
use counts::{Counts, Tests};
use runner::Runner;

/// What the tests need besides Rust: SQLite, zstd and ring bring C with them, libFuzzer C++. The S3 server is a crate.
const NEEDED: &[Tool] =
    &[Tool::apt("cc", "gcc"), Tool::apt("c++", "g++"), Tool::apt("pebble", "pebble"), Tool::POSTGRES];

/// Runs every test of the workspace on SQLite and files, then those of the store and the API on PostgreSQL and S3, and
/// checks that the fuzz targets still build.
#[derive(Args)]
pub(crate) struct Test {
    /// Install nothing: fail, and say how to install what is missing
    #[arg(long)]
    no_install: bool,
}

impl Test {
    pub(crate) fn run(&self) -> Result<()> {
        let watch = Stopwatch::start();
        tools::require(NEEDED, !self.no_install)?;
        let folder = tempfile::tempdir()?;
        let postgres = Postgres::start(folder.path(), false).context("starting PostgreSQL")?;
        // Some tests are about both backends, whichever run they are in.
        let environment = |backend: Backend| {
            [(SERVER_VARIABLE, postgres.address()), (STORE_VARIABLE, backend.name().to_owned())]
        };
        let runner = Runner::find();
        let (mut sqlite, mut grown) = (Counts::default(), Counts::default());
        let first =
            step("tests on SQLite + files", || sqlite.add(runner.on_sqlite(&environment(Backend::Sqlite))));
        let second = step("tests on PostgreSQL + S3", || {
            grown.add(runner.on_postgres(&environment(Backend::Postgres))?)
        });
        // One that failed does not hide what the other shows.
        first.and(second)?;
        drop(postgres);
        let mut documents = Counts::default();
        if runner.leaves_out_documents() {
            step("doc tests", || {
                let documented = cargo(["test", "--workspace", "--locked", "--doc", "--quiet"]);
                // Documentation may well be without examples, unlike a backend without tests.
                documents.add_any(Tests { commands: vec![documented], ignored: None })
            })?;
        }
        step("fuzz targets", || {
            run::run(&mut cargo(["check", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"]))
        })?;
        println!(
            "{} tests passed on SQLite + files, {} on PostgreSQL + S3, {} in all; {} ignored, in {:.0} s.",
            sqlite.passed + documents.passed,
            grown.passed,
            sqlite.passed + documents.passed + grown.passed,
            sqlite.ignored + documents.ignored + grown.ignored,
            watch.elapsed().as_secs_f64(),
        );
        Ok(())
    }
}

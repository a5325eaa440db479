//! Folkmoot side by side with what else one could use, in one run on one machine.

mod api;
mod binaries;
mod changes;
mod cost;
mod data;
mod docs;
mod fetch;
mod grow;
mod hooks;
mod nginx;
mod pictures;
mod pulls;
mod replay;
mod rivals;
mod server;
mod startup;
mod stats;
mod table;
mod wrk;

use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::clock::Stopwatch;
use crate::run;

/// Measures Folkmoot beside named rivals, and prints tables.
///
/// Data and tables are kept in target/bench. Load goes to this machine alone. Nothing else should run meanwhile.
#[derive(Args)]
pub(crate) struct Bench {
    /// What to measure; everything when nothing is named (and nothing, with --write-docs)
    #[arg(value_enum)]
    subjects: Vec<Subject>,
    /// Try the harness: little data, one short round. The figures mean nothing
    #[arg(long)]
    quick: bool,
    /// Measure the programs that were built before, whatever they were built of
    #[arg(long)]
    no_build: bool,
    /// How the programs are built
    #[arg(long, value_enum, default_value = "release")]
    profile: Profile,
    /// Put the tables of the last full runs into docs/performance.md, between `<!-- bench:a -->` and `<!-- /bench:a -->`
    #[arg(long, conflicts_with_all = ["quick", "no_build"])]
    write_docs: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// The API beside a bare axum server that sends the same bytes
    A,
    /// `avatars pull` beside curl, aria2c and wget
    B,
    /// Start-up and memory of `serve`
    C,
    /// PostgreSQL, many accounts, two nodes
    Grow,
    /// Changes through the API, and durable writes beside pgbench
    Writes,
    /// Webhooks to a prompt, a slow and a failing receiver
    Hooks,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// As they are shipped
    Release,
    /// Without optimisation across crates: quick to build, and close to what is shipped
    Bench,
}

impl Profile {
    const fn name(self) -> &'static str {
        match self {
            Profile::Release => "release",
            Profile::Bench => "bench",
        }
    }

    /// What is said of programs that are not as they are shipped.
    const fn remark(self) -> &'static str {
        match self {
            Profile::Release => "",
            Profile::Bench => " built with `--profile bench`",
        }
    }
}

impl Subject {
    const ALL: [Subject; 6] =
        [Subject::A, Subject::B, Subject::C, Subject::Grow, Subject::Writes, Subject::Hooks];

    const fn name(self) -> &'static str {
        match self {
            Subject::A => "a",
            Subject::B => "b",
            Subject::C => "c",
            Subject::Grow => "grow",
            Subject::Writes => "writes",
            Subject::Hooks => "hooks",
        }
    }
}

/// How much is done.
#[derive(Clone, Copy)]
struct Effort {
    quick: bool,
    build: bool,
    profile: Profile,
}

impl Effort {
    /// One thing for a full run, another to try the harness.
    fn pick<T>(self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    fn rounds(self) -> usize {
        self.pick(3, 1)
    }
}

impl Bench {
    pub(crate) fn run(&self) -> Result<()> {
        let effort = Effort { quick: self.quick, build: !self.no_build, profile: self.profile };
        let subjects = match self.subjects.as_slice() {
            [] if self.write_docs => &[],
            [] => &Subject::ALL[..],
            named => named,
        };
        for &subject in subjects {
            let watch = Stopwatch::start();
            let tables = match subject {
                Subject::A => api::run(effort)?,
                Subject::B => pulls::run(effort)?,
                Subject::C => startup::run(effort)?,
                Subject::Grow => grow::run(effort)?,
                Subject::Writes => grow::run_writes(effort)?,
                Subject::Hooks => hooks::run(effort)?,
            };
            let tables = format!("{tables}\n{}\n", stats::measured(effort));
            println!("\n{tables}");
            println!("({}: {:.0} s)", subject.name(), watch.elapsed().as_secs_f64());
            let kind = effort.pick("", "quick-");
            fs::write(folder()?.join(format!("{kind}{}.md", subject.name())), &tables)?;
        }
        if self.write_docs { docs::write(&folder()?) } else { Ok(()) }
    }
}

/// Where data and tables are kept.
fn folder() -> Result<PathBuf> {
    let folder = run::target().join("bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

//! The repository's chores: `cargo xtask check`, `test`, `fuzz`, `bench`, `docs`.
#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

mod check;
mod clock;
mod docs;
mod links;
mod run;
mod test;
mod tools;

use clap::{Parser, Subcommand};

/// The repository's chores.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    Check(check::Check),
    Test(test::Test),
    Docs(docs::Docs),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().chore {
        Chore::Check(check) => check.run(),
        Chore::Test(test) => test.run(),
        Chore::Docs(docs) => docs.run(),
    }
}

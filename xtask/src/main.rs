//! The repository's chores: `cargo xtask check`, `test`, `fuzz`, `bench`, `docs`, `faults`, `contract`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

mod bench;
mod check;
mod clock;
mod contract;
mod docs;
mod faults;
mod fuzz;
mod links;
mod receiver;
mod run;
mod test;
mod tools;

use std::process::ExitCode;

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
    Fuzz(fuzz::Fuzz),
    Bench(bench::Bench),
    Docs(docs::Docs),
    Faults(faults::Faults),
    Contract(contract::Contract),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Check(check) => check.run(),
        Chore::Test(test) => test.run(),
        Chore::Fuzz(fuzz) => fuzz.run(),
        Chore::Bench(bench) => bench.run(),
        Chore::Docs(docs) => docs.run(),
        Chore::Faults(faults) => faults.run(),
        Chore::Contract(contract) => contract.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

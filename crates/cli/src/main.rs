//! `folkmoot`: the server, and the commands around it. One file a command, in `commands/`.

mod args;
mod commands;
mod exit;
mod output;
mod progress;
mod setup;
mod signals;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Arguments;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(Err(error.into())),
    };
    exit::report(runtime.block_on(commands::run(arguments)))
}

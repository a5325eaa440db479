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

use crate::args::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Huge pages make a small process large, and speed up only one whose people fill gigabytes, where the kernel's
    // default can be had back by a wrapper.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    // Each connection takes a file descriptor, and the usual soft limit is for desktops.
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let raised = rustix::process::Rlimit { current: files.maximum, ..files };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, raised);
    // A mirror waits for the network and the disk: a second thread would cost it more than it gives.
    let mut builder = match arguments.command {
        Command::Avatars(_) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return exit::report(Err(error.into())),
    };
    exit::report(runtime.block_on(commands::run(arguments)))
}

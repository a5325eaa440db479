//! Running other programs from the root of the repository.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use crate::clock::Stopwatch;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR");
    root().join(given.unwrap_or_else(|| "target".into()))
}

/// A program to be run from the root of the repository, with nothing to read.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Cargo: by its name, so that `+nightly` works where rustup is behind it.
pub(crate) fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = program("cargo");
    // What cargo says of this program is not passed on: build scripts that ask for it would see another environment than
    // when cargo is run by itself, and they and all that needs them would be built anew each time.
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_program(name)) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// Whether cargo sets an environment variable of this name to say what it runs.
fn is_of_this_program(name: &OsStr) -> bool {
    let starts = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
    name.to_str().is_some_and(|name| starts.iter().any(|start| name.starts_with(start)))
}

/// Where the program of this name is; what only administrators are expected to run is found as well.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Whether a program of this name is found.
pub(crate) fn is_installed(name: &str) -> bool {
    find(name).is_some()
}

/// Runs to the end, its output going to the terminal; an error when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_run(command))?;
    ensure!(status.success(), "{} failed: {status}", spelled(command));
    Ok(())
}

/// What a program prints; an error with all of its output when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_run(command))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("{} failed: {}\n{stdout}{stderr}", spelled(command), output.status);
    }
    Ok(stdout)
}

/// Runs to the end, showing every line as it comes; whether it succeeded, and all its lines.
pub(crate) fn tee(command: &mut Command) -> Result<(bool, Vec<String>)> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| cannot_run(command))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let lines = thread::scope(|scope| {
        let errors = scope.spawn(|| stderr.map_or_else(Vec::new, echo));
        let mut lines = stdout.map_or_else(Vec::new, echo);
        lines.extend(errors.join().unwrap_or_default());
        lines
    });
    Ok((child.wait()?.success(), lines))
}

fn echo(stream: impl Read) -> Vec<String> {
    let lines = BufReader::new(stream).split(b'\n').map_while(Result::ok);
    lines
        .map(|line| {
            let line = String::from_utf8_lossy(&line).into_owned();
            println!("{line}");
            line
        })
        .collect()
}

/// Says what is done, does it, and says how long it took.
pub(crate) fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("── {name}");
    let watch = Stopwatch::start();
    work().with_context(|| name.to_owned())?;
    println!("   {name}: {:.1} s", watch.elapsed().as_secs_f64());
    Ok(())
}

/// The command as one would type it.
fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words[0] = program.to_string_lossy();
    words.join(" ")
}

fn cannot_run(command: &Command) -> String {
    format!("cannot run {}", spelled(command))
}

//! What running a program costs.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::clock::Stopwatch;
use crate::run;

/// What a run cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// Seconds until the program ended.
    pub(super) wall: f64,
    /// Seconds until the program had ended and everything it wrote was on disk.
    pub(super) on_disk: f64,
    /// Seconds of processor time, user and system.
    pub(super) cpu: f64,
    /// The most memory that was resident, in KiB.
    pub(super) resident: f64,
}

/// Runs `command` to its end under time(1), and returns what it cost and what it printed.
pub(super) fn of(command: &Command) -> Result<(Cost, String)> {
    let folder = tempfile::tempdir()?;
    let figures = folder.path().join("figures");
    let mut timed = run::program(run::find("time").context("time(1) is missing")?);
    timed.args(["--quiet", "--format", "%U %S %M", "--output"]).arg(&figures);
    timed.arg(command.get_program()).args(command.get_args()).stderr(Stdio::inherit());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(name, value),
            None => timed.env_remove(name),
        };
    }
    // What others wrote before is not to be paid for by this one.
    rustix::fs::sync();
    let watch = Stopwatch::start();
    let output = timed.output()?;
    let wall = watch.elapsed().as_secs_f64();
    rustix::fs::sync();
    let on_disk = watch.elapsed().as_secs_f64();
    ensure!(output.status.success(), "{command:?} failed: {}", output.status);

    let figures = std::fs::read_to_string(figures)?;
    let numbers: Vec<f64> = figures.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let &[user, system, resident] = numbers.as_slice() else { anyhow::bail!("time(1) said {figures:?}") };
    let cost = Cost { wall, on_disk, cpu: user + system, resident };
    Ok((cost, String::from_utf8_lossy(&output.stdout).into_owned()))
}

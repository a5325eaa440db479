//! What runs tests: nextest where it is installed, else cargo.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::backends::{EMBEDDED, FOLLOWING, POSTGRES_ONLY};
use super::counts::Tests;
use crate::run::{self, cargo};

type Environment = [(&'static str, String)];

/// What runs tests.
pub(super) enum Runner {
    Nextest,
    Cargo,
}

impl Runner {
    pub(super) fn find() -> Runner {
        if run::is_installed("cargo-nextest") { Runner::Nextest } else { Runner::Cargo }
    }

    /// Whether the examples in documentation are left out, and are to be run by themselves.
    pub(super) fn leaves_out_documents(&self) -> bool {
        matches!(self, Runner::Nextest)
    }

    /// Every test but those that only a server passes.
    pub(super) fn on_sqlite(&self, environment: &Environment) -> Tests {
        let tests = match self {
            Runner::Nextest => nextest(&format!("not test(/^{POSTGRES_ONLY}/)")),
            Runner::Cargo => {
                let mut command = cargo(["test", "--workspace", "--locked", "--no-fail-fast"]);
                command.args(["--", "--skip", POSTGRES_ONLY]);
                Tests { commands: vec![command], ignored: None }
            }
        };
        in_environment(tests, environment)
    }

    /// The tests that follow the backend, but those about the files of a data directory. Both runs are of one build.
    pub(super) fn on_postgres(&self, environment: &Environment) -> Result<Tests> {
        let tests = match self {
            Runner::Nextest => {
                let binaries = FOLLOWING.iter().map(|following| {
                    let binary = format!("binary_id({}::{})", following.package, following.binary);
                    match following.tests {
                        "" => binary,
                        tests => format!("({binary} & test(/^{tests}/))"),
                    }
                });
                let following = binaries.collect::<Vec<_>>().join(" + ");
                nextest(&format!("({following}) - test(/^{EMBEDDED}/)"))
            }
            Runner::Cargo => Tests { commands: following()?, ignored: None },
        };
        Ok(in_environment(tests, environment))
    }
}

fn nextest(filter: &str) -> Tests {
    let mut tests = cargo(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
    tests.args(["--filterset", filter]);
    let mut ignored = cargo(["nextest", "list", "--workspace", "--locked", "--run-ignored=only"]);
    ignored.args(["--message-format=oneline", "--cargo-quiet", "--filterset", filter]);
    Tests { commands: vec![tests], ignored: Some(ignored) }
}

fn in_environment(mut tests: Tests, environment: &Environment) -> Tests {
    for command in tests.commands.iter_mut().chain(&mut tests.ignored) {
        command.envs(environment.iter().map(|(name, value)| (name, value)));
    }
    tests
}

/// The programs of the tests that follow the backend, each run as cargo would.
fn following() -> Result<Vec<Command>> {
    let messages = run::output(&mut cargo([
        "test",
        "--workspace",
        "--locked",
        "--no-run",
        "--quiet",
        "--message-format=json",
    ]))?;
    let built: Vec<Built> = messages.lines().filter_map(built).collect();
    let mut commands = Vec::new();
    for following in FOLLOWING {
        let built = built
            .iter()
            .find(|built| built.package == following.package && built.binary == following.binary)
            .with_context(|| format!("{}::{} was not built", following.package, following.binary))?;
        let mut command = run::program(&built.program);
        command.current_dir(&built.folder).args(["--skip", EMBEDDED]);
        if !following.tests.is_empty() {
            command.arg(following.tests);
        }
        commands.push(command);
    }
    Ok(commands)
}

/// A program of tests that cargo has built.
struct Built {
    package: String,
    binary: String,
    program: PathBuf,
    /// Where cargo runs it.
    folder: PathBuf,
}

/// Reads a message of cargo's.
fn built(message: &str) -> Option<Built> {
    let message: Value = serde_json::from_str(message).ok()?;
    let target = &message["target"];
    if target["kind"][0] != "test" {
        return None;
    }
    let manifest = Path::new(message["manifest_path"].as_str()?);
    // `path+file:///…/crates/cli#folkmoot@0.1.0`, and `…/crates/NAME#0.1.0` where the folder has the package's name.
    let (_, package) = message["package_id"].as_str()?.rsplit_once('#')?;
    let (package, _) = package.split_once('@')?;
    Some(Built {
        package: package.to_owned(),
        binary: target["name"].as_str()?.to_owned(),
        program: message["executable"].as_str()?.into(),
        folder: manifest.parent()?.to_owned(),
    })
}

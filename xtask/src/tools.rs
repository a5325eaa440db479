//! Programs that a chore needs, and where they come from.

use anyhow::{Result, bail};

use crate::run;

/// A program that a chore needs.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    /// The program's name.
    pub(crate) program: &'static str,
    /// Where it comes from.
    pub(crate) from: From,
}

/// Where a program comes from.
#[derive(Clone, Copy)]
pub(crate) enum From {
    /// A package of Debian and Ubuntu.
    Apt(&'static str),
    /// A crate.
    Cargo(&'static str),
}

impl Tool {
    pub(crate) const fn apt(program: &'static str, package: &'static str) -> Tool {
        Tool { program, from: From::Apt(package) }
    }

    pub(crate) const fn cargo(program: &'static str) -> Tool {
        Tool { program, from: From::Cargo(program) }
    }
}

/// Makes sure that `tools` are there: installs what is missing, or fails and says how to when `install` is false.
pub(crate) fn require(tools: &[Tool], install: bool) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| !run::is_installed(tool.program)).collect();
    for tool in missing {
        let words = match tool.from {
            From::Apt(package) => words_for_apt(package),
            // Without optimisation: it builds several times faster, and these have little to do.
            From::Cargo(package) => vec!["cargo", "install", "--locked", "--debug", package],
        };
        if !install {
            bail!("{} is missing; install it with: {}", tool.program, words.join(" "));
        }
        println!("   {} is missing: {}", tool.program, words.join(" "));
        let mut command = run::program(words[0]);
        run::run(command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

fn words_for_apt(package: &'static str) -> Vec<&'static str> {
    let mut words = vec!["apt-get", "install", "-qy", "--no-install-recommends", package];
    if !is_root() {
        words.insert(0, "sudo");
    }
    words
}

fn is_root() -> bool {
    run::output(run::program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

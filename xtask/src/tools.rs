//! Programs that a chore needs, and where they come from.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::run;

/// A program that a chore needs.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    /// The program's name.
    pub(crate) program: &'static str,
    /// Where it comes from.
    pub(crate) from: From,
    is_there: fn(&Tool) -> bool,
}

/// Where a program comes from.
#[derive(Clone, Copy)]
pub(crate) enum From {
    /// A package of Debian and Ubuntu.
    Apt(&'static str),
    /// The same, once a package that it needs is there and this shell command was run.
    AptAfter { needed: &'static str, command: &'static str, package: &'static str },
    /// A crate.
    Cargo(&'static str),
}

impl Tool {
    pub(crate) const fn apt(program: &'static str, package: &'static str) -> Tool {
        Tool { program, from: From::Apt(package), is_there: on_the_path }
    }

    pub(crate) const fn cargo(program: &'static str) -> Tool {
        Tool { program, from: From::Cargo(program), is_there: on_the_path }
    }

    /// The programs of a PostgreSQL server, which Debian does not put on the path.
    pub(crate) const POSTGRES: Tool = Tool {
        program: "PostgreSQL's server",
        // Installed alone, it would make a cluster that runs from then on.
        from: From::AptAfter {
            needed: "postgresql-common",
            command: "sed -i 's/^#create_main_cluster = .*/create_main_cluster = false/' \
                      /etc/postgresql-common/createcluster.conf",
            package: "postgresql",
        },
        is_there: |_| folkmoot_testing::programs().is_ok(),
    };
}

/// Makes sure that `tools` are there: installs what is missing, or fails and says how to when `install` is false.
pub(crate) fn require(tools: &[Tool], install: bool) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| !(tool.is_there)(tool)).collect();
    for tool in missing {
        let steps = match tool.from {
            From::Apt(package) => vec![apt(package)],
            From::AptAfter { needed, command, package } => {
                vec![apt(needed), as_root(&["sh", "-c", command]), apt(package)]
            }
            // Without optimisation: it builds several times faster, and these have little to do.
            From::Cargo(package) => vec![vec!["cargo", "install", "--locked", "--debug", package]],
        };
        if !install {
            let last = steps.last().map(|words| words.join(" ")).unwrap_or_default();
            bail!("{} is missing; install it with: {last}", tool.program);
        }
        for words in steps {
            println!("   {} is missing: {}", tool.program, words.join(" "));
            // A machine that is new has no list of packages, and one that is old has an old one.
            let done = run::run(&mut command(&words));
            if done.is_ok() || !words.contains(&"apt-get") {
                done?;
                continue;
            }
            run::run(&mut command(&as_root(&["apt-get", "update", "-q"])))?;
            run::run(&mut command(&words))?;
        }
        ensure!((tool.is_there)(tool), "{} is still missing", tool.program);
    }
    Ok(())
}

fn command(words: &[&str]) -> Command {
    let mut command = run::program(words[0]);
    command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn on_the_path(tool: &Tool) -> bool {
    run::is_installed(tool.program)
}

fn apt(package: &'static str) -> Vec<&'static str> {
    as_root(&["apt-get", "install", "-qy", "--no-install-recommends", package])
}

fn as_root(words: &[&'static str]) -> Vec<&'static str> {
    let sudo: &[&str] = if is_root() { &[] } else { &["sudo"] };
    [sudo, words].concat()
}

fn is_root() -> bool {
    run::output(run::program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

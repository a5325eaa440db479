//! The programs that fetch many files, each told to do so in its own way.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::server::Credentials;
use crate::run;
use crate::tools::Tool;

pub(super) const NEEDED: &[Tool] = &[
    Tool::apt("curl", "curl"),
    Tool::apt("aria2c", "aria2"),
    Tool::apt("wget", "wget"),
    Tool::apt("nginx", "nginx-light"),
    Tool::apt("openssl", "openssl"),
    Tool::apt("time", "time"),
];

/// Where pictures are, and how they are asked for.
pub(super) struct Source {
    pub(super) name: String,
    /// The account's address.
    pub(super) url: String,
    pub(super) ca: Option<PathBuf>,
    pub(super) credentials: Credentials,
    /// The address of every picture; only Folkmoot has to find them out.
    pub(super) pictures: Vec<String>,
}

/// A program that fetches many files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fetcher {
    Folkmoot,
    Curl,
    Aria2,
    Wget,
}

impl Fetcher {
    pub(super) const ALL: [Fetcher; 4] = [Fetcher::Folkmoot, Fetcher::Curl, Fetcher::Aria2, Fetcher::Wget];

    /// How the program is called in tables.
    pub(super) fn name(self, source: &Source) -> &'static str {
        match (self, source.ca.is_some()) {
            (Fetcher::Folkmoot, false) => "`folkmoot avatars pull`",
            (Fetcher::Folkmoot, true) => "`folkmoot avatars pull` (HTTP/2)",
            (Fetcher::Curl, false) => "`curl --parallel --parallel-max 50`",
            (Fetcher::Curl, true) => "`curl --http2 --parallel --parallel-max 50`",
            (Fetcher::Aria2, false) => "`aria2c -j 16`",
            (Fetcher::Aria2, true) => "`aria2c -j 16` (HTTP/1.1)",
            (Fetcher::Wget, false) => "`wget -i`, one by one",
            (Fetcher::Wget, true) => "`wget -i`, one by one (HTTP/1.1)",
        }
    }

    /// The program, told to fetch everything of `source` into the empty folder `out`; `notes` is for its lists.
    pub(super) fn command(
        self,
        folkmoot: &Path,
        source: &Source,
        out: &Path,
        notes: &Path,
    ) -> Result<Command> {
        match self {
            Fetcher::Folkmoot => Ok(pull(folkmoot, source, out)),
            Fetcher::Curl => curl(source, out, notes),
            Fetcher::Aria2 => aria2(source, out, notes),
            Fetcher::Wget => wget(source, out, notes),
        }
    }
}

/// `folkmoot avatars pull`.
pub(super) fn pull(folkmoot: &Path, source: &Source, out: &Path) -> Command {
    let mut command = run::program(folkmoot);
    command.args(["avatars", "pull", &source.url, "--username", &source.credentials.username, "--json"]);
    command.args(["--key-env", "BENCH_KEY"]).env("BENCH_KEY", &source.credentials.key);
    command.arg("--out").arg(out);
    if let Some(ca) = &source.ca {
        command.arg("--ca-file").arg(ca);
    }
    command
}

fn curl(source: &Source, out: &Path, notes: &Path) -> Result<Command> {
    let mut config = String::new();
    for url in &source.pictures {
        writeln!(config, "url = \"{url}\"\noutput = \"{}\"", out.join(base_name(url)?).display())?;
    }
    let file = notes.join("curl");
    fs::write(&file, config)?;
    let mut command = run::program("curl");
    command.args(["--no-progress-meter", "--fail", "--parallel", "--parallel-max", "50"]);
    if let Some(ca) = &source.ca {
        command.args(["--http2", "--cacert"]).arg(ca);
    }
    command.arg("--config").arg(file);
    Ok(command)
}

fn aria2(source: &Source, out: &Path, notes: &Path) -> Result<Command> {
    let file = list(source, notes)?;
    let mut command = run::program("aria2c");
    // The files are smaller than what it would split: more connections to a server (-x) would not be used.
    command.args(["--quiet", "--no-conf", "-j", "16", "-x", "16", "--file-allocation=none"]);
    if let Some(ca) = &source.ca {
        command.arg(format!("--ca-certificate={}", ca.display()));
    }
    command.arg("-d").arg(out).arg("-i").arg(file);
    Ok(command)
}

fn wget(source: &Source, out: &Path, notes: &Path) -> Result<Command> {
    let file = list(source, notes)?;
    let mut command = run::program("wget");
    command.args(["--quiet", "--no-config", "--no-hsts"]);
    if let Some(ca) = &source.ca {
        command.arg(format!("--ca-certificate={}", ca.display()));
    }
    command.arg("-P").arg(out).arg("-i").arg(file);
    Ok(command)
}

fn list(source: &Source, notes: &Path) -> Result<PathBuf> {
    let file = notes.join("list");
    fs::write(&file, source.pictures.join("\n") + "\n")?;
    Ok(file)
}

fn base_name(url: &str) -> Result<&str> {
    url.rsplit('/').next().context("a URL without a path")
}

/// The versions of the programs.
pub(super) fn versions() -> String {
    let first_words = |program: &str, argument: &str, words: usize| {
        let said = run::output(run::program(program).arg(argument)).unwrap_or_default();
        said.split_whitespace().take(words).collect::<Vec<_>>().join(" ")
    };
    [
        first_words("curl", "--version", 2),
        first_words("aria2c", "--version", 3),
        first_words("wget", "--version", 3),
    ]
    .join(", ")
}

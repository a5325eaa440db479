//! Every test of the workspace.

use anyhow::{Result, ensure};
use clap::Args;

use crate::clock::Stopwatch;
use crate::run::{self, cargo, step, tee};
use crate::tools::{self, Tool};

/// What the tests need besides Rust: SQLite, zstd and ring bring C with them, libFuzzer C++.
const NEEDED: &[Tool] = &[Tool::apt("cc", "gcc"), Tool::apt("c++", "g++")];

/// Runs every test of the workspace, and checks that the fuzz targets still build.
#[derive(Args)]
pub(crate) struct Test {
    /// Install nothing: fail, and say how to install what is missing
    #[arg(long)]
    no_install: bool,
}

impl Test {
    pub(crate) fn run(&self) -> Result<()> {
        let watch = Stopwatch::start();
        tools::require(NEEDED, !self.no_install)?;
        let mut counts = Counts::default();
        if run::is_installed("cargo-nextest") {
            step("tests", || {
                counts.add(&mut cargo(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]))
            })?;
            step("doc tests", || {
                counts.add(&mut cargo(["test", "--workspace", "--locked", "--doc", "--quiet"]))
            })?;
        } else {
            step("tests", || counts.add(&mut cargo(["test", "--workspace", "--locked", "--no-fail-fast"])))?;
        }
        step("fuzz targets", || {
            run::run(&mut cargo(["check", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"]))
        })?;
        let Counts { passed, ignored } = counts;
        println!("{passed} tests passed, {ignored} ignored, in {:.0} s.", watch.elapsed().as_secs_f64());
        Ok(())
    }
}

/// How many tests came out how.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    ignored: u64,
}

impl Counts {
    /// Runs the tests and counts them; an error when one fails.
    fn add(&mut self, command: &mut std::process::Command) -> Result<()> {
        let (succeeded, lines) = tee(command)?;
        for line in &lines {
            self.read(line);
        }
        ensure!(succeeded, "there are failures");
        Ok(())
    }

    /// Reads a line like `test result: ok. 7 passed; 0 failed; 1 ignored; …` or nextest's
    /// `Summary [   1.2s] 7 tests run: 7 passed, 1 skipped`.
    fn read(&mut self, line: &str) {
        let line = line.trim_start();
        if !line.starts_with("test result:") && !line.starts_with("Summary [") {
            return;
        }
        let words: Vec<_> = line.split([' ', ',', ';', '.']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "ignored" | "skipped" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_summary_are_counted() {
        let mut counts = Counts::default();
        counts.read(
            "test result: ok. 7 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
        );
        counts.read("     Summary [   1.234s] 40 tests run: 40 passed (2 slow), 3 skipped");
        counts.read("test a_name_with_5 passed ... ok");
        assert_eq!(counts, Counts { passed: 47, ignored: 4 });
    }
}

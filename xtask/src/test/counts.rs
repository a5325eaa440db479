//! How many tests came out how.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::run::{output, tee};

/// How many tests came out how.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) ignored: u64,
}

/// Commands that run tests.
#[derive(Debug, Default)]
pub(super) struct Tests {
    pub(super) commands: Vec<Command>,
    /// Prints a line for each test that they ignore, where they do not count these themselves.
    pub(super) ignored: Option<Command>,
}

impl Counts {
    /// Runs tests as [`Counts::add_any`] does; an error also when there are none.
    pub(super) fn add(&mut self, tests: Tests) -> Result<()> {
        let before = self.passed;
        self.add_any(tests)?;
        ensure!(self.passed > before, "no test was run");
        Ok(())
    }

    /// Runs tests, all of them whatever becomes of each, and counts them; an error when one fails.
    pub(super) fn add_any(&mut self, tests: Tests) -> Result<()> {
        let mut succeeded = true;
        for mut command in tests.commands {
            let (good, lines) = tee(&mut command)?;
            succeeded &= good;
            for line in &lines {
                self.read(line);
            }
        }
        if let Some(mut command) = tests.ignored {
            self.ignored += output(&mut command)?.lines().filter(|line| !line.is_empty()).count() as u64;
        }
        ensure!(succeeded, "there are failures");
        Ok(())
    }

    /// Reads a line like `test result: ok. 7 passed; 0 failed; 1 ignored; …` or nextest's
    /// `Summary [   1.2s] 7 tests run: 7 passed, 12 skipped`. What is skipped was not asked for, or is ignored.
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
                "ignored" => self.ignored += number,
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
        assert_eq!(counts, Counts { passed: 47, ignored: 1 });
    }

    #[test]
    fn a_run_of_nothing_is_no_success() {
        let tests = |commands| Tests { commands, ignored: None };
        assert!(Counts::default().add(tests(Vec::new())).is_err());
        assert!(Counts::default().add(tests(vec![Command::new("true")])).is_err());
    }
}

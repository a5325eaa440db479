//! Companies to measure with: made once, kept in target/bench.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::folder;
use crate::run::{self, step};

/// A company that is kept in a data folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    /// An administrator and nobody else.
    Empty,
    /// Made-up people without pictures.
    People(u32),
    /// Made-up people with pictures.
    WithPictures(u32),
}

/// Where an empty company keeps its administrator's key, inside its data folder.
const KEY: &str = "bench-key.json";

impl Company {
    fn name(self) -> String {
        match self {
            Company::Empty => "data-0".to_owned(),
            Company::People(people) => format!("data-{people}"),
            Company::WithPictures(people) => format!("data-{people}-pictures"),
        }
    }

    /// The company's data folder, which is made unless it is there.
    pub(super) fn data(self, folkmoot: &Path) -> Result<PathBuf> {
        let data = folder()?.join(self.name());
        if data.exists() {
            return Ok(data);
        }
        // Made under another name, so that one that was given up half-way is not taken for whole.
        let part = data.with_extension("part");
        if part.exists() {
            fs::remove_dir_all(&part)?;
        }
        step(&format!("make {}", self.name()), || self.make(folkmoot, &part))?;
        fs::rename(&part, &data)?;
        Ok(data)
    }

    fn make(self, folkmoot: &Path, data: &Path) -> Result<()> {
        let mut command = run::program(folkmoot);
        match self {
            Company::Empty => {
                command.args(["init", "--account", "bench", "--admin", "ada", "--json"]);
                command.args(["--email", "ada@example.org", "--data"]).arg(data);
                let said = run::output(&mut command)?;
                Ok(fs::write(data.join(KEY), said)?)
            }
            Company::People(people) | Company::WithPictures(people) => {
                command.args(["demo", "--no-serve", "--json", "--people"]).arg(people.to_string());
                if let Company::People(_) = self {
                    command.arg("--no-pictures");
                }
                run::run(command.arg("--data").arg(data))
            }
        }
    }
}

/// The key of the administrator of an empty company.
pub(super) fn key_of_empty(data: &Path) -> Result<String> {
    let said: serde_json::Value = serde_json::from_slice(&fs::read(data.join(KEY))?)?;
    Ok(said["api_key"].as_str().context("init said no key")?.to_owned())
}

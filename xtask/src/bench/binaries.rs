//! The programs that are measured, as they are shipped.

use std::path::PathBuf;

use anyhow::Result;

use super::Effort;
use crate::run::{self, cargo, step};

/// Builds `folkmoot` and says where it is.
pub(super) fn folkmoot(effort: Effort) -> Result<PathBuf> {
    built("folkmoot", effort, &["--package", "folkmoot"])
}

/// Builds the bare server and says where it is.
pub(super) fn bare(effort: Effort) -> Result<PathBuf> {
    built("bare", effort, &["--package", "xtask", "--features", "bare", "--bin", "bare"])
}

fn built(name: &str, effort: Effort, arguments: &[&str]) -> Result<PathBuf> {
    if effort.build {
        step(&format!("build {name}"), || {
            run::run(cargo(["build", "--quiet", "--release", "--locked"]).args(arguments))
        })?;
    }
    Ok(run::target().join("release").join(name))
}

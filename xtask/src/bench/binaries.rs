//! The programs that are measured, as they are shipped.

use std::path::PathBuf;

use anyhow::Result;

use super::Effort;
use crate::run::{self, cargo, step};

/// The programs that the benchmarks of growth run.
pub(super) struct Programs {
    pub(super) folkmoot: PathBuf,
    pub(super) store_load: PathBuf,
}

/// Builds `folkmoot` and says where it is.
pub(super) fn folkmoot(effort: Effort) -> Result<PathBuf> {
    built("folkmoot", effort, &["--package", "folkmoot"])
}

/// Builds the bare server and says where it is.
pub(super) fn bare(effort: Effort) -> Result<PathBuf> {
    built("bare", effort, &["--package", "xtask", "--features", "bare", "--bin", "bare"])
}

/// Builds the program that fills stores and writes to them, and says where it is.
pub(super) fn store_load(effort: Effort) -> Result<PathBuf> {
    built("store_load", effort, &["--package", "xtask", "--features", "store-load", "--bin", "store_load"])
}

fn built(name: &str, effort: Effort, arguments: &[&str]) -> Result<PathBuf> {
    let profile = effort.profile.name();
    if effort.build {
        step(&format!("build {name}"), || {
            run::run(cargo(["build", "--quiet", "--locked", "--profile", profile]).args(arguments))
        })?;
    }
    // Cargo puts what it builds with either profile into the same folder.
    Ok(run::target().join("release").join(name))
}

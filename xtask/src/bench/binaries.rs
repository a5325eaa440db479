//! The programs that are measured, as they are shipped.

use std::path::PathBuf;

use anyhow::Result;

use crate::run::{self, cargo, step};

/// Builds `folkmoot` and says where it is.
pub(super) fn folkmoot() -> Result<PathBuf> {
    step("build folkmoot", || {
        run::run(&mut cargo(["build", "--quiet", "--release", "--locked", "--package", "folkmoot"]))
    })?;
    Ok(run::target().join("release/folkmoot"))
}

/// Builds the bare server and says where it is.
pub(super) fn bare() -> Result<PathBuf> {
    step("build the bare server", || {
        let mut build = cargo(["build", "--quiet", "--release", "--locked", "--package", "xtask"]);
        run::run(build.args(["--features", "bare", "--bin", "bare"]))
    })?;
    Ok(run::target().join("release/bare"))
}

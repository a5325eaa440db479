//! Documentation that the program writes about itself: the reference of its commands and settings, and
//! the description of its API.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::run::{self, cargo};

/// Where generated documentation is kept, below the root.
const REFERENCE: &str = "docs/reference";
/// Where the description of the API is kept, and what the program calls it.
const DESCRIPTION: &str = "docs/openapi.json";
const DESCRIPTION_NAME: &str = "openapi.json";

/// Writes the generated documentation anew.
#[derive(Args)]
pub(crate) struct Docs {}

impl Docs {
    #[expect(clippy::unused_self, reason = "every chore is run the same way")]
    pub(crate) fn run(&self) -> Result<()> {
        let folder = run::root().join(REFERENCE);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        generate(&folder)?;
        Ok(fs::rename(folder.join(DESCRIPTION_NAME), run::root().join(DESCRIPTION))?)
    }
}

/// Fails when the generated documentation is not what the program would write today.
pub(crate) fn check() -> Result<()> {
    let kept = run::root().join(REFERENCE);
    if !kept.exists() {
        println!("   there is no {REFERENCE} yet: nothing to compare");
        return Ok(());
    }
    let fresh = tempfile::tempdir()?;
    generate(fresh.path())?;
    let (mut kept, fresh) = (files(&kept)?, files(fresh.path())?);
    kept.insert(DESCRIPTION_NAME.into(), fs::read(run::root().join(DESCRIPTION)).unwrap_or_default());
    let mut names: Vec<_> = kept.keys().chain(fresh.keys()).collect();
    names.sort();
    names.dedup();
    let stale: Vec<_> = names.into_iter().filter(|&name| kept.get(name) != fresh.get(name)).collect();
    if stale.is_empty() {
        return Ok(());
    }
    for name in &stale {
        let folder = if name.as_path() == Path::new(DESCRIPTION_NAME) { "docs" } else { REFERENCE };
        println!("{folder}/{} is not what the program writes", name.display());
    }
    bail!("{} generated files are out of date: run `cargo xtask docs`", stale.len());
}

fn generate(folder: &Path) -> Result<()> {
    // Built with everything that the tests build: of `folkmoot` alone, cargo would compile dependencies once more.
    run::run(&mut cargo(["build", "--quiet", "--locked", "--workspace", "--bins", "--tests"]))?;
    run::run(run::program(run::target().join("debug/folkmoot")).args(["docs", "--out"]).arg(folder))
}

/// The files below `folder`, by their path from it.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                found.insert(name.to_owned(), fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

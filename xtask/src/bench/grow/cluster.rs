//! PostgreSQL servers that are kept in target/bench, and the stores on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use folkmoot_testing::Postgres;

use crate::bench::{Effort, folder};
use crate::run;

/// A PostgreSQL server.
pub(super) struct Cluster {
    pub(super) postgres: Postgres,
    folder: PathBuf,
}

/// A store on the server: a database, a folder for blobs and a key file.
pub(super) struct PlaceOfStore {
    url: String,
    folder: PathBuf,
}

impl Cluster {
    /// Starts the server that is kept under this name; makes it first unless it is there. One that is not `durable`
    /// does not wait for its disk.
    pub(super) fn open(name: &str, effort: Effort, durable: bool) -> Result<Cluster> {
        let folder = folder()?.join(format!("{}{name}", effort.pick("", "quick-")));
        let postgres = if folder.join("data/PG_VERSION").exists() {
            Postgres::reopen(&folder, durable)
        } else {
            Postgres::start(&folder, durable)
        };
        Ok(Cluster { postgres: postgres.context("PostgreSQL does not start")?, folder })
    }

    /// Runs SQL, and returns what it prints.
    pub(super) fn sql(&self, database: &str, statement: &str) -> Result<String> {
        let said = run::output(self.psql(database).args(["-c", statement]))?;
        Ok(said.trim().to_owned())
    }

    /// The SQL client, on one of the databases.
    pub(super) fn psql(&self, database: &str) -> Command {
        let mut psql = run::program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d"]).arg(self.postgres.url(database));
        psql
    }

    /// The address of a database, which is made unless it is there; whether it was.
    pub(super) fn database(&self, name: &str) -> Result<bool> {
        let query = format!("SELECT COUNT(*) FROM pg_database WHERE datname = '{name}'");
        let known = self.sql("postgres", &query)? == "1";
        if !known {
            self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        }
        Ok(known)
    }

    /// Where the store called `name` is.
    pub(super) fn store(&self, name: &str) -> PlaceOfStore {
        PlaceOfStore { url: self.postgres.url(name), folder: self.folder.join(name) }
    }
}

impl PlaceOfStore {
    /// A file in the store's folder, which is made unless it is there.
    pub(super) fn file(&self, name: &str) -> Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        Ok(self.folder.join(name))
    }

    /// Tells the program that fills stores where the store is.
    pub(super) fn tell(&self, command: &mut Command) -> Result<()> {
        command.args(["--url", &self.url]).arg("--keys").arg(self.file("key")?);
        command.arg("--blobs").arg(self.file("blobs")?);
        Ok(())
    }

    /// Tells `folkmoot migrate-store` that this is where to.
    pub(super) fn tell_as_target(&self, command: &mut Command) -> Result<()> {
        let blobs = format!("file:{}", self.file("blobs")?.display());
        command.args(["--to", &self.url, "--to-blobs", &blobs, "--to-key"]).arg(self.file("key")?);
        Ok(())
    }

    /// Writes a configuration file for `folkmoot` with this store and these other settings.
    pub(super) fn configuration(&self, name: &str, settings: &[(&str, &str)]) -> Result<PathBuf> {
        let path = self.file(name)?;
        let (keys, blobs) = (self.file("key")?, self.file("blobs")?);
        let blobs = format!("file:{}", blobs.display());
        let own = [
            ("store.url", self.url.as_str()),
            ("keys.file", keys.to_str().context("a path that is not UTF-8")?),
            ("blobs.url", &blobs),
            // Warnings of what a benchmark does on purpose are no part of its output.
            ("log.level", "error"),
        ];
        let lines = own.iter().chain(settings).map(|(key, value)| format!("{key} = {value:?}\n"));
        fs::write(&path, lines.collect::<String>())?;
        Ok(path)
    }
}

/// Runs the program that fills stores, and returns the JSON that it prints.
pub(super) fn store_load(
    program: &Path,
    place: &PlaceOfStore,
    work: &str,
    arguments: &[&str],
) -> Result<serde_json::Value> {
    let mut command = run::program(program);
    command.arg(work);
    place.tell(&mut command)?;
    command.args(arguments).stderr(std::process::Stdio::inherit());
    let output = command.output()?;
    anyhow::ensure!(output.status.success(), "{work} failed: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

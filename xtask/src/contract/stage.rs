//! The server that is asked: a made-up company, served on a port of the loopback.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use folkmoot_testing::{ACCESS_KEY, Postgres, SECRET_KEY};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::StoreKind;
use crate::run;

const PEOPLE: &str = "40";

/// Everything, running.
pub(super) struct Stage {
    // Stopped before what they stand on is.
    server: Running,
    credentials: String,
    caller: String,
    log: PathBuf,
    backend: Option<Backend>,
}

/// What a server on PostgreSQL stands on.
struct Backend {
    postgres: Postgres,
    s3: Running,
    s3_address: SocketAddr,
}

/// A program that says when it is ready, and is asked to stop when this is dropped.
struct Running {
    child: Child,
    said: String,
    /// Kept open, for a program that says more.
    _output: BufReader<ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Result<Running> {
        let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start a server")?;
        let mut output = BufReader::new(child.stdout.take().context("a server without output")?);
        let mut said = String::new();
        output.read_line(&mut said)?;
        Ok(Running { child, said, _output: output })
    }

    fn ready(&self, name: &'static str) -> Result<String> {
        let said: Value =
            serde_json::from_str(&self.said).context("the server said nothing that says it is ready")?;
        Ok(said[name].as_str().context(name)?.to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let asked = Pid::from_raw(self.child.id().cast_signed()).map(|pid| kill_process(pid, Signal::TERM));
        if !matches!(asked, Some(Ok(()))) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        let _ = self.postgres.stop();
    }
}

impl Stage {
    /// Makes up a company in `folder`, and serves it. The server says in `log` what it does.
    pub(super) fn set(folder: &Path, store: StoreKind, log: PathBuf) -> Result<Stage> {
        let data = folder.join("data");
        let demo = || {
            let mut command = folkmoot();
            command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--people", PEOPLE, "--data"]);
            command.arg(&data);
            command
        };
        let output = File::create(&log)?;
        let mut server = Running::start(demo().stderr(output.try_clone()?))?;
        let (username, key) = (server.ready("username")?, server.ready("api_key")?);
        let mut backend = None;
        if store == StoreKind::Postgres {
            drop(server);
            let under = Backend::start(folder)?;
            let url = under.postgres.url("folkmoot");
            let mut moving = under.folkmoot();
            moving.args(["migrate-store", "--to", &url, "--to-blobs", BUCKET, "--settle", "0", "--data"]);
            run::output(moving.arg(&data))?;
            let mut serve = under.folkmoot();
            serve.args(["serve", "--json", "--listen", "127.0.0.1:0"]).env("FOLKMOOT_STORE_URL", url);
            serve.env("FOLKMOOT_BLOBS_URL", BUCKET).env("FOLKMOOT_KEYS_FILE", data.join("key"));
            server = Running::start(serve.stderr(output))?;
            backend = Some(under);
        }
        let credentials = format!("{username}:{key}");
        let mut stage = Stage { server, credentials, caller: String::new(), log, backend };
        let me: Value = serde_json::from_str(&stage.get("/users/me.json")?)?;
        stage.caller = me["id"].to_string();
        Ok(stage)
    }

    /// The address, without a slash at its end.
    pub(super) fn url(&self) -> String {
        self.server.ready("url").unwrap_or_default()
    }

    /// The administrator's name and API key, with a colon between them.
    pub(super) fn credentials(&self) -> &str {
        &self.credentials
    }

    /// The administrator's number.
    pub(super) fn caller(&self) -> &str {
        &self.caller
    }

    /// Where the server says what it does.
    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// The description of the API, as it is served.
    pub(super) fn document(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.get("/openapi.json")?)?)
    }

    /// Whether the caller is still who they were, the server is there, and it has logged no error.
    pub(super) fn must_be_well(&self) -> Result<()> {
        let me: Value = serde_json::from_str(&self.get("/users/me.json")?)?;
        let caller = me["id"].to_string();
        ensure!(caller == self.caller, "the caller is not there any more");
        let faults = Stage::faults(&std::fs::read_to_string(&self.log)?);
        ensure!(faults.is_empty(), "the server has logged: {}", faults.join("\n"));
        let _ = &self.backend;
        Ok(())
    }

    fn faults(log: &str) -> Vec<String> {
        let is_fault = |line: &&str| {
            line.contains("panicked") || line.contains("ERROR") || line.contains("\"level\":\"error\"")
        };
        log.lines().filter(is_fault).map(str::to_owned).collect()
    }

    fn get(&self, path: &str) -> Result<String> {
        let mut command = run::program("curl");
        command.args(["-sSf", "-u", &self.credentials, "-H", "X-API-Version: 2.0.0"]);
        run::output(command.arg(format!("{}{path}", self.url())))
    }
}

/// Where pictures are kept beside PostgreSQL.
const BUCKET: &str = "s3://pictures/contract";

impl Backend {
    fn start(folder: &Path) -> Result<Backend> {
        let postgres = Postgres::start(&folder.join("postgres"), false)?;
        let statement = "CREATE DATABASE folkmoot";
        run::run(run::program("psql").args(["-q", &postgres.url("postgres"), "-c", statement]))?;
        let s3_address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut s3 = run::program(run::target().join("debug/s3-server"));
        s3.arg("--folder").arg(folder.join("s3")).args(["--listen", &s3_address.to_string()]);
        let s3 = Running::start(s3.stderr(Stdio::null()))?;
        Ok(Backend { postgres, s3, s3_address })
    }

    /// The product, told where the bucket is.
    fn folkmoot(&self) -> Command {
        let _ = &self.s3;
        let mut command = folkmoot();
        command
            .env("FOLKMOOT_S3_ENDPOINT", format!("http://{}", self.s3_address))
            .env("FOLKMOOT_S3_ACCESS_KEY", ACCESS_KEY)
            .env("FOLKMOOT_S3_SECRET_KEY", SECRET_KEY)
            .env("FOLKMOOT_S3_PATH_STYLE", "true");
        command
    }
}

/// The product, without the settings of whoever runs this.
fn folkmoot() -> Command {
    let mut command = run::program(run::target().join("debug/folkmoot"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("FOLKMOOT_")) {
        command.env_remove(name);
    }
    // Nobody waits here for something to happen: each would be asked for a minute of the run.
    command.env("FOLKMOOT_CHANGES_MAX_WAITING", "0");
    // Each request says that it comes from another client: see `hooks.py`.
    command.env("FOLKMOOT_SERVER_TRUSTED_PROXIES", "127.0.0.1");
    command
}

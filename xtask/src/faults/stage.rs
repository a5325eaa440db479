//! What the faults happen to: PostgreSQL and an S3 server on a small disk of their own, two nodes, and the wires
//! between them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use folkmoot_testing::{ACCESS_KEY, Postgres, SECRET_KEY};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::proxy::Proxy;
use crate::clock::Stopwatch;
use crate::run;

/// The disk that database and bucket share: small enough to be filled in a moment.
const DISK: &str = "size=1500m";
/// Makes the clock of a process what a file says; from Debian's package faketime.
const FAKE_CLOCK: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
/// People besides the administrator.
pub(super) const PEOPLE: u32 = 40;
/// How long a node may take to answer after all is well again.
const RECOVERY: Duration = Duration::from_mins(1);

/// Programs that are run.
pub(super) struct Programs {
    pub(super) folkmoot: PathBuf,
    pub(super) s3: PathBuf,
}

/// Everything, running.
pub(super) struct Stage {
    folder: PathBuf,
    disk: PathBuf,
    programs: Programs,
    postgres: Postgres,
    s3: Mutex<Option<Child>>,
    s3_address: SocketAddr,
    pub(super) nodes: [Node; 2],
    /// The administrator's API key.
    pub(super) key: String,
}

/// A node, running or not.
pub(super) struct Node {
    pub(super) address: SocketAddr,
    pub(super) to_postgres: Proxy,
    pub(super) to_s3: Proxy,
    process: Mutex<Option<Child>>,
    clock: PathBuf,
    log: PathBuf,
}

impl Stage {
    /// Sets everything up in `folder`, and an account with people.
    pub(super) fn set(folder: &Path, programs: Programs) -> Result<Stage> {
        ensure!(Path::new(FAKE_CLOCK).exists(), "no {FAKE_CLOCK}; apt-get install faketime");
        let disk = folder.join("disk");
        fs::create_dir_all(&disk)?;
        run::run(run::program("mount").args(["-t", "tmpfs", "-o", DISK, "folkmoot-faults"]).arg(&disk))
            .context("a disk of its own needs root")?;
        let postgres = Postgres::start(&disk.join("postgres"), true)?;
        let s3_address = free_address()?;
        let s3 = start_s3(&programs.s3, &disk, s3_address)?;
        let database = SocketAddr::from(([127, 0, 0, 1], postgres.port()));
        let node = |name: &str| -> Result<Node> {
            Ok(Node {
                address: free_address()?,
                to_postgres: Proxy::to(database)?,
                to_s3: Proxy::to(s3_address)?,
                process: Mutex::new(None),
                clock: folder.join(format!("{name}.clock")),
                log: folder.join(format!("{name}.log")),
            })
        };
        let nodes = [node("one")?, node("two")?];
        let mut stage = Stage {
            folder: folder.to_owned(),
            disk,
            programs,
            postgres,
            s3: Mutex::new(Some(s3)),
            s3_address,
            nodes,
            key: String::new(),
        };
        run::run(run::program("psql").args([
            "-q",
            &stage.postgres.url("postgres"),
            "-c",
            "CREATE DATABASE folkmoot",
        ]))?;
        stage.key = stage.make_account()?;
        for at in 0..stage.nodes.len() {
            stage.start_node(at)?;
        }
        Ok(stage)
    }

    fn make_account(&self) -> Result<String> {
        let made = self.folkmoot(&[
            "init",
            "--account",
            "acme",
            "--admin",
            "ada",
            "--email",
            "ada@acme.example",
            "--json",
        ])?;
        let key = made["api_key"].as_str().context("no key")?.to_owned();
        let mut people = "username,email,first_name,last_name,date_hired\n".to_owned();
        for number in 0..PEOPLE {
            writeln!(people, "user{number},user{number}@acme.example,User,N{number},2020-01-01")?;
        }
        let file = self.folder.join("people.csv");
        fs::write(&file, people)?;
        self.folkmoot(&["import", "people", &file.to_string_lossy(), "--json"])?;
        Ok(key)
    }

    /// Has every change of somebody posted to `url`; from which revision on.
    pub(super) fn subscribe(&self, url: &str) -> Result<u64> {
        self.wait_until_well()?;
        let subscription = ["--name", "ledger", "--handle", "User.Edit", "--url", url, "--json"];
        self.folkmoot(&[&["webhooks", "add"], &subscription[..]].concat())?;
        // As the feed has it, and before anybody writes.
        let path = "/changes.json?since=0&limit=1000";
        let answer = super::client::ask(self.nodes[0].address, "GET", path, "ada", &self.key, None)?;
        let page: Value = serde_json::from_slice(&answer.body)?;
        ensure!(page["more"] == false, "more than a thousand changes, and nobody has written yet");
        page["next"].as_u64().context("no next")
    }

    /// Runs a command of the product on the store, past the wires; what it says as JSON.
    pub(super) fn folkmoot(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = self.command(self.postgres.port(), self.s3_address);
        let output = command.args(arguments).stderr(Stdio::null()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        match serde_json::from_str(&text) {
            Ok(said) => Ok(said),
            Err(_) => bail!("folkmoot {arguments:?}: {}: {text}", output.status),
        }
    }

    fn command(&self, postgres: u16, s3: SocketAddr) -> Command {
        let mut command = run::program(&self.programs.folkmoot);
        command
            .env("FOLKMOOT_STORE_URL", format!("postgres://folkmoot@127.0.0.1:{postgres}/folkmoot"))
            .env("FOLKMOOT_BLOBS_URL", "s3://pictures/faults")
            .env("FOLKMOOT_S3_ENDPOINT", format!("http://{s3}"))
            .env("FOLKMOOT_S3_ACCESS_KEY", ACCESS_KEY)
            .env("FOLKMOOT_S3_SECRET_KEY", SECRET_KEY)
            .env("FOLKMOOT_S3_PATH_STYLE", "true")
            .env("FOLKMOOT_KEYS_FILE", self.folder.join("key"))
            .env("FOLKMOOT_PICTURES_URLS", "private")
            .env("FOLKMOOT_WEBHOOKS_ALLOW_PRIVATE", "true")
            .env("FOLKMOOT_WEBHOOKS_RETRY_SECONDS", "1")
            .env("FOLKMOOT_LOG_LEVEL", "info");
        command
    }

    /// Starts a node that does not run.
    pub(super) fn start_node(&self, at: usize) -> Result<()> {
        let node = &self.nodes[at];
        let mut process = node.process.lock().unwrap_or_else(PoisonError::into_inner);
        if process.is_some() {
            return Ok(());
        }
        node.set_clock("+0")?;
        let log = File::options().create(true).append(true).open(&node.log)?;
        let mut command = self.command(node.to_postgres.address().port(), node.to_s3.address());
        let child = command
            .env("FOLKMOOT_SERVER_LISTEN", node.address.to_string())
            .env("LD_PRELOAD", FAKE_CLOCK)
            .env("FAKETIME_TIMESTAMP_FILE", &node.clock)
            .env("FAKETIME_CACHE_DURATION", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        *process = Some(child);
        Ok(())
    }

    /// Kills a node, as a power cut would.
    pub(super) fn kill_node(&self, at: usize) -> Result<()> {
        let process = self.nodes[at].process.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut child) = process {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Stops a node as its operator would.
    pub(super) fn stop_node(&self, at: usize) -> Result<()> {
        let process = self.nodes[at].process.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut child) = process {
            let pid = Pid::from_raw(child.id().cast_signed()).context("no process")?;
            kill_process(pid, Signal::TERM)?;
            let status = child.wait()?;
            ensure!(status.success(), "a node that was asked to stop ended with {status}");
        }
        Ok(())
    }

    pub(super) fn kill_postgres(&self) -> Result<()> {
        self.postgres.kill()
    }

    /// Starts PostgreSQL again, once what was left of it is gone.
    pub(super) fn restart_postgres(&self) -> Result<()> {
        let mut tries = 0;
        loop {
            match self.postgres.restart() {
                Ok(()) => return Ok(()),
                Err(error) if tries == 60 => return Err(error),
                Err(_) => tries += 1,
            }
            thread::sleep(Duration::from_millis(500));
        }
    }

    pub(super) fn kill_s3(&self) -> Result<()> {
        if let Some(mut child) = self.s3.lock().unwrap_or_else(PoisonError::into_inner).take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    pub(super) fn restart_s3(&self) -> Result<()> {
        let child = start_s3(&self.programs.s3, &self.disk, self.s3_address)?;
        *self.s3.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        Ok(())
    }

    /// Fills the disk to the last byte.
    pub(super) fn fill_disk(&self) -> Result<()> {
        let mut ballast = File::create(self.ballast())?;
        let block = vec![0x55; 1 << 20];
        while ballast.write_all(&block).is_ok() {}
        let mut rest = block.len();
        while rest > 0 {
            if ballast.write_all(&block[..rest]).is_err() {
                rest /= 2;
            }
        }
        Ok(())
    }

    pub(super) fn empty_disk(&self) -> Result<()> {
        match fs::remove_file(self.ballast()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn ballast(&self) -> PathBuf {
        self.disk.join("ballast")
    }

    /// Whether PostgreSQL answers.
    pub(super) fn postgres_answers(&self) -> bool {
        let url = self.postgres.url("folkmoot");
        run::output(run::program("psql").args(["-qtA", &url, "-c", "SELECT 1"])).is_ok()
    }

    /// Waits until every node answers.
    pub(super) fn wait_until_well(&self) -> Result<()> {
        let watch = Stopwatch::start();
        for (at, node) in self.nodes.iter().enumerate() {
            while !node.answers(&self.key) {
                ensure!(watch.elapsed() < RECOVERY, "node {at} does not answer, and all is well around it");
                thread::sleep(Duration::from_millis(200));
            }
        }
        Ok(())
    }

    /// Everything that nodes have logged.
    pub(super) fn logs(&self) -> Result<String> {
        let logs = self.nodes.iter().map(|node| fs::read_to_string(&node.log));
        logs.collect::<Result<String, _>>().map_err(Into::into)
    }
}

impl Node {
    /// Sets its clock: an offset such as `+3600s`.
    pub(super) fn set_clock(&self, offset: &str) -> Result<()> {
        // Whole or not at all: the node reads it while it is written.
        let new = self.clock.with_extension("new");
        fs::write(&new, offset)?;
        Ok(fs::rename(new, &self.clock)?)
    }

    fn answers(&self, key: &str) -> bool {
        let answer = super::client::ask(self.address, "GET", "/users/me.json", "ada", key, None);
        answer.is_ok_and(|answer| answer.status == 200)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for at in 0..self.nodes.len() {
            let _ = self.kill_node(at);
        }
        let _ = self.kill_s3();
        let _ = self.empty_disk();
        let _ = self.postgres.stop();
        // The server's log is on the disk that goes.
        let _ = fs::copy(self.disk.join("postgres/log"), self.folder.join("postgres.log"));
        let _ = run::run(run::program("umount").arg("-l").arg(&self.disk));
    }
}

fn start_s3(program: &Path, disk: &Path, address: SocketAddr) -> Result<Child> {
    let mut child = run::program(program)
        .arg("--folder")
        .arg(disk.join("s3"))
        .args(["--listen", &address.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut line = String::new();
    let said = child.stdout.take().context("no output")?;
    BufReader::new(said).read_line(&mut line)?;
    ensure!(TcpStream::connect(address).is_ok(), "the S3 server does not answer: {line}");
    Ok(child)
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

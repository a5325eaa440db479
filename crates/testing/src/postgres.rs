//! A PostgreSQL server of one's own, on a free port of this machine.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};

/// Where Debian keeps PostgreSQL's programs: `/usr/lib/postgresql/15/bin`.
const PROGRAMS: &str = "/usr/lib/postgresql";
/// How often to look whether it has started, how long to wait between, and how often to start it anew.
const LOOKS: u32 = 1200;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
const STARTS: u32 = 40;

/// A running server. Dropping it stops it, and it does not outlive this process, however that ends.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    port: u16,
    durable: bool,
    server: Mutex<Option<Running>>,
}

/// A server's process, and the thread that started it and waits for its end: the system stops it when that thread is
/// gone.
#[derive(Debug)]
struct Running {
    process: Pid,
    waiting: JoinHandle<()>,
}

impl Postgres {
    /// Makes a cluster in `folder`, which must be empty or missing and be within everybody's reach, and starts it.
    /// Unless `durable`, it does not wait for its disk: quicker, for tests that kill nothing.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start(folder: &Path, durable: bool) -> Result<Postgres> {
        fs::create_dir_all(folder)?;
        // PostgreSQL refuses to run as root: the folder is to be another's, who can get there.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777))?;
        let server =
            Postgres { folder: folder.to_owned(), port: free_port()?, durable, server: Mutex::new(None) };
        let mut initdb = as_nobody("initdb")?;
        initdb.arg("-D").arg(server.data()).args([
            "--username=folkmoot",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--no-sync",
        ]);
        let made = initdb.output()?;
        if !made.status.success() {
            bail!("{initdb:?} failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        server.restart()?;
        Ok(server)
    }

    /// Starts the cluster that [`Postgres::start`] has made in `folder` and that was stopped since; it need not be as
    /// durable as it was.
    ///
    /// # Errors
    /// When there is none, or it does not start.
    pub fn reopen(folder: &Path, durable: bool) -> Result<Postgres> {
        let server =
            Postgres { folder: folder.to_owned(), port: free_port()?, durable, server: Mutex::new(None) };
        server.restart()?;
        Ok(server)
    }

    /// Starts it again after [`Postgres::kill`] or [`Postgres::stop`].
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&self) -> Result<()> {
        for _ in 0..STARTS {
            let server = self.spawn()?;
            if self.is_ready(&server) {
                *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
                return Ok(());
            }
            // Backends of one that was killed may still be on their way out.
            let _ = server.end(Signal::KILL);
            thread::sleep(BETWEEN_LOOKS);
        }
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let end: Vec<&str> = log.lines().rev().take(10).collect();
        bail!("PostgreSQL does not start: {}", end.into_iter().rev().collect::<Vec<_>>().join("\n"))
    }

    fn spawn(&self) -> Result<Running> {
        let mut command = as_nobody("postgres")?;
        let port = format!("port={}", self.port);
        let mut settings = vec![&*port, "listen_addresses=127.0.0.1", "max_connections=300"];
        settings.push("unix_socket_directories=");
        if !self.durable {
            settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
        }
        for setting in settings {
            command.args(["-c", setting]);
        }
        let log = File::options().create(true).append(true).open(self.log())?;
        command.arg("-D").arg(self.data()).stdout(log.try_clone()?).stderr(log);
        let (started, process) = mpsc::channel();
        let waiting = thread::spawn(move || {
            let mut child = command.spawn();
            let _ = started.send(child.as_ref().map(Pid::from_child).map_err(io::Error::kind));
            if let Ok(child) = &mut child {
                let _ = child.wait();
            }
        });
        let process = process.recv()?.map_err(|kind| anyhow!("cannot run setpriv: {kind}"))?;
        Ok(Running { process, waiting })
    }

    /// Waits until `server` takes connections; `false` when it has ended instead.
    fn is_ready(&self, server: &Running) -> bool {
        let id = server.process.as_raw_nonzero().to_string();
        for _ in 0..LOOKS {
            let state = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
            let mut lines = state.lines().map(str::trim);
            if lines.next() == Some(&*id) && lines.nth(6) == Some("ready") {
                return true;
            }
            if server.waiting.is_finished() {
                return false;
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        false
    }

    /// Kills it, as a power cut would; its children notice within moments and go too.
    ///
    /// # Errors
    /// When it is not running.
    pub fn kill(&self) -> Result<()> {
        self.end(Signal::KILL)
    }

    /// Stops it and ends every connection.
    ///
    /// # Errors
    /// When it is not running.
    pub fn stop(&self) -> Result<()> {
        self.end(Signal::INT)
    }

    fn end(&self, signal: Signal) -> Result<()> {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        server.context("PostgreSQL is not running")?.end(signal)
    }

    /// Its first process, the parent of all others; `None` when it is not running.
    pub fn process(&self) -> Option<Pid> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|server| server.process)
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's address, without a database.
    pub fn address(&self) -> String {
        format!("postgres://folkmoot@127.0.0.1:{}", self.port)
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.address())
    }

    /// The folder of its cluster.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

impl Running {
    fn end(self, signal: Signal) -> Result<()> {
        if !self.waiting.is_finished() {
            kill_process(self.process, signal)?;
        }
        self.waiting.join().map_err(|_| anyhow!("whoever waits for PostgreSQL panicked"))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// One of PostgreSQL's programs, the newest there is, to be run as somebody who is not root, and to end when the thread
/// that started it does.
fn as_nobody(program: &str) -> Result<Command> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if rustix::process::geteuid().is_root() {
        command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
    }
    command.arg("--").arg(programs()?.join(program)).current_dir("/").stdin(Stdio::null());
    Ok(command)
}

/// The folder of the newest PostgreSQL's programs.
///
/// # Errors
/// When there are none.
pub fn programs() -> Result<PathBuf> {
    let missing =
        || format!("no PostgreSQL server in {PROGRAMS}; install it with: apt-get install postgresql");
    let versions = fs::read_dir(PROGRAMS).with_context(missing)?;
    let newest = versions
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| Path::new(PROGRAMS).join(version.to_string()).join("bin/initdb").exists())
        .max()
        .with_context(missing)?;
    Ok(Path::new(PROGRAMS).join(newest.to_string()).join("bin"))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

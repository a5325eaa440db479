//! Servers that are measured: started, told from their ready line, stopped.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::data::{self, Company};
use crate::run;

/// A server that is stopped when this is dropped.
pub(super) struct Server {
    child: Child,
    /// Kept open, for a server that says more.
    said: BufReader<ChildStdout>,
    ready: Value,
}

/// An administrator's name and key.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) username: String,
    pub(super) key: String,
}

impl Credentials {
    /// The value of an `Authorization` header.
    pub(super) fn basic(&self) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", self.username, self.key)))
    }

    /// What requests to the API come with.
    pub(super) fn headers(&self) -> Vec<String> {
        vec![format!("Authorization: {}", self.basic()), "X-API-Version: 2.0.0".to_owned()]
    }
}

impl Server {
    /// Starts a server that prints a line of JSON with its `url` when it is ready.
    pub(super) fn start(command: &mut Command) -> Result<Server> {
        // Settings of whoever runs this are not what is to be measured.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("FOLKMOOT_"))
        {
            command.env_remove(name);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start a server")?;
        let stdout = child.stdout.take().context("a server without output")?;
        let mut server = Server { child, said: BufReader::new(stdout), ready: Value::Null };
        let mut line = String::new();
        server.said.read_line(&mut line)?;
        server.ready =
            serde_json::from_str(&line).context("the server said nothing that says it is ready")?;
        Ok(server)
    }

    /// `folkmoot demo` of a company with people; its ready line has the key.
    pub(super) fn demo(folkmoot: &Path, company: Company) -> Result<Server> {
        let data = company.data(folkmoot)?;
        let mut command = run::program(folkmoot);
        match company {
            Company::Empty => bail!("a demo has people"),
            Company::People(people) | Company::WithPictures(people) => {
                command
                    .args(["demo", "--json", "--listen", "127.0.0.1:0", "--people"])
                    .arg(people.to_string());
            }
        }
        Server::start(command.arg("--data").arg(data))
    }

    /// `folkmoot serve`.
    pub(super) fn serve(folkmoot: &Path, data: &Path) -> Result<Server> {
        let mut command = run::program(folkmoot);
        Server::start(command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data))
    }

    /// `folkmoot serve` with this configuration file; on one core alone, if one is given.
    pub(super) fn configured(folkmoot: &Path, configuration: &Path, core: Option<usize>) -> Result<Server> {
        let mut command = match core {
            Some(core) => {
                let mut command = run::program("taskset");
                command.args(["--cpu-list", &core.to_string()]).arg(folkmoot);
                command
            }
            None => run::program(folkmoot),
        };
        command.arg("--config").arg(configuration);
        Server::start(command.args(["serve", "--json", "--listen", "127.0.0.1:0"]))
    }

    /// The process.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The address, without a slash at its end.
    pub(super) fn url(&self) -> Result<&str> {
        self.ready["url"].as_str().context("the server said no url")
    }

    /// The administrator's credentials, as `demo` prints them.
    pub(super) fn credentials(&self) -> Result<Credentials> {
        let text =
            |name: &'static str| Ok::<_, anyhow::Error>(self.ready[name].as_str().context(name)?.to_owned());
        Ok(Credentials { username: text("username")?, key: text("api_key")? })
    }

    /// The credentials of the company's administrator.
    pub(super) fn credentials_of(folkmoot: &Path, company: Company) -> Result<Credentials> {
        match company {
            Company::Empty => {
                let key = data::key_of_empty(&company.data(folkmoot)?)?;
                Ok(Credentials { username: "ada".to_owned(), key })
            }
            Company::People(_) | Company::WithPictures(_) => Server::demo(folkmoot, company)?.credentials(),
        }
    }

    /// Resident memory, in KiB.
    pub(super) fn resident(&self) -> Result<u64> {
        self.memory("VmRSS:")
    }

    /// The most memory that was ever resident, in KiB.
    pub(super) fn most_resident(&self) -> Result<u64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &'static str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context(name)?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// Asks who is asking, over a new connection, and waits for the whole answer.
    pub(super) fn ask_me(&self, credentials: &Credentials) -> Result<()> {
        let authority = self.url()?.trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority)?;
        let headers = credentials.headers().join("\r\n");
        let head = format!(
            "GET /users/me.json HTTP/1.1\r\nHost: {authority}\r\n{headers}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(
            answer.starts_with("HTTP/1.1 200"),
            "the server answered: {}",
            answer.lines().next().unwrap_or("")
        );
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What cannot be asked to stop any more has stopped.
        let asked = Pid::from_raw(self.child.id() as i32).map(|pid| kill_process(pid, Signal::TERM));
        if !matches!(asked, Some(Ok(()))) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
        // The port and the data folder's lock are free a moment later.
        std::thread::sleep(Duration::from_millis(50));
    }
}

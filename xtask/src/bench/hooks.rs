//! Webhooks to a receiver that is prompt, one that is slow and one that fails: how long each takes for all events, whether
//! they come in order, and whether anybody waits for somebody else.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::server::Server;
use super::table::{Table, thousands};
use super::{Effort, binaries, folder};
use crate::clock::Stopwatch;
use crate::{receiver, run};

/// How long the slow receiver takes for each.
const SLOW: Duration = Duration::from_millis(2);
/// How long all of it may take.
const PATIENCE: Duration = Duration::from_mins(10);

pub(super) fn run(effort: Effort) -> Result<String> {
    let folkmoot = binaries::folkmoot(effort)?;
    let events = effort.pick(10_000, 300);
    let data = folder()?.join("data-hooks");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    run::run(
        run::program(&folkmoot)
            .args(["init", "--account", "acme", "--admin", "ada", "--email", "ada@acme.example", "--data"])
            .arg(&data),
    )?;
    let receivers = [
        Receiver::start("prompt", 200, None)?,
        Receiver::start("slow", 200, Some(SLOW))?,
        Receiver::start("failing", 500, None)?,
    ];
    let mut configuration = String::new();
    writeln!(configuration, "[store]\nurl = \"sqlite:{}\"", data.display())?;
    writeln!(configuration, "[webhooks]\nallow_private = \"true\"\nretry_seconds = 1")?;
    let file = data.with_extension("toml");
    fs::write(&file, configuration)?;
    let command = |arguments: &[&str]| {
        let mut command = run::program(&folkmoot);
        command.arg("--config").arg(&file).args(arguments);
        run::run(&mut command)
    };
    for receiver in &receivers {
        let url = format!("http://{}/", receiver.address);
        command(&["webhooks", "add", "--name", receiver.name, "--handle", "User.Add", "--url", &url])?;
    }
    let _server = Server::configured(&folkmoot, &file, None)?;
    let people = people(&data, events)?;
    command(&["import", "people", &people])?;
    let watch = Stopwatch::start();
    let mut table =
        Table::new(["receiver", "events", "requests", "seconds", "events a second", "out of order"]);
    for receiver in &receivers[..2] {
        while receiver.seen().events < events {
            ensure!(
                watch.elapsed() < PATIENCE,
                "{} has {} of {events}",
                receiver.name,
                receiver.seen().events
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    for receiver in &receivers {
        let seen = receiver.seen();
        let seconds = seen.last.saturating_sub(seen.first.unwrap_or_default()).as_secs_f64();
        table.row([
            receiver.name.to_owned(),
            thousands(seen.events),
            thousands(seen.requests),
            format!("{seconds:.1}"),
            if seen.events > 1 { format!("{:.0}", seen.events as f64 / seconds) } else { "-".to_owned() },
            seen.disordered.to_string(),
        ]);
    }
    Ok(format!(
        "{table}\n{} people imported at once, each an event, while a prompt receiver, one that takes {} ms for each and one \
         that answers 500 are subscribed; a data directory. Seconds are from each receiver's first \
         event to its last; the failing one is asked again, event by event, with growing pauses.\n",
        thousands(events),
        SLOW.as_millis()
    ))
}

/// A table of so many people.
fn people(data: &Path, count: u64) -> Result<String> {
    let mut table = "username,email,first_name,last_name,hire_date\n".to_owned();
    for number in 0..count {
        writeln!(table, "p{number},p{number}@acme.example,First,Last{number},2020-01-01")?;
    }
    let path = data.with_extension("csv");
    fs::write(&path, table)?;
    Ok(path.to_str().context("a path that is no text")?.to_owned())
}

/// What a receiver has seen.
#[derive(Clone, Copy, Default)]
struct Seen {
    requests: u64,
    /// Those that were new.
    events: u64,
    newest: u64,
    disordered: u64,
    /// When the first and the last new one came.
    first: Option<Duration>,
    last: Duration,
}

struct Receiver {
    name: &'static str,
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Receiver {
    /// One that answers with this status, after so long.
    fn start(name: &'static str, status: u16, delay: Option<Duration>) -> Result<Receiver> {
        let seen = Arc::new(Mutex::<Seen>::default());
        let (shared, watch) = (Arc::clone(&seen), Stopwatch::start());
        let address = receiver::start(move |revision| {
            {
                let mut seen = shared.lock().unwrap_or_else(PoisonError::into_inner);
                seen.requests += 1;
                if revision > seen.newest {
                    (seen.newest, seen.events, seen.last) = (revision, seen.events + 1, watch.elapsed());
                    seen.first = seen.first.or(Some(seen.last));
                } else if revision < seen.newest {
                    seen.disordered += 1;
                }
            }
            if let Some(delay) = delay {
                std::thread::sleep(delay);
            }
            status
        })?;
        Ok(Receiver { name, address, seen })
    }

    fn seen(&self) -> Seen {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

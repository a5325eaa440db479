//! From a write on one node until another shows it.

use std::fs;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::caller::{Caller, Target};
use super::cluster::Cluster;
use super::many;
use crate::bench::Effort;
use crate::bench::binaries::Programs;
use crate::bench::server::Server;
use crate::bench::table::Table;
use crate::clock::Stopwatch;
use crate::run;

/// How long nodes take to know of each other, and to stop waiting for one that is gone.
const SETTLING: Duration = Duration::from_secs(4);
/// The longest that is waited for a write to be seen.
const LONGEST: f64 = 10.0;
const USER: &str = "/users/7";

/// Seconds that a write took.
#[derive(Clone, Copy)]
struct Times {
    /// Until its answer.
    answered: f64,
    /// Until the other node showed it.
    seen: f64,
}

pub(super) fn run(programs: &Programs, cluster: &Cluster, effort: Effort) -> Result<String> {
    let place = cluster.store(many::STORE);
    let configuration = place.configuration("visibility.toml", &[("server.base_domain", many::DOMAIN)])?;
    let node = || Server::configured(&programs.folkmoot, &configuration, None);
    let target = many::administrators(&place)?.into_iter().next().context("no company")?;
    let portraits = portraits(programs, &place.file("portraits")?)?;
    let mut table = Table::new([
        "nodes",
        "writes",
        "answer, p50 ms",
        "answer, p99 ms",
        "seen elsewhere, from the answer: p50 ms",
        "most ms",
        "from the request: most ms",
    ]);
    let mut note = |name: &str, mut times: Vec<Times>| {
        times.sort_by(|one, other| one.answered.total_cmp(&other.answered));
        let answered = |share: usize| times[(times.len() - 1) * share / 100].answered;
        let mut after: Vec<f64> = times.iter().map(|times| (times.seen - times.answered).max(0.0)).collect();
        after.sort_by(f64::total_cmp);
        let most = times.iter().map(|times| times.seen).fold(0.0, f64::max);
        let show = |seconds: f64| format!("{:.1}", seconds * 1000.0);
        println!("   {name}: answered in {} ms, seen within {} ms", show(answered(50)), show(most));
        table.row([
            name.to_owned(),
            times.len().to_string(),
            show(answered(50)),
            show(answered(99)),
            show(after[(after.len() - 1) / 2]),
            show(after[after.len() - 1]),
            show(most),
        ]);
    };
    let writes = effort.pick(200, 10);

    let first = node()?;
    note("one alone", together(&first, &first, &target, &portraits, writes)?);
    let second = node()?;
    thread::sleep(SETTLING);
    note("two", together(&first, &second, &target, &portraits, writes)?);

    let few = effort.pick(15, 2);
    {
        let _cut = Cut::again_and_again(cluster)?;
        thread::sleep(SETTLING);
        note(
            "two, their `LISTEN` sessions ended every 20 ms",
            apart(&first, &second, &target, &portraits, few, None)?,
        );
    }
    thread::sleep(SETTLING);
    let freeze = || Frozen::listeners(cluster);
    note(
        "two, their `LISTEN` sessions frozen before each write",
        apart(&first, &second, &target, &portraits, few, Some(&freeze))?,
    );
    Ok(format!(
        "{table}\nA write is a new picture of somebody, put on one node: decoded, written to the blobs and flushed, named in \
         the database. The other node is asked over a connection that is open already, at once after the answer; where \
         notifications are cut, all the time from the request on.\n"
    ))
}

/// Writes on one node, and asks the other when the answer is there.
fn together(
    writer: &Server,
    reader: &Server,
    target: &Target,
    portraits: &[Vec<u8>],
    writes: usize,
) -> Result<Vec<Times>> {
    let (mut writer, mut reader) = (Caller::to(writer.url()?)?, Caller::to(reader.url()?)?);
    let mut all = Vec::with_capacity(writes);
    for portrait in portraits.iter().cycle().take(writes) {
        let watch = Stopwatch::start();
        let picture = put(&mut writer, target, portrait)?;
        let answered = watch.elapsed().as_secs_f64();
        let mut seen = answered;
        while shown(&mut reader, target)? != picture {
            seen = watch.elapsed().as_secs_f64();
            ensure!(seen < LONGEST, "a write is not seen");
        }
        all.push(Times { answered, seen });
    }
    Ok(all)
}

/// Writes on one node while the other is asked all the time; `before` is done before each write and undone after it.
fn apart(
    writer: &Server,
    reader: &Server,
    target: &Target,
    portraits: &[Vec<u8>],
    writes: usize,
    before: Option<&dyn Fn() -> Result<Frozen>>,
) -> Result<Vec<Times>> {
    let (mut asking, mut looking) = (Caller::to(writer.url()?)?, Caller::to(reader.url()?)?);
    let mut all = Vec::with_capacity(writes);
    for portrait in portraits.iter().cycle().take(writes) {
        let frozen = before.map(|before| before()).transpose()?;
        let old = shown(&mut looking, target)?;
        let watch = Stopwatch::start();
        let (tell, told) = mpsc::channel();
        let times = thread::scope(|scope| {
            let look = scope.spawn(|| -> Result<f64> {
                while shown(&mut looking, target)? == old {
                    ensure!(watch.elapsed().as_secs_f64() < LONGEST, "a write is not seen");
                    thread::sleep(Duration::from_millis(2));
                }
                Ok(watch.elapsed().as_secs_f64())
            });
            scope.spawn(|| {
                let put = put(&mut asking, target, portrait);
                let _ = tell.send(put.map(|_| watch.elapsed().as_secs_f64()));
            });
            let seen = look.join().map_err(|_| anyhow::anyhow!("the reader panicked"))??;
            Ok::<_, anyhow::Error>(Times { answered: told.recv()??, seen })
        })?;
        all.push(times);
        drop(frozen);
        // At another point of the nodes' rounds each time, and with notifications as they were.
        let pause = if before.is_some() { 2650 } else { 370 };
        thread::sleep(Duration::from_millis(pause));
    }
    Ok(all)
}

/// Puts a picture, and returns its name.
fn put(caller: &mut Caller, target: &Target, portrait: &[u8]) -> Result<Value> {
    let path = format!("{USER}/picture.json");
    let reply = caller.ask("PUT", target, &path, Some(("image/jpeg", portrait)))?;
    ensure!(reply.status == 200, "{path}: {}: {}", reply.status, String::from_utf8_lossy(&reply.body));
    shown(caller, target)
}

/// The picture that a node shows.
fn shown(caller: &mut Caller, target: &Target) -> Result<Value> {
    let reply = caller.get(target, &format!("{USER}.json"))?;
    let user: Value = serde_json::from_slice(&reply.body)?;
    ensure!(reply.status == 200 && user.get("avatar").is_some(), "{USER}: {}: {user}", reply.status);
    Ok(user["avatar"].clone())
}

fn portraits(programs: &Programs, folder: &std::path::Path) -> Result<Vec<Vec<u8>>> {
    let mut draw = run::program(&programs.store_load);
    run::run(draw.args(["portraits", "--count", "8", "--out"]).arg(folder))?;
    (0..8).map(|number| Ok(fs::read(folder.join(format!("{number}.jpg")))?)).collect()
}

/// The sessions that listen for notifications.
const LISTENERS: &str = "FROM pg_stat_activity WHERE query LIKE 'LISTEN %'";

/// A client that ends the sessions that listen, again and again, until it is dropped.
struct Cut(Child);

impl Cut {
    fn again_and_again(cluster: &Cluster) -> Result<Cut> {
        let mut psql = cluster.psql("postgres");
        let script = format!("SELECT COUNT(pg_terminate_backend(pid)) {LISTENERS} \\watch 0.02\n");
        let file = tempfile::NamedTempFile::new()?;
        fs::write(file.path(), script)?;
        psql.arg("-f").arg(file.path()).stdout(Stdio::null());
        let child = psql.spawn()?;
        // psql has read the file by then.
        thread::sleep(Duration::from_millis(200));
        Ok(Cut(child))
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sessions that listen and get no turn: nothing is heard, and nothing says so.
struct Frozen(Vec<rustix::process::Pid>);

impl Frozen {
    fn listeners(cluster: &Cluster) -> Result<Frozen> {
        let pids = cluster.sql("postgres", &format!("SELECT pid {LISTENERS}"))?;
        let mut frozen = Frozen(Vec::new());
        for pid in pids.lines() {
            let pid = rustix::process::Pid::from_raw(pid.trim().parse()?).context("no process")?;
            rustix::process::kill_process(pid, rustix::process::Signal::STOP)?;
            frozen.0.push(pid);
        }
        ensure!(!frozen.0.is_empty(), "nobody listens");
        Ok(frozen)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        for &pid in &self.0 {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::CONT);
        }
    }
}

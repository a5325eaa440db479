//! Ten thousand companies on one node, which can hold some of them at a time.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, ensure};

use super::PEOPLE;
use super::caller::{Caller, Target};
use super::cluster::{Cluster, PlaceOfStore, store_load};
use crate::bench::Effort;
use crate::bench::binaries::Programs;
use crate::bench::server::{Credentials, Server};
use crate::bench::table::{Table, thousands};
use crate::bench::wrk::{self, Spread};
use crate::clock::Stopwatch;

/// The database of the many companies.
pub(super) const STORE: &str = "companies";
/// The domain below which each has its host.
pub(super) const DOMAIN: &str = "companies.test";
const CREDENTIALS: &str = "credentials";

/// Makes the companies unless they are there, and says what that took.
pub(super) fn make(programs: &Programs, cluster: &Cluster, accounts: u64) -> Result<String> {
    cluster.database(STORE)?;
    let place = cluster.store(STORE);
    let credentials = place.file(CREDENTIALS)?;
    let credentials = credentials.to_str().context("a path that is not UTF-8")?;
    let people = PEOPLE.to_string();
    let fill = |accounts: u64| {
        let accounts = accounts.to_string();
        let size = ["--accounts", &accounts, "--people", &people, "--at-once", "6"];
        let arguments = [&size[..], &["--credentials", credentials]].concat();
        store_load(&programs.store_load, &place, "fill", &arguments)
    };
    println!("── make {accounts} companies of {people}");
    if cluster.sql(STORE, "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'changes'")? == "0" {
        fill(0)?;
        // What nobody reads here need not take the room that it otherwise would.
        cluster.sql(STORE, "ALTER TABLE changes SET (toast_tuple_target = 256)")?;
        cluster.sql(STORE, "ALTER TABLE changes ALTER COLUMN after SET COMPRESSION lz4")?;
    }
    // What was made to be consistent need not be looked up, reference by reference, while it is written.
    let role = "ALTER ROLE folkmoot SET session_replication_role";
    cluster.sql("postgres", &format!("{role} = replica"))?;
    let said = fill(accounts);
    cluster.sql("postgres", &format!("{role} = origin"))?;
    let said = said?;
    let note = place.file("made")?;
    if said["made"].as_u64() == Some(accounts) {
        cluster.sql(STORE, "VACUUM ANALYZE")?;
        let seconds = said["seconds"].as_f64().context("no time")?;
        let size = cluster.sql(STORE, &format!("SELECT pg_database_size('{STORE}')"))?;
        let text = format!(
            "{} accounts of {people} people, with histories: {seconds:.0} s to make, through the store; {} MiB in \
             PostgreSQL.\n\n",
            thousands(accounts),
            thousands(size.parse::<u64>()? >> 20)
        );
        fs::write(&note, text)?;
    }
    fs::read_to_string(note).context("the companies are not whole: remove the folder and begin anew")
}

/// The administrators of the companies, in order.
pub(super) fn administrators(place: &PlaceOfStore) -> Result<Vec<Target>> {
    let lines = fs::read_to_string(place.file(CREDENTIALS)?)?;
    let target = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        let (company, username, key) = (words.next()?, words.next()?, words.next()?);
        Some(Target { host: format!("{company}.{DOMAIN}"), credentials: Credentials { username, key } })
    };
    lines.lines().map(|line| target(line).context("the file of credentials")).collect()
}

/// Writes a file of requests' targets for wrk.
pub(super) fn targets(place: &PlaceOfStore, name: &str, targets: &[Target]) -> Result<PathBuf> {
    let path = place.file(name)?;
    let lines = targets.iter().map(|target| format!("{} {}\n", target.host, target.credentials.basic()));
    fs::write(&path, lines.collect::<String>())?;
    Ok(path)
}

pub(super) fn run(programs: &Programs, cluster: &Cluster, accounts: u64, effort: Effort) -> Result<String> {
    let made = make(programs, cluster, accounts)?;
    let place = cluster.store(STORE);
    let everybody = administrators(&place)?;
    ensure!(everybody.len() as u64 == accounts, "not all companies are there");
    let configuration = place.configuration("many.toml", &[("server.base_domain", DOMAIN)])?;
    let watch = Stopwatch::start();
    let server = Server::configured(&programs.folkmoot, &configuration, None)?;
    let start = watch.elapsed().as_secs_f64() * 1000.0;
    let idle = server.resident()?;

    let mut text =
        Table::new(["first answer of an account that is not in memory", "p50 ms", "p99 ms", "most ms"]);
    // Spread over all of them, and none twice.
    let count = effort.pick(1000, 40);
    let stride = everybody.len() / (3 * count);
    let mut cold = everybody.iter().step_by(stride.max(1));
    for (name, callers) in [("one caller", 1), ("8 callers at once", 8)] {
        let chosen: Vec<Target> = cold.by_ref().take(count).cloned().collect();
        let times = first_answers(&server, &chosen, callers)?;
        let at = |share: usize| format!("{:.1}", times[(times.len() - 1) * share / 100] * 1000.0);
        println!("   cold, {name}: p50 {} ms, p99 {} ms", at(50), at(99));
        text.row([format!("list of 100, {name}"), at(50), at(99), at(100)]);
    }

    let mut rates = Table::new(["lists of 100 people, gzip", "answers/s", "p99 ms", "resident at most, MiB"]);
    let some = everybody.len() / 5;
    for (name, chosen) in [
        (format!("over {} accounts, which fit", thousands(some as u64)), &everybody[..some]),
        (format!("over all {}", thousands(accounts)), &everybody[..]),
    ] {
        let file = targets(&place, "targets", chosen)?;
        let spread = Spread { targets: &file, path: "/users.json", gzip: true };
        // Until memory is as full as it gets.
        wrk::spread(server.url()?, &spread, effort.pick(12, 1))?;
        let (load, _) = wrk::spread(server.url()?, &spread, effort.pick(10, 1))?;
        let resident = server.most_resident()?;
        println!("   {name}: {:.0}/s, {} MiB", load.rate, resident >> 10);
        rates.row([name, thousands(load.rate as u64), format!("{:.1}", load.p99), thousands(resident >> 10)]);
    }
    Ok(format!(
        "{made}Started in {start:.0} ms, {} MiB resident with all accounts known and none in memory. `accounts.memory_mb` is \
         the default, 1024.\n\n{text}\n{} accounts each, none asked for before; the whole answer with its credentials, \
         over a connection that is open already.\n\n{rates}\nwrk, 1 thread, 32 connections, accounts at random; what is \
         not in memory is loaded from PostgreSQL.\n",
        idle >> 10,
        thousands(count as u64),
    ))
}

/// Seconds that each account took to answer for the first time, in order of length.
fn first_answers(server: &Server, accounts: &[Target], callers: usize) -> Result<Vec<f64>> {
    let next = AtomicUsize::new(0);
    let call = || -> Result<Vec<f64>> {
        let mut caller = Caller::to(server.url()?)?;
        let mut times = Vec::new();
        while let Some(account) = accounts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let watch = Stopwatch::start();
            let reply = caller.get(account, "/users.json")?;
            times.push(watch.elapsed().as_secs_f64());
            ensure!(reply.status == 200, "{}: {}", account.host, reply.status);
        }
        Ok(times)
    };
    let mut times = thread::scope(|scope| {
        let calling: Vec<_> = (0..callers).map(|_| scope.spawn(call)).collect();
        let mut times = Vec::new();
        for called in calling {
            times.extend(called.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??);
        }
        anyhow::Ok(times)
    })?;
    times.sort_by(f64::total_cmp);
    Ok(times)
}

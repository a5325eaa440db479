//! How soon `serve` answers, and what memory it takes, by the number of people.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::data::Company;
use super::server::Server;
use super::stats::median;
use super::table::{Table, thousands};
use super::{Effort, binaries};
use crate::clock::Stopwatch;

/// How long a server is left alone before its idle memory is read.
const REST: Duration = Duration::from_secs(1);

pub(super) fn run(effort: Effort) -> Result<String> {
    let folkmoot = binaries::folkmoot(effort)?;
    let mut rows = vec![
        ("the administrator alone".to_owned(), Company::Empty),
        ("250, the demo, with pictures".to_owned(), Company::WithPictures(250)),
    ];
    for &people in effort.pick(&[1000, 10_000, 100_000, 1_000_000][..], &[1000]) {
        rows.push((thousands(u64::from(people)), Company::People(people)));
    }
    let times = effort.pick(5, 2);
    let mut table = Table::new(["people", "start until the first answer, ms", "resident when idle, MiB"]);
    for (name, company) in rows {
        println!("   {name}");
        let (start, resident) = measure(&folkmoot, company, times)?;
        table.row([name, format!("{:.1}", start * 1000.0), format!("{:.1}", resident / 1024.0)]);
    }
    Ok(format!(
        "{table}\n`folkmoot serve`, from starting the process to the whole answer of `GET /users/me.json` with a key; \
         medians of {times}. Memory is VmRSS one second after that answer.\n"
    ))
}

/// Seconds until the first answer, and KiB resident a while after it: medians.
fn measure(folkmoot: &Path, company: Company, times: usize) -> Result<(f64, f64)> {
    let data = company.data(folkmoot)?;
    let credentials = Server::credentials_of(folkmoot, company)?;
    let (mut starts, mut residents) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let watch = Stopwatch::start();
        let server = Server::serve(folkmoot, &data)?;
        server.ask_me(&credentials)?;
        starts.push(watch.elapsed().as_secs_f64());
        std::thread::sleep(REST);
        residents.push(server.resident()? as f64);
    }
    Ok((median(starts), median(residents)))
}

//! Load from wrk: one thread, 32 connections.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::server::Credentials;
use super::{Effort, cost};
use crate::run;

/// What a server did under load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Load {
    /// Answers a second.
    pub(super) rate: f64,
    /// The latency, in milliseconds, that 99 of 100 answers did not exceed.
    pub(super) p99: f64,
}

/// Asks for `url` as often as the server answers.
pub(super) fn load(url: &str, headers: &[String], effort: Effort) -> Result<Load> {
    let mut wrk = run::program("wrk");
    wrk.args(["-t1", "-c32", "--latency", "--timeout", "10s"]).arg(format!("-d{}s", effort.pick(4, 1)));
    for header in headers {
        wrk.args(["-H", header]);
    }
    let said = run::output(wrk.arg(url))?;
    read(&said).with_context(|| format!("wrk said:\n{said}"))
}

/// Requests for one path of many accounts.
pub(super) struct Spread<'a> {
    /// A file with a line for each account: its host, and the value of its `Authorization` header.
    pub(super) targets: &'a Path,
    pub(super) path: &'a str,
    pub(super) gzip: bool,
}

/// Chooses an account at random for each request; the requests themselves are made beforehand.
const SPREAD: &str = r#"
local requests = {}
function init(arguments)
   local headers = { ["X-API-Version"] = "2.0.0" }
   if arguments[3] == "gzip" then headers["Accept-Encoding"] = "gzip" end
   for line in io.lines(arguments[1]) do
      headers["Host"], headers["Authorization"] = line:match("^(%S+) (.+)$")
      requests[#requests + 1] = wrk.format("GET", arguments[2], headers)
   end
   math.randomseed(7)
end
function request() return requests[math.random(#requests)] end
"#;

/// Asks the server at `url` for what `spread` says, for some seconds; with the load, the seconds of processor time
/// that this took of wrk.
pub(super) fn spread(url: &str, spread: &Spread<'_>, seconds: u32) -> Result<(Load, f64)> {
    let script = tempfile::NamedTempFile::new()?;
    fs::write(script.path(), SPREAD)?;
    let mut wrk = run::program("wrk");
    wrk.args(["-t1", "-c32", "--latency", "--timeout", "10s"]).arg(format!("-d{seconds}s"));
    wrk.arg("-s").arg(script.path()).arg(url).arg("--").arg(spread.targets);
    wrk.args([spread.path, if spread.gzip { "gzip" } else { "plain" }]);
    let (cost, said) = cost::of(&wrk)?;
    let load = read(&said).with_context(|| format!("wrk said:\n{said}"))?;
    Ok((load, cost.cpu))
}

/// Gives somebody at random another address of a page in each request.
const CHANGES: &str = r#"
local people, headers, count = 0, {}, 0
function init(arguments)
   people = tonumber(arguments[1])
   headers = {
      ["X-API-Version"] = "2.0.0",
      ["Authorization"] = arguments[2],
      ["Content-Type"] = "application/x-www-form-urlencoded",
   }
   math.randomseed(os.time())
end
function request()
   count = count + 1
   local id = math.random(people)
   local form = "id=" .. id .. "&blog_url=http%3A%2F%2Fx.example%2F" .. math.random(1000000000) .. count
   return wrk.format("PUT", "/users/" .. id .. ".json", headers, form)
end
"#;

/// Changes people of the server at `url`, by so many writers at once, for some seconds.
pub(super) fn changes(
    url: &str,
    credentials: &Credentials,
    people: u32,
    writers: u32,
    seconds: u32,
) -> Result<Load> {
    let script = tempfile::NamedTempFile::new()?;
    fs::write(script.path(), CHANGES)?;
    let mut wrk = run::program("wrk");
    wrk.args(["-t1", "--latency", "--timeout", "10s"])
        .arg(format!("-c{writers}"))
        .arg(format!("-d{seconds}s"));
    wrk.arg("-s").arg(script.path()).arg(url).arg("--").arg(people.to_string()).arg(credentials.basic());
    let said = run::output(&mut wrk)?;
    read(&said).with_context(|| format!("wrk said:\n{said}"))
}

fn read(said: &str) -> Result<Load> {
    let value = |name: &'static str| {
        let mut lines = said.lines().filter_map(|line| line.trim().strip_prefix(name));
        lines.next().map(str::trim)
    };
    if let Some(bad) = value("Non-2xx or 3xx responses:") {
        bail!("{bad} answers were refusals");
    }
    if let Some(errors) = value("Socket errors:") {
        bail!("socket errors: {errors}");
    }
    let rate = value("Requests/sec:").context("no rate")?.parse()?;
    let p99 = milliseconds(value("99%").context("no latency")?)?;
    ensure!(rate > 0.0, "no answers");
    Ok(Load { rate, p99 })
}

/// Reads `12.34ms`, `567.00us`, `1.02s`.
fn milliseconds(text: &str) -> Result<f64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).context("a time without unit")?;
    let number: f64 = text[..split].parse()?;
    match &text[split..] {
        "us" => Ok(number / 1000.0),
        "ms" => Ok(number),
        "s" => Ok(number * 1000.0),
        unit => bail!("a time in {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "  Latency Distribution\n     50%  380.00us\n     99%    1.25ms\n  1000 requests in 1.00s\nRequests/sec:  91234.50\nTransfer/sec:  1MB\n";

    #[test]
    fn rate_and_latency_are_read() {
        assert_eq!(read(SAID).unwrap(), Load { rate: 91234.5, p99: 1.25 });
    }

    #[test]
    fn refusals_and_errors_are_not_measured() {
        assert!(read(&format!("{SAID}  Non-2xx or 3xx responses: 12\n")).is_err());
        assert!(read(&format!("{SAID}  Socket errors: connect 0, read 1, write 0, timeout 0\n")).is_err());
    }
}

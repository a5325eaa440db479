//! Load from wrk: one thread, 32 connections.

use anyhow::{Context, Result, bail, ensure};

use super::Effort;
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
    wrk.args(["-t1", "-c32", "--latency"]).arg(format!("-d{}s", effort.pick(4, 1)));
    for header in headers {
        wrk.args(["-H", header]);
    }
    let said = run::output(wrk.arg(url))?;
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

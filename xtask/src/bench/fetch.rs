//! Single answers, fetched with curl, bytes as sent.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::run;

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// In order, names in lower case; without what belongs to one connection or one moment.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Of one connection, or of one moment; a request's number is one to each.
const PASSING: [&str; 6] =
    ["connection", "content-length", "date", "keep-alive", "transfer-encoding", "x-request-id"];

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Fetches `url` with these header lines.
pub(super) fn fetch(url: &str, headers: &[String]) -> Result<Answer> {
    let folder = tempfile::tempdir()?;
    let (head, body) = (folder.path().join("head"), folder.path().join("body"));
    fs::write(&body, b"")?;
    let mut curl = run::program("curl");
    curl.args(["--silent", "--show-error", "--http1.1", "--dump-header"])
        .arg(&head)
        .arg("--output")
        .arg(&body);
    for header in headers {
        curl.args(["--header", header]);
    }
    run::output(curl.arg(url))?;
    let (status, headers) = parse(&fs::read_to_string(&head)?)?;
    Ok(Answer { status, headers, body: fs::read(&body)? })
}

fn parse(head: &str) -> Result<(u16, Vec<(String, String)>)> {
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?;
    let pairs = lines.filter_map(|line| line.split_once(':'));
    let mut headers: Vec<_> =
        pairs.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect();
    headers.retain(|(name, _)| !PASSING.contains(&name.as_str()));
    headers.sort();
    Ok((status.parse()?, headers))
}

/// How long, in seconds, until the first byte of `url`'s answer, and until its last.
pub(super) fn first_and_last_byte(url: &str, headers: &[String]) -> Result<(f64, f64)> {
    let mut curl = run::program("curl");
    curl.args(["--silent", "--show-error", "--fail", "--http1.1", "--output", "/dev/null"]);
    curl.args(["--write-out", "%{time_starttransfer} %{time_total}"]);
    for header in headers {
        curl.args(["--header", header]);
    }
    let said = run::output(curl.arg(url))?;
    let times: Vec<f64> = said.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    ensure!(times.len() == 2, "curl said {said:?}");
    Ok((times[0], times[1]))
}

/// Changes what is at `url`.
pub(super) fn put(url: &str, headers: &[String], form: &str) -> Result<()> {
    let mut curl = run::program("curl");
    curl.args(["--silent", "--show-error", "--fail", "--http1.1", "--output", "/dev/null"]);
    curl.args(["--request", "PUT", "--data", form]);
    for header in headers {
        curl.args(["--header", header]);
    }
    run::output(curl.arg(url)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_the_moment_is_left_out() {
        let (status, headers) =
            parse("HTTP/1.1 200 OK\r\nETag: \"x\"\r\nDate: now\r\nAge: 1\r\n\r\n").unwrap();
        let expected = [("age", "1"), ("etag", "\"x\"")];
        assert_eq!((status, headers), (200, expected.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec()));
    }
}

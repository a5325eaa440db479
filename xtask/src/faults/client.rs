//! Requests over a connection each, with a bound on how long they take: what answers is being killed all the time.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::prelude::{BASE64_STANDARD, Engine as _};

/// How long one may wait for the next bytes. Longer than the product waits for its database.
const PATIENCE: Duration = Duration::from_secs(45);

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Asks the node at `address`. An error says that it is not known what became of the request.
pub(super) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    user: &str,
    key: &str,
    body: Option<&[u8]>,
) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let credentials = BASE64_STANDARD.encode(format!("{user}:{key}"));
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {credentials}\r\n\
         X-API-Version: 2.0.0\r\nConnection: close\r\n"
    );
    if let Some(body) = body {
        write!(request, "Content-Type: image/png\r\nContent-Length: {}\r\n", body.len())?;
    }
    request += "\r\n";
    stream.write_all(request.as_bytes())?;
    stream.write_all(body.unwrap_or_default())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&answer)
}

fn parse(answer: &[u8]) -> Result<Answer> {
    let end =
        answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").context("the answer's head is cut off")?;
    let head = std::str::from_utf8(&answer[..end])?;
    let status = head.split(' ').nth(1).context("there is no status")?.parse()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let body = answer[end + 4..].to_vec();
    ensure!(length.is_none_or(|length| length == body.len()), "the answer's body is cut off");
    Ok(Answer { status, body })
}

//! A client with one connection, which costs next to nothing beside the server that it asks.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};

use crate::bench::server::Credentials;

/// A connection that is kept.
pub(super) struct Caller(BufReader<TcpStream>);

/// An answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Whom a request is for, and from whom.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) host: String,
    pub(super) credentials: Credentials,
}

impl Caller {
    /// Connects to `http://address:port`.
    pub(super) fn to(url: &str) -> Result<Caller> {
        let stream = TcpStream::connect(url.trim_start_matches("http://"))?;
        stream.set_nodelay(true)?;
        Ok(Caller(BufReader::new(stream)))
    }

    pub(super) fn get(&mut self, target: &Target, path: &str) -> Result<Reply> {
        self.ask("GET", target, path, None)
    }

    /// Asks, and waits for the whole answer; `body` comes with its content type.
    pub(super) fn ask(
        &mut self,
        method: &str,
        target: &Target,
        path: &str,
        body: Option<(&str, &[u8])>,
    ) -> Result<Reply> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", target.host);
        for header in target.credentials.headers() {
            head += &header;
            head += "\r\n";
        }
        if let Some((content_type, body)) = body {
            write!(head, "Content-Type: {content_type}\r\nContent-Length: {}\r\n", body.len())?;
        }
        let mut request = (head + "\r\n").into_bytes();
        request.extend_from_slice(body.map_or(&[], |(_, body)| body));
        self.0.get_mut().write_all(&request)?;
        self.reply()
    }

    fn reply(&mut self) -> Result<Reply> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status")?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse()?,
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        if !chunked {
            self.more(length, &mut body)?;
            return Ok(Reply { status, body });
        }
        loop {
            let size = usize::from_str_radix(self.line()?.trim(), 16)?;
            self.more(size, &mut body)?;
            ensure!(self.line()?.is_empty(), "a chunk does not end");
            if size == 0 {
                return Ok(Reply { status, body });
            }
        }
    }

    fn more(&mut self, count: usize, body: &mut Vec<u8>) -> Result<()> {
        let before = body.len();
        body.resize(before + count, 0);
        Ok(self.0.read_exact(&mut body[before..])?)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            bail!("the server closed the connection");
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

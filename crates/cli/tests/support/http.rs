//! As much of an HTTP/1.1 client as the tests need: one connection for each request.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use base64::Engine as _;
use serde_json::Value;

/// Username and password, or API key.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) username: String,
    pub(crate) secret: String,
}

impl Credentials {
    pub(crate) fn new(username: &str, secret: &str) -> Credentials {
        Credentials { username: username.to_owned(), secret: secret.to_owned() }
    }

    /// What follows `Basic` in the header.
    pub(crate) fn token(&self) -> String {
        base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", self.username, self.secret))
    }
}

/// A client of one server, perhaps as somebody.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    address: String,
    host: String,
    credentials: Option<Credentials>,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Itself, when the status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}{}", self.head, String::from_utf8_lossy(&self.body));
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Http {
    pub(crate) fn at(address: &str) -> Http {
        Http { address: address.to_owned(), host: address.to_owned(), credentials: None }
    }

    /// The same client, asking for this host.
    pub(crate) fn host(&self, host: &str) -> Http {
        Http { host: host.to_owned(), ..self.clone() }
    }

    /// The same client with these credentials.
    pub(crate) fn with(&self, credentials: &Credentials) -> Http {
        Http { credentials: Some(credentials.clone()), ..self.clone() }
    }

    /// `GET`, which must be answered.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[]).unwrap()
    }

    /// `GET` of an address as a list gives it: absolute, or relative to the account.
    #[track_caller]
    pub(crate) fn get_url(&self, url: &str) -> Answer {
        let prefix = format!("http://{}", self.host);
        self.get(url.strip_prefix(&prefix).unwrap_or(url))
    }

    /// The users that are listed.
    #[track_caller]
    pub(crate) fn users(&self) -> Vec<Value> {
        self.get("/users.json").expect(200).json().as_array().unwrap().clone()
    }

    /// Sends a request; an error is an answer that did not come whole.
    pub(crate) fn send(&self, method: &str, path: &str, body: &[u8]) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-API-Version: 2.0.0\r\nContent-Length: {}\r\n",
            self.host,
            body.len()
        );
        if let Some(credentials) = &self.credentials {
            request.push_str("Authorization: Basic ");
            request.push_str(&credentials.token());
            request.push_str("\r\n");
        }
        if method == "PUT" {
            request += "Content-Type: image/png\r\n";
        }
        request += "\r\n";
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        stream.write_all(&bytes)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        read(&answer).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// The answer in these bytes, if all of it is there.
fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let body = if header("transfer-encoding").is_some() {
        dechunk(&bytes[end..])?
    } else {
        let length: usize = header("content-length").map_or(Some(0), |length| length.parse().ok())?;
        bytes.get(end..end + length)?.to_vec()
    };
    Some(Answer { status, head, body })
}

fn dechunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = bytes.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..line]).ok()?.trim(), 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(bytes.get(line + 2..line + 2 + length)?);
        bytes = bytes.get(line + 4 + length..)?;
    }
}

//! A small HTTP/1.1 server on a loopback port that remembers what it was asked, and helpers around it.

#![expect(dead_code, reason = "each test file uses a part of this")]
#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use folkmoot_client::{
    Client, ClientBuilder,
    mirror::{self, MirrorError, Options, Report},
    pace::{Pace, Pause},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

pub(crate) const KEY: &str = "570675830ab61a31ef57f70ca335f64374b56281";

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// An answer; a `content-length` among the headers is sent as it is, true or not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Never answers at all.
    pub(crate) hangs: bool,
}

pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Answer { status, body: body.into(), ..Answer::default() }
}

impl Answer {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A picture whose content is `text`, more or less.
pub(crate) fn jpeg(text: &str) -> Vec<u8> {
    [b"\xff\xd8\xff\xe0 a picture of ", text.as_bytes()].concat()
}

type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    handler: Arc<Mutex<Arc<Handler>>>,
}

impl Server {
    pub(crate) async fn start(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Mutex<Arc<Handler>>> = Arc::new(Mutex::new(Arc::new(handler)));
        let (seen, respond) = (Arc::clone(&asked), Arc::clone(&handler));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&respond)));
            }
        });
        Self { url, asked, handler }
    }

    /// Answers otherwise from now on.
    pub(crate) fn becomes(&self, handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) {
        *self.handler.lock().unwrap() = Arc::new(handler);
    }

    /// What was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder(&self.url, "root", KEY.to_owned().into()).pace(Arc::new(FakePace::default()))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Asked>>>, handler: Arc<Mutex<Arc<Handler>>>) {
    let mut buffer = Vec::new();
    while let Some(asked) = read(&mut stream, &mut buffer).await {
        seen.lock().unwrap().push(asked.clone());
        let handler = Arc::clone(&handler.lock().unwrap());
        let answer = handler(&asked);
        if answer.hangs {
            std::future::pending::<()>().await;
        }
        let mut head = format!("HTTP/1.1 {} X\r\n", answer.status);
        for (name, value) in &answer.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        let lies = answer.headers.iter().any(|(name, _)| *name == "content-length");
        if !lies {
            head.extend(["content-length: ", &answer.body.len().to_string(), "\r\n"]);
        }
        let bytes = [head.as_bytes(), b"\r\n", &answer.body].concat();
        if stream.write_all(&bytes).await.is_err() || lies {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Asked> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        (stream.read_buf(buffer).await.ok()? > 0).then_some(())?;
    };
    let head = String::from_utf8(buffer.drain(..end).collect()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let (method, path) = (first.next()?, first.next()?);
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: HashMap<_, _> = pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while buffer.len() < length {
        (stream.read_buf(buffer).await.ok()? > 0).then_some(())?;
    }
    Some(Asked { method, path, headers, body: buffer.drain(..length).collect() })
}

/// Sleeps no time at all, and remembers how long it should have been.
#[derive(Default)]
pub(crate) struct FakePace {
    pub(crate) slept: Mutex<Vec<Duration>>,
}

impl Pace for FakePace {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, duration: Duration) -> Pause {
        self.slept.lock().unwrap().push(duration);
        Box::pin(async {})
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}

pub(crate) async fn pull(client: &Client, options: &Options) -> Result<Report, MirrorError> {
    mirror::pull(client, options, Arc::new(()), std::future::pending()).await
}

/// The pictures in a folder by name, sorted, with their content.
pub(crate) fn files(dir: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .filter(|entry| entry.path().is_file() && entry.file_name() != "manifest.jsonl")
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

pub(crate) fn names(dir: &std::path::Path) -> Vec<String> {
    files(dir).into_iter().map(|(name, _)| name).collect()
}

/// A list of users given as (id, username, URL).
pub(crate) fn list(users: &[(&str, &str, &str)]) -> Answer {
    let users: Vec<_> = users
        .iter()
        .map(|(id, username, url)| {
            let url = if url.is_empty() { serde_json::Value::Null } else { (*url).into() };
            serde_json::json!({"id": id, "username": username, "avatar": {"url": url}})
        })
        .collect();
    answer(200, serde_json::to_vec(&users).unwrap())
}

/// Serves a list, and for any other path a picture that shows the path.
pub(crate) fn company(
    users: &'static [(&'static str, &'static str, &'static str)],
) -> impl Fn(&Asked) -> Answer {
    move |asked| match asked.path.as_str() {
        "/users.json" => list(users),
        path => answer(200, jpeg(path)),
    }
}

//! A receiver of webhooks that does as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use folkmoot_wire::{Form, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Takes,
    /// Takes it, in so many milliseconds.
    Slowly(u64),
    /// Answers with this status.
    Refuses(u16),
    /// Reads the request and says nothing.
    Hangs,
    /// Answers with a body that does not end.
    Babbles,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Came {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The form that it carries.
    pub(crate) fn form(&self) -> Form {
        Form::parse(self.body.as_bytes(), &Limits::default()).expect("a form")
    }

    /// The event that it tells of.
    pub(crate) fn hook(&self) -> String {
        self.form().text("hook").expect("a hook").to_owned()
    }
}

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    came: Arc<Mutex<Vec<Came>>>,
    way: Arc<Mutex<Way>>,
    listening: JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn start(way: Way) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (came, way) = (Arc::new(Mutex::default()), Arc::new(Mutex::new(way)));
        let (seen, how) = (Arc::clone(&came), Arc::clone(&way));
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&how)));
            }
        });
        Receiver { address, came, way, listening }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?of=us", self.address)
    }

    pub(crate) fn does(&self, way: Way) {
        *self.way.lock().expect("a way") = way;
    }

    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.lock().expect("requests").clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(mut stream: TcpStream, came: Arc<Mutex<Vec<Came>>>, way: Arc<Mutex<Way>>) {
    while let Some(request) = read(&mut stream).await {
        let way = *way.lock().expect("a way");
        came.lock().expect("requests").push(request);
        let answer = match way {
            Way::Takes => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned(),
            Way::Slowly(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
            }
            Way::Refuses(status) => {
                let away = "http://127.0.0.1:1/elsewhere";
                format!("HTTP/1.1 {status} X\r\nlocation: {away}\r\ncontent-length: 4\r\n\r\nno\r\n")
            }
            Way::Hangs => return tokio::time::sleep(Duration::from_mins(10)).await,
            Way::Babbles => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                while stream.write_all(&[b'x'; 1 << 14]).await.is_ok() {}
                return;
            }
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Came> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let came = Came { head, body: String::new() };
            let length: usize =
                came.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                let body = String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned();
                return Some(Came { body, ..came });
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}

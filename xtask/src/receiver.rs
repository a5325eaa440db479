//! A receiver of webhooks, told what to answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::Result;

/// Listens on a port of its own until the program ends. `answer` is asked for the status of each whole request, which is
/// about the revision that it is given; it may take its time.
pub(crate) fn start(answer: impl Fn(u64) -> u16 + Send + Sync + 'static) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let answer = Arc::new(answer);
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || serve(stream, &*answer));
        }
    });
    Ok(address)
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(u64) -> u16) {
    let (mut text, mut buffer) = (String::new(), [0; 8192]);
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        let Some(revision) = revision(&text) else { continue };
        text.clear();
        let status = answer(revision);
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The revision that a whole request is about.
fn revision(text: &str) -> Option<u64> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    let length: usize = header("content-length: ")?.parse().ok()?;
    (body.len() >= length).then(|| header("webhook-id: ")?.rsplit('_').next()?.parse().ok())?
}

//! Bytes that no decent client would send.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a server may take before a test gives up on it. Not a measure of anything.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long nothing must come for an answer to count as complete on a connection that stays open.
const SILENCE: Duration = Duration::from_millis(400);

/// Sends `bytes` and returns all that comes back, until the server closes or falls silent.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let (mut reader, mut writer) = stream.into_split();
    let sent = bytes.to_vec();
    // The server may stop reading and close: that is an answer too.
    let writing = tokio::spawn(async move {
        let _ = writer.write_all(&sent).await;
        writer
    });
    let mut received = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let patience = if received.is_empty() { PATIENCE } else { SILENCE };
        match tokio::time::timeout(patience, reader.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(count)) => received.extend_from_slice(&buffer[..count]),
            Err(_) => {
                assert!(!received.is_empty(), "no answer, and no end");
                break;
            }
        }
    }
    writing.abort();
    String::from_utf8_lossy(&received).into_owned()
}

/// The statuses of the answers in what came back.
pub(crate) fn statuses(received: &str) -> Vec<u16> {
    let lines = received.split("HTTP/1.").skip(1);
    lines.map(|line| line.get(2..5).and_then(|status| status.parse().ok()).expect("a status")).collect()
}

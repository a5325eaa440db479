use std::time::Duration;

use super::Secured;
use super::frames::{DATA, END_HEADERS, END_STREAM, Frames, GOAWAY, HEADERS, block};
use crate::support::jpeg;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_finished_in_both_protocols_and_nobody_else_is_let_in() {
    let company = Secured::new(&["hr.example"], &[]).await;
    let (name, key) = company.alice();
    let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{key}")));
    let https = company.https();
    let connect = async |protocol: &str| {
        company.authority.connect(https, "hr.example", &[protocol]).await.expect("a handshake")
    };
    // Half a picture over each, a connection that asks nothing, and a handshake that is not over.
    let picture = jpeg(3);
    let (half, rest) = picture.split_at(picture.len() / 2);
    let mut http2 = Frames::begin(connect("h2").await).await;
    let length = picture.len().to_string();
    let headers = block(&[
        (":method", "PUT"),
        (":scheme", "https"),
        (":authority", "hr.example"),
        (":path", "/users/3/picture.json"),
        ("authorization", &authorization),
        ("content-type", "image/jpeg"),
        ("x-api-version", "2"),
        ("content-length", &length),
    ]);
    http2.send(HEADERS, END_HEADERS, 1, &headers).await;
    http2.send(DATA, 0, 1, half).await;
    let mut http1 = connect("http/1.1").await;
    let head = format!(
        "PUT /users/3/picture.json HTTP/1.1\r\nHost: hr.example\r\nAuthorization: {authorization}\r\n\
         X-API-Version: 2\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n"
    );
    http1.write_all(head.as_bytes()).await.expect("a head");
    http1.write_all(half).await.expect("half a picture");
    http1.flush().await.expect("half a picture");
    let mut idle = [connect("h2").await, connect("http/1.1").await];
    let mut silent = tokio::net::TcpStream::connect(https).await.expect("the server listens");
    // What was sent has to arrive before the server is told.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (_kept, served) = company.server.stop();
    let goodbye = http2.next_of(GOAWAY).await.expect("a goodbye");
    assert_eq!(goodbye.error(), 0);
    for connection in &mut idle {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(5), connection.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "who asks nothing is let go");
    }
    let ended = tokio::time::timeout(Duration::from_secs(5), silent.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "who has not even said hello is let go");
    assert!(!served.is_finished());
    assert!(tokio::net::TcpStream::connect(https).await.is_err(), "nobody else is let in");
    http2.send(DATA, END_STREAM, 1, rest).await;
    let answer = http2.next_of(HEADERS).await.expect("an answer");
    assert_eq!(answer.payload[0], 0x88, "{:?}", answer.payload);
    http1.write_all(rest).await.expect("the rest");
    let mut received = String::new();
    let _ = http1.read_to_string(&mut received).await;
    assert!(received.starts_with("HTTP/1.1 200 OK\r\n"), "{received}");
    drop((http2, http1));
    tokio::time::timeout(Duration::from_secs(5), served).await.expect("it stops").expect("well");
}

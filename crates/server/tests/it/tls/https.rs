use std::time::Duration;

use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{BOTH, Secured};
use crate::support::{ALICE, jpeg, raw, statuses};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_answers_come_over_http2_http1_and_without_being_asked_for_either() {
    let company = Secured::new(&["hr.example"], &[]).await;
    let (name, key) = company.alice();
    let (mut lists, mut connections) = (Vec::new(), Vec::new());
    for (protocols, version) in
        [(BOTH, "HTTP/2.0"), (&["h2"], "HTTP/2.0"), (&["http/1.1"], "HTTP/1.1"), (&[], "HTTP/1.1")]
    {
        let mut connection = company.speak(protocols).await;
        for _ in 0..3 {
            let answer = connection.get("hr.example", "/users.json", (name, &key)).await.is(200);
            assert_eq!(answer.shown, version);
            lists.push((answer.body.clone(), answer.etag().to_owned()));
        }
        connection.get("hr.example", "/users/3.json", (name, "wrong")).await.bare(401);
        connections.push(connection);
    }
    assert!(lists.iter().all(|list| *list == lists[0]));
    for mut connection in connections {
        let put = Request::put(connection.target("hr.example", "/users/3/picture.json"));
        let put = put.header("content-type", "image/jpeg");
        let answer = connection.send(put, "hr.example", (name, &key), jpeg(1)).await.expect("an answer");
        let url = answer.is(200).json()["avatar"]["url"].clone();
        assert!(url.as_str().expect("an address").starts_with("https://hr.example/pictures/"), "{url}");
    }
    assert!(company.authority.connect(company.https(), "hr.example", &["http/1.0"]).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_sent_to_where_https_is() {
    let company = Secured::new(&["hr.example"], &[("server.trusted_proxies", "127.0.0.1")]).await;
    let port = company.https().port();
    let location = async |company: &Secured| {
        let ask = company.get("/users.json?a=b&c=%20").host("hr.example:8080");
        let answer = ask.with("x-forwarded-proto", "http").send().await.bare(301);
        assert_eq!(answer.header("strict-transport-security"), None);
        answer.header("location").expect("an address").to_owned()
    };
    assert_eq!(location(&company).await, format!("https://hr.example:{port}/users.json?a=b&c=%20"));
    for (port, shown) in [("443", ""), ("8443", ":8443")] {
        let settings = [("server.trusted_proxies", "127.0.0.1"), ("tls.public_port", port)];
        let company = Secured::new(&["hr.example"], &settings).await;
        assert_eq!(location(&company).await, format!("https://hr.example{shown}/users.json?a=b&c=%20"));
    }
    // From this machine it is served, as without TLS.
    let (name, key) = company.alice();
    let answer = company.get("/users/me.json").by(name, &key).send().await.is(200);
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_plain_http_where_https_is_served_is_told_so() {
    let company = Secured::new(&["hr.example"], &[]).await;
    let port = company.https().port();
    for target in ["/users.json?x=1", "/nothing"] {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: hr.example:{port}\r\nConnection: close\r\n\r\n");
        let received = raw(company.https(), request.as_bytes()).await;
        assert_eq!(statuses(&received), [301], "{received}");
        let location = format!("location: https://hr.example:{port}{target}\r\n");
        assert!(received.contains(&location) && !received.contains("strict-transport"), "{received}");
    }
    // Also with credentials, from this machine, and with whatever a client may say of itself.
    let (_, key) = company.alice();
    let pair = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("alice:{key}"));
    let request = format!(
        "GET /users/me.json HTTP/1.1\r\nHost: hr.example\r\nX-Forwarded-Proto: https\r\n\
         Authorization: Basic {pair}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(statuses(&raw(company.https(), request.as_bytes()).await), [301]);
    for nonsense in ["\r\n\r\n", "SSH-2.0-x\r\n\r\n", "\0\0\0\0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
    {
        let received = raw(company.https(), nonsense.as_bytes()).await;
        assert!(matches!(statuses(&received)[..], [] | [400]), "{nonsense:?}: {received}");
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_told_to_come_by_https_where_there_is_a_name_to_remember() {
    let hosts = &["hr.example", "localhost", "127.0.0.1"];
    let company = Secured::new(hosts, &[]).await;
    let (name, key) = company.alice();
    let hsts = async |company: &Secured, host: &str, path: &str| {
        let mut answers = Vec::new();
        for protocols in [&["h2"], &["http/1.1"]] {
            let stream = company.authority.connect(company.https(), host, protocols).await;
            let mut connection = crate::support::Speaking::over(stream.expect("a handshake")).await;
            let port = company.https().port();
            let answer = connection.get(&format!("{host}:{port}"), path, (name, &key)).await;
            answers.push(answer.header("strict-transport-security").map(str::to_owned));
        }
        assert_eq!(answers[0], answers[1]);
        answers.remove(0)
    };
    for path in ["/users/me.json", "/nothing", "/pictures/x.jpg"] {
        assert_eq!(hsts(&company, "hr.example", path).await.as_deref(), Some("max-age=31536000"));
    }
    assert_eq!(hsts(&company, "localhost", "/users/me.json").await, None);
    assert_eq!(hsts(&company, "127.0.0.1", "/users/me.json").await, None);
    let company = Secured::new(hosts, &[("tls.hsts_seconds", "60")]).await;
    assert_eq!(hsts(&company, "hr.example", "/users/me.json").await.as_deref(), Some("max-age=60"));
    let company = Secured::new(hosts, &[("tls.hsts_seconds", "0")]).await;
    assert_eq!(hsts(&company, "hr.example", "/users/me.json").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_versions_of_tls_are_refused() {
    let company = Secured::new(&["hr.example"], &[]).await;
    for (minor, version) in [(0, "SSL 3.0"), (1, "TLS 1.0"), (2, "TLS 1.1")] {
        let mut stream = TcpStream::connect(company.https()).await.expect("the server listens");
        stream.write_all(&hello(minor)).await.expect("a hello");
        let mut received = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut received)).await;
        ended.expect("an end").expect("an answer");
        // An alert, fatal, about the version of the protocol (RFC 8446, section 6).
        assert_eq!((received.first(), &received[5..]), (Some(&0x15), &[2, 70][..]), "{version}");
    }
    company.is_well().await;
}

/// A client's first message in a version before 1.2, which names no other.
fn hello(minor: u8) -> Vec<u8> {
    let mut hello = vec![3, minor];
    hello.extend([7; 32]);
    // No session, one cipher suite (ECDHE_RSA_WITH_AES_128_CBC_SHA), no compression.
    hello.extend([0, 0, 2, 0xc0, 0x13, 1, 0]);
    let mut extensions = vec![0, 10, 0, 4, 0, 2, 0, 29, 0, 11, 0, 2, 1, 0];
    // Signatures, without which a server has another fault to find.
    extensions.extend([0, 13, 0, 6, 0, 4, 4, 3, 8, 4]);
    hello.extend((extensions.len() as u16).to_be_bytes());
    hello.extend(extensions);
    let mut message = vec![1, 0];
    message.extend((hello.len() as u16).to_be_bytes());
    message.extend(hello);
    let mut record = vec![0x16, 3, minor.min(1)];
    record.extend((message.len() as u16).to_be_bytes());
    record.extend(message);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_never_ends_is_cut_and_keeps_nobody_waiting() {
    let settings = [("server.header_timeout_seconds", "1"), ("server.max_connections", "20")];
    let company = Secured::new(&["hr.example"], &settings).await;
    let whole = hello(3);
    let mut waiting = Vec::new();
    for length in [0, 1, 5, 20, whole.len() - 1] {
        for _ in 0..3 {
            let mut stream = TcpStream::connect(company.https()).await.expect("the server listens");
            stream.write_all(&whole[..length]).await.expect("a beginning");
            waiting.push((length, stream));
        }
    }
    company.is_well().await;
    for (length, mut stream) in waiting {
        let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "the connection is closed after {length} bytes");
    }
    // The same once the handshake is over, in both protocols.
    for protocols in [&["h2"], &["http/1.1"]] {
        let stream = company.authority.connect(company.https(), "hr.example", protocols).await;
        let mut stream = stream.expect("a handshake");
        let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "{protocols:?}");
    }
    // And every place is free again.
    let answers = (0..20).map(|_| company.speak(BOTH));
    assert_eq!(futures_util::future::join_all(answers).await.len(), 20);
    assert_eq!(
        company.get("/users/me.json").by("alice", &company.alice().1).send().await.json()["id"],
        ALICE
    );
}

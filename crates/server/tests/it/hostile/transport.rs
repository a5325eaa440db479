use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Company;
use crate::support::{ALICE, jpeg, raw, statuses};

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_are_refused() {
    let company = Company::new(&[]).await;
    let head = company.head("GET /users.json HTTP/1.1");
    let many: Vec<_> = (0..20_000).map(|number| format!("X-{number}: y\r\n")).collect();
    for headers in [
        format!("X-Long: {}\r\n", "x".repeat(1 << 20)),
        format!("{}: x\r\n", "X".repeat(1 << 20)),
        format!("Authorization: Basic {}\r\n", "A".repeat(1 << 20)),
        format!("Cookie: {}\r\n", "a=b; ".repeat(200_000)),
        many.concat(),
    ] {
        let received = raw(company.address, format!("{head}{headers}\r\n").as_bytes()).await;
        let found = statuses(&received);
        // Closing while the rest is still coming may take the answer with it.
        assert!(found.is_empty() || found == [431] || found == [400], "{headers:.30}: {found:?}");
    }
    let line = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(1 << 20));
    let found = statuses(&raw(company.address, line.as_bytes()).await);
    assert!(matches!(found[..], [] | [414 | 431 | 400]), "{found:?}");
    // One that is long and within bounds is served.
    company
        .get("/users/me.json")
        .by("alice", &company.key(ALICE))
        .with("x-long", &"x".repeat(30_000))
        .send()
        .await
        .is(200);
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_is_not_taken_for_two() {
    let company = Company::new(&[]).await;
    let hidden = company.head("GET /users.json HTTP/1.1") + "\r\n";
    let post = |headers: &str, body: &str| {
        format!("{}{headers}\r\n{body}", company.head("PUT /users/3/picture.json HTTP/1.1"))
    };
    let length = hidden.len();
    let chunked = format!("0\r\n\r\n{hidden}");
    let all = chunked.len();
    for (headers, body) in [
        (format!("Content-Length: {length}\r\nContent-Length: 0\r\n"), &hidden),
        (format!("Content-Length: 0\r\nContent-Length: {length}\r\n"), &hidden),
        ("Content-Length: 0, 5\r\n".to_owned(), &hidden),
        ("Content-Length: +0\r\n".to_owned(), &hidden),
        ("Content-Length: -1\r\n".to_owned(), &hidden),
        ("Content-Length: 0x0\r\n".to_owned(), &hidden),
        ("Content-Length: 99999999999999999999\r\n".to_owned(), &hidden),
        ("Content-Length : 0\r\n".to_owned(), &hidden),
        ("Transfer-Encoding: identity\r\n".to_owned(), &hidden),
        ("Transfer-Encoding: xchunked\r\n".to_owned(), &chunked),
        ("Transfer-Encoding: chunked, identity\r\n".to_owned(), &chunked),
        ("Transfer-Encoding : chunked\r\n".to_owned(), &chunked),
        ("Transfer-Encoding:\r\n chunked\r\n".to_owned(), &chunked),
        (format!("Transfer-Encoding: \u{b}chunked\r\nContent-Length: {all}\r\n"), &chunked),
    ] {
        let received = raw(company.address, post(&headers, body).as_bytes()).await;
        let found = statuses(&received);
        assert!(found.len() <= 1 && !found.contains(&200), "{headers:?}: {found:?} {received:.300}");
    }
    // Both: the coding counts, and nothing after it is taken from that connection (RFC 9112, section 6.3).
    for headers in [
        format!("Content-Length: {all}\r\nTransfer-Encoding: chunked\r\n"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {all}\r\n"),
    ] {
        let received = raw(company.address, post(&headers, &chunked).as_bytes()).await;
        assert_eq!(statuses(&received), [400], "{headers:?}: {received}");
    }
    for (headers, body) in [
        ("Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFFF\r\nx"),
        ("Transfer-Encoding: chunked\r\n", "-1\r\nx\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "3\r\nhello\r\n0\r\n\r\n"),
    ] {
        let received = raw(company.address, post(headers, body).as_bytes()).await;
        let found = statuses(&received);
        assert!(matches!(found[..], [] | [400]), "{body:?}: {found:?} {received:.300}");
    }
    // The body of a request that is refused before it is read is still a body.
    let stranger =
        format!("POST /users.json HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{hidden}");
    assert_eq!(statuses(&raw(company.address, stranger.as_bytes()).await), [401]);
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_finishes_is_left_and_others_are_served() {
    let company =
        Company::new(&[("server.header_timeout_seconds", "1"), ("server.body_timeout_seconds", "1")]).await;
    let mut waiting = Vec::new();
    let beginnings =
        ["", "G", "GET /users.json HTTP/1.1\r\nHost: x\r\nX-Half: ", "GET /users.json HTTP/1.1\r\n"];
    for beginning in beginnings.iter().cycle().take(40) {
        let mut stream = TcpStream::connect(company.address).await.expect("the server listens");
        stream.write_all(beginning.as_bytes()).await.expect("a beginning");
        waiting.push((beginning, stream));
    }
    company.is_well().await;
    for (beginning, mut stream) in waiting {
        let mut received = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut received)).await;
        assert!(ended.is_ok(), "the connection is closed after {beginning:?}");
    }
    company.is_well().await;
    // The same for a body: what is there of it is not taken for the whole.
    let head = company.head("PUT /users/3/picture.xml HTTP/1.1");
    for (content_type, what) in [("image/jpeg", "picture"), ("application/x-www-form-urlencoded", "form")] {
        let half = format!("{head}Content-Type: {content_type}\r\nContent-Length: 1000\r\n\r\na=b");
        let received = raw(company.address, half.as_bytes()).await;
        assert_eq!(statuses(&received), [408], "{received}");
        assert!(
            received.contains(&format!("<message>The {what} took too long to arrive.</message>")),
            "{received}"
        );
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_does_not_keep_others_out_for_long() {
    let company =
        Company::new(&[("server.header_timeout_seconds", "1"), ("server.max_connections", "3")]).await;
    let mut silent = Vec::new();
    for beginning in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut stream = TcpStream::connect(company.address).await.expect("the server listens");
        stream.write_all(beginning.as_bytes()).await.expect("a beginning");
        silent.push(stream);
    }
    let served = tokio::time::timeout(Duration::from_secs(30), company.is_well()).await;
    assert!(served.is_ok(), "every place is taken, and stays so");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_from_elsewhere_is_sent_to_https() {
    let key = |company: &Company| company.key(ALICE);
    let trusted = Company::new(&[("server.trusted_proxies", "127.0.0.1")]).await;
    for (path, by) in [
        ("/users.json?a=b&c=%20", true),
        ("/users.json", false),
        ("/nothing", true),
        ("/pictures/x.jpg", false),
    ] {
        for proto in ["http", "HTTP", "", "ws", "https,http", "http, https", "httpss"] {
            let ask = trusted.get(path).host("hr.example:8080").with("x-forwarded-proto", proto);
            let ask = if by { ask.by("alice", &key(&trusted)) } else { ask };
            let answer = ask.send().await.bare(301);
            let expected = format!("https://hr.example{path}");
            assert_eq!(answer.header("location"), Some(expected.as_str()), "{proto:?}");
            assert_eq!(answer.header("www-authenticate"), None);
        }
    }
    let put = trusted
        .ask("PUT", "/users/3/picture.json")
        .by("alice", &key(&trusted))
        .with("x-forwarded-proto", "http");
    put.body("image/jpeg", jpeg(1)).send().await.bare(301);
    let secure = |proto: &'static str| {
        trusted
            .get("/users/3.json")
            .host("hr.example")
            .by("alice", &key(&trusted))
            .with("x-forwarded-proto", proto)
    };
    assert!(
        secure("https").send().await.is(200).json()["avatar"]["url"].is_null(),
        "the picture was not taken"
    );
    let put = trusted.ask("PUT", "/users/3/picture.json").by("alice", &key(&trusted));
    put.body("image/jpeg", jpeg(1)).send().await.is(200);
    for (proto, scheme) in
        [("https", "https://hr.example/pictures/"), ("HTTPS", "https://hr.example/pictures/")]
    {
        let url = secure(proto).send().await.is(200).json()["avatar"]["url"].to_string();
        assert!(url.starts_with(&format!("\"{scheme}")), "{url}");
    }
    // Whom nobody trusts says what they like.
    for settings in [&[][..], &[("server.trusted_proxies", "10.0.0.0/8,::1")]] {
        let company = Company::new(settings).await;
        for proto in ["http", "https"] {
            let ask =
                company.get("/users/me.json").by("alice", &key(&company)).with("x-forwarded-proto", proto);
            ask.send().await.is(200);
        }
        let ask = company.ask("PUT", "/users/3/picture.json").by("alice", &key(&company));
        let answer = ask.with("x-forwarded-proto", "https").body("image/jpeg", jpeg(1)).send().await.is(200);
        let url = answer.json()["avatar"]["url"].to_string();
        assert!(url.starts_with("\"http://"), "{url}");
    }
    let anywhere =
        Company::new(&[("server.trusted_proxies", "127.0.0.1"), ("server.plain_http", "anywhere")]).await;
    let ask = anywhere.get("/users/me.json").by("alice", &key(&anywhere)).with("x-forwarded-proto", "http");
    ask.send().await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_kinds_of_headers_the_one_that_proxies_write_counts() {
    let settings = [("server.trusted_proxies", "127.0.0.1"), ("server.forwarded_headers", "forwarded")];
    let company = Company::new(&settings).await;
    for (forwarded, proto, status) in [
        ("for=192.0.2.1;proto=https", "http", 200),
        ("for=192.0.2.1;proto=http", "https", 301),
        // What the client has sent itself, to have the rest overlooked.
        ("for=192.0.2.1;proto=https, for=192.0.2.1;proto=http", "https", 301),
        ("for=\"192.0.2.1;proto=https, for=192.0.2.1;proto=http", "https", 301),
    ] {
        let ask = company.get("/users/me.json").by("alice", &company.key(ALICE)).host("hr.example");
        let ask = ask.with("forwarded", forwarded).with("x-forwarded-proto", proto);
        ask.send().await.is(status);
    }
    let company = Company::new(&settings[..1]).await;
    let ask = company.get("/users/me.json").by("alice", &company.key(ALICE)).host("hr.example");
    let ask = ask.with("forwarded", "for=192.0.2.1;proto=https").with("x-forwarded-proto", "http");
    ask.send().await.is(301);
    // A proxy that adds its word to the client's.
    let ask = company.get("/users/me.json").by("alice", &company.key(ALICE)).host("hr.example");
    ask.with("x-forwarded-proto", "https").and("x-forwarded-proto", "http").send().await.is(301);
}

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Request;

use super::Secured;
use super::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, Frames, GOAWAY, HEADERS, RST_STREAM, block,
};
use crate::support::Speaking;

const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

impl Secured {
    async fn frames(&self) -> Frames {
        let stream = self.authority.connect(self.https(), "hr.example", &["h2"]).await;
        Frames::begin(stream.expect("a handshake")).await
    }

    /// The headers of Alice's request.
    fn request(&self, method: &str, path: &str) -> Vec<u8> {
        let (name, key) = self.alice();
        let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{key}")));
        block(&[
            (":method", method),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", path),
            ("authorization", &authorization),
            ("x-api-version", "2"),
            ("content-type", "image/jpeg"),
        ])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_are_refused() {
    let company = Secured::new(&["hr.example"], &[("server.header_timeout_seconds", "2")]).await;
    let (name, key) = company.alice();
    // Long, and within bounds.
    let mut connection = company.speak(&["h2"]).await;
    let target = connection.target("hr.example", "/users/me.json");
    let long = Request::get(&target).header("x-long", "x".repeat(30_000));
    connection.send(long, "hr.example", (name, &key), "").await.expect("an answer").is(200);
    let many = |count: usize| {
        (0..count).fold(Request::get(&target), |request, number| request.header(format!("x-{number}"), "y"))
    };
    for request in [Request::get(&target).header("x-long", "x".repeat(200_000)), many(10_000)] {
        let mut connection = company.speak(&["h2"]).await;
        if let Ok(answer) = connection.send(request, "hr.example", (name, &key), "").await {
            answer.is(431);
        }
    }
    // Sent on and on, and never finished.
    let mut frames = company.frames().await;
    frames.send(HEADERS, END_STREAM, 1, &company.request("GET", "/users.json")).await;
    let more = block(&[("x-more", &"y".repeat(100))]).repeat(100);
    let mut taken = 0;
    while taken < 10_000 && frames.send(CONTINUATION, 0, 1, &more).await {
        taken += 1;
    }
    assert!(taken < 10_000, "{} bytes of headers were taken", taken * more.len());
    // Begun, and left at that.
    let mut frames = company.frames().await;
    frames.send(HEADERS, END_STREAM, 1, &company.request("GET", "/users.json")).await;
    while frames.next().await.is_some() {}
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_back_what_they_ask_for_again_and_again_is_shown_out() {
    let company = Secured::new(&["hr.example"], &[]).await;
    let mut frames = company.frames().await;
    let request = company.request("GET", "/users.json");
    let calm = 8_u32.to_be_bytes();
    let mut sent = Vec::new();
    // As one packet after another, with nothing between a request and its end.
    for number in 0..1000_u32 {
        let stream = 2 * number + 1;
        for (kind, flags, payload) in
            [(HEADERS, END_HEADERS | END_STREAM, &request[..]), (RST_STREAM, 0, &calm[..])]
        {
            sent.extend(&(payload.len() as u32).to_be_bytes()[1..]);
            sent.extend([kind, flags]);
            sent.extend(stream.to_be_bytes());
            sent.extend(payload);
        }
    }
    let _ = tokio::io::AsyncWriteExt::write_all(&mut frames.0, &sent).await;
    if let Some(frame) = frames.next_of(GOAWAY).await {
        assert_eq!(frame.error(), ENHANCE_YOUR_CALM);
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_a_hundred_requests_are_open_at_a_time() {
    let company = Secured::new(&["hr.example"], &[("server.body_timeout_seconds", "2")]).await;
    let mut frames = company.frames().await;
    let request = company.request("PUT", "/users/3/picture.json");
    // Each waits for its body.
    for number in 0..101 {
        assert!(frames.send(HEADERS, END_HEADERS, 2 * number + 1, &request).await);
    }
    let refused = frames.next_of(RST_STREAM).await.expect("a refusal");
    assert_eq!((refused.stream, refused.error()), (201, REFUSED_STREAM));
    // None of those that are open is kept waiting for ever, a byte now and then or not.
    let (mut answered, mut ended) = (0, false);
    while answered < 100 && !ended {
        match frames.next().await {
            Some(frame) if frame.kind == HEADERS => {
                answered += 1;
                frames.send(DATA, 0, frame.stream + 2, b"x").await;
            }
            Some(_) => {}
            None => ended = true,
        }
    }
    assert_eq!((answered, ended), (100, false));
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_is_one_and_odd_requests_are_harmless() {
    let company = Secured::new(&["hr.example"], &[]).await;
    let (name, key) = company.alice();
    let mut connection = company.speak(&["h2"]).await;
    let ask = |host: &str| {
        let mut request = Request::get("https://hr.example/users/me.json");
        if !host.is_empty() {
            request = request.header("host", host);
        }
        request
    };
    for (host, status) in [
        ("", 200),
        ("hr.example", 200),
        ("HR.EXAMPLE", 200),
        ("evil.example", 400),
        ("hr.example:444", 400),
        ("hr.example, evil.example", 400),
    ] {
        let answer = connection.send(ask(host), "", (name, &key), "").await.expect("an answer").is(status);
        assert!(!answer.text().contains("evil"), "{}", answer.text());
    }
    let twice = ask("hr.example").header("host", "evil.example");
    connection.send(twice, "", (name, &key), "").await.expect("an answer").is(400);
    for method in ["TRACE", "PROPFIND", "get"] {
        let request = Request::builder().method(method).uri("https://hr.example/users.json");
        connection.send(request, "", (name, &key), "").await.expect("an answer").is(405);
    }
    let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{key}")));
    let odd = [
        vec![(":method", "CONNECT"), (":authority", "hr.example:443")],
        vec![
            (":method", "CONNECT"),
            (":protocol", "websocket"),
            (":scheme", "https"),
            (":path", "/"),
            (":authority", "x"),
        ],
        vec![(":method", "GET"), (":scheme", "https"), (":path", "/users.json")],
        vec![(":method", "GET"), (":scheme", "https"), (":authority", "hr.example")],
        vec![(":method", "GET"), (":scheme", "https"), (":authority", "hr.example"), (":path", "")],
        vec![(":method", "GET"), (":scheme", "https"), (":authority", "hr.example"), (":path", "users.json")],
        vec![(":method", "OPTIONS"), (":scheme", "https"), (":authority", "hr.example"), (":path", "*")],
        vec![
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "a@hr.example"),
            (":path", "/users.json"),
        ],
        vec![
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", "/users.json"),
            ("transfer-encoding", "chunked"),
        ],
        vec![
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", "/users.json"),
            ("connection", "close"),
        ],
        vec![
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", "/users.json"),
            ("X-Upper", "x"),
        ],
        vec![
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", "/users.json"),
            ("x", "a\r\nb"),
        ],
        vec![
            (":method", "GET"),
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", "/users.json"),
        ],
        vec![
            (":status", "200"),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", "/users.json"),
        ],
        vec![
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "hr.example"),
            (":path", "/users.json"),
            ("content-length", "5"),
        ],
    ];
    for mut headers in odd {
        headers.push(("authorization", &authorization));
        let mut frames = company.frames().await;
        frames.send(HEADERS, END_HEADERS | END_STREAM, 1, &block(&headers)).await;
        let answer = loop {
            match frames.next().await {
                Some(frame) if [HEADERS, RST_STREAM, GOAWAY].contains(&frame.kind) => break Some(frame),
                Some(_) => {}
                None => break None,
            }
        };
        // The first byte of an answer's headers is its status, where it is a common one: 0x88 is 200.
        if let Some(frame) = answer.filter(|frame| frame.kind == HEADERS) {
            assert_ne!(frame.payload[0], 0x88, "{headers:?}");
        }
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_comes_is_not_waited_for_and_trailers_are_nothing() {
    let company = Secured::new(&["hr.example"], &[("server.body_timeout_seconds", "1")]).await;
    let mut frames = company.frames().await;
    frames.send(HEADERS, END_HEADERS, 1, &company.request("PUT", "/users/3/picture.json")).await;
    frames.send(DATA, 0, 1, b"half").await;
    let answered = tokio::time::timeout(Duration::from_secs(20), frames.next_of(HEADERS)).await;
    let answer = answered.expect("an answer in time").expect("an answer");
    // 408, spelled out after the name of `:status` from the table (RFC 7541, section 6.2.1).
    let status = answer.payload.windows(3).any(|digits| digits == b"408");
    assert!(status || answer.payload[..6].contains(&0x48), "{:?}", answer.payload);
    let mut frames = company.frames().await;
    frames.send(HEADERS, END_HEADERS, 1, &company.request("GET", "/users/me.json")).await;
    frames.send(DATA, 0, 1, b"").await;
    let trailers = block(&[("x-api-version", "9"), ("authorization", "Basic x")]);
    frames.send(HEADERS, END_HEADERS | END_STREAM, 1, &trailers).await;
    let answer = frames.next_of(HEADERS).await.expect("an answer");
    assert_eq!(answer.payload[0], 0x88, "{:?}", answer.payload);
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_big_answer_comes_whole_over_http2() {
    let company = Secured::new(&["hr.example"], &[]).await;
    let (name, key) = company.alice();
    let put = company.ask("PUT", "/users/3/picture.json").by(name, &key);
    let picture = crate::support::jpeg(7);
    put.body("image/jpeg", picture).send().await.is(200);
    let stream = company.authority.connect(company.https(), "hr.example", &["h2"]).await;
    let mut connection = Speaking::over(stream.expect("a handshake")).await;
    let one = company.get("/users/3/picture").by(name, &key).send().await.is(200);
    for _ in 0..50 {
        let answer = connection.get("hr.example", "/users/3/picture", (name, &key)).await.is(200);
        assert_eq!(answer.body, one.body);
        assert_eq!(answer.header("content-length"), one.header("content-length"));
    }
}

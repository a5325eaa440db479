//! What the API is compared with: axum that sends given bytes from memory, behind the same check of the key, and
//! does nothing else. Listens on a free port of this machine and prints `{"url"}` when ready.
//!
//! `bare ANSWERS`, where ANSWERS is a JSON file:
//! `{"username", "key", "answers": [{"path", "gzip", "etag", "headers", "not_modified_headers", "body"}]}`,
//! headers being pairs, and `body` the file that holds it.
#![expect(clippy::print_stdout, reason = "says where it listens")]

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is sent for a path and a coding.
struct Answer {
    etag: HeaderValue,
    headers: HeaderMap,
    not_modified_headers: HeaderMap,
    body: Bytes,
}

struct Site {
    mac: Hmac<Sha256>,
    /// From username to the hash of the key.
    keys: HashMap<String, [u8; 32]>,
    /// From path to the answers as they are, and compressed.
    answers: HashMap<String, [Option<Answer>; 2]>,
}

#[tokio::main]
async fn main() -> Result<()> {
    // As the server does, so that memory can be compared.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    let file = std::env::args().nth(1).context("bare ANSWERS")?;
    let site = Arc::new(Site::read(&file)?);
    let mut router = Router::new();
    for path in site.answers.keys() {
        router = router.route(path, get(answer));
    }
    let router = router.with_state(site);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", serde_json::json!({ "url": format!("http://{}", listener.local_addr()?) }));
    let server = connection_builder();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (router, server) = (router.clone(), server.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                let router = router.clone();
                async move { Ok::<_, Infallible>(router.oneshot(request.map(Body::new)).await.into_response()) }
            });
            // A client that goes away ends its connection.
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The same as the server's.
fn connection_builder() -> http1::Builder {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(15)).max_buf_size(64 << 10);
    server
}

async fn answer(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    if !site.knows(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let coding =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(answer) = site
        .answers
        .get(uri.path())
        .and_then(|answers| answers[usize::from(coding.contains("gzip"))].as_ref())
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if headers.get(header::IF_NONE_MATCH) == Some(&answer.etag) {
        return (StatusCode::NOT_MODIFIED, answer.not_modified_headers.clone()).into_response();
    }
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.headers_mut() = answer.headers.clone();
    response
}

impl Site {
    fn read(file: &str) -> Result<Site> {
        let given: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let username = text(&given, "username")?;
        let mac = Hmac::<Sha256>::new_from_slice(b"the benchmark's own")?;
        let hash = hashed(&mac, text(&given, "key")?);
        let mut answers: HashMap<_, [Option<Answer>; 2]> = HashMap::new();
        for answer in given["answers"].as_array().context("answers")? {
            let gzip = answer["gzip"].as_bool().context("gzip")?;
            answers.entry(text(answer, "path")?.to_owned()).or_default()[usize::from(gzip)] = Some(Answer {
                etag: text(answer, "etag")?.parse()?,
                headers: headers(&answer["headers"])?,
                not_modified_headers: headers(&answer["not_modified_headers"])?,
                body: std::fs::read(text(answer, "body")?)?.into(),
            });
        }
        Ok(Site { mac, keys: HashMap::from([(username.to_owned(), hash)]), answers })
    }

    /// Whether the request comes with a key that is known.
    fn knows(&self, headers: &HeaderMap) -> bool {
        self.check(headers).is_some()
    }

    fn check(&self, headers: &HeaderMap) -> Option<()> {
        let encoded = headers.get(header::AUTHORIZATION)?.as_bytes().strip_prefix(b"Basic ")?;
        let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
        let (username, key) = decoded.split_once(':')?;
        let expected = self.keys.get(username)?;
        bool::from(hashed(&self.mac, key).ct_eq(expected)).then_some(())
    }
}

fn hashed(mac: &Hmac<Sha256>, key: &str) -> [u8; 32] {
    let mut mac = mac.clone();
    mac.update(key.as_bytes());
    mac.finalize().into_bytes().into()
}

fn text<'a>(value: &'a Value, name: &'static str) -> Result<&'a str> {
    value[name].as_str().context(name)
}

fn headers(pairs: &Value) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for pair in pairs.as_array().context("headers")? {
        let (Some(name), Some(value)) = (pair[0].as_str(), pair[1].as_str()) else {
            anyhow::bail!("a header is a pair of texts");
        };
        let known = headers.insert(name.parse::<HeaderName>()?, value.parse()?);
        ensure!(known.is_none(), "{name} comes twice");
    }
    Ok(headers)
}

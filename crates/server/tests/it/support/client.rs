//! A small HTTP/1.1 client that hides nothing: no redirects, no decoding, no header that a test did not ask for but
//! the host and the version of the API.

use std::net::SocketAddr;
use std::sync::Mutex;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Connections to one server, used again when they are free.
pub(crate) struct Client {
    address: SocketAddr,
    free: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Client {
        Client { address, free: Mutex::default() }
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let mut headers = HeaderMap::new();
        let host = HeaderValue::from_str(&self.address.to_string()).expect("an address is a host");
        headers.insert("host", host);
        headers.insert("x-api-version", HeaderValue::from_static("2.0.0"));
        Ask {
            client: self,
            method: method.parse().expect("a method"),
            path: path.to_owned(),
            headers,
            body: Bytes::new(),
        }
    }

    async fn connection(&self) -> SendRequest<Full<Bytes>> {
        let mut kept = self.free.lock().expect("nobody panics with it").pop();
        if let Some(connection) = &mut kept
            && connection.ready().await.is_ok()
        {
            return kept.expect("it is there");
        }
        let stream = TcpStream::connect(self.address).await.expect("the server listens");
        let (connection, driver) = handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
        tokio::spawn(driver);
        connection
    }
}

/// A request that is being put together.
pub(crate) struct Ask<'a> {
    client: &'a Client,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Ask<'_> {
    /// With these credentials.
    pub(crate) fn by(self, identifier: &str, secret: &str) -> Self {
        let pair = BASE64_STANDARD.encode(format!("{identifier}:{secret}"));
        self.with("authorization", &format!("Basic {pair}"))
    }

    /// With this header, instead of the one that is there.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.headers.insert(HeaderName::from_bytes(name.as_bytes()).expect("a header's name"), value);
        self
    }

    /// With this header, next to those that are there.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.headers.append(HeaderName::from_bytes(name.as_bytes()).expect("a header's name"), value);
        self
    }

    /// Without this header.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// For this host.
    pub(crate) fn host(self, host: &str) -> Self {
        self.with("host", host)
    }

    /// With a body of this type.
    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.with("content-type", content_type)
    }

    /// With a form as the body.
    pub(crate) fn form(self, form: impl Into<Bytes>) -> Self {
        self.body("application/x-www-form-urlencoded", form)
    }

    /// Sends it, and reads the whole answer.
    pub(crate) async fn send(self) -> Answer {
        let shown = format!("{} {}", self.method, self.path);
        let last = self.headers.contains_key("connection");
        let has_body = !self.body.is_empty();
        let mut connection = self.client.connection().await;
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().expect("a path");
        *request.headers_mut() = self.headers;
        let response = match connection.send_request(request).await {
            Ok(response) => response,
            Err(error) => panic!("{shown}: {error}"),
        };
        let (head, body) = response.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => panic!("{shown}: {error}"),
        };
        // A server that refuses a body before it has read it ends the connection, a moment after its answer.
        let refused = has_body && !head.status.is_success();
        if !last && !refused {
            self.client.free.lock().expect("nobody panics with it").push(connection);
        }
        Answer { shown, status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was asked, for messages.
    pub(crate) shown: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}: {}", self.shown, self.text());
        self
    }

    /// Asserts status, error code and one message in the format of the answer's own content type.
    #[track_caller]
    pub(crate) fn fails(self, status: u16, code: &str, message: &str) -> Answer {
        let answer = self.is(status);
        let (found, messages) = answer.error();
        assert_eq!(found, code, "{}: {messages:?}", answer.shown);
        assert!(messages.iter().any(|found| found.contains(message)), "{}: {messages:?}", answer.shown);
        answer
    }

    /// The error's code and messages, read from either format.
    #[track_caller]
    pub(crate) fn error(&self) -> (String, Vec<String>) {
        let root = match self.header("content-type") {
            Some("application/json; charset=UTF-8" | "application/json;charset=UTF-8") => {
                let document = folkmoot_wire::json::read(&self.body).expect("JSON");
                document.get("error").expect("an error").clone()
            }
            Some("application/xml; charset=UTF-8" | "application/xml;charset=UTF-8") => {
                let (root, document) = folkmoot_wire::xml::read(&self.body).expect("XML");
                assert_eq!(&*root, "error", "{}", self.shown);
                document
            }
            other => panic!("{}: {} with content type {other:?}", self.shown, self.status),
        };
        let code = root.get("code").and_then(|code| code.text()).expect("a code").to_owned();
        let messages = root.get("messages").and_then(folkmoot_wire::Node::items).expect("messages");
        (code, messages.iter().map(|message| message.text().expect("a text").to_owned()).collect())
    }

    #[track_caller]
    pub(crate) fn bare(self, status: u16) -> Answer {
        let answer = self.is(status);
        assert!(answer.body.is_empty(), "{}: {:?}", answer.shown, answer.text());
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{}: {error}: {}", self.shown, self.text()),
        }
    }

    pub(crate) fn etag(&self) -> &str {
        self.header("etag").expect("an entity tag")
    }
}

//! Sending spans to the collector, many at a time.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::Span;
use crate::metrics::Counter;

/// The most spans that are sent at a time.
const AT_ONCE: usize = 512;
/// How long a span waits for others.
const TOGETHER: Duration = Duration::from_secs(2);
/// How long a collector may take for its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long sending may hold up the end of the server.
const GOODBYE: Duration = Duration::from_secs(2);
/// Before a collector that is busy is asked once more.
const PAUSE: Duration = Duration::from_secs(1);
/// What of an answer is read: nothing in it is of use.
const ANSWER: usize = 64 << 10;

/// The way to the collector, and what is on it.
#[derive(Debug)]
pub(super) struct Exporter {
    collector: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
    resource: Value,
    waiting: mpsc::Receiver<Span>,
    /// Those that are sent next.
    next: Vec<Span>,
    /// Whether the last attempt failed: trouble is logged when it begins and when it is over.
    failing: bool,
}

impl Exporter {
    /// `instance` tells this process from others.
    pub(super) fn new(collector: Uri, instance: u64, waiting: mpsc::Receiver<Span>) -> Exporter {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let resource = json!({"attributes": [
            text("service.name", "folkmoot"),
            text("service.version", env!("CARGO_PKG_VERSION")),
            text("service.instance.id", &format!("{instance:016x}")),
        ]});
        Exporter { collector, client, resource, waiting, next: Vec::new(), failing: false }
    }

    pub(super) async fn run(&mut self, dropped: &Counter) {
        loop {
            if self.next.is_empty() && self.waiting.recv_many(&mut self.next, AT_ONCE).await == 0 {
                return;
            }
            sleep(TOGETHER).await;
            self.gather();
            self.send(dropped).await;
        }
    }

    /// Sends what is waiting, within a bound in time.
    pub(super) async fn flush(&mut self, dropped: &Counter) {
        let all = async {
            loop {
                self.gather();
                if self.next.is_empty() {
                    break;
                }
                self.send(dropped).await;
            }
        };
        let _ = timeout(GOODBYE, all).await;
    }

    fn gather(&mut self) {
        while self.next.len() < AT_ONCE
            && let Ok(span) = self.waiting.try_recv()
        {
            self.next.push(span);
        }
    }

    async fn send(&mut self, dropped: &Counter) {
        let body = Bytes::from(self.document(&self.next).to_string());
        let mut sent = self.post(body.clone()).await;
        if sent == Err(Trouble::Busy) {
            sleep(PAUSE).await;
            sent = self.post(body).await;
        }
        match &sent {
            Ok(()) if self.failing => tracing::info!("the collector of traces takes them again"),
            Ok(()) => {}
            Err(trouble) => {
                dropped.add(self.next.len() as u64);
                if !self.failing {
                    tracing::warn!(%trouble, "the collector of traces does not take them");
                }
            }
        }
        self.failing = sent.is_err();
        self.next.clear();
    }

    async fn post(&self, body: Bytes) -> Result<(), Trouble> {
        let request = Request::post(self.collector.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|error| Trouble::Other(error.to_string()))?;
        let exchange = async {
            let response =
                self.client.request(request).await.map_err(|error| Trouble::Other(error.to_string()))?;
            let status = response.status();
            // So that the connection can be used again.
            let _ = Limited::new(response.into_body(), ANSWER).collect().await;
            match status {
                status if status.is_success() => Ok(()),
                StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT => Err(Trouble::Busy),
                status => Err(Trouble::Other(format!("it answers {status}"))),
            }
        };
        timeout(PATIENCE, exchange).await.unwrap_or(Err(Trouble::Other("it does not answer".to_owned())))
    }

    fn document(&self, spans: &[Span]) -> Value {
        let spans: Vec<Value> = spans.iter().map(span).collect();
        let scope = json!({"name": "folkmoot", "version": env!("CARGO_PKG_VERSION")});
        json!({"resourceSpans": [{"resource": self.resource, "scopeSpans": [{"scope": scope, "spans": spans}]}]})
    }
}

/// Why spans were not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Trouble {
    #[error("it is busy")]
    Busy,
    #[error("{0}")]
    Other(String),
}

/// A span, as OTLP spells it in JSON: numbers of traces in hexadecimal digits, large integers as texts.
fn span(span: &Span) -> Value {
    const SERVER: u8 = 2;
    const ERROR: u8 = 2;
    let mut attributes = vec![
        text("http.request.method", span.method),
        text("http.route", span.route),
        number("http.response.status_code", i64::from(span.status)),
        text("folkmoot.request_id", &span.request_id),
    ];
    attributes.extend(span.account.map(|account| number("folkmoot.account", account)));
    let mut told = json!({
        "traceId": format!("{:032x}", span.begun.trace),
        "spanId": format!("{:016x}", span.begun.span),
        "name": format!("{} {}", span.method, span.route),
        "kind": SERVER,
        "startTimeUnixNano": span.begun.started.as_nanosecond().to_string(),
        "endTimeUnixNano": span.ended.as_nanosecond().to_string(),
        "attributes": attributes,
    });
    if let Some(parent) = span.begun.parent {
        told["parentSpanId"] = format!("{parent:016x}").into();
    }
    if span.status >= 500 {
        told["status"] = json!({"code": ERROR});
    }
    told
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn number(key: &str, value: i64) -> Value {
    json!({"key": key, "value": {"intValue": value.to_string()}})
}

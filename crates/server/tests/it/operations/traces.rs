use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Metrics, company};
use crate::support::{ALICE, eventually, key_of};

/// A collector that is busy at first, and then takes what it is sent.
struct Collector {
    address: String,
    taken: Arc<Mutex<Vec<Value>>>,
}

impl Collector {
    async fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&taken);
        tokio::spawn(async move {
            let mut answers = ["503 Service Unavailable"].into_iter();
            loop {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut received = Vec::new();
                let body = loop {
                    let mut more = [0; 4096];
                    let length = stream.read(&mut more).await.expect("a request");
                    received.extend_from_slice(&more[..length]);
                    let text = String::from_utf8_lossy(&received).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
                    assert!(head.contains("content-type: application/json"), "{head}");
                    let length = head
                        .lines()
                        .find_map(|line| line.strip_prefix("content-length: "))
                        .expect("a length");
                    if body.len() == length.parse::<usize>().expect("a number") {
                        break body.to_owned();
                    }
                };
                let answer = answers.next().unwrap_or("200 OK");
                if answer == "200 OK" {
                    kept.lock()
                        .expect("nobody panics with it")
                        .push(serde_json::from_str(&body).expect("JSON"));
                }
                let answer =
                    format!("HTTP/1.1 {answer}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
                stream.write_all(answer.as_bytes()).await.expect("an answer");
            }
        });
        Collector { address, taken }
    }

    /// The spans that were taken, each as OTLP has it.
    fn spans(&self) -> Vec<Value> {
        let taken = self.taken.lock().expect("nobody panics with it");
        let spans = taken.iter().flat_map(|document| {
            let resource = &document["resourceSpans"][0];
            let named = json!({"key": "service.name", "value": {"stringValue": "folkmoot"}});
            assert_eq!(resource["resource"]["attributes"][0], named);
            resource["scopeSpans"][0]["spans"].as_array().expect("spans").clone()
        });
        spans.collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_a_span_of_the_trace_that_it_names() {
    let collector = Collector::start().await;
    let settings =
        [("traces.collector", collector.address.as_str()), ("server.trusted_proxies", "127.0.0.1")];
    let (server, account) = company(&settings).await;
    let key = key_of(account, ALICE);
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let get = |path: &str| server.get(path).by("alice", &key).with("x-forwarded-proto", "https");
    get("/users/2.json?token=hunter2")
        .with("traceparent", parent)
        .with("x-request-id", "number-1")
        .send()
        .await
        .is(200);
    get("/users/1.json").with("traceparent", &parent.replace("-01", "-00")).send().await.is(200);
    get("/users.json").send().await.is(200);
    server
        .get("/users.json")
        .with("x-forwarded-proto", "https")
        .by("alice", "hunter2")
        .send()
        .await
        .bare(401);
    // The rest is sent when it stops, and not only then.
    let first =
        eventually("spans are sent", async || Some(collector.spans()).filter(|spans| !spans.is_empty()))
            .await;
    assert_eq!(first[0]["parentSpanId"], "00f067aa0ba902b7");
    get("/jobs.json").send().await.is(200);
    let (_kept, served) = server.stop();
    served.await.expect("it stops");
    let spans = collector.spans();
    let names: Vec<&str> = spans.iter().map(|span| span["name"].as_str().expect("a name")).collect();
    assert_eq!(
        names,
        ["GET /users/{id}", "GET /users.json", "GET /users.json", "GET /jobs.json"],
        "one was not to be"
    );
    let span = &spans[0];
    assert_eq!((&span["traceId"], &span["kind"]), (&json!("4bf92f3577b34da6a3ce929d0e0e4736"), &json!(2)));
    let attribute = |span: &Value, key: &str| {
        let attributes = span["attributes"].as_array().expect("attributes").clone();
        attributes
            .into_iter()
            .find(|attribute| attribute["key"] == key)
            .map(|attribute| attribute["value"].clone())
    };
    assert_eq!(attribute(span, "http.request.method"), Some(json!({"stringValue": "GET"})));
    assert_eq!(attribute(span, "http.route"), Some(json!({"stringValue": "/users/{id}"})));
    assert_eq!(attribute(span, "http.response.status_code"), Some(json!({"intValue": "200"})));
    assert_eq!(attribute(span, "folkmoot.account"), Some(json!({"intValue": account.0.to_string()})));
    assert_eq!(attribute(span, "folkmoot.request_id"), Some(json!({"stringValue": "number-1"})));
    assert_eq!(attribute(&spans[2], "http.response.status_code"), Some(json!({"intValue": "401"})));
    assert_ne!(spans[1]["traceId"], spans[2]["traceId"]);
    assert!(spans[1].get("parentSpanId").is_none());
    let digits = |field: &Value| field.as_str().expect("digits").len();
    assert!(spans.iter().all(|span| digits(&span["traceId"]) == 32 && digits(&span["spanId"]) == 16));
    let text = json!(spans).to_string();
    for secret in ["hunter2", &key, "alice", "127.0.0.1", "users/2"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_there_is_nobodys_trouble() {
    let settings = [("traces.collector", "http://127.0.0.1:9"), ("metrics.listen", "127.0.0.1:0")];
    let (server, account) = company(&settings).await;
    for _ in 0..3 {
        server.get("/users.json").by("alice", &key_of(account, ALICE)).send().await.is(200);
    }
    eventually("they are given up", async || {
        (Metrics::of(&server).await.count("folkmoot_spans_dropped_total") >= 3).then_some(())
    })
    .await;
    let (_kept, served) = server.stop();
    tokio::time::timeout(std::time::Duration::from_secs(5), served).await.expect("it stops").expect("well");
}

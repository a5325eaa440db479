use std::sync::Arc;

use folkmoot_core::{Settings, UserId};
use folkmoot_store::{Author, Passwords};
use futures_util::future::join_all;

use super::{Metrics, company};
use crate::support::{ALICE, Client, HELEN, Kept, Server, eventually, jpeg, key_of, trio};

const ON: (&str, &str) = ("metrics.listen", "127.0.0.1:0");

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_and_nobody_is_named() {
    let (server, account) = company(&[ON]).await;
    let key = key_of(account, ALICE);
    let hash = Passwords::new(1).hash("correct horse".into()).await.expect("a hash");
    let mut tx = server.store.begin(account, Author::OPERATOR).await.expect("a transaction");
    tx.set_password_hash(UserId(ALICE), &hash).await.expect("a password");
    tx.commit().await.expect("a commit");
    let get = |path: &str| server.get(path).by("alice", &key).send();
    let mut bytes = 0;
    for _ in 0..3 {
        bytes += get("/users.json").await.is(200).body.len();
        bytes += get("/users/2.json").await.is(200).body.len();
    }
    get("/users/1.xml").await.is(200);
    get("/users/99.json").await.is(404);
    get("/some/where/else").await.is(404);
    server.get("/users.json").by("alice", "wrong").send().await.bare(401);
    let put = server.ask("PUT", "/users/3/picture.json").by("alice", &key).body("image/jpeg", jpeg(1));
    let url = put.send().await.is(200).json()["avatar"]["url"].as_str().expect("an address").to_owned();
    let picture = url.strip_prefix(&format!("http://{}", server.address)).expect("its host").to_owned();
    for _ in 0..2 {
        bytes += server.get(&picture).send().await.is(200).body.len();
    }
    server.ask("HEAD", "/users.json").by("alice", &key).send().await.is(200);
    let found = Metrics::of(&server).await;
    let (value, count) = (|series: &str| found.value(series), |series: &str| found.count(series));
    let requests = |route: &str, method: &str, status: &str| {
        count(&format!(
            "folkmoot_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}"
        ))
    };
    assert_eq!(requests("/users.json", "GET", "2xx"), 3);
    assert_eq!(requests("/users.json", "GET", "4xx"), 1);
    assert_eq!(requests("/users.json", "HEAD", "2xx"), 1);
    assert_eq!(requests("/users/{id}", "GET", "2xx"), 4);
    assert_eq!(requests("/users/{id}", "GET", "4xx"), 1);
    assert_eq!(requests("/users/{id}/picture.json", "PUT", "2xx"), 1);
    assert_eq!(requests("/pictures/{name}", "GET", "2xx"), 2);
    assert_eq!(requests("none", "GET", "4xx"), 1);
    let duration = "folkmoot_http_request_duration_seconds";
    assert_eq!(count(&format!("{duration}_count{{route=\"/users/{{id}}\",method=\"GET\"}}")), 5);
    assert_eq!(count(&format!("{duration}_bucket{{le=\"+Inf\",route=\"/users/{{id}}\",method=\"GET\"}}")), 5);
    assert_eq!(count("folkmoot_http_requests_in_flight"), 0);
    let sent = value("folkmoot_http_sent_bytes_total");
    assert!((bytes as f64..bytes as f64 + 10_000.0).contains(&sent), "{sent} bytes, not about {bytes}");
    assert!(value("folkmoot_connections_total") >= 1.0 && value("folkmoot_connections_open") >= 1.0);
    assert_eq!(count("folkmoot_accounts"), 1);
    assert_eq!(count("folkmoot_accounts_in_memory"), 1);
    assert!(value("folkmoot_accounts_bytes") > 3_000.0);
    assert_eq!(count("folkmoot_account_load_duration_seconds_count"), 1);
    let cache = |what: &str, name: &str| count(&format!("folkmoot_cache_{what}{{cache=\"{name}\"}}"));
    // The first one, and the one after the picture.
    assert_eq!((cache("hits_total", "lists"), cache("misses_total", "lists")), (2, 2));
    assert_eq!(cache("hits_total", "documents"), 2);
    assert_eq!((cache("hits_total", "pictures"), cache("misses_total", "pictures")), (1, 1));
    assert!(cache("bytes", "lists") > 0 && cache("bytes", "pictures") > 1_000);
    assert_eq!(count("folkmoot_password_check_duration_seconds_count"), 1);
    assert!(value("folkmoot_store_write_duration_seconds_count") >= 2.0);
    assert!(value("folkmoot_refresh_age_seconds") < 5.0);
    assert_eq!(count(&format!("folkmoot_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1);
    assert!(value("process_resident_memory_bytes") > 1e6 && value("process_cpu_seconds_total") > 0.0);
    assert!(value("process_open_fds") > 3.0);
    for series in found.0.keys() {
        for name in ["company", "alice", "helen", &key, &picture["/pictures/".len()..], "/users/2"] {
            assert!(!series.contains(name), "{series}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_an_address_of_their_own_and_no_other() {
    let (server, account) = company(&[ON]).await;
    server.get("/metrics").send().await.bare(401);
    server.get("/metrics").by("alice", &key_of(account, ALICE)).send().await.bare(404);
    let apart = Client::new(server.metrics_address.expect("metrics are served"));
    for path in ["/users.json", "/", "/metrics/x", "/pictures/00112233445566778899aabbccdd.jpg"] {
        apart.ask("GET", path).by("alice", &key_of(account, ALICE)).send().await.bare(404);
    }
    apart.ask("POST", "/metrics").send().await.bare(404);
    apart.ask("GET", "/livez").send().await.bare(200);
    apart.ask("GET", "/readyz").send().await.bare(200);
    let (without, _) = company(&[]).await;
    assert_eq!(without.metrics_address, None, "nowhere, unless it is asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_come_and_go_are_counted_and_one_load_serves_all_who_ask_at_once() {
    let kept = Kept::new().await;
    let mut accounts = Vec::new();
    for number in 0..40 {
        let account = kept.account(&format!("company{number}"), Settings::default()).await;
        let mut people = trio(&kept.store, account);
        people[0].user.blog_url = "x".repeat(40 << 10).into();
        kept.add_people(account, &people).await;
        accounts.push(account);
    }
    let settings = [ON, ("server.base_domain", "hr.example"), ("accounts.memory_mb", "1")];
    let server = Arc::new(Server::start(kept, &settings).await);
    let get = |number: usize| {
        let ask = server.get("/users/me.json").host(&format!("company{number}.hr.example"));
        ask.by("helen", &key_of(accounts[number], HELEN)).send()
    };
    assert!(join_all((0..60).map(|_| get(0))).await.into_iter().all(|answer| answer.status == 200));
    let found = Metrics::of(&server).await;
    assert_eq!(found.count("folkmoot_account_load_duration_seconds_count"), 1, "one load for sixty requests");
    assert_eq!((found.count("folkmoot_accounts"), found.count("folkmoot_accounts_in_memory")), (40, 1));
    for number in 1..40 {
        get(number).await.is(200);
    }
    let found = Metrics::of(&server).await;
    assert_eq!(found.count("folkmoot_account_load_duration_seconds_count"), 40);
    assert!(found.count("folkmoot_accounts_bytes") <= 1 << 20);
    let gone = found.count("folkmoot_accounts_evicted_total");
    assert!(gone > 5);
    assert_eq!(found.count("folkmoot_accounts_in_memory"), 40 - gone);
    server.store.close().await;
    let failed = get(0).await;
    failed.fails(500, "CONNECTION_ERROR", "cannot be reached");
    let found = eventually("looks at the store fail", async || {
        let found = Metrics::of(&server).await;
        (found.count("folkmoot_refreshes_failed_total") > 0).then_some(found)
    });
    assert_eq!(found.await.count("folkmoot_account_loads_failed_total"), 1);
    get(39).await.is(200);
}

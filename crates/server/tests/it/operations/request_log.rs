use tracing_subscriber::filter::LevelFilter;

use super::company;
use crate::support::{ALICE, HELEN, Kept, Log, Server, key_of, trio};

/// The lines about requests, of which each has an identifier.
fn lines(log: &Log) -> Vec<String> {
    log.all().lines().filter(|line| line.contains("request=")).map(str::to_owned).collect()
}

// Each on one thread, so that all of the server's work is done where the log is kept.

#[tokio::test]
async fn every_request_has_a_line_when_the_operator_wants_it() {
    let log = Log::listen(LevelFilter::INFO);
    let settings = [("log.requests", "all"), ("server.trusted_proxies", "127.0.0.1")];
    let (server, account) = company(&settings).await;
    let key = key_of(account, ALICE);
    let ask = server.get("/users/2.json?token=hunter2").by("alice", &key).with("x-request-id", "number-1");
    ask.with("x-forwarded-for", "203.0.113.9, 198.51.100.7")
        .with("x-forwarded-proto", "https")
        .send()
        .await
        .is(200);
    server
        .get("/users/2.json")
        .by("alice", "hunter2")
        .with("x-request-id", "number-2")
        .send()
        .await
        .bare(401);
    server.get("/pictures/00112233445566778899aabbccdd.jpg").send().await.bare(404);
    let lines = lines(&log);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for part in [
        "INFO",
        "answered",
        "request=\"number-1\"",
        &format!("account={}", account.0),
        "client=198.51.100.7",
        "method=GET",
        "route=\"/users/{id}\"",
        "status=200",
        "ms=",
    ] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
    assert!(lines[1].contains("status=401") && lines[1].contains("client=127.0.0.1"), "{}", lines[1]);
    assert!(lines[2].contains("route=\"/pictures/{name}\""));
    for secret in ["hunter2", &key, "00112233", "users/2", "203.0.113.9"] {
        assert!(lines.iter().all(|line| !line.contains(secret)), "{secret}");
    }
}

#[tokio::test]
async fn only_what_the_server_failed_at_is_logged_unless_the_operator_wants_more_or_less() {
    for (setting, expected) in [("errors", 1), ("off", 0)] {
        let log = Log::listen(LevelFilter::INFO);
        let kept = Kept::new().await;
        let mut accounts = Vec::new();
        for name in ["one", "two"] {
            let account = kept.account(name, folkmoot_core::Settings::default()).await;
            kept.add_people(account, &trio(&kept.store, account)).await;
            accounts.push(account);
        }
        let settings = [("log.requests", setting), ("server.base_domain", "hr.example")];
        let server = Server::start(kept, &settings).await;
        let get = |name: &str, account| {
            let ask = server.get("/users.json").host(&format!("{name}.hr.example"));
            ask.by("helen", &key_of(account, HELEN)).send()
        };
        get("one", accounts[0]).await.is(200);
        get("one", accounts[1]).await.bare(401);
        server.store.close().await;
        get("two", accounts[1]).await.is(500);
        let lines = lines(&log);
        assert_eq!(lines.len(), expected, "{lines:#?}");
        for line in &lines {
            assert!(
                line.contains("ERROR") && line.contains("failed") && line.contains("status=500"),
                "{line}"
            );
        }
        assert!(log.all().contains("an account cannot be loaded"), "why is logged in any case");
    }
}

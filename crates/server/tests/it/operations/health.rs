use std::time::Duration;

use folkmoot_core::Settings;
use tokio::net::TcpStream;

use super::company;
use crate::support::{ALICE, Client, HELEN, Kept, Server, eventually, key_of, trio};

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_to_anybody_and_nothing_else_is() {
    for settings in [&[("server.base_domain", "hr.example")][..], &[("server.maintenance", "true")], &[]] {
        let (server, account) = company(settings).await;
        for path in ["/livez", "/readyz"] {
            for host in ["company.hr.example", "nobody.hr.example", "10.0.0.1:8080", "x"] {
                let answer = server.get(path).host(host).send().await.bare(200);
                assert_eq!(answer.header("cache-control"), Some("no-store"));
                assert_eq!(answer.header("content-type"), None);
                server.ask("HEAD", path).host(host).send().await.bare(200);
            }
            server.get(path).without("host").send().await.bare(200);
            // Whatever credentials come along are not looked at.
            server.get(path).by("alice", "wrong").send().await.bare(200);
            server
                .get(&format!("{path}?verbose=1"))
                .by("alice", &key_of(account, ALICE))
                .send()
                .await
                .bare(200);
            assert_eq!(server.ask("POST", path).send().await.bare(405).header("allow"), Some("GET, HEAD"));
        }
        assert_ne!(server.get("/livez/x").send().await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_its_store_lives_and_is_not_ready() {
    let kept = Kept::new().await;
    let mut accounts = Vec::new();
    for name in ["warm", "cold"] {
        let account = kept.account(name, Settings::default()).await;
        kept.add_people(account, &trio(&kept.store, account)).await;
        accounts.push(account);
    }
    let server = Server::start(kept, &[("server.base_domain", "hr.example")]).await;
    let get = |name: &str, account| {
        let ask = server.get("/users/me.json").host(&format!("{name}.hr.example"));
        ask.by("helen", &key_of(account, HELEN)).send()
    };
    get("warm", accounts[0]).await.is(200);
    server.get("/readyz").send().await.bare(200);
    server.store.close().await;
    // It may be a moment's trouble: that is no reason to leave.
    server.get("/readyz").send().await.bare(200);
    eventually("it is not ready", async || (server.get("/readyz").send().await.status == 503).then_some(()))
        .await;
    server.get("/readyz").send().await.bare(503);
    server.get("/livez").send().await.bare(200);
    get("warm", accounts[0]).await.is(200);
    get("cold", accounts[1]).await.fails(500, "CONNECTION_ERROR", "cannot be reached");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_leaves_says_so_before_it_does() {
    let (server, account) = company(&[("server.drain_seconds", "2")]).await;
    let (address, key) = (server.address, key_of(account, ALICE));
    server.get("/readyz").send().await.bare(200);
    let (_kept, served) = server.stop();
    // On connections of their own: it still lets people in.
    let ask = async |path: &str| Client::new(address).ask("GET", path).by("alice", &key).send().await;
    eventually("it is not ready", async || (ask("/readyz").await.status == 503).then_some(())).await;
    ask("/livez").await.bare(200);
    ask("/users/me.json").await.is(200);
    assert!(!served.is_finished());
    tokio::time::timeout(Duration::from_secs(10), served).await.expect("it stops").expect("well");
    assert!(TcpStream::connect(address).await.is_err());
    // One that nobody sends requests to need not wait.
    let (server, _) = company(&[]).await;
    let (_kept, served) = server.stop();
    tokio::time::timeout(Duration::from_secs(1), served).await.expect("it stops").expect("well");
}

//! Certificates from a real ACME server.

mod pebble;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use folkmoot_core::{Account, AccountState, Settings};
use folkmoot_store::Author;
use tokio_rustls::client::TlsStream;
use tracing_subscriber::filter::LevelFilter;

use crate::support::{Kept, Log, Server, Speaking, eventually, raw, shown, statuses};
use pebble::{Pebble, free_ports};

/// Far enough for every certificate of today to be due, which live five years, and not for it to be over.
const LATER: &str = "2030-11-01T00:00:00Z";

async fn start(pebble: &Pebble, kept: Kept, special: &[(&str, &str)]) -> Server {
    let settings = pebble.settings(special);
    let settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    Server::start(kept, &settings).await
}

/// The certificate that was shown.
fn leaf(stream: &TlsStream<tokio::net::TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().expect("a certificate")[0].to_vec()
}

/// What is kept of the one authority.
fn folder(pebble: &Pebble) -> PathBuf {
    let mut entries = std::fs::read_dir(pebble.authority.path("acme")).expect("a folder");
    let folder = entries.next().expect("an authority").expect("a folder").path();
    assert!(entries.next().is_none());
    folder
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

async fn has_certificate(pebble: &Pebble, host: &str) -> TlsStream<tokio::net::TcpStream> {
    eventually("a certificate", async || pebble.connect(host).await.ok()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_are_named_get_certificates_and_keep_them() {
    let [http, tls] = free_ports();
    let pebble = Pebble::start(http, tls).await;
    let special = [("acme.domains", "hr.example, www.hr.example")];
    let server = start(&pebble, Kept::new().await, &special).await;
    let first = has_certificate(&pebble, "hr.example").await;
    assert_eq!(shown(&first), ["hr.example"]);
    assert_eq!(shown(&has_certificate(&pebble, "www.hr.example").await), ["www.hr.example"]);
    Speaking::over(pebble.connect("hr.example").await.expect("a handshake"))
        .await
        .get("hr.example", "/users.json", ("x", "y"))
        .await
        .fails(404, "UNKNOWN_SUBDOMAIN", "");
    // What is kept is nobody else's business, and what was shown to the authority is gone.
    let folder = folder(&pebble);
    assert_eq!(names(&folder.join("certificates")), ["hr.example", "www.hr.example"]);
    eventually("tidy", async || names(&folder.join("http-01")).is_empty().then_some(())).await;
    for path in ["", "account", "certificates", "http-01"] {
        let mode = std::fs::metadata(folder.join(path)).expect("a folder").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{path}");
    }
    for path in ["account/account.json", "certificates/hr.example"] {
        let mode = std::fs::metadata(folder.join(path)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
    // A server that starts again has them at once.
    let (kept, served) = server.stop();
    served.await.expect("it stops");
    let _server = start(&pebble, kept, &special).await;
    assert_eq!(leaf(&pebble.connect("hr.example").await.expect("at once")), leaf(&first));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_port_of_https_alone_is_enough() {
    let [closed, tls] = free_ports();
    let pebble = Pebble::start(closed, tls).await;
    let special =
        [("acme.domains", "hr.example"), ("acme.challenge", "tls-alpn-01"), ("server.listen", "127.0.0.1:0")];
    let _server = start(&pebble, Kept::new().await, &special).await;
    assert_eq!(shown(&has_certificate(&pebble, "hr.example").await), ["hr.example"]);
    let folder = folder(&pebble);
    eventually("tidy", async || names(&folder.join("tls-alpn-01")).is_empty().then_some(())).await;
    // Nobody else gets anything out of asking like the authority.
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", tls)).await.expect("the server listens");
    let root = pebble.root().await;
    assert!(crate::support::handshake(stream, "hr.example", &["acme-tls/1"], root).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_get_theirs_when_they_are_asked_for_and_strangers_get_nothing() {
    let [http, tls] = free_ports();
    let pebble = Pebble::start(http, tls).await;
    let special = [("server.base_domain", "hr.example"), ("acme.accounts", "true")];
    let kept = Kept::new().await;
    kept.account("acme", Settings::default()).await;
    let suspended = kept.account("gone", Settings::default()).await;
    let suspend = |account: &mut Account| account.state = AccountState::Suspended;
    let edited = kept.store.edit_account(suspended, Author::OPERATOR, suspend).await;
    edited.expect("the store works").expect("the account is there");
    let server = start(&pebble, kept, &special).await;
    for stranger in
        ["other.hr.example", "gone.hr.example", "hr.example", "a.acme.hr.example", "elsewhere.example"]
    {
        let connecting = tokio::time::timeout(Duration::from_secs(5), pebble.connect(stranger)).await;
        assert!(connecting.expect("at once").is_err(), "{stranger}");
    }
    // The first handshake waits for the order.
    let stream = pebble.connect("acme.hr.example").await.expect("a certificate");
    assert_eq!(shown(&stream), ["acme.hr.example"]);
    let answer = Speaking::over(stream).await.get("acme.hr.example", "/users.json", ("x", "y")).await;
    answer.bare(401);
    // An account that is made while the server runs.
    server.account("later", Settings::default()).await;
    let stream = eventually("the account", async || pebble.connect("later.hr.example").await.ok()).await;
    assert_eq!(shown(&stream), ["later.hr.example"]);
    let folder = folder(&pebble);
    assert_eq!(names(&folder.join("certificates")), ["acme.hr.example", "later.hr.example"]);
    assert_eq!(names(&folder.join("failures")), [""; 0]);
    eventually("tidy", async || names(&folder.join("wanted")).is_empty().then_some(())).await;
}

#[tokio::test]
async fn certificates_are_renewed_in_time_and_kept_when_that_fails() {
    let log = Log::listen(LevelFilter::INFO);
    let [http, tls] = free_ports();
    let mut pebble = Pebble::start(http, tls).await;
    let server = start(&pebble, Kept::new().await, &[("acme.domains", "hr.example")]).await;
    let first = has_certificate(&pebble, "hr.example").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let ordered = |log: &Log| log.all().matches("ordering a certificate").count();
    assert_eq!(ordered(&log), 1, "{}", log.all());
    server.clock.set(LATER);
    let second = eventually("a renewal", async || {
        let stream = pebble.connect("hr.example").await.expect("a handshake");
        (leaf(&stream) != leaf(&first)).then_some(stream)
    })
    .await;
    assert_eq!(shown(&second), ["hr.example"]);
    // The new one is as old as the first, in the eyes of a clock that was set; it is not due again at once.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(ordered(&log), 2, "{}", log.all());
    let root = pebble.root().await;
    pebble.kill().await;
    server.clock.set("2030-11-01T02:00:00Z");
    eventually("a failure", async || log.all().contains("could not be ordered").then_some(())).await;
    let held = eventually("the last certificate", async || {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", tls)).await.expect("the server listens");
        crate::support::handshake(stream, "hr.example", &[], root.clone()).await.ok()
    })
    .await;
    assert_eq!(shown(&held), ["hr.example"]);
    let all = log.all();
    let line = all.lines().find(|line| line.contains("could not be ordered")).expect("a line");
    assert!(line.contains("host=\"hr.example\"") && line.contains("again=2030-11-01T02:"), "{line}");
    // An authority that comes back without its memory: the account is made anew, after the one it does not know.
    pebble.restart().await;
    server.clock.set("2030-11-01T02:10:00Z");
    eventually("a failure", async || log.all().contains("accountDoesNotExist").then_some(())).await;
    server.clock.set("2030-11-01T03:00:00Z");
    assert_eq!(shown(&has_certificate(&pebble, "hr.example").await), ["hr.example"]);
    let secret = std::fs::read_to_string(folder(&pebble).join("certificates/hr.example")).expect("a file");
    assert!(!log.all().contains(secret.lines().nth(1).expect("a line")), "a key is in the log");
}

#[tokio::test]
async fn what_the_authority_cannot_see_is_told_and_not_tried_again_at_once() {
    let log = Log::listen(LevelFilter::INFO);
    let [http, tls] = free_ports();
    let pebble = Pebble::start(http, tls).await;
    // The authority looks where nobody listens.
    let special = [("acme.domains", "hr.example"), ("server.listen", "127.0.0.1:0")];
    let server = start(&pebble, Kept::new().await, &special).await;
    let failed = |log: &Log| log.all().matches("could not be ordered").count();
    eventually("a failure", async || (failed(&log) == 1).then_some(())).await;
    let all = log.all();
    let line = all.lines().find(|line| line.contains("could not be ordered")).expect("a line");
    assert!(line.contains("connection refused") || line.contains("Error getting validation data"), "{line}");
    let folder = folder(&pebble);
    let failures = || std::fs::read_to_string(folder.join("failures/hr.example")).unwrap_or_default();
    assert!(failures().starts_with("1 2026-01-15T12:"), "{}", failures());
    // Who asks meanwhile does not wait, and has nothing ordered.
    for _ in 0..5 {
        let connecting = tokio::time::timeout(Duration::from_secs(5), pebble.connect("hr.example")).await;
        assert!(connecting.expect("at once").is_err());
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    // Nor does a server that starts again.
    let (kept, served) = server.stop();
    served.await.expect("it stops");
    let server = start(&pebble, kept, &special).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(failed(&log), 1);
    server.clock.set("2026-01-15T12:07:00Z");
    eventually("another failure", async || failures().starts_with("2 2026-01-15T12:1").then_some(())).await;
    assert_eq!(failed(&log), 2);
    assert_eq!(names(&folder.join("http-01")), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_orders_and_all_answer_and_show() {
    let [http, tls, other] = free_ports();
    let pebble = Pebble::start(http, tls).await;
    let (base, accounts) = (("server.base_domain", "hr.example"), ("acme.accounts", "true"));
    let kept = Kept::new().await;
    kept.account("acme", Settings::default()).await;
    let second = kept.on_another_node().await;
    let other_address = format!("127.0.0.1:{other}");
    // The one that orders is not the one that the authority finds.
    let special = [base, accounts, ("server.listen", "127.0.0.1:0"), ("tls.listen", &*other_address)];
    let orders = start(&pebble, kept, &special).await;
    eventually("the jobs", async || orders.app.does_jobs().then_some(())).await;
    let shows = start(&pebble, second, &[base, accounts]).await;
    assert!(!shows.app.does_jobs());
    // Asked for where nothing is ordered.
    let stream = eventually("a certificate", async || pebble.connect("acme.hr.example").await.ok()).await;
    let same =
        eventually("a certificate", async || pebble.connect_to(other, "acme.hr.example").await.ok()).await;
    assert_eq!(leaf(&stream), leaf(&same));
    assert!(!shows.app.does_jobs());
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_nothing_where_the_authority_looks() {
    let [http, tls] = free_ports();
    let pebble = Pebble::start(http, tls).await;
    let server = start(&pebble, Kept::new().await, &[("acme.domains", "hr.example")]).await;
    has_certificate(&pebble, "hr.example").await;
    let secret = server.key_text();
    let long = "x".repeat(5000);
    for token in [
        "",
        "x",
        ".",
        "..",
        "../account/account.json",
        "..%2faccount%2faccount.json",
        "../certificates/hr.example",
        "/etc/passwd",
        ".hr.example",
        "%00",
        &long,
    ] {
        let request = format!(
            "GET /.well-known/acme-challenge/{token} HTTP/1.1\r\nHost: hr.example\r\nConnection: close\r\n\r\n"
        );
        let received = raw(server.address, request.as_bytes()).await;
        assert_eq!(statuses(&received), [404], "{token:.40}: {received:.300}");
        assert!(!received.contains(secret.trim()) && !received.contains("PRIVATE"), "{token:.40}");
    }
    // Elsewhere it is as ever.
    let company = Server::start(Kept::new().await, &[]).await;
    let answer = company.get("/.well-known/acme-challenge/x").send().await;
    assert_ne!(answer.status, 200);
}

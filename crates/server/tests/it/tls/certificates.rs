use std::time::Duration;

use folkmoot_server::{SystemRandom, listen};
use rustix::process::{Signal, getpid, kill_process};
use tracing_subscriber::filter::LevelFilter;

use super::{BOTH, Secured};
use crate::support::{Authority, Kept, Log, Server, Speaking, eventually, shown};

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_is_that_of_the_name_asked_for() {
    let authority = Authority::new();
    authority.sign("a", &["hr.example"]);
    authority.sign("b", &["*.hr.example"]);
    std::fs::create_dir(authority.path("more")).expect("a folder");
    authority.sign("more/acme", &["acme.hr.example"]);
    let (certificates, keys, folder) = (
        ["a", "b"].map(|name| authority.path(&format!("{name}.pem"))).join(","),
        ["a", "b"].map(|name| authority.path(&format!("{name}.key"))).join(","),
        authority.path("more"),
    );
    let settings = [
        ("tls.listen", "127.0.0.1:0"),
        ("tls.certificate", &*certificates),
        ("tls.key", &*keys),
        ("tls.certificates", &*folder),
        ("server.base_domain", "hr.example"),
    ];
    let kept = Kept::new().await;
    kept.account("acme", folkmoot_core::Settings::default()).await;
    let server = Server::start(kept, &settings).await;
    let address = server.tls_address.expect("HTTPS is served");
    for (asked, expected) in [
        ("hr.example", "hr.example"),
        ("acme.hr.example", "acme.hr.example"),
        ("ACME.HR.example", "acme.hr.example"),
        ("other.hr.example", "*.hr.example"),
    ] {
        let stream = authority.connect(address, asked, BOTH).await.expect("a handshake");
        assert_eq!(shown(&stream), [expected], "{asked}");
    }
    // For whom there is none, the first is shown; the client decides.
    let error = authority.connect(address, "elsewhere.example", BOTH).await.expect_err("another name");
    assert!(error.to_string().contains("hr.example"), "{error}");
    // The account is that of the request, whatever the handshake was for.
    let stream = authority.connect(address, "other.hr.example", BOTH).await.expect("a handshake");
    let mut connection = Speaking::over(stream).await;
    connection.get("acme.hr.example", "/users.json", ("x", "y")).await.bare(401);
    let answer = connection.get("other.hr.example", "/users.json", ("x", "y")).await;
    answer.fails(404, "UNKNOWN_SUBDOMAIN", "");
}

#[tokio::test]
async fn new_files_are_taken_up_broken_ones_are_not_and_connections_live_on() {
    let log = Log::listen(LevelFilter::INFO);
    let company = Secured::new(&["hr.example", "first.example"], &[]).await;
    let (name, key) = company.alice();
    let authority = &company.authority;
    let names = async || {
        let stream = authority.connect(company.https(), "hr.example", BOTH).await;
        shown(&stream.expect("a handshake")).pop()
    };
    let shows = async |expected: &str| {
        eventually(expected, async || names().await.filter(|name| name == expected)).await;
    };
    shows("first.example").await;
    let mut old = [company.speak(&["h2"]).await, company.speak(&["http/1.1"]).await];
    authority.sign("own", &["hr.example", "second.example"]);
    shows("second.example").await;
    for connection in &mut old {
        connection.get("hr.example", "/users/me.json", (name, &key)).await.is(200);
    }
    // A key without its certificate.
    let good = std::fs::read_to_string(authority.path("own.key")).expect("the key");
    authority.sign("other", &["hr.example"]);
    let other = std::fs::read_to_string(authority.path("other.key")).expect("a key");
    authority.write("own.key", &other);
    let said = format!("the certificates stay what they were error={}", authority.path("own.key"));
    let problem = "does not belong to the certificate";
    eventually("the log tells", async || {
        let log = log.all();
        let line = log.lines().find(|line| line.contains(&said))?.to_owned();
        line.contains(problem).then_some(())
    })
    .await;
    assert_eq!(names().await.as_deref(), Some("second.example"));
    // It is told once.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(log.all().matches(problem).count(), 1);
    std::fs::remove_file(authority.path("own.pem")).expect("it was there");
    eventually("the log tells", async || log.all().contains("No such file").then_some(())).await;
    assert_eq!(names().await.as_deref(), Some("second.example"));
    authority.write("own.key", &good);
    authority.sign("own", &["hr.example", "third.example"]);
    shows("third.example").await;
    // SIGHUP has them read again, changed or not.
    let read = log.all().matches("certificates were read again").count();
    kill_process(getpid(), Signal::HUP).expect("a signal");
    eventually("the log tells", async || {
        (log.all().matches("certificates were read again").count() > read).then_some(())
    })
    .await;
    company.is_well().await;
    assert!(!log.all().contains(good.lines().nth(1).expect("a line")), "a key is in the log");
}

#[tokio::test]
async fn what_is_wrong_with_certificates_is_said_at_the_start() {
    let kept = Kept::new().await;
    let authority = Authority::new();
    authority.sign("own", &["hr.example"]);
    authority.sign("other", &["hr.example"]);
    let starts = async |settings: &[(&str, &str)]| {
        let mut given = folkmoot_server::Settings::default();
        given.set("server.listen", "127.0.0.1:0").expect("a setting");
        given.set("tls.listen", "127.0.0.1:0").expect("a setting");
        for (key, name) in settings {
            given.set(key, &authority.path(name)).expect("a setting");
        }
        match listen(&given, &kept.store, &SystemRandom).await {
            Ok(_) => String::new(),
            Err(error) => error.to_string().replace(&authority.path(""), ""),
        }
    };
    assert_eq!(starts(&[("tls.certificate", "own.pem"), ("tls.key", "own.key")]).await, "");
    for (settings, expected) in [
        (
            &[][..],
            "tls.listen: is set, but no certificate is: set tls.certificate and tls.key, tls.certificates, or acme.domains",
        ),
        (
            &[("tls.certificate", "own.pem")],
            "default: tls.key: names 0 files, and tls.certificate 1: each certificate needs its key",
        ),
        (
            &[("tls.certificate", "x.pem"), ("tls.key", "own.key")],
            "x.pem: No such file or directory (os error 2)",
        ),
        (
            &[("tls.certificate", "own.pem"), ("tls.key", "x.key")],
            "x.key: No such file or directory (os error 2)",
        ),
        (
            &[("tls.certificate", "own.pem"), ("tls.key", "other.key")],
            "other.key: does not belong to the certificate (the server's own must come first in its file)",
        ),
        (
            &[("tls.certificate", "own.key"), ("tls.key", "own.key")],
            "own.key: holds no certificate (-----BEGIN CERTIFICATE-----)",
        ),
    ] {
        assert_eq!(starts(settings).await, expected);
    }
    let log = Log::listen(LevelFilter::WARN);
    authority.sign_until("old", &["hr.example"], 2026);
    assert_eq!(starts(&[("tls.certificate", "old.pem"), ("tls.key", "old.key")]).await, "");
    let warning = format!(
        "the certificate has expired: it was valid until 2026-01-01T00:00:00Z path={}",
        authority.path("old.pem")
    );
    assert!(log.all().contains(&warning), "{}", log.all());
}

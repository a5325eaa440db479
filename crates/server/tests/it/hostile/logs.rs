use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tracing_subscriber::filter::LevelFilter;

use super::Company;
use crate::support::{ALICE, HELEN, Log, jpeg};

/// On one thread, so that all of the server's work is done where the log is kept.
#[tokio::test]
async fn neither_the_log_nor_an_error_repeats_a_secret() {
    let log = Log::listen(LevelFilter::TRACE);
    let company = Company::new(&[]).await;
    let (key, helens) = (company.key(ALICE), company.key(HELEN));
    let secrets = [
        key.as_str(),
        helens.as_str(),
        "hunter2-password",
        "hunter2-query",
        "hunter2-form",
        "hunter2-body",
        "hunter2-cookie",
        "hunter2-token",
    ];
    let mut answers = Vec::new();
    for (who, secret) in
        [("alice", &*key), ("alice", "hunter2-password"), ("hunter2-password", "x"), ("bob", &*helens)]
    {
        for path in
            ["/users.json?token=hunter2-query", "/users/999.xml?api_key=hunter2-query", "/users/2.json", "/x"]
        {
            let ask = company.get(path).by(who, secret).with("cookie", "session=hunter2-cookie");
            answers.push(ask.send().await);
        }
    }
    answers.push(company.get("/users.json").with("authorization", "Bearer hunter2-token").send().await);
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", "password=hunter2-form%zz"),
        ("application/x-www-form-urlencoded", "password=hunter2-form%00"),
        ("application/x-www-form-urlencoded", "password=hunter2-form&password[x]=hunter2-form"),
        ("application/json", "{\"password\":\"hunter2-body\"}"),
        ("image/png", "hunter2-body"),
        ("multipart/form-data; boundary=x", "--x\r\n\r\nhunter2-body"),
    ] {
        let ask = company.ask("PUT", "/users/3/picture.json").by("alice", &key);
        answers.push(ask.body(content_type, body).send().await);
    }
    answers
        .push(company.ask("PUT", "/users/3/picture.json").by("alice", &key).body("", jpeg(1)).send().await);
    company.is_well().await;
    let log = log.all();
    let encoded = secrets.map(|secret| BASE64_STANDARD.encode(format!("alice:{secret}")));
    assert!(log.matches("answered").count() >= answers.len(), "the log was listened to: {log:.500}");
    assert!(log.contains("path=\"/users/999.xml\"") || log.contains("/users/999.xml"), "{log:.2000}");
    for secret in secrets.into_iter().chain(encoded.iter().map(String::as_str)) {
        assert!(!log.contains(secret), "{secret} is in the log");
        for answer in &answers {
            assert!(answer.status < 500, "{}", answer.shown);
            assert!(!answer.text().contains(secret), "{secret} is in the answer to {}", answer.shown);
            assert!(!format!("{:?}", answer.headers).contains(secret), "{}", answer.shown);
        }
    }
}

#[tokio::test]
async fn the_log_tells_the_client_that_trusted_proxies_name_and_nobody_else() {
    const SPOOFED: &str = "198.51.100.66";
    for (settings, expected) in [
        (&[][..], "127.0.0.1"),
        (&[("server.trusted_proxies", "10.0.0.0/8")], "127.0.0.1"),
        (&[("server.trusted_proxies", "127.0.0.0/8")], "192.0.2.7"),
        (
            &[("server.trusted_proxies", "127.0.0.0/8"), ("server.forwarded_headers", "forwarded")],
            "192.0.2.8",
        ),
    ] {
        let log = Log::listen(LevelFilter::DEBUG);
        let company = Company::new(settings).await;
        let ask = company.get("/users/me.json").by("alice", &company.key(ALICE));
        let ask = ask.with("x-forwarded-proto", "https").with("x-real-ip", SPOOFED);
        let ask = ask.with("x-forwarded-for", &format!("{SPOOFED}, 192.0.2.7"));
        let ask =
            ask.with("forwarded", &format!("for={SPOOFED}")).and("forwarded", "for=192.0.2.8;proto=https");
        ask.send().await.is(200);
        let log = log.all();
        let line = log.lines().find(|line| line.contains("answered")).expect("a line");
        assert!(line.contains(&format!("client={expected} ")), "{line}");
        assert!(!log.contains(SPOOFED), "{log}");
    }
}

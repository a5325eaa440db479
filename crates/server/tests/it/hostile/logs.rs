use std::io::Write;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tracing_subscriber::fmt::MakeWriter;

use super::Company;
use crate::support::{ALICE, HELEN, jpeg};

/// Everything that is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Kept;
    fn make_writer(&'a self) -> Kept {
        self.clone()
    }
}

/// On one thread, so that all of the server's work is done where the log is kept.
#[tokio::test]
async fn neither_the_log_nor_an_error_repeats_a_secret() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(kept.clone());
    // Where there is but one, other tests' threads, which have none, would decide what is worth logging.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber.finish());
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
    drop(guard);
    let encoded = secrets.map(|secret| BASE64_STANDARD.encode(format!("alice:{secret}")));
    let log = String::from_utf8(kept.0.lock().expect("nobody panics with it").clone()).expect("UTF-8");
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

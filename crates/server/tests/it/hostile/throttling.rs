//! Passwords are guessed.

use std::collections::BTreeSet;
use std::sync::Arc;

use folkmoot_core::{AccountId, Settings, UserId};
use folkmoot_server::{App, SystemRandom, listen};
use folkmoot_store::Passwords;
use http::HeaderMap;

use crate::support::{ALICE, Answer, Client, GEORGE, Kept, Server, eventually, key_of, trio};

const PASSWORD: &str = "correct horse";
const SETTINGS: &[(&str, &str)] = &[("server.trusted_proxies", "127.0.0.1")];

/// A company in which Alice and George have the same password and Helen has none, behind a proxy that names clients.
struct Company {
    server: Server,
    account: AccountId,
}

impl Company {
    async fn new(settings: &[(&str, &str)]) -> Company {
        let kept = Kept::new().await;
        let account = kept.account("company", Settings::default()).await;
        let mut people = trio(&kept.store, account);
        let hash = Passwords::new(1).hash(PASSWORD.into()).await.expect("a hash");
        for person in
            people.iter_mut().filter(|person| [UserId(ALICE), UserId(GEORGE)].contains(&person.user.id))
        {
            person.user.password_hash = Some(hash.clone().into());
        }
        kept.add_people(account, &people).await;
        Company { server: Server::start(kept, &[SETTINGS, settings].concat()).await, account }
    }

    async fn enter(&self, name: &str, secret: &str, from: &str) -> Answer {
        enter(self.server.get("/users/me.json"), name, secret, from).await
    }

    /// Gives wrong passwords until one is not looked at, and returns how many were.
    async fn exhaust(&self, name: &str, from: impl Fn(u64) -> String) -> u64 {
        for number in 0..1_000 {
            let answer = self.enter(name, &format!("wrong {number}"), &from(number)).await;
            match answer.status {
                401 => {}
                429 => return number,
                status => panic!("{status}"),
            }
        }
        panic!("everything was looked at")
    }
}

async fn enter(ask: crate::support::Ask<'_>, name: &str, secret: &str, from: &str) -> Answer {
    let ask = ask.by(name, secret).with("x-forwarded-for", from).with("x-forwarded-proto", "https");
    ask.send().await
}

/// What tells one answer from another.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let header =
        |headers: &HeaderMap| -> BTreeSet<String> { headers.keys().map(ToString::to_string).collect() };
    let told = header(&answer.headers).into_iter().filter(|name| name != "x-request-id" && name != "date");
    let headers = told.map(|name| (name.clone(), answer.header(&name).unwrap_or_default().to_owned()));
    (answer.status, headers.collect(), answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_wrong_passwords_the_next_waits_and_keys_do_not() {
    let company = Company::new(&[]).await;
    let from = |_| "203.0.113.1".to_owned();
    company.enter("alice", PASSWORD, "203.0.113.1").await.is(200);
    assert_eq!(company.exhaust("alice", from).await, 10);
    let refused = company.enter("alice", "wrong", "203.0.113.1").await;
    assert_eq!(refused.header("retry-after"), Some("60"));
    refused.fails(429, "LIMIT_ERROR", "too many wrong passwords");
    let ask = company.server.get("/users/me.xml");
    enter(ask, "alice", "wrong", "203.0.113.1").await.fails(429, "LIMIT_ERROR", "or use an API key");
    // Not even the right one, which this server remembers: it would tell the guesser so.
    company.enter("alice", PASSWORD, "203.0.113.1").await.fails(429, "LIMIT_ERROR", "too many");
    // By her other name, with her key, from elsewhere, and for others, there is no waiting.
    company.enter("Alice@Example.org", PASSWORD, "203.0.113.1").await.is(200);
    company.enter("ALICE", &key_of(company.account, ALICE), "203.0.113.1").await.is(200);
    company.enter("alice", PASSWORD, "203.0.113.2").await.is(200);
    company.enter("george", PASSWORD, "203.0.113.1").await.is(200);
    // Wrong keys are nothing to count: they cannot be guessed.
    for _ in 0..300 {
        company.enter("george", &"0".repeat(40), "203.0.113.1").await.bare(401);
    }
    company.enter("george", PASSWORD, "203.0.113.1").await.is(200);
    // A minute later there is one more.
    company.server.clock.set("2026-01-15T12:01:00Z");
    company.enter("alice", "wrong", "203.0.113.1").await.bare(401);
    company.enter("alice", "wrong", "203.0.113.1").await.is(429);
    company.server.clock.set("2026-01-15T12:02:00Z");
    company.enter("alice", PASSWORD, "203.0.113.1").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_cannot_be_told_from_who_is_not() {
    let company = Company::new(&[]).await;
    // Somebody with a password, somebody without one, and nobody; each from an address of their own.
    let mut told_of = Vec::new();
    for (number, name) in ["alice", "helen", "nobody", "nobody@example.org"].into_iter().enumerate() {
        let mut answers = Vec::new();
        for attempt in 0..13 {
            let from = format!("203.0.113.{number}");
            answers.push(told(&company.enter(name, &format!("wrong {}", attempt % 5), &from).await));
        }
        // And from everywhere.
        for attempt in 0..35 {
            let from = format!("198.51.{number}.{attempt}");
            answers.push(told(&company.enter(name, "wrong", &from).await));
        }
        assert_eq!(answers.iter().filter(|(status, ..)| *status == 401).count(), 10 + 20);
        told_of.push(answers);
    }
    assert!(told_of.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attack_from_everywhere_leaves_the_door_open_at_home() {
    let company = Company::new(&[]).await;
    company.enter("alice", PASSWORD, "203.0.113.1").await.is(200);
    let everywhere = |number: u64| format!("2001:db8:{number:x}::1");
    assert_eq!(company.exhaust("alice", everywhere).await, 30);
    company.enter("alice", PASSWORD, "192.0.2.200").await.is(429);
    company.enter("alice", PASSWORD, "203.0.113.1").await.is(200);
    company.enter("alice", &key_of(company.account, ALICE), "192.0.2.200").await.is(200);
    // Others are not concerned.
    company.enter("george", PASSWORD, "192.0.2.200").await.is(200);
    // It is over soon after.
    company.server.clock.set("2026-01-15T12:00:30Z");
    company.enter("alice", PASSWORD, "192.0.2.200").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_try_everybody() {
    let company = Company::new(&[("passwords.wrong_per_address", "25")]).await;
    company.enter("george", PASSWORD, "2001:db8::7").await.is(200);
    for number in 0..25 {
        let from = format!("2001:db8::{number:x}:1");
        company.enter(&format!("name{number}"), "Password1", &from).await.bare(401);
    }
    // A network of IPv6 is one address; who is at home in it is.
    company.enter("alice", PASSWORD, "2001:db8::ffff").await.is(429);
    company.enter("george", PASSWORD, "2001:db8::8").await.is(200);
    company.enter("alice", PASSWORD, "2001:db8:0:1::1").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_at_once_with_a_right_password_are_one_check() {
    let company = Arc::new(Company::new(&[]).await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let company = company.clone();
        tasks.spawn(async move { company.enter("alice", PASSWORD, "203.0.113.1").await.status });
    }
    while let Some(status) = tasks.join_next().await {
        assert_eq!(status.expect("an answer"), 200);
    }
    // And with wrong ones they are no more than one after the other.
    let mut statuses = Vec::new();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..60 {
        let company = company.clone();
        tasks.spawn(async move {
            company.enter("alice", &format!("wrong {}", number % 7), "203.0.113.9").await.status
        });
    }
    while let Some(status) = tasks.join_next().await {
        statuses.push(status.expect("an answer"));
    }
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(401), count(429)), (10, 50));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_count_together() {
    let company = Company::new(&[]).await;
    let mut settings = folkmoot_server::Settings::default();
    for (key, value) in SETTINGS.iter().chain(&[("server.listen", "127.0.0.1:0")]) {
        settings.set(key, value).expect("a setting");
    }
    let app =
        App::new(settings, company.server.again().await, &SystemRandom).await.expect("the store is read");
    let listening = listen(app.settings(), app.store(), &SystemRandom).await.expect("a free port");
    let other = Client::new(listening.address());
    let served = tokio::spawn(listening.serve(app, std::future::pending()));
    let at_other = async |name: &str, secret: &str, from: &str| {
        enter(other.ask("GET", "/users/me.json"), name, secret, from).await
    };
    company.enter("alice", PASSWORD, "203.0.113.1").await.is(200);
    for attempt in 0..30 {
        company.enter("alice", "wrong", &format!("198.51.100.{attempt}")).await.bare(401);
    }
    // Each asks by what it is asked: the other lets one through until it has been told.
    let refused = eventually("the other node has been told", async || {
        let answer = at_other("alice", "wrong", "192.0.2.1").await;
        (answer.status == 429).then_some(answer)
    })
    .await;
    refused.fails(429, "LIMIT_ERROR", "too many wrong passwords");
    eventually("it knows where she is at home", async || {
        let answer = at_other("alice", PASSWORD, "203.0.113.1").await;
        (answer.status == 200).then_some(())
    })
    .await;
    at_other("alice", PASSWORD, "192.0.2.200").await.is(429);
    served.abort();
}

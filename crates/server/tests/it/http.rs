//! Versions, credentials, methods, request identifiers: what every request has.

use std::collections::HashSet;

use folkmoot_core::{AccountId, Group, Settings, UserId};
use folkmoot_store::{Author, Passwords};

use crate::support::{ALICE, Kept, NOW, Server, eventually, key_of, person, trio};

async fn company() -> (Server, AccountId) {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    (Server::start(kept, &[]).await, account)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_major_number_selects_the_version_whichever_it_is() {
    let (server, account) = company().await;
    let key = key_of(account, ALICE);
    let mut all = HashSet::new();
    for (served, versions) in [
        ("1.0.0", &["1", "1.0", "1.0.0", "1.7.3", " 1.0.0 "][..]),
        ("2.2.0", &["2", "2.0", "2.0.0", "2.0.1", "2.1.0", "2.2.0", "2.9.9", " 2.0.0 "]),
        ("3.0.0", &["3", "3.0.0", "3.1.0"]),
    ] {
        let mut bodies = HashSet::new();
        for version in versions {
            let ask = server.get("/users/me.json").by("alice", &key).with("x-api-version", version);
            let answer = ask.send().await;
            assert_eq!(answer.header("x-api-version"), Some(served), "{version:?}");
            bodies.insert(answer.is(200).body);
        }
        assert_eq!(bodies.len(), 1, "one shape for all of them");
        all.extend(bodies);
    }
    assert_eq!(all.len(), 3);
    for version in ["", "4.0.0", "9.0.0", "0", "v2", "2.0.0.0", "2.x", "-2", "99999999999", "\u{e9}"] {
        for path in ["/users.json", "/users/3.json", "/users/me.json", "/jobs.json", "/users/999.json"] {
            let ask = server.get(path).by("alice", &key).with("x-api-version", version);
            ask.send().await.fails(400, "VALIDATION_ERROR", "versions served: 1.0.0, 2.2.0, 3.0.0");
        }
    }
    let absent = server.get("/users.xml").by("alice", &key).without("x-api-version").send().await.is(200);
    assert_eq!(absent.header("x-api-version"), Some("1.0.0"), "as it always was");
}

#[tokio::test(flavor = "multi_thread")]
async fn username_or_address_in_any_case_with_password_or_key() {
    let (server, account) = company().await;
    let hash = Passwords::new(1).hash("correct: horse".into()).await.expect("a hash");
    let before =
        server.get("/users/me.json").by("alice", &key_of(account, ALICE)).send().await.etag().to_owned();
    let mut tx = server.store.begin(account, Author::OPERATOR).await.expect("a transaction");
    tx.set_password_hash(UserId(ALICE), &hash).await.expect("a password");
    tx.commit().await.expect("a commit");
    let key = key_of(account, ALICE);
    // Not by the password: what is wrong until it is known would count as such.
    let tag = async || server.get("/users/me.json").by("alice", &key).send().await.etag().to_owned();
    eventually("the password is known", async || (tag().await != before).then_some(())).await;
    for identifier in ["alice", "ALICE", "Alice", "alice@example.org", "ALICE@Example.ORG"] {
        for secret in ["correct: horse", &key] {
            let answer = server.get("/users/me.json").by(identifier, secret).send().await.is(200);
            assert_eq!(answer.json()["id"], 3, "{identifier}");
        }
    }
    let upper = key.to_uppercase();
    let others = key_of(account, 1);
    for wrong in ["", "Correct: horse", "correct: horse ", "correct", &upper, &others, &key[..39], &hash] {
        server.get("/users/me.json").by("alice", wrong).send().await.bare(401);
    }
    server.get("/users/me.json").by("3", &key).send().await.bare(401);
    server.get("/users/me.json").by("", &key).send().await.bare(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_the_body() {
    let (server, account) = company().await;
    let key = key_of(account, ALICE);
    for path in
        ["/users.json", "/users.xml", "/users/3.json", "/jobs.json", "/users/999.json", "/nothing.json"]
    {
        let get = server.get(path).by("alice", &key).send().await;
        let head = server.ask("HEAD", path).by("alice", &key).send().await.is(get.status);
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "etag", "cache-control", "vary", "x-api-version"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    server.ask("HEAD", "/users.json").send().await.bare(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_is_not_there_says_which_are() {
    let (server, account) = company().await;
    let key = key_of(account, ALICE);
    let sorted = |allow: &str| {
        let mut methods: Vec<_> = allow.split(',').map(|method| method.trim().to_owned()).collect();
        methods.sort();
        methods
    };
    for (path, methods, allowed) in [
        ("/users.json", &["PUT", "DELETE", "OPTIONS", "PATCH"][..], &["GET", "HEAD", "POST"][..]),
        ("/users/3.json", &["POST", "PATCH", "OPTIONS"], &["DELETE", "GET", "HEAD", "PUT"]),
        ("/leave_types/1.xml", &["PUT", "OPTIONS"], &["GET", "HEAD"]),
        ("/users/3/picture", &["POST", "OPTIONS"], &["DELETE", "GET", "HEAD", "PUT"]),
        ("/users/3/picture.json", &["POST", "GET", "OPTIONS"], &["DELETE", "PUT"]),
    ] {
        for method in methods {
            let answer = server.ask(method, path).by("alice", &key).send().await.is(405);
            assert_eq!(sorted(answer.header("allow").expect("Allow")), *allowed, "{method} {path}");
            server.ask(method, path).send().await.bare(401);
        }
    }
    let answer = server.ask("DELETE", "/pictures/f5d3b492bc09db02508413956ab9.jpg").send().await.is(405);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
}

#[tokio::test(flavor = "multi_thread")]
async fn request_identifiers_are_given_back_or_made() {
    let (server, account) = company().await;
    let key = key_of(account, ALICE);
    let id = async |given: Option<&str>| {
        let mut ask = server.get("/users/3.json").by("alice", &key);
        if let Some(given) = given {
            ask = ask.with("x-request-id", given);
        }
        ask.send().await.is(200).header("x-request-id").expect("an identifier").to_owned()
    };
    let longest = "x".repeat(64);
    for harmless in ["abc-123_x.y", "7", &longest] {
        assert_eq!(id(Some(harmless)).await, harmless);
    }
    let mut made = HashSet::new();
    let too_long = "x".repeat(65);
    let hostile = ["", "a b", "a\tb", "<script>", "a;b", "%0d%0a", "\u{1b}[31m", "x\"y", "\u{e9}", &too_long];
    for given in hostile.into_iter().map(Some).chain([None, None]) {
        // A client may not be able to send some of these at all; those cannot arrive either.
        if given.is_some_and(|given| http::HeaderValue::from_bytes(given.as_bytes()).is_err()) {
            continue;
        }
        let id = id(given).await;
        assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{given:?}: {id}");
        assert!(made.insert(id), "never twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_when_asked_for_and_made_once() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    let mut people = trio(&kept.store, account);
    let passwords = Passwords::new(2);
    let hash = passwords.hash("horse".into()).await.expect("a hash");
    let mut keyless = person(&kept.store, account, 9, "keyless", Group::Employees);
    keyless.user.api_key = None;
    keyless.user.api_key_hash = None;
    keyless.user.password_hash = Some(hash.into());
    people.push(keyless);
    kept.add_people(account, &people).await;
    let server = Server::start(kept, &[]).await;
    let ask = |path: &str| server.get(path).by("keyless", "horse").send();
    let before = ask("/users/me.json").await.is(200).json();
    assert_eq!(before.get("api_key"), Some(&serde_json::Value::Null), "shown, and none");
    for unasked in
        ["/users/me.json?requireApiKey=false", "/users/9.json?requireApiKey=true", "/users/me.json?x"]
    {
        assert!(ask(unasked).await.is(200).json()["api_key"].is_null(), "{unasked}");
    }
    let asks = (0..20).map(|_| ask("/users/me.json?requireApiKey=true"));
    let answers = futures_util::future::join_all(asks).await;
    let keys: HashSet<String> = answers
        .into_iter()
        .map(|answer| answer.is(200).json()["api_key"].as_str().expect("a key").to_owned())
        .collect();
    assert_eq!(keys.len(), 1, "all of them got the same: {keys:?}");
    let key = keys.into_iter().next().expect("one");
    assert!(key.len() == 40 && key.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')), "{key}");
    let again = server.get("/users/me.json?requireApiKey=true").by("keyless", &key).send().await.is(200);
    assert_eq!(again.json()["api_key"], key.as_str(), "and it is theirs from then on");
    let xml = server.get("/users/me.xml").by("keyless", &key).send().await.is(200).text();
    assert!(xml.contains(&format!("<api_key>{key}</api_key>")));
    assert_eq!(again.json()["modified"], NOW.replace('Z', "+00:00"));
}

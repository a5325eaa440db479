//! The typed calls against a server that does as a test says: what is sent, what is tried again, what is never told.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use folkmoot_client::api::{Action, History, Id, JobChange, UserChange, WebhookChange};
use folkmoot_client::{Error, Format};
use support::{KEY, Server, answer};

const JOB: &str = r#"{"id": "3", "title": "Smith", "new": [1]}"#;

/// Fails this often, and then answers.
async fn failing(times: usize) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        before if before < times => answer(503, "").with("retry-after", "1"),
        _ => answer(200, JOB),
    })
    .await
}

#[tokio::test]
async fn a_change_is_a_form_with_its_conditions() {
    let server = Server::start(|_| answer(200, JOB).with("etag", "\"b\"")).await;
    let client = server.builder().api_version("1.0.0").format(Format::Xml).build().unwrap();
    let jobs = client.api().jobs();
    let write = jobs.update(3, JobChange::new().title("Smith & Co")).if_match("\"a\"").idempotency_key("k");
    let made = write.send().await.unwrap();
    assert_eq!((made.id.as_str(), made.etag.as_deref()), ("3", Some("\"b\"")));
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("PUT", "/jobs/3.json"));
    assert_eq!(asked.body, b"title=Smith+%26+Co&id=3");
    let header = |name: &str| asked.headers.get(name).map(String::as_str);
    assert_eq!((header("if-match"), header("idempotency-key")), (Some("\"a\""), Some("k")));
    assert_eq!(header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(header("x-api-version"), Some("2.0.0"), "version 1 is another language");
    assert!(header("authorization").is_some());
}

#[tokio::test]
async fn only_what_may_be_sent_twice_is() {
    let change = || JobChange::new().title("Smith");
    for (keyed, expected) in [(false, 1), (true, 3)] {
        let server = failing(2).await;
        let client = server.client();
        let write = client.api().jobs().create(change());
        let write = if keyed { write.idempotency_key("k") } else { write };
        assert_eq!(write.send().await.is_ok(), keyed);
        assert_eq!(server.asked().len(), expected);
    }
    for (conditional, expected) in [(false, 3), (true, 1)] {
        let server = failing(2).await;
        let client = server.client();
        let write = client.api().jobs().update(3, change());
        let write = if conditional { write.if_match("\"a\"") } else { write };
        assert_eq!(write.send().await.is_ok(), !conditional);
        assert_eq!(server.asked().len(), expected);
    }
    let server = failing(2).await;
    let client = server.client();
    let webhook = client.api().webhooks().create(WebhookChange::new()).idempotency_key("k");
    let error = webhook.send().await.unwrap_err();
    assert_eq!(error.retry_after().map(|time| time.as_secs()), Some(1));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn credentials_and_changes_stay_at_home() {
    let elsewhere = Server::start(|_| answer(200, JOB)).await;
    let away = elsewhere.url.clone();
    let server =
        Server::start(move |_| answer(307, "").with("location", format!("{away}/jobs/3.json"))).await;
    let client = server.client();
    let secret = UserChange::new().password("tr0ub4dor".into());
    let write = client.api().users().update(3, secret);
    assert!(!format!("{write:?}").contains("tr0ub4dor"));
    for error in [write.send().await.err(), client.api().jobs().get(3).await.err()] {
        assert!(matches!(error, Some(Error::Redirect(_))), "{error:?}");
    }
    assert!(elsewhere.asked().is_empty());
    server.becomes(|_| answer(200, r#"[{"shortname": "acme"}]"#));
    server.asked();
    let found = client.api().find_accounts("a@b.c").await.unwrap();
    assert_eq!(found[0].shortname, "acme");
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/find_accounts.json?email=a%40b.c");
    assert!(!asked.headers.contains_key("authorization"));
}

#[tokio::test]
async fn what_is_wrong_is_told_without_what_was_said() {
    let server = Server::start(|_| answer(200, format!(r#"{{"id": 7, "employee_record": "{KEY}"}}"#))).await;
    let error = server.client().api().users().get(7).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable(_)) && !format!("{error} {error:?}").contains(KEY), "{error}");
    server.becomes(|_| answer(200, format!(r#"{{"id": 3, "title": "{}"}}"#, "x".repeat(100))));
    let client = server.builder().largest_list(50).build().unwrap();
    assert!(matches!(client.api().jobs().get(3).await, Err(Error::TooLarge { limit: 50 })));
}

#[tokio::test]
async fn the_history_of_somebody_is_asked_for_by_day_and_by_moment() {
    let server =
        Server::start(|_| answer(200, r#"[{"id": 5, "current": true, "first_name": "Alice"}]"#)).await;
    let client = server.client();
    let users = client.api().users();
    let which =
        History::new().as_of("2026-01-31".parse().unwrap()).known_at("2026-01-15T12:00:00Z".parse().unwrap());
    let records = users.employee_records(7, &which).await.unwrap();
    assert_eq!(records[0].first_name.as_deref(), Some("Alice"));
    assert_eq!(users.assignment_records("7/..", &History::new()).await.unwrap()[0].id, Id::from(5));
    let paths: Vec<_> = server.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(
        paths,
        [
            "/users/7/employee_records.json?as_of=2026-01-31&known_at=2026-01-15T12%3A00%3A00Z",
            "/users/7%2F%2E%2E/assignment_records.json"
        ]
    );
}

#[tokio::test]
async fn a_stream_goes_on_where_it_broke_off() {
    let turn = AtomicUsize::new(0);
    let event = |revision: u64| {
        format!(
            "id: {revision}\nevent: change\ndata: {{\"revision\": {revision}, \"object\": \"User\", \
                 \"object_id\": 7, \"action\": \"Edit\"}}\n\n"
        )
    };
    let stream = |text: String| answer(200, text).with("content-type", "text/event-stream");
    let server = Server::start(move |_| match turn.fetch_add(1, Ordering::Relaxed) {
        // The last one is cut off, and does not count.
        0 => stream(format!("retry: 10\n\n{}id: 12\n\nid: 13\ndata: {{\"rev", event(11))),
        1 => answer(502, ""),
        2 => stream(event(14)),
        _ => answer(401, ""),
    })
    .await;
    let client = server.client();
    let mut changes = client.api().changes().follow(10);
    let first = changes.next().await.unwrap();
    assert_eq!((first.revision, first.action), (11, Action::Edit));
    assert_eq!(changes.next().await.unwrap().revision, 14);
    assert_eq!(changes.position(), 14);
    let error = changes.next().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    let places: Vec<_> =
        server.asked().into_iter().map(|asked| asked.headers["last-event-id"].clone()).collect();
    assert_eq!(places, ["10", "12", "12", "14"]);
    server.becomes(|_| answer(200, "{}"));
    assert!(matches!(changes.next().await, Err(Error::Unreadable(_))), "not a stream");
}

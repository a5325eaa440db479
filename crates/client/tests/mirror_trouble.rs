//! The mirror when things go wrong: bad answers, cancelled and killed runs, files in the way.

mod support;

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use folkmoot_client::mirror::{self, MirrorError, Options, Outcome};
use support::{Answer, Asked, Server, answer, company, files, jpeg, list, names, pull};

#[tokio::test]
async fn what_is_not_a_whole_picture_is_a_failure_and_leaves_no_file() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/users.json" => list(&[
            ("1", "html", "/1"),
            ("2", "torn", "/2"),
            ("3", "gone", "/3"),
            ("4", "fine", "/4"),
            ("5", "file", "file:///etc/passwd"),
        ]),
        "/1" => answer(200, "<html>Please log in</html>").with("content-type", "text/html"),
        "/2" => answer(200, jpeg("torn")).with("content-length", "1000000"),
        "/3" => answer(404, ""),
        path => answer(200, jpeg(path)),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(dir.path());
    let report = pull(&server.client(), &options).await.unwrap();
    assert_eq!((report.fetched, report.failed, report.outcome()), (1, 4, Outcome::Some));
    assert_eq!(names(dir.path()), ["fine.jpg"]);
    let reason =
        |name: &str| report.failures.iter().find(|failure| failure.name == name).unwrap().reason.clone();
    assert_eq!(reason("html"), "not a picture (the server labelled it text/html)");
    assert!(reason("torn").starts_with("connection failed"), "{}", reason("torn"));
    assert_eq!(reason("gone"), "the server answered 404 Not Found");
    assert_eq!(server.asked().iter().filter(|asked| asked.path == "/2").count(), 5);
    let manifest = fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap();
    assert_eq!(manifest.matches(r#""status":"failed""#).count(), 4, "{manifest}");

    // A picture that fails later does not cost the one that is there.
    server.becomes(|asked| match asked.path.as_str() {
        "/users.json" => list(&[("4", "fine", "/new")]),
        _ => answer(404, ""),
    });
    let report = pull(&server.client(), &options).await.unwrap();
    assert_eq!((report.outcome(), names(dir.path()).len()), (Outcome::None, 1));
    let manifest = fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap();
    assert!(manifest.contains(r#""status":"stale""#), "{manifest}");
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_replaced_only_by_force() {
    let server = Server::start(company(&[("1", "alice", "/1")])).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("alice.jpg"), b"mine").unwrap();
    let options = Options::new(dir.path());
    let report = pull(&server.client(), &options).await.unwrap();
    assert_eq!((report.failed, files(dir.path())[0].1.as_slice()), (1, &b"mine"[..]));
    pull(&server.client(), &Options { force: true, ..options }).await.unwrap();
    assert_eq!(files(dir.path())[0].1, jpeg("/1"));
}

#[tokio::test]
async fn a_cancelled_run_is_continued_by_the_next() {
    let users: Vec<_> =
        (1..=40).map(|i| (i.to_string(), format!("u{i}"), format!("https://nowhere.invalid/{i}"))).collect();
    let server = Server::start(|_| answer(404, "")).await;
    let base = server.url.clone();
    let respond = move |stuck: bool| {
        let (base, users) = (base.clone(), users.clone());
        move |asked: &Asked| match asked.path.as_str() {
            "/users.json" => {
                let urls: Vec<_> = users.iter().map(|(id, _, _)| format!("{base}/{id}")).collect();
                let rows: Vec<_> = users
                    .iter()
                    .zip(&urls)
                    .map(|((id, name, _), url)| (id.as_str(), name.as_str(), url.as_str()))
                    .collect();
                list(&rows)
            }
            path if stuck && path[1..].parse::<u32>().unwrap() > 20 => {
                Answer { hangs: true, ..answer(200, "") }
            }
            path => answer(200, jpeg(path)),
        }
    };
    server.becomes(respond(true));
    let dir = tempfile::tempdir().unwrap();
    let options = Options { jobs: 4, ..Options::new(dir.path()) };
    let stored = Arc::new(AtomicUsize::new(0));
    let (count, watch) = (Arc::clone(&stored), Arc::clone(&stored));
    let progress = move |event: mirror::Event<'_>| {
        if matches!(event, mirror::Event::Stored { .. }) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    };
    let cancel = async move {
        while watch.load(Ordering::Relaxed) < 20 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    };
    let report = mirror::pull(&server.client(), &options, Arc::new(progress), cancel).await.unwrap();
    assert_eq!((report.cancelled, report.fetched, report.outcome()), (true, 20, Outcome::Some));
    assert_eq!(names(dir.path()).len(), 20);
    server.becomes(respond(false));
    server.asked();
    let report = pull(&server.client(), &options).await.unwrap();
    assert_eq!((report.fetched, report.unchanged, report.requests), (20, 20, 21));
}

#[tokio::test]
async fn a_dropped_run_leaves_an_orderly_folder() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/users.json" => list(&[("1", "a", "/1"), ("2", "b", "/2")]),
        "/2" => Answer { hangs: true, ..answer(200, "") },
        path => answer(200, jpeg(path)),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(dir.path());
    let client = server.client();
    let outcome = tokio::time::timeout(std::time::Duration::from_millis(500), pull(&client, &options)).await;
    assert!(outcome.is_err());
    server.becomes(company(&[("1", "a", "/1"), ("2", "b", "/2")]));
    let mut again = pull(&client, &options).await;
    while matches!(again, Err(MirrorError::Locked(_))) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        again = pull(&client, &options).await;
    }
    assert_eq!(again.unwrap().failed, 0);
    assert_eq!(names(dir.path()), ["a.jpg", "b.jpg"]);
}

#[tokio::test]
async fn a_crash_leaves_nothing_that_the_next_run_does_not_mend() {
    let server = Server::start(company(&[("1", "alice", "/1"), ("2", "bob", "/2")])).await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(dir.path());
    pull(&server.client(), &options).await.unwrap();
    let manifest = dir.path().join("manifest.jsonl");
    let part = dir.path().join(".folkmoot/0/77");
    fs::write(&part, b"half a pic").unwrap();
    let mut torn = fs::read(&manifest).unwrap();
    torn.extend_from_slice(br#"{"user":"3","url":"/3","fi"#);
    fs::write(&manifest, torn).unwrap();
    let report = pull(&server.client(), &options).await.unwrap();
    assert_eq!((report.failed, part.exists()), (0, false));
    let text = fs::read_to_string(&manifest).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[tokio::test]
async fn a_folder_serves_one_run_at_a_time_and_only_ours() {
    let server = Server::start(company(&[("1", "alice", "/1")])).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("manifest.jsonl"), "somebody else's\n").unwrap();
    let result = pull(&server.client(), &Options::new(dir.path())).await;
    assert!(matches!(result, Err(MirrorError::Manifest { line: 1, .. })), "{result:?}");
    assert_eq!(fs::read(dir.path().join("manifest.jsonl")).unwrap(), b"somebody else's\n");
}

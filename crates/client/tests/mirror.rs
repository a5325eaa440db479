//! The mirror, against a real server: what it fetches, keeps, names and prunes.

mod support;

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use folkmoot_client::mirror::{self, MirrorError, Options, Outcome, PushOptions};
use support::{Server, answer, company, files, jpeg, list, names, pull};

#[tokio::test]
async fn a_second_run_asks_for_nothing_that_cannot_have_changed() {
    let store = Server::start(|asked| answer(200, jpeg(&asked.path))).await;
    let absolute = format!("{}/1.jpg", store.url);
    let home = Server::start(move |asked| match asked.path.as_str() {
        "/users.json" => {
            list(&[("1", "alice", &absolute), ("2", "bob", "/2"), ("3", "carol", ""), ("4", "dan", "/4")])
        }
        path => match asked.headers.get("if-none-match").map(String::as_str) {
            Some("\"v1\"") if path == "/2" => answer(304, ""),
            _ => answer(200, jpeg(path))
                .with("etag", "\"v1\"")
                .with("last-modified", "Thu, 01 Jan 1970 00:00:09 GMT"),
        },
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let (client, options) = (home.client(), Options::new(dir.path()));
    let report = pull(&client, &options).await.unwrap();
    assert_eq!((report.users, report.with_picture, report.fetched, report.unchanged), (4, 3, 3, 0));
    assert_eq!((report.failed, report.requests, report.outcome()), (0, 4, Outcome::All));
    assert_eq!(report.bytes, (jpeg("/1.jpg").len() + 2 * jpeg("/2").len()) as u64);
    assert_eq!(names(dir.path()), ["alice.jpg", "bob.jpg", "dan.jpg"]);
    assert!(!store.asked()[0].headers.contains_key("authorization"));
    home.asked();

    let before = fs::read(dir.path().join("manifest.jsonl")).unwrap();
    let report = pull(&client, &options).await.unwrap();
    assert_eq!((report.fetched, report.unchanged, report.requests), (1, 2, 3));
    assert!(store.asked().is_empty());
    let conditional = home.asked().into_iter().find(|asked| asked.path == "/2").unwrap();
    assert_eq!(conditional.headers["if-modified-since"], "Thu, 01 Jan 1970 00:00:09 GMT");
    assert_eq!(fs::read(dir.path().join("manifest.jsonl")).unwrap(), before);

    // A file that was changed or lost is fetched again, without conditions.
    fs::write(dir.path().join("bob.jpg"), b"short").unwrap();
    fs::remove_file(dir.path().join("alice.jpg")).unwrap();
    assert_eq!(pull(&client, &options).await.unwrap().fetched, 3);
    assert_eq!(files(dir.path())[1].1, jpeg("/2"));
    assert_eq!(store.asked().len(), 1);

    let forced = Options { force: true, ..options };
    assert_eq!(pull(&client, &forced).await.unwrap().fetched, 3);
}

#[tokio::test]
async fn a_picture_whose_address_is_signed_anew_is_fetched_only_if_it_changed() {
    let version = Arc::new(AtomicUsize::new(1));
    let now = version.clone();
    let store = Server::start(move |asked| {
        let tag = format!("\"v{}\"", now.load(Ordering::Relaxed) / 2);
        match asked.headers.get("if-none-match") {
            Some(held) if *held == tag => answer(304, ""),
            _ => answer(200, jpeg(&tag)).with("etag", &tag),
        }
    })
    .await;
    let (base, now) = (store.url.clone(), version.clone());
    let home = Server::start(move |_| {
        let signature = now.load(Ordering::Relaxed);
        list(&[("1", "alice", &format!("{base}/1.jpg?X-Amz-Date=d&X-Amz-Signature={signature}"))])
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let (client, options) = (home.client(), Options::new(dir.path()));
    let run = async || {
        let report = pull(&client, &options).await.unwrap();
        (report.fetched, report.unchanged, store.asked().len())
    };
    assert_eq!(run().await, (1, 0, 1));
    assert_eq!(run().await, (0, 1, 0), "the very same address is not asked");
    version.store(2, Ordering::Relaxed);
    assert_eq!(run().await, (1, 0, 1), "another signature, and another picture");
    version.store(3, Ordering::Relaxed);
    assert_eq!(run().await, (0, 1, 1), "another signature alone");
}

#[tokio::test]
async fn hostile_and_clashing_names_stay_apart_and_inside() {
    let server = Server::start(company(&[
        ("1", "../../etc/passwd", "/1"),
        ("2", "CON.txt", "/2"),
        ("3", "Zoë", "/3"),
        ("4", "ZOE\u{308}", "/4"),
        ("5", "", "/5"),
        ("6", "manifest.jsonl", "/6"),
        ("7", ".folkmoot", "/7"),
    ]))
    .await;
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("deep/er");
    let report = pull(&server.client(), &Options::new(&out)).await.unwrap();
    assert_eq!(report.fetched, 7, "{report:?}");
    let expected = [
        "ZOË-4.jpg",
        "Zoë.jpg",
        "_._.._etc_passwd.jpg",
        "_CON.txt.jpg",
        "_folkmoot.jpg",
        "manifest.jsonl.jpg",
        "user-5.jpg",
    ];
    assert_eq!(names(&out), expected);
    assert_eq!(names(dir.path()).len(), 0);
    assert_eq!(pull(&server.client(), &Options::new(&out)).await.unwrap().failed, 0);
}

#[tokio::test]
async fn large_pictures_arrive_in_pieces_and_whole() {
    let large = [jpeg(""), (0..3_000_000_u32).map(|i| (i % 251) as u8).collect()].concat();
    let body = large.clone();
    let attempts = AtomicUsize::new(0);
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/users.json" => list(&[("1", "a", "/a"), ("2", "b", "/b")]),
        "/a" if attempts.fetch_add(1, Ordering::Relaxed) == 0 => {
            answer(200, body[..2_000_000].to_vec()).with("content-length", "3000020")
        }
        _ => answer(200, body.clone()),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let report = pull(&server.client(), &Options::new(dir.path())).await.unwrap();
    assert_eq!((report.fetched, report.requests), (2, 4));
    assert!(files(dir.path()).iter().all(|(_, content)| *content == large));
}

#[tokio::test]
async fn leavers_are_pruned_on_request_only_and_foreign_files_never() {
    let server =
        Server::start(company(&[("1", "alice", "/1"), ("2", "bob", "/2"), ("3", "carol", "/3")])).await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(dir.path());
    pull(&server.client(), &options).await.unwrap();
    fs::write(dir.path().join("mine.jpg"), b"holiday").unwrap();
    server.becomes(company(&[("1", "alice", "/1"), ("2", "bob", "")]));
    assert_eq!(pull(&server.client(), &options).await.unwrap().pruned, 0);
    assert_eq!(names(dir.path()).len(), 4);

    let prune = Options { prune: true, ..options };
    server.becomes(|_| answer(500, ""));
    assert!(matches!(pull(&server.client(), &prune).await, Err(MirrorError::List(_))));
    server.becomes(company(&[]));
    let report = pull(&server.client(), &prune).await.unwrap();
    assert_eq!((report.pruned, report.warnings.len()), (0, 1));
    assert_eq!(names(dir.path()).len(), 4);

    server.becomes(company(&[("1", "alice", "/1"), ("2", "bob", "")]));
    assert_eq!(pull(&server.client(), &prune).await.unwrap().pruned, 2);
    assert_eq!(names(dir.path()), ["alice.jpg", "mine.jpg"]);
}

#[tokio::test]
async fn a_new_name_or_kind_replaces_the_old_file() {
    let server = Server::start(company(&[("1", "alice", "/1"), ("2", "bob", "/2")])).await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(dir.path());
    pull(&server.client(), &options).await.unwrap();
    // Two people swap their names, and one has a picture of another kind.
    server.becomes(|asked| match asked.path.as_str() {
        "/users.json" => list(&[("1", "bob", "/1"), ("2", "alice", "/2.png")]),
        "/2.png" => answer(200, b"\x89PNG\r\n\x1a\n and so on".to_vec()),
        path => answer(200, jpeg(path)),
    });
    pull(&server.client(), &options).await.unwrap();
    assert_eq!(names(dir.path()), ["alice.png", "bob.jpg"]);
    assert_eq!(files(dir.path())[1].1, jpeg("/1"));
}

#[tokio::test]
async fn a_newcomer_renames_nobody_s_file() {
    let server = Server::start(company(&[("1", "a", "/1"), ("2", "A", "/2")])).await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(dir.path());
    pull(&server.client(), &options).await.unwrap();
    let before = files(dir.path());
    server.becomes(company(&[("1", "a", "/1"), ("2", "A", "/2"), ("3", "a-2", "/3")]));
    for _ in 0..2 {
        pull(&server.client(), &options).await.unwrap();
        let mut after = files(dir.path());
        let newcomer = after.iter().position(|(name, _)| name == "a-2-3.jpg").unwrap();
        assert_eq!(after.remove(newcomer).1, jpeg("/3"));
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn what_the_list_leaves_out_is_asked_for() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/users.json" => answer(200, r#"[{"id":6,"username":"george"},{"id":7,"username":"alice"}]"#),
        "/users/7.json" => answer(
            200,
            r#"{"id":7,"username":"alice","avatar":{"url":"/users/view/7/picture"},"assignment_record":{"employee_num":15}}"#,
        ),
        "/users/6.json" => answer(200, r#"{"id":6,"username":"george","avatar":{"url":null}}"#),
        path => answer(200, jpeg(path)),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let options = Options { name: "{employee_number}".parse().unwrap(), ..Options::new(dir.path()) };
    let report = pull(&server.client(), &options).await.unwrap();
    assert_eq!((report.with_picture, report.requests), (1, 4));
    assert_eq!(files(dir.path()), [("15.jpg".to_owned(), jpeg("/users/view/7/picture"))]);
}

#[tokio::test]
async fn a_push_finds_the_right_person_or_nobody() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/users.json" => answer(
            200,
            r#"[{"id":1,"username":"alice","email":"a@x.test","avatar":null},
                {"id":2,"username":"bob","avatar":null},{"id":3,"username":"2","avatar":null},
                {"id":4,"username":"dan","avatar":null}]"#,
        ),
        "/users/4.json" => answer(200, r#"{"id":4,"assignment_record":{"employee_num":"E-9"}}"#),
        path if !path.ends_with("/picture") => answer(404, ""),
        _ => answer(200, "{}"),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    for name in ["A@X.test.jpg", "2.jpg", "e-9.jpg", "bob.jpg", "bob.png", "eve.jpg", "notes.txt"] {
        fs::write(dir.path().join(name), jpeg(name)).unwrap();
    }
    let report =
        mirror::push(&server.client(), &PushOptions::new(dir.path()), Arc::new(()), std::future::pending())
            .await
            .unwrap();
    let puts: Vec<_> =
        server.asked().into_iter().filter(|asked| asked.method == "PUT").map(|asked| asked.path).collect();
    assert_eq!((report.with_picture, report.fetched, report.failed), (6, 2, 4), "{report:?}");
    assert!(puts.contains(&"/users/1/picture".to_owned()) && puts.contains(&"/users/4/picture".to_owned()));
}

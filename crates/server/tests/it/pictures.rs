//! Profile pictures from upload to removal (`avatars.md`).

use std::collections::BTreeSet;

use folkmoot_core::{AccountId, EmploymentStatus, Settings};
use image::GenericImageView;

use crate::support::{
    ALICE, Answer, GEORGE, HELEN, Kept, Server, gif, jpeg, key_of, multipart, png, trio, webp, with_exif,
};

async fn company(settings: &[(&str, &str)]) -> (Server, AccountId) {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    (Server::start(kept, settings).await, account)
}

async fn put(server: &Server, account: AccountId, user: i64, picture: Vec<u8>) -> Answer {
    let path = format!("/users/{user}/picture.json");
    let ask = server.ask("PUT", &path).by("helen", &key_of(account, HELEN));
    ask.body("application/octet-stream", picture).send().await
}

/// The path of the public picture that an answer to a change of picture, or to a request for a user, names.
fn path_of(server: &Server, answer: &Answer) -> String {
    let document = answer.json();
    let url = document["avatar"]["url"].as_str().expect("an address");
    url.strip_prefix(&format!("http://{}", server.address)).expect("an absolute address").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_taken_raw_or_as_part_of_a_form_and_served_in_every_size() {
    let (server, account) = company(&[]).await;
    let key = key_of(account, ALICE);
    let kinds = [
        ("image/jpeg", jpeg(1), (400, 300), "image/jpeg", ".jpg"),
        ("image/png", png(2), (200, 260), "image/png", ".png"),
        ("image/webp", webp(3), (120, 80), "image/jpeg", ".jpg"),
        ("image/gif", gif(4), (64, 64), "image/jpeg", ".jpg"),
    ];
    for (declared, bytes, dimensions, served, extension) in kinds {
        let (form, body) = multipart("picture", &bytes);
        // What the client says that it is does not matter.
        let ways = [(declared, bytes.clone()), ("image/svg+xml", bytes.clone()), ("", bytes), (&form, body)];
        let mut paths = BTreeSet::new();
        for (content_type, body) in ways {
            let ask = server.ask("PUT", "/users/3/picture.json").by("alice", &key).body(content_type, body);
            let answer = ask.send().await.is(200);
            let keys: Vec<_> = answer.json().as_object().expect("an object").keys().cloned().collect();
            assert_eq!(keys, ["id", "avatar", "url"]);
            paths.insert(path_of(&server, &answer));
        }
        assert_eq!(paths.len(), 1, "the same content has the same name: {paths:?}");
        let path = paths.into_iter().next().expect("one");
        assert!(path.ends_with(extension), "{path}");
        for (size, expected) in [
            ("", dimensions),
            ("?size=original", dimensions),
            ("?size=340", (340, 340)),
            ("?size=170", (170, 170)),
            ("?size=150&x=y", (150, 150)),
            ("?size=50", (50, 50)),
            ("?size=20", (20, 20)),
        ] {
            let answer = server.get(&format!("{path}{size}")).send().await.is(200);
            assert_eq!(answer.header("content-type"), Some(served), "{path}{size}");
            let immutable = Some("public, max-age=31536000, immutable");
            assert_eq!(answer.header("cache-control"), immutable);
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert!(answer.header("content-security-policy").expect("a policy").contains("sandbox"));
            let picture = image::load_from_memory(&answer.body).expect("a picture");
            assert_eq!(picture.dimensions(), expected, "{path}{size}");
            let private = server.get(&format!("/users/view/3/picture{size}")).by("alice", &key).send().await;
            assert!(private.is(200).body == answer.body, "one picture, two addresses");
        }
        for size in ["51", "0", "-1", "340x340", "999999999999", "%00"] {
            let wrong = server.get(&format!("{path}?size={size}")).send().await;
            wrong.fails(400, "VALIDATION_ERROR", "size");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_held_and_served_in_part() {
    let (server, account) = company(&[]).await;
    let path = path_of(&server, &put(&server, account, ALICE, jpeg(1)).await);
    let key = key_of(account, ALICE);
    for path in [path.as_str(), "/users/view/3/picture"] {
        let ask = || server.get(path).by("alice", &key);
        let whole = ask().send().await.is(200);
        let (tag, length) = (whole.etag().to_owned(), whole.body.len());
        assert_eq!(whole.header("accept-ranges"), Some("bytes"));
        let head = server.ask("HEAD", path).by("alice", &key).send().await.bare(200);
        for name in ["etag", "content-type", "content-length", "cache-control"] {
            assert_eq!(head.header(name), whole.header(name), "{name}");
        }
        let held = ask().with("if-none-match", &tag).send().await.bare(304);
        assert_eq!(
            (held.etag(), held.header("cache-control")),
            (tag.as_str(), whole.header("cache-control"))
        );
        ask().with("if-none-match", "\"x\"").send().await.is(200);
        for (range, from, to) in [
            ("bytes=0-99", 0, 100),
            ("bytes=100-", 100, length),
            ("bytes=-50", length - 50, length),
            ("bytes=10-999999999", 10, length),
        ] {
            let part = ask().with("range", range).send().await.is(206);
            assert!(part.body == whole.body[from..to], "{range}");
            let shown = format!("bytes {from}-{}/{length}", to - 1);
            assert_eq!(part.header("content-range"), Some(shown.as_str()));
        }
        let beyond = ask().with("range", "bytes=999999999-").send().await.is(416);
        assert_eq!(beyond.header("content-range"), Some(format!("bytes */{length}").as_str()));
        for ignored in ["bytes=5-1", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b", "\u{e9}"] {
            assert!(ask().with("range", ignored).send().await.is(200).body == whole.body, "{ignored}");
        }
        let same = ask().with("range", "bytes=0-9").with("if-range", &tag).send().await.is(206);
        assert_eq!(same.body.len(), 10);
        let changed = ask().with("range", "bytes=0-9").with("if-range", "\"x\"").send().await.is(200);
        assert_eq!(changed.body.len(), length);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_camera_wrote_into_it_is_gone() {
    let (server, account) = company(&[]).await;
    let camera = with_exif(&jpeg(9));
    let has = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    let marks: [&[u8]; 3] = [b"SECRETCAMERA", b"Exif", b"2031:12:24"];
    assert!(marks.iter().all(|mark| has(&camera, mark)), "the test's own metadata");
    let path = path_of(&server, &put(&server, account, ALICE, camera).await.is(200));
    let mut files = Vec::new();
    for name in server.blobs(account).await {
        let kept = server.store.picture(account, name).await.expect("the blobs");
        files.push(kept.expect("a picture").to_vec());
    }
    assert_eq!(files.len(), 1);
    for size in ["", "?size=340", "?size=20"] {
        files.push(server.get(&format!("{path}{size}")).send().await.is(200).body.to_vec());
    }
    for file in files {
        assert!(!marks.iter().any(|mark| has(&file, mark)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_stays_as_long_as_somebody_has_it_and_not_a_moment_longer() {
    let (server, account) = company(&[]).await;
    assert!(server.blobs(account).await.is_empty());
    let path = path_of(&server, &put(&server, account, ALICE, jpeg(5)).await);
    assert_eq!(path_of(&server, &put(&server, account, GEORGE, jpeg(5)).await), path, "one file for both");
    assert_eq!(server.blobs(account).await.len(), 1);
    for size in ["", "?size=50"] {
        server.get(&format!("{path}{size}")).send().await.is(200);
    }
    let delete = async |user: i64| {
        let path = format!("/users/{user}/picture.json");
        server.ask("DELETE", &path).by("helen", &key_of(account, HELEN)).send().await.is(200)
    };
    delete(ALICE).await;
    server.get(&path).send().await.is(200);
    assert_eq!(server.blobs(account).await.len(), 1, "George has it still");
    delete(GEORGE).await;
    for size in ["", "?size=50", "?size=340"] {
        server.get(&format!("{path}{size}")).send().await.bare(404);
    }
    let kept = server.get(&path).with("if-none-match", "*").send().await;
    kept.bare(404);
    assert!(server.blobs(account).await.is_empty(), "really removed");
    delete(GEORGE).await;
    // Another picture in its place removes the one before.
    let first = path_of(&server, &put(&server, account, ALICE, jpeg(6)).await);
    let second = path_of(&server, &put(&server, account, ALICE, png(7)).await);
    server.get(&first).send().await.bare(404);
    server.get(&second).send().await.is(200);
    assert_eq!(server.blobs(account).await.len(), 1);
    // And the same one again is the same again.
    assert_eq!(path_of(&server, &put(&server, account, ALICE, jpeg(6)).await), first);
    server.get(&first).send().await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_picture_is_a_change_of_the_person() {
    let (server, account) = company(&[]).await;
    let key = key_of(account, ALICE);
    let ask = async |path: &str| server.get(path).by("alice", &key).send().await.is(200);
    let (list, user) = (ask("/users.json").await, ask("/users/3.json").await.json());
    assert_eq!(
        (&user["avatar"]["url"], &user["modified"]),
        (&None::<&str>.into(), &"2020-02-03T04:05:06+00:00".into())
    );
    server.clock.set("2026-01-15T13:14:15Z");
    let url = put(&server, account, ALICE, jpeg(1)).await.json()["avatar"]["url"].clone();
    let (later, changed) = (ask("/users.json").await, ask("/users/3.json").await.json());
    assert_ne!(list.etag(), later.etag());
    assert_eq!(changed["modified"], "2026-01-15T13:14:15+00:00");
    assert_eq!((&changed["avatar"]["url"], &later.json()[2]["avatar"]["url"]), (&url, &url));
    server.clock.set("2026-01-15T14:00:00Z");
    put(&server, account, ALICE, jpeg(1)).await.is(200);
    assert_eq!(
        ask("/users/3.json").await.json()["modified"],
        "2026-01-15T13:14:15+00:00",
        "the same: no change"
    );
    let delete = server.ask("DELETE", "/users/3/picture.json").by("alice", &key);
    delete.send().await.is(200);
    let gone = ask("/users/3.json").await.json();
    assert!(gone["avatar"]["url"].is_null());
    assert_eq!(gone["modified"], "2026-01-15T14:00:00+00:00");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_pictures_need_credentials_and_leavers_are_hidden() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    let mut people = trio(&kept.store, account);
    let mut left = crate::support::person(&kept.store, account, 7, "left", folkmoot_core::Group::Employees);
    left.assignment[0].data.status = EmploymentStatus::Terminated;
    people.push(left);
    kept.add_people(account, &people).await;
    let server = Server::start(kept, &[("pictures.urls", "private")]).await;
    for user in [ALICE, 7] {
        let answer = put(&server, account, user, jpeg(1)).await.is(200);
        assert_eq!(answer.json()["avatar"]["url"], format!("/users/view/{user}/picture"));
    }
    for name in server.blobs(account).await {
        server.get(&format!("/pictures/{name}")).send().await.bare(404);
    }
    for id in [3, 7, 1, 999] {
        for path in [
            format!("/users/view/{id}/picture"),
            format!("/users/{id}/picture"),
            format!("/attachments/view/User/avatar/{id}"),
            format!("/attachments/User/avatar/{id}.json"),
        ] {
            server.get(&path).send().await.bare(401);
            for (viewer, name) in [(ALICE, "alice"), (HELEN, "helen")] {
                let ask = server.get(&path).by(name, &key_of(account, viewer)).without("x-api-version");
                let answer = ask.send().await;
                if id == 3 || (id == 7 && viewer == HELEN) {
                    let answer = answer.is(200);
                    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
                    assert_eq!(answer.header("content-type"), Some("image/jpeg"));
                } else {
                    answer.bare(404);
                }
            }
        }
    }
}

//! Pictures in a bucket, as clients come by them (`avatars.md`).

use folkmoot_core::{AccountId, Clock, Settings};
use folkmoot_server::{App, SystemClock, SystemRandom};
use folkmoot_testing::TestBucket;

use crate::support::{ALICE, Ask, Client, GEORGE, HELEN, Kept, Server, jpeg, key_of, png, trio};

/// A company with two pictures in a bucket, at this moment: signatures are of now.
async fn company(settings: &[(&str, &str)]) -> (Server, AccountId) {
    let kept = Kept::in_bucket(TestBucket::create()).await;
    kept.clock.set(&SystemClock.now().to_string());
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let server = Server::start(kept, settings).await;
    for (user, picture) in [(ALICE, jpeg(1)), (GEORGE, png(2))] {
        let answer = put(&server, account, user, picture).send().await.is(200);
        assert!(answer.json()["avatar"]["url"].is_string());
    }
    (server, account)
}

fn put(server: &Server, account: AccountId, user: i64, picture: Vec<u8>) -> Ask<'_> {
    let path = format!("/users/{user}/picture.json");
    server.ask("PUT", &path).by("helen", &key_of(account, HELEN)).body("image/jpeg", picture)
}

/// The list of users, in this format, as this server gives it.
async fn list(server: &Server, account: AccountId, path: &str) -> (String, String) {
    let answer = server.get(path).by("alice", &key_of(account, ALICE)).send().await.is(200);
    (answer.text(), answer.header("etag").expect("a tag").to_owned())
}

/// The addresses of pictures in a JSON list.
fn addresses(list: &str) -> Vec<String> {
    let list: serde_json::Value = serde_json::from_str(list).expect("JSON");
    let urls = list.as_array().expect("a list").iter().map(|user| &user["avatar"]["url"]);
    urls.filter_map(|url| url.as_str().map(ToOwned::to_owned)).collect()
}

/// Asks a bucket, as anybody may.
async fn fetch(url: &str) -> (u16, Vec<u8>, Option<String>) {
    let (_, rest) = url.split_once("://").expect("an absolute address");
    let (host, path) = rest.split_once('/').expect("a path");
    let client = Client::new(host.parse().expect("an address and port"));
    let answer = client.ask("GET", &format!("/{path}")).without("x-api-version").send().await;
    let cache_control = answer.header("cache-control").map(ToOwned::to_owned);
    (answer.status, answer.body.to_vec(), cache_control)
}

#[tokio::test(flavor = "multi_thread")]
async fn presigned_addresses_open_the_bucket_for_a_while_and_stay_the_same_meanwhile() {
    let (server, account) = company(&[("pictures.urls", "presigned"), ("pictures.url_hours", "6")]).await;
    let (first, tag) = list(&server, account, "/users.json").await;
    let urls = addresses(&first);
    assert_eq!(urls.len(), 2);
    for url in &urls {
        assert!(url.contains(&format!("/{account}/")) && url.contains("X-Amz-Expires=43200"), "{url}");
        let (status, body, cache_control) = fetch(url).await;
        assert_eq!(status, 200, "{url}");
        image::load_from_memory(&body).expect("a picture");
        assert!(cache_control.is_some_and(|said| said.contains("immutable")), "{url}");
        let (status, ..) = fetch(url.split('?').next().expect("a path")).await;
        assert_eq!(status, 403, "the bucket is nobody's without a signature");
    }
    for name in server.blobs(account).await {
        server.get(&format!("/pictures/{name}")).send().await.bare(404);
    }
    let key = key_of(account, ALICE);
    server.get("/users/view/3/picture").by("alice", &key).send().await.is(200);

    // The same again, from another node, in XML, and alone.
    assert_eq!(list(&server, account, "/users.json").await, (first.clone(), tag.clone()));
    let other = server.again().await;
    let presigned = other.blobs().presigner().unwrap().addresses(account, server.store.clock().now(), 6);
    for name in server.blobs(account).await {
        let mut address = String::new();
        presigned.write(name, &mut address).unwrap();
        assert!(urls.contains(&address), "{address}");
    }
    let (xml, _) = list(&server, account, "/users.xml").await;
    assert!(urls.iter().all(|url| xml.contains(&url.replace('&', "&amp;"))), "{xml}");
    let alone = server.get("/users/3.json").by("alice", &key).send().await.is(200);
    assert!(urls.contains(&alone.json()["avatar"]["url"].as_str().expect("an address").to_owned()));

    // A window later everything is another, and what was handed out is still good.
    let not_modified = |tag: &str| {
        let ask = server.get("/users.json").by("alice", &key).with("if-none-match", tag);
        async { ask.send().await.status }
    };
    assert_eq!(not_modified(&tag).await, 304);
    let later = server.store.clock().now() + jiff::SignedDuration::from_hours(6);
    server.clock.set(&later.to_string());
    assert_eq!(not_modified(&tag).await, 200);
    let (second, second_tag) = list(&server, account, "/users.json").await;
    assert!(second_tag != tag && second != first);
    assert!(addresses(&second).iter().all(|url| !urls.contains(url)));
    let alone_later = server.get("/users/3.json").by("alice", &key).send().await.is(200);
    assert_ne!(alone_later.header("etag"), alone.header("etag"));
    assert_ne!(alone_later.text(), alone.text());
    assert_eq!(list(&server, account, "/users.json").await, (second, second_tag));
}

#[tokio::test(flavor = "multi_thread")]
async fn public_addresses_are_below_the_base_where_the_bucket_has_them() {
    let base = "https://cdn.example.com/hr/{path}";
    let (server, account) = company(&[("pictures.public_url", base)]).await;
    let (list, _) = list(&server, account, "/users.json").await;
    let mut found = addresses(&list);
    let names = server.blobs(account).await;
    let mut expected: Vec<String> = names
        .iter()
        .map(|name| format!("https://cdn.example.com/hr/{account}/{}/{name}", &name.to_string()[..2]))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    // Whoever wants it from the server itself gets it, out of the bucket.
    for name in names {
        let answer = server.get(&format!("/pictures/{name}")).send().await.is(200);
        image::load_from_memory(&answer.body).expect("a picture");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_away_or_damaged_is_no_picture_and_nothing_else() {
    let kept = Kept::in_bucket(TestBucket::on_own_server()).await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let mut server = Server::start(kept, &[("server.cache_mb", "1")]).await;
    put(&server, account, ALICE, jpeg(1)).send().await.is(200);
    let name = *server.blobs(account).await.first().expect("a picture");
    let path = format!("/pictures/{name}");
    let content = server.store.blobs().get(account, name).await.unwrap().unwrap();
    let mut flipped = content.to_vec();
    *flipped.last_mut().expect("a picture") ^= 1;
    server.store.blobs().put(account, name, flipped.into()).await.unwrap();
    server.get(&path).send().await.is(500);
    server.store.blobs().put(account, name, content).await.unwrap();

    server.s3().stop();
    for ask in [server.get(&path), put(&server, account, GEORGE, png(2))] {
        let answer = ask.send().await.is(500);
        assert!(answer.text().contains("CONNECTION_ERROR"), "{}", answer.text());
    }
    let (list, _) = list(&server, account, "/users.json").await;
    assert_eq!(addresses(&list).len(), 1);
    let ask = server.ask("DELETE", "/users/3/picture.json").by("alice", &key_of(account, ALICE));
    ask.send().await.is(200);
    server.get(&path).send().await.bare(404);
    server.s3().start_again();
    put(&server, account, GEORGE, png(2)).send().await.is(200);
    assert_eq!(server.store.remove_due_pictures().await.unwrap(), 1, "what was taken away follows");
    assert!(!server.blobs(account).await.contains(&name));
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_not_signed_where_there_is_no_bucket() {
    let kept = Kept::in_folder().await;
    let mut settings = folkmoot_server::Settings::default();
    settings.set("pictures.urls", "presigned").unwrap();
    let refused = App::new(settings, kept.store.clone(), &SystemRandom).await.unwrap_err();
    assert!(refused.to_string().contains("blobs.url"), "{refused}");
}

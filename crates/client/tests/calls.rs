//! The calls, against a real server.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::{sync::Arc, time::Duration};

use folkmoot_client::{Avatar, Client, Error, Format, RetryPolicy, Timeouts};
use support::{Answer, FakePace, KEY, Server, answer, jpeg};

#[tokio::test]
async fn lists_come_in_json_and_xml_with_the_headers_that_servers_expect() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/users.json" => answer(200, r#"[{"id":"1","username":"a","avatar":{"url":"\n f5.jpg"}},{"id":2}]"#),
        "/users.xml" => {
            answer(200, "<users><user><id>1</id><avatar><url>f5.jpg</url></avatar></user></users>")
        }
        _ => answer(404, ""),
    })
    .await;
    let users = server.client().users().await.unwrap();
    assert_eq!(users.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(users[0].avatar, Avatar::Url("f5.jpg".to_owned()));
    let users = server.builder().format(Format::Xml).build().unwrap().users().await.unwrap();
    assert_eq!(users[0].avatar, Avatar::Url("f5.jpg".to_owned()));
    let asked = server.asked();
    assert_eq!(asked[0].headers["x-api-version"], "2.0.0");
    assert!(asked[0].headers["authorization"].starts_with("Basic cm9vdDo1NzA2"));
    assert!(asked[0].headers["user-agent"].starts_with("folkmoot/"));
}

#[tokio::test]
async fn a_refusal_says_what_the_server_said_and_nothing_secret() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/users/7.json" => answer(403, r#"{"error":{"code":"ACCESS_ERROR","messages":["Not\u001b you."]}}"#),
        _ => answer(401, "").with("www-authenticate", "Basic realm=\"x\""),
    })
    .await;
    let fault = server.client().user("7").await.unwrap_err();
    assert_eq!(fault.to_string(), "the server answered 403 Forbidden: ACCESS_ERROR: Not  you.");
    let fault = server.client().users().await.unwrap_err();
    assert_eq!(fault.status().map(|status| status.as_u16()), Some(401));
    assert!(!format!("{fault} {fault:?}").contains(KEY));
    assert_eq!(server.asked().len(), 2, "a refusal is not tried again");
}

#[tokio::test]
async fn credentials_stay_at_home() {
    let away = Server::start(|_| answer(200, jpeg("away"))).await;
    let target = away.url.clone();
    let home = Server::start(move |asked| match asked.path.as_str() {
        "/there" => answer(302, "").with("location", format!("{target}/x")),
        "/near" => answer(307, "").with("location", "/here"),
        "/here" => answer(200, jpeg("here")),
        _ => answer(302, "").with("location", format!("{target}/users.json")),
    })
    .await;
    let client = home.client();
    client.fetch("/near").await.unwrap();
    assert!(home.asked().iter().all(|asked| asked.headers.contains_key("authorization")));
    client.fetch("/there").await.unwrap();
    client.fetch(&format!("{}/absolute", away.url)).await.unwrap();
    for asked in away.asked() {
        assert!(!asked.headers.contains_key("authorization"), "{asked:?}");
        assert!(!asked.headers.contains_key("x-api-version"), "{asked:?}");
    }
    assert!(matches!(client.users().await, Err(Error::Redirect(_))), "a list never comes from elsewhere");
    assert!(away.asked().is_empty());
}

#[tokio::test]
async fn a_chain_that_left_the_account_comes_back_without_credentials() {
    let home = Server::start(|_| answer(200, jpeg("x"))).await;
    let back = home.url.clone();
    let away = Server::start(move |_| answer(302, "").with("location", format!("{back}/b"))).await;
    let there = away.url.clone();
    home.becomes(move |asked| match asked.path.as_str() {
        "/a" => answer(302, "").with("location", there.clone()),
        _ => answer(200, jpeg("x")),
    });
    home.client().fetch("/a").await.unwrap();
    let asked = home.asked();
    assert!(asked[0].headers.contains_key("authorization"));
    assert_eq!(asked[1].path, "/b");
    assert!(!asked[1].headers.contains_key("authorization"));
}

#[tokio::test]
async fn an_https_account_fetches_nothing_over_plain_http_without_leave() {
    let server = Server::start(|_| answer(200, jpeg("x"))).await;
    let url = format!("{}/a.jpg", server.url);
    let client = |allow| {
        let builder = Client::builder("https://acme.example.com", "root", KEY.to_owned().into());
        builder.allow_plain_http(allow).build().unwrap()
    };
    let fault = client(false).fetch(&url).await.unwrap_err();
    assert!(matches!(fault, Error::Url(_)) && !fault.is_transient());
    assert_eq!(
        fault.to_string(),
        "not a usable URL: plain http in an https account: allow it explicitly to fetch it"
    );
    assert!(server.asked().is_empty());
    assert_eq!(client(true).fetch(&url).await.unwrap().bytes, jpeg("x"));
    assert!(!server.asked()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = Server::start(|_| answer(302, "").with("location", "/again")).await;
    assert!(matches!(server.client().fetch("/").await, Err(Error::Redirect(_))));
    assert_eq!(server.asked().len(), 6);
}

fn patient(server: &Server, pace: &Arc<FakePace>) -> Client {
    server.builder().pace(Arc::clone(pace) as Arc<_>).build().unwrap()
}

#[tokio::test]
async fn passing_faults_are_tried_again_when_the_server_says() {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => answer(429, "").with("retry-after", "7"),
        1 => answer(503, "").with("retry-after", "Thu, 01 Jan 1970 00:00:09 GMT"),
        2 => answer(500, ""),
        3 => answer(200, "[").with("content-length", "100"),
        _ => answer(200, "[]"),
    })
    .await;
    let pace = Arc::new(FakePace::default());
    assert!(patient(&server, &pace).users().await.unwrap().is_empty());
    let slept: Vec<_> = pace.slept.lock().unwrap().iter().map(Duration::as_millis).collect();
    assert_eq!(slept, [7000, 9000, 500, 1000]);
}

#[tokio::test]
async fn patience_ends() {
    let server = Server::start(|_| answer(503, "")).await;
    let pace = Arc::new(FakePace::default());
    assert_eq!(patient(&server, &pace).users().await.unwrap_err().status().unwrap().as_u16(), 503);
    assert_eq!(server.asked().len(), 5);
    server.becomes(|_| answer(429, "").with("retry-after", "86400"));
    assert!(patient(&server, &pace).users().await.is_err());
    assert_eq!(server.asked().len(), 1, "a server that wants to be left alone is");
}

#[tokio::test]
async fn a_server_that_never_answers_is_a_timeout() {
    let server = Server::start(|_| Answer { hangs: true, ..answer(200, "") }).await;
    let idle = Duration::from_millis(30);
    let client = server
        .builder()
        .timeouts(Timeouts { idle, ..Timeouts::default() })
        .retry(RetryPolicy { attempts: 2, ..RetryPolicy::default() })
        .build()
        .unwrap();
    assert!(matches!(client.users().await, Err(Error::Timeout(_))));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn answers_are_bounded() {
    let server = Server::start(|_| answer(200, vec![b' '; 5000])).await;
    let client = server.builder().largest_list(4999).largest_picture(4999).build().unwrap();
    assert!(matches!(client.users().await, Err(Error::TooLarge { limit: 4999 })));
    assert!(matches!(client.fetch("/a").await, Err(Error::TooLarge { limit: 4999 })));
}

#[tokio::test]
async fn pictures_are_put_and_deleted() {
    let server = Server::start(|_| answer(200, "{}")).await;
    let client = server.client();
    client.put_picture("7/../8", jpeg("x").into(), "image/jpeg").await.unwrap();
    client.delete_picture("7").await.unwrap();
    let asked = server.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("PUT", "/users/7%2F%2E%2E%2F8/picture"));
    assert_eq!((asked[0].headers["content-type"].as_str(), &asked[0].body), ("image/jpeg", &jpeg("x")));
    assert_eq!((asked[1].method.as_str(), asked[1].path.as_str()), ("DELETE", "/users/7/picture"));
    server.becomes(|_| answer(307, "").with("location", "/elsewhere"));
    assert!(matches!(client.delete_picture("7").await, Err(Error::Redirect(_))));
}

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Company;
use crate::support::{ALICE, HELEN, raw, statuses};

#[tokio::test(flavor = "multi_thread")]
async fn malformed_credentials_are_nobodys() {
    let company = Company::new(&[]).await;
    let key = company.key(ALICE);
    let encoded = |pair: &[u8]| BASE64_STANDARD.encode(pair);
    let good = encoded(format!("alice:{key}").as_bytes());
    let mut values: Vec<Vec<u8>> = [
        "",
        "Basic",
        "Basic ",
        "basic:",
        "Basic =",
        "Basic ====",
        "Basic :",
        "Basic a",
        "Basic YQ==",
        "Basic Og==",
        "Bearer x",
        "Digest username=\"alice\"",
        "Basic \u{e9}",
        "Basic YWxpY2U",
        "BasicYWxpY2U6eA==",
        "Negotiate",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    for text in [
        format!("Basic {good} {good}"),
        format!("Basic {good}, Basic {good}"),
        format!("Basic\t{good}"),
        format!("Basic \"{good}\""),
        format!("Bearer {good}"),
        format!("Basic {}", good.to_lowercase()),
        format!("Basic {}", &good[1..]),
        format!("Basic alice:{key}"),
        format!("alice:{key}"),
        format!("Basic {}", encoded(format!("alice {key}").as_bytes())),
        format!("Basic {}", encoded(format!("alice:{key}\n").as_bytes())),
        format!("Basic {}", encoded(format!("alice\0:{key}").as_bytes())),
        format!("Basic {}", encoded(format!("alice:{key}\0").as_bytes())),
        format!("Basic {}", encoded(format!(" alice:{key}").as_bytes())),
        format!("Basic {}", encoded(format!("alice:{key}:").as_bytes())),
        format!("Basic {}", encoded(format!("alice::{key}").as_bytes())),
        format!("Basic {}", encoded(format!("{key}:alice").as_bytes())),
        format!("Basic {}", encoded(b"alice' OR '1'='1:x")),
        format!("Basic {}", encoded(b"alice\" --:x")),
        format!("Basic {}", encoded(b"%:%")),
        format!("Basic {}", encoded(b"*:*")),
        format!("Basic {}", encoded(&[0xff; 700])),
        format!("Basic {}", encoded(&[b':'; 1024])),
        format!("Basic {}", encoded(format!("alice:{}", "x".repeat(5_000)).as_bytes())),
        format!("Basic {}", "A".repeat(30_000)),
    ] {
        values.push(text.into_bytes());
    }
    values.push([b"Basic ", &[0x80, 0xfe, 0xff][..]].concat());
    let mut checked = 0;
    for value in values {
        let head = "GET /users/me.json HTTP/1.1\r\nHost: x\r\nX-API-Version: 2\r\nAuthorization: ";
        let request = [head.as_bytes(), &value, b"\r\nConnection: close\r\n\r\n"].concat();
        let received = raw(company.address, &request).await;
        let shown = String::from_utf8_lossy(&value).into_owned();
        assert_eq!(statuses(&received), [401], "{shown:.80}");
        assert!(received.ends_with("\r\n\r\n"), "{shown:.80}: a body");
        checked += 1;
    }
    assert!(checked > 40);
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sets_of_credentials_are_none() {
    let company = Company::new(&[]).await;
    let alices = company.alices();
    let ask = || company.get("/users/me.json").with("authorization", &alices);
    ask().send().await.is(200);
    for second in [alices.as_str(), "", "Basic x", "Bearer x"] {
        ask().and("authorization", second).send().await.bare(401);
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_or_has_left_is_nobody() {
    let company = Company::new(&[]).await;
    for (id, name) in [(4, "sue"), (5, "ted")] {
        for path in ["/users.json", "/users/me.json", "/users/me.json?requireApiKey=true", "/nothing"] {
            company.get(path).by(name, &company.key(id)).send().await.bare(401);
        }
        let put = company.ask("PUT", &format!("/users/{id}/picture.json")).by(name, &company.key(id));
        put.body("image/jpeg", crate::support::jpeg(1)).send().await.bare(401);
        // They are there all the same, for those who may see them.
        let path = format!("/users/{id}.json");
        company.get(&path).by("helen", &company.key(HELEN)).send().await.is(200);
    }
    company.is_well().await;
}

//! Every address that an answer carries leads somewhere.

use std::collections::{BTreeSet, VecDeque};

use folkmoot_core::Group;
use serde_json::Value;

use crate::golden::{GEORGES_KEY, KEY, import_seeds};
use crate::support::{Kept, Server, jpeg, key_of, leaves_of_xml, person};

/// The addresses in a document: the values of all keys called `url`.
fn addresses(format: &str, body: &[u8]) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(url)) = members.get("url") {
                    found.push(url.clone());
                }
                members.values().for_each(|value| walk(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    if format == "xml" {
        let (_, leaves) = leaves_of_xml(body);
        let urls = leaves.into_iter().filter(|(path, url)| path.ends_with("/url") && !url.is_empty());
        return urls.map(|(_, url)| url).collect();
    }
    let mut found = Vec::new();
    walk(&serde_json::from_slice(body).expect("JSON"), &mut found);
    found
}

/// Follows all addresses from the list of users on; returns those that were found.
async fn crawl(server: &Server, who: &str, key: &str, version: &str, format: &str) -> BTreeSet<String> {
    let mut waiting = VecDeque::from([format!("/users.{format}")]);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let origin = format!("http://{}", server.address);
    while let Some(url) = waiting.pop_front() {
        let absolute = url.strip_prefix(&origin);
        let mut ask = server.get(absolute.unwrap_or(&url));
        if absolute.is_none() {
            assert!(url.starts_with('/'), "{who} is sent to {url}");
            ask = ask.by(who, key).with("x-api-version", version);
        }
        let answer = ask.send().await;
        assert_eq!(answer.status, 200, "{who} is sent to {url}");
        match answer.header("content-type").expect("a content type") {
            "image/jpeg" | "image/png" => assert!(image::load_from_memory(&answer.body).is_ok(), "{url}"),
            document => {
                assert!(document.contains(format), "{url}: {document}");
                for found in addresses(format, &answer.body) {
                    if seen.insert(found.clone()) {
                        waiting.push_back(found);
                    }
                }
            }
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_leads_nowhere() {
    for urls in ["public", "private"] {
        let kept = Kept::new().await;
        let account = import_seeds(&kept).await;
        let helen = person(&kept.store, account, 8, "helen", Group::Administrators);
        kept.add_people(account, &[helen]).await;
        let server = Server::start(kept, &[("pictures.urls", urls)]).await;
        let put = server.ask("PUT", "/users/7/picture.json").by("alice", KEY).body("image/jpeg", jpeg(1));
        put.send().await.is(200);
        let helens = key_of(account, 8);
        for (who, key, least) in [("alice", KEY, 16), ("george", GEORGES_KEY, 12), ("helen", &helens, 16)] {
            // Version 1 has no addresses.
            for (version, format) in
                [("2.0.0", "json"), ("2.0.0", "xml"), ("3.0.0", "json"), ("3.0.0", "xml")]
            {
                let found = crawl(&server, who, key, version, format).await;
                assert!(found.len() >= least, "{who} found {found:?}");
                assert!(found.contains(&format!("/employee_records/55.{format}")), "{found:?}");
                assert!(found.contains(&format!("/locations/1.{format}")), "{found:?}");
                let pictures = found.iter().filter(|url| url.contains("/pictures/")).count();
                assert_eq!(pictures, usize::from(urls == "public"), "{found:?}");
                let private = found.contains("/users/view/7/picture");
                assert_eq!(private, urls == "private", "{found:?}");
            }
        }
    }
}

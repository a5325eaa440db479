//! The description of the API against the API: every route and method, every golden document, and how it is served.

mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use folkmoot_core::Group;
use folkmoot_server::{ROUTES, openapi_document};
use serde_json::Value;

use crate::golden::{KEY, import_seeds};
use crate::routes::CASES;
use crate::support::{Kept, Server, key_of, person};
use schema::faults;

fn document() -> Value {
    serde_json::from_str(openapi_document()).expect("JSON")
}

/// The route that answers a described address.
fn route_of(path: &str) -> String {
    if ROUTES.contains(&path) {
        return path.to_owned();
    }
    path.trim_end_matches(".json").trim_end_matches(".xml").to_owned()
}

#[test]
fn every_route_and_method_is_described_and_nothing_else() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            described.insert((route_of(path), method.to_uppercase()));
        }
    }
    // What these say of methods is what the server says: see `routes`.
    let there: BTreeSet<_> =
        CASES.iter().map(|(route, method, ..)| ((*route).to_owned(), (*method).to_owned())).collect();
    assert_eq!(described, there);
}

#[test]
fn both_formats_of_what_has_both_are_described() {
    let document = document();
    let paths = document["paths"].as_object().expect("paths");
    for path in paths.keys().filter(|path| *path != "/openapi.json") {
        let Some(stem) = path.strip_suffix(".json") else { continue };
        let other = format!("{stem}.xml");
        let methods =
            |path: &str| paths[path].as_object().map(|item| item.keys().cloned().collect::<Vec<_>>());
        assert!(paths.contains_key(&other), "{other}");
        assert_eq!(methods(path), methods(&other), "{path}");
    }
}

/// The schema of what `GET` of an address answers.
fn answered<'a>(document: &'a Value, path: &str) -> &'a Value {
    &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
}

#[test]
fn every_golden_document_is_one_that_its_schema_allows() {
    let document = document();
    let paths: BTreeMap<String, &str> = document["paths"]
        .as_object()
        .expect("paths")
        .keys()
        .filter_map(|path| Some((path.strip_prefix('/')?.strip_suffix(".json")?.to_owned(), &**path)))
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut checked = 0;
    for folder in [root.clone(), root.join("v1"), root.join("v2"), root.join("v3")] {
        for entry in fs::read_dir(folder).expect("golden files") {
            let file = entry.expect("a file").path();
            // The original's list before there were pictures in it is kept for its order: nobody is answered so.
            if file.extension().is_none_or(|extension| extension != "json") || file == root.join("users.json")
            {
                continue;
            }
            // `user_as_other` is a user, `users_as_manager` are users, `job` is a job.
            let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
            let name = name
                .split("_as_")
                .next()
                .expect("a name")
                .trim_end_matches("_without_much")
                .trim_end_matches("_7");
            let plural = if name.ends_with("class") { format!("{name}es") } else { format!("{name}s") };
            // `employee_records_of_two` are records of somebody, and so are those as somebody sees them.
            let path = match name.split("_of_").next() {
                Some(records) if records.ends_with("_records") => {
                    format!("/users/{{id}}/{records}.json")
                }
                _ => paths.get(name).copied().map(str::to_owned).unwrap_or(format!("/{plural}/{{id}}.json")),
            };
            let schema = answered(&document, &path);
            assert!(schema.is_object(), "{path} of {}", file.display());
            let golden: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
            assert_eq!(faults(&document, schema, &golden), Vec::<String>::new(), "{}", file.display());
            checked += 1;
        }
    }
    assert!(checked > 65, "{checked}");
}

#[test]
fn what_a_schema_does_not_allow_is_found() {
    let document = document();
    let schema = answered(&document, "/jobs/{id}.json");
    let job = |text: &str| faults(&document, schema, &serde_json::from_str(text).expect("JSON"));
    let times = "\"created\": \"2013-09-30T14:39:21+00:00\", \"modified\": \"2013-09-30T14:39:21+00:00\"";
    let good = format!(
        "{{\"id\": 1, \"title\": \"a\", \"requirements\": \"\", {times}, \"url\": \"/jobs/1.json\"}}"
    );
    assert_eq!(job(&good), Vec::<String>::new());
    for (from, to) in [
        ("\"id\": 1", "\"id\": \"1\""),
        ("\"id\": 1", "\"id\": 0"),
        ("\"title\": \"a\", ", ""),
        ("\"title\": \"a\"", "\"title\": null"),
        ("\"title\": \"a\"", "\"title\": \"a\", \"more\": 1"),
        ("+00:00\", \"mod", "Z\", \"mod"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert!(bad == good || !job(&bad).is_empty() || to.starts_with('Z'), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_answers_is_what_the_document_says() {
    let kept = Kept::new().await;
    let account = import_seeds(&kept).await;
    kept.add_people(account, &[person(&kept.store, account, 8, "helen", Group::Administrators)]).await;
    let server = Server::start(kept, &[]).await;
    let helens = key_of(account, 8);
    let document = document();
    for (path, wanted) in [
        ("/roles.json", "/roles.json"),
        ("/roles/{id}.json", "/roles/1.json"),
        ("/users/{id}/roles.json", "/users/7/roles.json"),
        ("/users/{id}/explain.json", "/users/7/explain.json?viewer=6"),
        ("/changes.json", "/changes.json"),
        ("/audit.json", "/audit.json"),
        ("/webhooks.json", "/webhooks.json"),
        ("/openapi.json", "/openapi.json"),
    ] {
        let answer = server.get(wanted).by("helen", &helens).send().await.is(200).json();
        assert_eq!(faults(&document, answered(&document, path), &answer), Vec::<String>::new(), "{wanted}");
    }
    for path in ["/users/999.json", "/audit.json?since=x", "/users/x.json"] {
        let error = server.get(path).by("helen", &helens).send().await.json();
        let schema = &document["components"]["schemas"]["Error"];
        assert_eq!(faults(&document, schema, &error), Vec::<String>::new(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_served_to_whoever_may_use_the_api_and_again_only_when_it_has_changed() {
    let kept = Kept::new().await;
    import_seeds(&kept).await;
    let server = Server::start(kept, &[]).await;
    for path in ["/openapi.json", "/docs"] {
        server.get(path).send().await.bare(401);
        let answer = server.get(path).by("alice", KEY).send().await.is(200);
        server.get(path).by("alice", KEY).with("if-none-match", answer.etag()).send().await.is(304);
        let other = server.get(path).by("alice", KEY).with("if-none-match", "\"x\"").send().await.is(200);
        assert!(other.body == answer.body, "{path}");
    }
    let document = server.get("/openapi.json").by("alice", KEY).send().await;
    assert_eq!(document.text(), openapi_document());
    let small =
        server.get("/openapi.json").by("alice", KEY).with("accept-encoding", "gzip").send().await.is(200);
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert!(small.body.len() * 5 < document.body.len(), "{}", small.body.len());
    let page = server.get("/docs").by("alice", KEY).send().await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=UTF-8"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for path in document.json()["paths"].as_object().expect("paths").keys() {
        assert!(page.text().contains(&format!("{path}</code>")), "{path}");
    }
}

/// The file in the repository is what `cargo xtask docs` would write; so does `FOLKMOOT_WRITE_GOLDEN=1`.
#[test]
fn the_kept_document_is_the_one_that_is_served() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("FOLKMOOT_WRITE_GOLDEN").is_some() {
        fs::write(&kept, openapi_document()).expect("docs/openapi.json");
    }
    let kept = fs::read_to_string(kept).expect("docs/openapi.json");
    assert!(kept == openapi_document(), "docs/openapi.json is out of date: run `cargo xtask docs`");
}

//! Input that is refused: numbers of nothing, what is no form, fields and queries that make no sense.

use std::collections::BTreeMap;

use super::writes::{Fault, WRITES};
use super::{Company, described};
use crate::routes::{CASES, filled};
use crate::support::Answer;

/// Values that a parameter of a query does not take.
const BAD_QUERIES: &[(&str, &str)] = &[
    ("since", "-1"),
    ("since", "x"),
    ("limit", "1001"),
    ("limit", ""),
    ("wait", "61"),
    ("object", "Nothing"),
    ("object_id", "x"),
    ("actor", "x"),
    ("before", "x"),
    ("viewer", "x"),
    ("viewer", "999999"),
    ("size", "7"),
    ("as_of", "x"),
    ("as_of", "2026-02-30"),
    ("known_at", "x"),
    ("known_at", ""),
    ("requireApiKey", "maybe"),
    ("role_id[]", "x"),
    ("reason", "+"),
];

/// Refused as bad data, in so many words.
fn is_refused(answer: &Answer, path: &str) {
    assert_eq!(answer.status, 400, "{}: {}", answer.shown, answer.text());
    let (kind, code) = if path.contains(".xml") {
        ("xml", "<code>VALIDATION_ERROR</code>")
    } else {
        ("json", "\"code\":\"VALIDATION_ERROR\"")
    };
    assert!(answer.text().contains(code), "{}: {}", answer.shown, answer.text());
    assert!(answer.header("content-type").expect("a type").contains(kind));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_takes_the_number_of_nothing() {
    let company = Company::new().await;
    let mut tried = 0;
    for (route, method, path, _) in CASES.iter().filter(|(route, ..)| route.contains("{id}")) {
        let at = route.find("{id}").expect("a number");
        let rest = path[at..].trim_start_matches(|character: char| character.is_ascii_digit());
        for bad in ["x", "0", "07", "-7", "7.5", "999999999", "99999999999999999999", "%00", "%E2%82%AC"] {
            let path = format!("{}{bad}{rest}", &path[..at]);
            let answer = filled(company.ask(method, &path), method, &path).send().await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_change_takes_json_or_xml() {
    let company = Company::new().await;
    for (_, method, path, _) in CASES.iter().filter(|(_, method, ..)| *method != "GET") {
        let path = company.address(path);
        for (media_type, body) in [
            ("application/json", "{\"id\": 7, \"name\": \"x\"}"),
            ("application/xml", "<name>x</name>"),
            ("text/plain", "name=x"),
        ] {
            is_refused(&company.ask(method, &path).body(media_type, body).send().await, &path);
        }
        let answer = company.ask(method, &path).form("a=1&a[b]=2").send().await;
        is_refused(&answer, &path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_tells_the_field_that_is_wrong() {
    let company = Company::new().await;
    for write in WRITES {
        for format in ["json", "xml"] {
            // Of what there is in the seeds: nothing is changed.
            let made = match write.route {
                "/jobs/{id}" => 37,
                "/departments/{id}" | "/badges/{id}" => 5,
                "/event_types/{id}" => 3,
                "/values/{id}" => 4,
                "/custom_fields/{id}" => 9,
                "/webhooks/{id}" => company.webhook,
                "/locations/{id}" | "/roles/{id}" => 1,
                _ => 7,
            };
            let filled = |text: &str| {
                let text = text.replace("{made}", &made.to_string());
                text.replace("{employee}", "55").replace("{assignment}", "100")
            };
            let path = format!("{}.{format}", company.address(&filled(write.path)));
            let ask = company.ask(write.method, &path);
            let (answer, field) = match write.fault {
                Fault::Form(form, field) => (ask.form(filled(form)).send().await, field),
                Fault::Picture => (ask.body("image/png", "no picture").send().await, "picture"),
                Fault::None => continue,
            };
            is_refused(&answer, &path);
            let told = if format == "json" { format!("[\"{field}") } else { format!("<message>{field}") };
            assert!(answer.text().contains(&told), "{}: {}", answer.shown, answer.text());
        }
    }
}

/// The parameters are those of the document, so that none is left out.
#[tokio::test(flavor = "multi_thread")]
async fn no_query_takes_what_makes_no_sense() {
    let company = Company::new().await;
    let document = described(&company).await;
    let mut tried: BTreeMap<&str, u32> = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let parameters = operation["parameters"].as_array().expect("a list");
            for name in parameters.iter().filter(|parameter| parameter["in"] == "query") {
                let name = name["name"].as_str().expect("a name");
                let bad: Vec<_> = BAD_QUERIES.iter().filter(|(of, _)| *of == name).collect();
                assert!(!bad.is_empty(), "{path}: no value of {name} is known to be refused");
                for (name, value) in bad {
                    let id = match path.split('/').nth(1) {
                        Some("webhooks") => company.webhook,
                        Some("employee_records") => 55,
                        Some("assignment_records") => 100,
                        _ => 7,
                    };
                    let path = path.replace("{id}", &id.to_string());
                    let ask = company.ask(&method.to_uppercase(), &format!("{path}?{name}={value}"));
                    is_refused(&ask.send().await, &path);
                    *tried.entry(name).or_default() += 1;
                }
            }
        }
    }
    for (name, _) in BAD_QUERIES {
        assert!(tried.contains_key(name), "{name} is asked for nowhere");
    }
}

/// What the contract run found to be taken, or to end badly.
#[tokio::test(flavor = "multi_thread")]
async fn odd_values_are_refused_or_taken_for_what_they_are() {
    let company = Company::new().await;
    for (path, form) in [
        ("/webhooks.json", "name=a%01b&handle=User&url=http%3A%2F%2F127.0.0.1%3A1%2F"),
        ("/mobile_devices.json", "device_identifier=1&operating_system=ios&device_name[a]=b"),
        ("/mobile_devices.json", "device_identifier=%09a&operating_system=ios"),
        ("/departments.json", "name=A&order=9223372036854775808"),
    ] {
        is_refused(&company.ask("POST", path).form(form).send().await, path);
    }
    // Nothing comes after the last of all places: the next shares it.
    let last = |name: &str, order: &str| {
        company.ask("POST", "/departments.json").form(format!("name={name}{order}"))
    };
    last("A", "&order=9223372036854775807").send().await.is(200);
    let next = last("B", "").send().await.is(200).json();
    assert_eq!(next["order"], i64::MAX);
}

//! Both formats say the same, of what is read, of what is changed, and of what is refused.

use std::collections::BTreeSet;

use super::writes::{Fault, WRITES};
use super::{Company, stem};
use crate::routes::CASES;
use crate::support::{Answer, Leaves, jpeg, leaves_of_json, leaves_of_xml};

/// What there is in one format alone: the route without its suffix, and why.
const IN_ONE_FORMAT: &[(&str, &str)] = &[
    ("/users/view/{id}/picture", "a picture"),
    ("/attachments/view/User/avatar/{id}", "a picture"),
    ("/attachments/User/avatar/{id}", "a picture, whatever the suffix"),
    ("/openapi", "OpenAPI is JSON or YAML"),
    ("/docs", "a page"),
];

/// The leaves of an answer, with addresses as XML spells them.
fn leaves(answer: &Answer, format: &str) -> Leaves {
    let content_type = format!("application/{format}; charset=UTF-8");
    assert_eq!(answer.header("content-type"), Some(&*content_type), "{}", answer.shown);
    if format == "xml" {
        let (root, leaves) = leaves_of_xml(&answer.body);
        // In JSON these two are named inside.
        let outcome = matches!(&*root, "error" | "success");
        let spelled = |path: String| {
            let path = if outcome { format!("/{root}{path}") } else { path };
            // A list of one reads as one where its name is not that of its elements: the actions of a card.
            match path.strip_suffix("/action") {
                Some(card) if card.contains("/cards/") => format!("{card}/0"),
                _ => path,
            }
        };
        return leaves.into_iter().map(|(path, text)| (spelled(path), text)).collect();
    }
    let mut leaves = leaves_of_json(&answer.json());
    for (path, text) in &mut leaves {
        if path.ends_with("/url")
            && let Some(stem) = text.strip_suffix(".json")
        {
            *text = format!("{stem}.xml");
        }
    }
    leaves
}

/// The address in one of the formats.
fn in_format(path: &str, format: &str) -> String {
    let (path, query) =
        path.split_once('?').map_or((path, String::new()), |(path, query)| (path, format!("?{query}")));
    format!("{}.{format}{query}", stem(path))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_is_the_same_in_both() {
    let company = Company::new().await;
    let mut seen = BTreeSet::new();
    for (route, _, path, _) in CASES.iter().filter(|(_, method, ..)| *method == "GET") {
        let one = IN_ONE_FORMAT.iter().any(|(of, _)| *of == stem(route));
        if one || *route == "/users/{id}/picture" || !seen.insert(stem(route)) {
            continue;
        }
        let path = company.address(path);
        let mut answers = Vec::new();
        for format in ["json", "xml"] {
            let answer = company.ask("GET", &in_format(&path, format)).send().await;
            answers.push((answer.status, leaves(&answer, format)));
        }
        let [json, xml] = &answers[..] else { unreachable!() };
        // A list with nothing in it is an element with nothing in it.
        assert_eq!(json, xml, "{route}");
        assert!(json.0 == 200 || *route == stem(route) || json.0 == 404, "{route}: {}", json.0);
    }
}

#[test]
fn every_route_with_a_suffix_has_the_other_too() {
    for (route, method, ..) in CASES {
        let other = match route.strip_suffix(".json") {
            Some(stem) => format!("{stem}.xml"),
            None => match route.strip_suffix(".xml") {
                Some(stem) => format!("{stem}.json"),
                None => continue,
            },
        };
        let there = CASES.iter().any(|(of, by, ..)| *of == other && by == method);
        let one = IN_ONE_FORMAT.iter().any(|(of, _)| *of == stem(route));
        assert_ne!(there, one, "{method} {route} in the other format");
    }
    for (of, _) in IN_ONE_FORMAT {
        assert!(CASES.iter().any(|(route, ..)| stem(route) == *of), "{of}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_is_told_the_same_in_both() {
    let company = Company::new().await;
    let mut told: Vec<Vec<Leaves>> = Vec::new();
    for (n, format) in [(1, "json"), (2, "xml")] {
        let (mut made, mut employee, mut assignment) = (String::new(), String::new(), String::new());
        let mut answers = Vec::new();
        for write in WRITES {
            let filled = |text: &str| {
                let text = text.replace("{made}", &made).replace("{n}", &n.to_string());
                text.replace("{employee}", &employee).replace("{assignment}", &assignment)
            };
            let path = format!("{}.{format}", company.address(&filled(write.path)));
            let ask = company.ask(write.method, &path);
            let ask = match write.fault {
                Fault::Picture => ask.body("image/jpeg", jpeg(2)),
                _ if write.good.is_empty() => ask,
                _ => ask.form(filled(write.good)),
            };
            let answer = leaves(&ask.send().await.is(200), format);
            let told =
                |wanted: &str| answer.iter().find(|(path, _)| path == wanted).map(|(_, id)| id.clone());
            if write.method == "POST" {
                made = told("/id").unwrap_or(made);
            }
            employee = told("/employee_record/id").unwrap_or(employee);
            assignment = told("/assignment_record/id").unwrap_or(assignment);
            answers.push(answer);
        }
        told.push(answers);
    }
    let paths = |answer: &Leaves| answer.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    for ((write, json), xml) in WRITES.iter().zip(&told[0]).zip(&told[1]) {
        // Numbers, names and times are others.
        assert_eq!(paths(json), paths(xml), "{} {}", write.method, write.route);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_the_same_in_both() {
    let company = Company::new().await;
    for (route, method, path, _) in CASES {
        if IN_ONE_FORMAT.iter().any(|(of, _)| *of == stem(route))
            || (*method == "GET" && route.ends_with("/picture"))
        {
            continue;
        }
        let path = company.address(path);
        let mut answers = Vec::new();
        for format in ["json", "xml"] {
            let path = in_format(&path, format);
            let ask = company.ask(method, &path);
            // A version that there is not, and for what is of none, a body that is no form.
            let ask = if *method == "GET" {
                ask.with("x-api-version", "9.0.0")
            } else {
                ask.body("application/json", "{}")
            };
            answers.push(leaves(&ask.send().await.is(400), format));
        }
        assert_eq!(answers[0], answers[1], "{method} {route}");
    }
}

/// Version 1 answers changes in XML whatever the suffix; what refuses them is in the suffix's format, also when what
/// was added by this very request, sent before, is not there any more.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_added_once_and_is_gone_is_told_in_the_format_of_the_suffix() {
    let company = Company::new().await;
    let add = || {
        let ask = company.ask("POST", "/jobs.json").with("x-api-version", "1.0.0");
        ask.with("idempotency-key", "one").form("title=Gate").send()
    };
    let added = add().await.is(200);
    assert_eq!(added.header("content-type"), Some("application/xml; charset=UTF-8"));
    let jobs = company.ask("GET", "/jobs.json").send().await.json();
    let job = jobs.as_array().expect("a list").iter().find(|job| job["title"] == "Gate").expect("the job");
    company.ask("DELETE", &format!("/jobs/{}.json", job["id"])).send().await.is(200);
    let refused = add().await.is(404);
    assert_eq!(refused.header("content-type"), Some("application/json; charset=UTF-8"));
}

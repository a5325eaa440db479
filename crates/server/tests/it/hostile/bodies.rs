use super::Company;
use crate::support::{ALICE, Answer};

/// Sends a body to an address of each format, and returns the answers.
async fn both(company: &Company, content_type: &str, body: Vec<u8>) -> [Answer; 2] {
    let ask = async |suffix: &str| {
        let path = format!("/users/3/picture.{suffix}");
        let ask = company.ask("PUT", &path).by("alice", &company.key(ALICE));
        let answer = ask.body(content_type, body.clone()).send().await;
        let expected = format!("application/{suffix}; charset=UTF-8");
        assert_eq!(answer.header("content-type"), Some(expected.as_str()), "{content_type}");
        answer
    };
    [ask("json").await, ask("xml").await]
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread")]
async fn forms_beyond_all_bounds_are_refused_and_say_why() {
    let company = Company::new(&[]).await;
    let pairs = |count: usize| (0..count).map(|number| format!("k{number}=v")).collect::<Vec<_>>().join("&");
    let deep = |depth: usize| format!("a{}=1", "[b]".repeat(depth));
    for (form, status, message) in [
        (deep(8), 413, "nests deeper"),
        (deep(10_000), 413, "longer than"),
        (deep(300_000), 413, ""),
        ("a[".repeat(100), 400, ""),
        (format!("a{}=1", "[]".repeat(100)), 413, "nests deeper"),
        (pairs(100_000), 413, ""),
        (pairs(1_001), 413, "more than 1000 fields"),
        ("&".repeat(1_000_000), 400, ""),
        ("=".repeat(100_000), 400, ""),
        ("a[]=&".repeat(5_000), 413, "more than 1000 fields"),
        (format!("a={}", "x".repeat(2 << 20)), 413, "larger than the 1048576 bytes"),
        (format!("{}=1", "k".repeat(10_000)), 413, "longer than 512 bytes"),
        (format!("a[{}]=1", "9".repeat(400)), 400, ""),
        ("a[999999999999]=1".to_owned(), 400, ""),
        ("a=%".to_owned(), 400, "two hexadecimal digits"),
        ("a=%zz".to_owned(), 400, "two hexadecimal digits"),
        ("a=%ff".to_owned(), 400, "not UTF-8"),
        ("%c3%28=1".to_owned(), 400, "not UTF-8"),
        ("a=%00".to_owned(), 400, "NUL"),
        ("a%00b=1".to_owned(), 400, "NUL"),
        ("a=1\0".to_owned(), 400, "NUL"),
        ("a=1&a[b]=2".to_owned(), 400, "both for a value"),
        ("a[]=1&a[b]=2".to_owned(), 400, "both"),
        ("[a]=1".to_owned(), 400, "no name"),
        ("a[b=1".to_owned(), 400, "brackets"),
        ("a]b=1".to_owned(), 400, ""),
    ] {
        for answer in both(&company, FORM, form.clone().into_bytes()).await {
            assert_eq!(answer.status, status, "{form:.40}: {}", answer.text());
            let answer = answer.fails(status, "VALIDATION_ERROR", message);
            assert!(answer.body.len() < 1_000, "{form:.40}: an error is no echo");
        }
    }
    let stranger = company.ask("PUT", "/users/3/picture.json").form(pairs(10_000));
    stranger.send().await.bare(401);
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_forms_are_input() {
    let company = Company::new(&[]).await;
    let long = format!("application/{}", "x".repeat(5_000));
    for content_type in [
        "application/json",
        "application/json; charset=UTF-8",
        "APPLICATION/JSON",
        "application/xml",
        "text/xml",
        "text/plain",
        "application/vnd.api+json",
        "multipart/mixed; boundary=x",
        "x",
        ";",
        "; charset=UTF-8",
        "<script>alert(1)</script>",
        &long,
    ] {
        let body = br#"{"id": 3, "group": "Administrators"}"#.to_vec();
        for answer in both(&company, content_type, body).await {
            if content_type.trim_start().starts_with(';') {
                // No type at all: taken as a picture, which it is not.
                answer.fails(400, "VALIDATION_ERROR", "picture");
                continue;
            }
            let answer = answer.fails(400, "VALIDATION_ERROR", "is not an input format");
            assert!(answer.body.len() < 1_000 && !answer.text().contains("Administrators"));
            assert!(answer.header("content-type").expect("one").starts_with("application/"));
        }
    }
    // Also where nothing can be written at all.
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        for path in ["/users.json", "/users/3.json", "/nothing.json"] {
            let ask =
                company.ask(method, path).by("alice", &company.key(ALICE)).body("application/json", "{}");
            ask.send().await.fails(400, "VALIDATION_ERROR", "is not an input format");
        }
    }
    company.is_well().await;
}

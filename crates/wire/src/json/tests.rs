use proptest::prelude::*;

use super::*;

fn fault(text: &str) -> String {
    read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn values_keep_their_spelling_order_and_place() {
    let node = read(
        " {\n  \"b\": 1.50,\r\n  \"\u{e9}\": [true, null],\n  \"b\": \"x\\u00e9\\ud83d\\ude00\\n\" }"
            .as_bytes(),
    )
    .unwrap();
    let Value::Object(members) = &node.value else { panic!("an object") };
    let keys: Vec<_> = members.iter().map(|(key, _)| &**key).collect();
    assert_eq!(keys, ["b", "\u{e9}", "b"]);
    assert_eq!(node.at.to_string(), "line 1, column 2");
    assert_eq!(members[0].1.value, Value::Number("1.50".into()));
    assert_eq!(members[0].1.at.to_string(), "line 2, column 8");
    assert_eq!(members[1].1.items().unwrap()[1].at.to_string(), "line 3, column 15");
    assert_eq!(members[2].1.text(), Some("x\u{e9}\u{1f600}\n"));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let node = read(b"\xef\xbb\xbf[]").unwrap();
    assert_eq!((node.value, node.at.column), (Value::Array(Vec::new()), 1));
}

#[test]
fn faults_say_what_and_where() {
    assert_eq!(fault(""), "line 1, column 1: expected a value, but the document ends");
    assert_eq!(fault("[1,\n ]"), "line 2, column 2: expected a value, but found ']'");
    assert_eq!(fault("{\"a\" 1}"), "line 1, column 6: expected ':', but found '1'");
    assert_eq!(fault("[1] x"), "line 1, column 5: there is more after the end of the document");
    assert_eq!(fault("\"\\ud800\""), "line 1, column 8: a surrogate escape without its other half");
    assert_eq!(fault("\"a\tb\""), "line 1, column 3: a control character in a string must be escaped");
    assert_eq!(fault("01"), "line 1, column 2: a number must not begin with a zero");
    assert_eq!(read(b"[\"\xff\"]").unwrap_err().to_string(), "line 1, column 3: the text is not UTF-8");
}

#[test]
fn what_the_standard_forbids_is_refused() {
    for text in [
        "[1,]",
        "{,}",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "+1",
        ".5",
        "1.",
        "1e",
        "-",
        "0x10",
        "NaN",
        "nul",
        "truex",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\u{a0}1",
        "[1 2]",
        "// c\n1",
        "1\0",
    ] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert!(fault(&nested(MAX_DEPTH + 1)).ends_with("the document nests too deep"));
    assert!(read("[".repeat(1_000_000).as_bytes()).is_err());
}

proptest! {
    #[test]
    fn serde_json_refuses_what_we_refuse(text in "[\\[\\]{}:,\"a0-9.eE+\\-\\\\u \n]{0,24}|[\\[{]{1,3}[\"a:1, ]{0,8}[\\]}]{1,3}") {
        // Numbers beyond every float are in order for us, since they stay text.
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        let beyond = theirs.as_ref().is_err_and(|fault| fault.to_string().contains("out of range"));
        prop_assert!(beyond || read(text.as_bytes()).is_ok() == theirs.is_ok(), "{:?}", theirs);
    }

    #[test]
    fn never_panics(bytes: Vec<u8>) {
        let _ = read(&bytes);
        let _ = read(&[b"[\"", &bytes[..]].concat());
    }
}

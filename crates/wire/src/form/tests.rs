use proptest::prelude::*;

use super::*;

fn parse(body: &str) -> Result<Form, FormError> {
    Form::parse(body.as_bytes(), &Limits::default())
}

/// The form as compact text: `{a:1,b:[2,3]}`.
fn shape(body: &str) -> String {
    fn map(members: &[(Box<str>, FormValue)]) -> String {
        let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}:{}", show(value))).collect();
        format!("{{{}}}", members.join(","))
    }
    fn show(value: &FormValue) -> String {
        match value {
            FormValue::Text(leaf) => leaf.text.to_string(),
            FormValue::List(elements) => {
                format!("[{}]", elements.iter().map(show).collect::<Vec<_>>().join(","))
            }
            FormValue::Map(members) => map(members),
        }
    }
    map(&parse(body).unwrap().fields)
}

fn fault(body: &str) -> (String, FormFault) {
    let error = parse(body).unwrap_err();
    (error.key, error.fault)
}

#[test]
fn plain_fields() {
    assert_eq!(shape(""), "{}");
    assert_eq!(shape("&&"), "{}");
    assert_eq!(shape("a=1&b=x+y%20z&c&d="), "{a:1,b:x y z,c:,d:}");
    assert_eq!(shape("a=b=c"), "{a:b=c}");
    assert_eq!(shape("caf%C3%A9=%e2%82%ac"), "{caf\u{e9}:\u{20ac}}");
}

#[test]
fn a_field_sent_again_keeps_its_place_and_takes_the_new_text() {
    assert_eq!(shape("a=0&b=2&a=1"), "{a:1,b:2}");
}

#[test]
fn nested_keys_with_plain_and_encoded_brackets() {
    assert_eq!(
        shape("assignment_record[phone]=1&assignment_record%5Bext%5d=2"),
        "{assignment_record:{phone:1,ext:2}}"
    );
    assert_eq!(shape("a[b][c][d]=1"), "{a:{b:{c:{d:1}}}}");
}

#[test]
fn each_empty_bracket_begins_an_element() {
    assert_eq!(shape("location[][id]=1&location[][id]=7"), "{location:[{id:1},{id:7}]}");
    assert_eq!(shape("x[][a]=1&x[][b]=2"), "{x:[{a:1},{b:2}]}");
    assert_eq!(shape("role_id[]=12&n=1&role_id[]=7"), "{role_id:[12,7],n:1}");
}

#[test]
fn indexed_lists_and_the_mix_that_php_allows() {
    assert_eq!(shape("a[0][b]=1&a[0][c]=2&a[1][b]=3"), "{a:[{b:1,c:2},{b:3}]}");
    assert_eq!(shape("a[7]=x&a[]=y&a[8]=z"), "{a:[x,z]}");
    assert_eq!(shape("a[007]=x&a[b]=y"), "{a:{007:x,b:y}}");
}

#[test]
fn leaves_remember_the_key_as_spelled() {
    let form = parse("a%5B%5D[id]=1&b=2&a[][id]=3").unwrap();
    let leaves: Vec<_> = form.leaves().map(|leaf| (&*leaf.key, &*leaf.text)).collect();
    assert_eq!(leaves, [("a[][id]", "1"), ("a[][id]", "3"), ("b", "2")]);
    assert_eq!(form.get("a").unwrap().key(), "a[][id]");
}

#[test]
fn look_ups() {
    let form = parse("a[b]=1&c[][id]=5&c[][id]=6&t=true&f=0").unwrap();
    assert_eq!(form.at(&["a", "b"]).and_then(FormValue::text), Some("1"));
    assert_eq!(form.at(&["c", "1", "id"]).and_then(FormValue::text), Some("6"));
    assert_eq!(form.at(&["c", "2", "id"]), None);
    assert_eq!(form.at(&[]), None);
    assert_eq!(form.get("t").and_then(FormValue::boolean), Some(true));
    assert_eq!(form.get("f").and_then(FormValue::boolean), Some(false));
    assert_eq!(form.text("a"), None);
    assert_eq!(form.fields().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "c", "t", "f"]);
}

#[test]
fn blank_elements_name_nothing() {
    let form = parse("a[][id]=&b[][id]=null&c[]=&c[]=4&d[id]=9&e=").unwrap();
    let count = |name: &str| form.get(name).unwrap().elements().count();
    assert_eq!(["a", "b", "c", "d", "e"].map(count), [0, 0, 1, 1, 0]);
    assert!(form.get("a").unwrap().is_blank());
}

#[test]
fn faults_name_their_key() {
    assert_eq!(fault("a=1&a[b]=2"), ("a[b]".into(), FormFault::Conflict));
    assert_eq!(fault("a[b]=1&a=2"), ("a".into(), FormFault::Conflict));
    assert_eq!(fault("a[]=1&a[b]=2"), ("a[b]".into(), FormFault::Conflict));
    assert_eq!(fault("a[b]=1&a[]=2"), ("a[]".into(), FormFault::Conflict));
    assert_eq!(fault("a=%zz"), ("a".into(), FormFault::Percent));
    assert_eq!(fault("a%=1"), ("a%".into(), FormFault::Percent));
    assert_eq!(fault("a=%ff"), ("a".into(), FormFault::NotUtf8));
    assert_eq!(fault("a=x%00"), ("a".into(), FormFault::Nul));
    assert_eq!(fault("=1"), (String::new(), FormFault::NoName));
    assert_eq!(fault("[a]=1"), ("[a]".into(), FormFault::NoName));
    for key in ["a[", "a[b", "a]", "a[b]c", "a[b[c]]", "a[b]]", "a[]x[]"] {
        assert_eq!(fault(&format!("{key}=1")), (key.into(), FormFault::Brackets));
    }
    assert_eq!(
        parse("a=1&a[b]=2").unwrap_err().to_string(),
        "a[b]: the name is used both for a value and for a list or group of values"
    );
}

/// So many copies of a pair, each with its own number for `#`.
fn numbered(pair: &str, count: usize) -> String {
    let pairs: Vec<_> = (0..count).map(|number| pair.replace('#', &number.to_string())).collect();
    pairs.join("&")
}

#[test]
fn limits_are_exact_and_mild_defaults() {
    let keys = |count| numbered("k#=v", count);
    assert!(parse(&keys(1000)).is_ok());
    assert_eq!(fault(&keys(1001)).1, FormFault::TooManyPairs(1000));
    assert!(parse(&format!("a{}=1", "[b]".repeat(7))).is_ok());
    assert_eq!(fault(&format!("a{}=1", "[b]".repeat(8))).1, FormFault::TooDeep(8));
    assert!(parse(&format!("{}=1", "k".repeat(512))).is_ok());
    assert_eq!(fault(&format!("{}=1", "k".repeat(513))).1, FormFault::KeyTooLong(512));
    let error = parse(&format!("{}=1", "k".repeat(100_000))).unwrap_err();
    assert!(error.is_limit() && error.to_string().len() < 200);
}

#[test]
fn many_fields_take_linear_time() {
    let wide = Limits { max_pairs: usize::MAX, max_depth: usize::MAX, ..Limits::default() };
    // Quadratic work on these would take minutes.
    for body in [
        numbered("k#=v", 200_000),
        "a[]=1&".repeat(200_000),
        numbered("a[k#][b]=1", 200_000),
        "a=1&".repeat(200_000),
        "a[b][c][d][e][f]=1&".repeat(100_000),
    ] {
        assert!(Form::parse(body.as_bytes(), &wide).is_ok());
        assert!(parse(&body).unwrap_err().is_limit());
    }
}

#[test]
fn pairs_that_are_decoded_already_keep_the_same_bounds() {
    let limits = Limits { max_pairs: 2, max_value_len: 3, ..Limits::default() };
    let form = Form::from_pairs([("a[]", "1"), ("a[]", "%41")], &limits).unwrap();
    assert_eq!(form.at(&["a", "1"]).and_then(FormValue::text), Some("%41"));
    let fault = |pairs: &[(&str, &str)]| Form::from_pairs(pairs.iter().copied(), &limits).unwrap_err().fault;
    assert_eq!(fault(&[("a", "1"), ("b", "1"), ("c", "1")]), FormFault::TooManyPairs(2));
    assert_eq!(fault(&[("a", "1234")]), FormFault::ValueTooLong(3));
    assert_eq!(fault(&[("a", "\0")]), FormFault::Nul);
}

fn key() -> impl Strategy<Value = String> {
    ("[a-c]", prop::collection::vec(prop_oneof!["", "[a-c]", "[0-3]", "\\PC{1,3}"], 0..4)).prop_map(
        |(name, parts)| {
            let brackets = parts.iter().map(|part| format!("[{}]", part.replace(['[', ']'], "")));
            brackets.fold(name, |key, part| key + &part)
        },
    )
}

proptest! {
    #[test]
    fn distinct_texts_round_trip(pairs in prop::collection::btree_map("[^\\[\\]\0]{1,9}", "[^\0]*", 0..9)) {
        let form = parse(&encode(&pairs)).unwrap();
        let found: Vec<_> = form.leaves().map(|leaf| (leaf.key.to_string(), leaf.text.to_string())).collect();
        prop_assert_eq!(found, pairs.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn nested_forms_round_trip(pairs in prop::collection::vec((key(), "[^\0]{0,4}"), 0..12)) {
        if let Ok(form) = parse(&encode(pairs)) {
            let again = encode(form.leaves().map(|leaf| (&leaf.key, &leaf.text)));
            prop_assert_eq!(parse(&again).unwrap(), form);
        }
    }

    #[test]
    fn never_panics(body: Vec<u8>, text in "[ab\\[\\]=&%+01]{0,60}") {
        let _ = Form::parse(&body, &Limits::default());
        let _ = parse(&text);
    }
}

use proptest::prelude::*;

use super::*;
use crate::value::Position;
use crate::{json as json_reader, xml as xml_reader};

/// A partial user: scalars of each kind, an object and a list.
struct User {
    id: i64,
    name: &'static str,
}

impl Render for User {
    fn render<E: Emit>(&self, out: &mut E) {
        out.begin_object();
        out.key("id");
        out.integer(self.id);
        out.key("display_name");
        out.string(self.name);
        out.key("current");
        out.boolean(true);
        out.key("avatar");
        out.begin_object();
        out.key("url");
        out.null();
        out.end_object();
        out.key("rate");
        out.number("65346.30");
        out.key("url");
        out.string_from(format_args!("/users/{}.{}", self.id, out_suffix(out)));
        out.key("values");
        List { item: "value", items: &[Some(Empty), None] }.render(out);
        out.end_object();
    }
}

fn out_suffix(out: &impl Emit) -> &'static str {
    out.format().suffix()
}

struct Empty;

impl Render for Empty {
    fn render<E: Emit>(&self, out: &mut E) {
        out.string("");
    }
}

const USERS: [User; 3] = [
    User { id: 6, name: "George <Black>" },
    User { id: 7, name: "\"A\u{e9}\"" },
    User { id: i64::MIN, name: "" },
];

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_document_in_json() {
    insta::assert_snapshot!(
        text(document(Format::Json, "user", &USERS[0])),
        @r#"{"id":6,"display_name":"George <Black>","current":true,"avatar":{"url":null},"rate":65346.30,"url":"/users/6.json","values":["",null]}"#
    );
}

#[test]
fn a_document_in_xml() {
    insta::assert_snapshot!(text(document(Format::Xml, "user", &USERS[0])), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <user><id>6</id><display_name>George &lt;Black&gt;</display_name><current>1</current><avatar><url/></avatar><rate>65346.30</rate><url>/users/6.xml</url><values><value></value><value/></values></user>
    "#);
}

#[test]
fn scalars_at_the_root() {
    assert_eq!(text(document(Format::Json, "x", &Value::Null)), "null");
    assert!(text(document(Format::Xml, "x", &Value::Null)).ends_with("\n<x/>"));
    assert_eq!(text(document(Format::Json, "x", &Value::Array(Vec::new()))), "[]");
    assert!(text(document(Format::Xml, "x", &Value::Array(Vec::new()))).ends_with("\n<x></x>"));
}

#[test]
fn integers_and_dates() {
    for number in [0, 7, -1, 10, 1_234_567_890, i64::MAX, i64::MIN] {
        let mut out = Vec::new();
        write_integer(&mut out, number);
        assert_eq!(text(out), number.to_string());
    }
    let mut out = Vec::new();
    let mut writer = JsonWriter::new(&mut out);
    writer.date(Date::new(2013, 9, 30).unwrap());
    writer.timestamp(Timestamp::UNIX_EPOCH);
    assert_eq!(text(out), r#""2013-09-30","1970-01-01T00:00:00+00:00""#);
}

#[test]
fn framed_fragments_are_the_document() {
    for format in Format::ALL {
        for count in 0..=USERS.len() {
            for split in 0..=count {
                let (first, second) = USERS[..count].split_at(split);
                let mut framed = list_open(format, "users");
                let fragments = [first, second].map(|items| {
                    let mut out = Vec::new();
                    fragment(format, "user", items, &mut out);
                    out
                });
                let filled: Vec<_> = fragments.into_iter().filter(|bytes| !bytes.is_empty()).collect();
                framed.extend(filled.join(list_separator(format)));
                framed.extend(list_close(format, "users"));
                let whole = document(format, "users", &List { item: "user", items: &USERS[..count] });
                assert_eq!(text(framed), text(whole));
            }
        }
    }
}

fn node(value: Value) -> Node {
    Node { value, at: Position::default() }
}

#[test]
fn values_name_their_items_and_keep_keys_inside_tags() {
    let strings = |texts: &[&str]| {
        node(Value::Array(texts.iter().map(|text| node(Value::String((*text).into()))).collect()))
    };
    let value = Value::Object(vec![
        ("leave_usages".into(), strings(&["a"])),
        ("classes".into(), strings(&["b"])),
        ("companies".into(), strings(&["c"])),
        ("data".into(), node(Value::Array(vec![strings(&["d"])]))),
        ("x><y".into(), node(Value::Bool(false))),
    ]);
    assert_eq!(
        text(document(Format::Xml, "badges", &value)).lines().nth(1),
        Some(
            "<badges><leave_usages><leave_usage>a</leave_usage></leave_usages><classes><class>b</class></classes>\
             <companies><company>c</company></companies><data><item><item>d</item></item></data><x__y>0</x__y></badges>"
        )
    );
    assert!(
        text(document(Format::Xml, "badges", &strings(&["e"])))
            .ends_with("<badges><badge>e</badge></badges>")
    );
}

pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| Value::Number(number.to_string().into())),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?".prop_map(|s| Value::Number(s.into())),
        any::<String>().prop_map(|text| Value::String(text.into())),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| Value::Array(items.into_iter().map(node).collect())),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|members| {
                Value::Object(members.into_iter().map(|(key, value)| (key.into(), node(value))).collect())
            }),
        ]
    })
}

/// The value with every position taken away.
fn unplaced(value: Value) -> Value {
    let node = |old: Node| node(unplaced(old.value));
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(node).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(key, value)| (key, node(value))).collect())
        }
        scalar => scalar,
    }
}

/// The value as `serde_json` has it.
fn in_serde(value: &Value) -> serde_json::Value {
    use serde_json::Value as Theirs;
    match value {
        Value::Null => Theirs::Null,
        Value::Bool(value) => Theirs::Bool(*value),
        Value::Number(spelled) => serde_json::from_str(spelled).unwrap(),
        Value::String(text) => Theirs::String(text.to_string()),
        Value::Array(items) => items.iter().map(|item| in_serde(&item.value)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, node)| (key.to_string(), in_serde(&node.value))).collect()
        }
    }
}

proptest! {
    #[test]
    fn json_reads_back_equal(value in any_value()) {
        let bytes = document(Format::Json, "x", &value);
        prop_assert_eq!(unplaced(json_reader::read(&bytes).unwrap().value), value);
    }

    #[test]
    fn serde_json_reads_the_same(value in any_value()) {
        let bytes = document(Format::Json, "x", &value);
        let theirs: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&theirs, &in_serde(&value));
        // What serde_json writes with its own escapes and layout reads the same to us.
        let spaced = serde_json::to_vec_pretty(&theirs).unwrap();
        let again: serde_json::Value = serde_json::from_slice(&spaced).unwrap();
        prop_assert_eq!(in_serde(&json_reader::read(&spaced).unwrap().value), again);
    }

    #[test]
    fn any_value_is_well_formed_xml(value in any_value()) {
        let bytes = document(Format::Xml, "x", &value);
        prop_assert!(xml_reader::read(&bytes).is_ok());
    }

    #[test]
    fn text_survives_xml_but_for_what_xml_cannot_carry(text: String) {
        let bytes = document(Format::Xml, "x", &Value::String(text.as_str().into()));
        let kept: String = text.chars().filter(|&c| crate::escape::is_xml_char(c)).collect();
        let (_, node) = xml_reader::read(&bytes).unwrap();
        // An element without content is null to a reader, however its tags are written.
        prop_assert_eq!(node.text().unwrap_or_default(), kept);
    }

    #[test]
    fn attributes_survive_xml_but_for_what_xml_cannot_carry(
        texts in prop::collection::vec((any::<String>(), any::<String>()), 0..9),
    ) {
        let inner = Entity { texts: &texts, children: &[] };
        let outer = Entity { texts: &texts, children: std::slice::from_ref(&inner) };
        let bytes = document(Format::Xml, "x", &outer);
        let (_, node) = xml_reader::read(&bytes).unwrap();
        let entities = [&node, node.get("child").unwrap()];
        for entity in entities {
            let Value::Object(members) = &entity.value else { panic!("{entity:?}") };
            for (at, (_, text)) in texts.iter().enumerate() {
                let kept = |text: &str| -> String {
                    text.chars().filter(|&c| crate::escape::is_xml_char(c)).collect()
                };
                let expected = match at % 3 {
                    0 => kept(text),
                    1 => kept(&format!("{text}{at}")),
                    _ => String::new(),
                };
                prop_assert_eq!(members[at].1.text().unwrap_or_default(), expected);
            }
        }
    }

    #[test]
    fn string_from_writes_what_string_writes(text: String, number: u32) {
        for format in Format::ALL {
            let direct = document(format, "x", &Value::String(format!("{text}{number}{text}").into()));
            prop_assert_eq!(document(format, "x", &Displayed(&text, number)), direct);
        }
    }
}

/// An entity with attributes of each kind, and, where there are any, children.
struct Entity<'a> {
    texts: &'a [(String, String)],
    children: &'a [Entity<'a>],
}

impl Render for Entity<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        out.begin_entity();
        for (at, (key, text)) in self.texts.iter().enumerate() {
            out.attribute(&format!("{key}{at}"));
            match at % 3 {
                0 => out.string(text),
                1 => out.string_from(format_args!("{text}{at}")),
                _ => out.null(),
            }
        }
        out.attribute("number");
        out.integer(-7);
        out.attribute("flag");
        out.boolean(true);
        for child in self.children {
            out.key("child");
            child.render(out);
        }
        out.end_object();
    }
}

#[test]
fn an_entity_has_its_scalars_as_attributes() {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    };
    let (outer, inner) = (pairs(&[("a", "x<\"&\n"), ("b", "'\t\u{1}>")]), pairs(&[("c", ""), ("d e", "")]));
    let (child, bare) = (Entity { texts: &inner, children: &[] }, Entity { texts: &[], children: &[] });
    let entity = Entity { texts: &outer, children: &[child, bare] };
    assert_eq!(
        text(document(Format::Xml, "user", &entity)).lines().nth(1),
        Some(
            "<user a0=\"x&lt;&quot;&amp;&#10;\" b1=\"'&#9;&gt;1\" number=\"-7\" flag=\"1\"><child c0=\"\" d_e1=\"1\" \
             number=\"-7\" flag=\"1\"/><child number=\"-7\" flag=\"1\"/></user>"
        )
    );
    let plain = Entity { texts: &inner, children: &[] };
    assert_eq!(
        text(document(Format::Json, "user", &plain)),
        r#"{"c0":"","d e1":"1","number":-7,"flag":true}"#
    );
    let mut list = list_open(Format::Xml, "users");
    fragment(Format::Xml, "user", [&plain, &plain], &mut list);
    list.extend(list_close(Format::Xml, "users"));
    let whole = document(Format::Xml, "users", &List { item: "user", items: &[&plain, &plain] });
    assert_eq!(text(list), text(whole));
}

struct Displayed<'a>(&'a str, u32);

impl Render for Displayed<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        out.string_from(format_args!("{}{}{}", self.0, self.1, self.0));
    }
}

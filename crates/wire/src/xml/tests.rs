use proptest::prelude::*;

use super::*;

fn value(text: &str) -> Value {
    read(text.as_bytes()).unwrap().1.value
}

fn fault(text: &str) -> String {
    read(text.as_bytes()).unwrap_err().to_string()
}

fn string(text: &str) -> Value {
    Value::String(text.into())
}

#[test]
fn text_and_nothing() {
    assert_eq!(value("<x/>"), Value::Null);
    assert_eq!(value("<x></x>"), Value::Null);
    assert_eq!(value("<x> a </x>"), string(" a "));
    assert_eq!(
        value("<x>a&amp;&lt;&gt;&quot;&apos;&#233;&#x1F600;<![CDATA[<&>]]></x>"),
        string("a&<>\"'\u{e9}\u{1f600}<&>")
    );
    assert_eq!(value("<x>a\r\nb\rc&#13;</x>"), string("a\nb\nc\r"));
    assert_eq!(value("<x>a<!-- note -->b<?app c?></x>"), string("ab"));
}

#[test]
fn objects_and_lists() {
    let (root, users) = read(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<users>\n  <user><id>6</id><name>G</name></user>\n</users>\n",
    )
    .unwrap();
    assert_eq!(&*root, "users");
    let items = users.items().unwrap();
    assert!(matches!(users.value, Value::Array(_)));
    assert_eq!(items[0].get("name").and_then(Node::text), Some("G"));
    assert!(matches!(value("<data><p>1</p><p>2</p></data>"), Value::Array(items) if items.len() == 2));
    assert!(matches!(value("<data><item>1</item></data>"), Value::Array(items) if items.len() == 1));
    assert!(matches!(value("<event_type><id>1</id></event_type>"), Value::Object(_)));
    assert!(matches!(value("<x><p>1</p><q/><p>2</p></x>"), Value::Object(members) if members.len() == 3));
}

#[test]
fn attributes_come_first_and_text_last() {
    let node = read(b"<user id='7' name=\"a&amp;&#10;b\tc\"><user id='8'/>\n</user>").unwrap().1;
    let Value::Object(members) = &node.value else { panic!("an object") };
    let keys: Vec<_> = members.iter().map(|(key, _)| &**key).collect();
    assert_eq!(keys, ["id", "name", "user"]);
    assert_eq!(members[1].1.text(), Some("a&\nb c"));
    assert_eq!(members[2].1.get("id").and_then(Node::text), Some("8"));
    let node = read(b"<field id='7'>text</field>").unwrap().1;
    assert_eq!(node.get(TEXT).and_then(Node::text), Some("text"));
    let node = read(b"<p>one <b>two</b> three</p>").unwrap().1;
    assert_eq!(node.get(TEXT).and_then(Node::text), Some("one  three"));
}

#[test]
fn every_value_knows_its_place() {
    let node = read("\u{feff}<a>\n  <\u{e9}/><b\n   k='1'   l='2'/>\n</a>".as_bytes()).unwrap().1;
    assert_eq!(node.at.to_string(), "line 1, column 1");
    assert_eq!(node.get("\u{e9}").unwrap().at.to_string(), "line 2, column 3");
    let b = node.get("b").unwrap();
    assert_eq!(b.at.to_string(), "line 2, column 7");
    assert_eq!(b.get("k").unwrap().at.to_string(), "line 3, column 4");
    assert_eq!(b.get("l").unwrap().at.to_string(), "line 3, column 12");
}

#[test]
fn faults_say_what_and_where() {
    assert_eq!(fault(""), "line 1, column 1: the document has no element");
    assert_eq!(fault("<a>\n<b>\n"), "line 3, column 1: the element b is not closed");
    assert_eq!(fault("<a/>\n<b/>"), "line 2, column 1: there is more after the end of the document");
    assert_eq!(fault("<a/>b"), "line 1, column 5: there is text outside the root element");
    assert_eq!(fault("<a>\n &nbsp;</a>"), "line 2, column 2: &nbsp; stands for no character");
    assert_eq!(fault("<a>&#0;</a>"), "line 1, column 4: &#0; stands for no character");
    assert_eq!(fault("<a>&#xFFFE;</a>"), "line 1, column 4: &#xFFFE; stands for no character");
    assert_eq!(fault("<a>\u{1}</a>"), "line 1, column 4: XML cannot carry the character '\\u{1}'");
    assert_eq!(fault("<a b='1' b='2'/>"), "line 1, column 10: the attribute b is repeated");
    assert_eq!(
        fault("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"),
        "line 1, column 1: the encoding must be UTF-8, not ISO-8859-1"
    );
    assert!(fault("<a>\n<b></c></a>").starts_with("line 2, column 4: "));
    for text in [
        "<a",
        "<a b/>",
        "<a b=1/>",
        "<a>&amp</a>",
        "<a b='&x;'/>",
        "<a b='<'/>",
        "<a b='&#1;'/>",
        "</a>",
        "<>",
    ] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn no_document_type_and_so_no_entities() {
    let bomb = "<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]>\n<a>&d;</a>";
    assert_eq!(fault(bomb), "line 1, column 1: a document type declaration is not allowed");
    assert!(read(b"<!DOCTYPE html><a/>").is_err());
}

#[test]
fn nesting_and_attributes_are_bounded() {
    let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert!(fault(&nested(MAX_DEPTH + 1)).ends_with("the document nests too deep"));
    let attributes = |count: usize| {
        let all: Vec<_> = (0..count).map(|number| format!("k{number}=''")).collect();
        format!("<a {}/>", all.join(" "))
    };
    assert!(read(attributes(MAX_ATTRIBUTES).as_bytes()).is_ok());
    assert!(fault(&attributes(MAX_ATTRIBUTES + 1)).ends_with("too many attributes"));
}

proptest! {
    #[test]
    fn never_panics(bytes: Vec<u8>, near in "(<[a-c/!?\\[]{1,3}( [ab]=['\"][^'\"]{0,3}['\"])?/?>?|&[a-z#0-9x]{0,4};?|[a\u{e9}\n]){0,12}") {
        let _ = read(&bytes);
        let _ = read(near.as_bytes());
        let _ = read(&[b"<a>", &bytes[..], b"</a>"].concat());
    }
}

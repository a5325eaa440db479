//! No bytes make the XML reader panic; any text survives its writer and reader; and a tree that was read once is
//! written and read again without a change.
#![no_main]

use folkmoot_wire::escape::is_xml_char;
use folkmoot_wire::{Emit, Format, Node, Render, document, xml};
use libfuzzer_sys::fuzz_target;

struct Text<'a>(&'a str);

impl Render for Text<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        out.string(self.0);
    }
}

/// Writes a tree and reads it. Attributes are written as elements, which may nest one too deep: that alone is no
/// fault.
fn again(node: &Node) -> Option<Node> {
    match xml::read(&document(Format::Xml, "x", node)) {
        Ok((_, node)) => Some(node),
        Err(fault) => {
            assert!(fault.message.contains("too deep"), "{fault}");
            None
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let (_, node) =
            xml::read(&document(Format::Xml, "x", &Text(text))).expect("what is written can be read");
        let kept: String = text.chars().filter(|&c| is_xml_char(c)).collect();
        assert_eq!(node.text().unwrap_or_default(), kept);
    }
    // The first pass turns attributes into elements and names into plain ones; from then on nothing changes.
    let first = xml::read(bytes).ok().and_then(|(_, node)| again(&node));
    if let Some(first) = first
        && let Some(second) = again(&first)
    {
        assert_eq!(document(Format::Json, "x", &first), document(Format::Json, "x", &second));
    }
});

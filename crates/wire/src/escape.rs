//! Escaping of text for JSON (RFC 8259, section 7) and XML 1.0 (sections 2.2, 2.4 and 2.11).
//!
//! Nearly every string of a document needs no escape at all, so runs without one are found in blocks and copied
//! whole.

const HEX: &[u8; 16] = b"0123456789abcdef";

/// How many bytes the scan looks at without a branch.
const BLOCK: usize = 16;

/// Appends the inside of a JSON string literal, without its quotes. Only what RFC 8259 requires is escaped.
#[inline]
pub fn json(out: &mut Vec<u8>, text: &str) {
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    let mut rest = text.as_bytes();
    loop {
        let run = clean_run(rest, special);
        out.extend_from_slice(&rest[..run]);
        let Some(&byte) = rest.get(run) else { return };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            _ => {
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
        }
        rest = &rest[run + 1..];
    }
}

/// Appends the text of an XML element. `\r` becomes a character reference, as a reader would otherwise make it
/// `\n` (section 2.11); characters that XML 1.0 cannot carry are dropped.
#[inline]
pub fn xml_text(out: &mut Vec<u8>, text: &str) {
    xml::<false>(out, text);
}

/// Appends the value of an XML attribute, without its double quotes. White space other than the space becomes a
/// character reference, as a reader would otherwise normalise it (section 3.3.3).
#[inline]
pub fn xml_attribute(out: &mut Vec<u8>, text: &str) {
    xml::<true>(out, text);
}

fn xml<const ATTRIBUTE: bool>(out: &mut Vec<u8>, text: &str) {
    // 0xEF leads U+FFFE and U+FFFF, which are forbidden, and few other characters in common use.
    let special = |byte: u8| {
        byte < 0x20
            || byte == b'&'
            || byte == b'<'
            || byte == b'>'
            || byte == 0xef
            || (ATTRIBUTE && byte == b'"')
    };
    let bytes = text.as_bytes();
    let (mut from, mut at) = (0, 0);
    loop {
        at += clean_run(&bytes[at..], special);
        let Some(&byte) = bytes.get(at) else { break };
        let (replacement, width): (&[u8], usize) = match byte {
            b'&' => (b"&amp;", 1),
            b'<' => (b"&lt;", 1),
            b'>' => (b"&gt;", 1),
            b'"' => (b"&quot;", 1),
            b'\r' => (b"&#13;", 1),
            b'\n' if ATTRIBUTE => (b"&#10;", 1),
            b'\t' if ATTRIBUTE => (b"&#9;", 1),
            b'\n' | b'\t' => {
                at += 1;
                continue;
            }
            0xef if !matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => {
                at += 3;
                continue;
            }
            0xef => (b"", 3),
            _ => (b"", 1),
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(replacement);
        at += width;
        from = at;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Whether XML 1.0 can carry a character (production 2, `Char`).
pub fn is_xml_char(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// Appends an element's name. Keys that the program chose pass as they are; in any other text each character
/// that no name may hold becomes `_`, so that no key can break out of its tag.
#[inline]
pub(crate) fn xml_name(out: &mut Vec<u8>, name: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = name.as_bytes();
    if bytes.first().is_some_and(|first| !first.is_ascii_digit()) && bytes.iter().all(|&byte| plain(byte)) {
        out.extend_from_slice(bytes);
    } else {
        foreign_name(out, name);
    }
}

#[cold]
fn foreign_name(out: &mut Vec<u8>, name: &str) {
    if !name.chars().next().is_some_and(is_name_start) {
        out.push(b'_');
    }
    let mut utf8 = [0; 4];
    for c in name.chars() {
        let c = if is_name_char(c) { c } else { '_' };
        out.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
    }
}

/// Production 4 of XML 1.0, `NameStartChar`, without the colon: it would be read as a name space prefix.
fn is_name_start(c: char) -> bool {
    matches!(c, 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
        | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// Production 4a of XML 1.0, `NameChar`, without the colon.
fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// The length of the longest start of `bytes` without a special byte.
#[inline]
fn clean_run(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    // The fold has no branch, so that the compiler makes vector instructions of a block.
    while let Some(block) = bytes[at..].first_chunk::<BLOCK>() {
        if block.iter().fold(false, |hit, &byte| hit | special(byte)) {
            break;
        }
        at += BLOCK;
    }
    while at < bytes.len() && !special(bytes[at]) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with(escape: impl Fn(&mut Vec<u8>, &str), text: &str) -> String {
        let mut out = Vec::new();
        escape(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_escapes_what_it_must_and_nothing_else() {
        assert_eq!(with(json, "a\"b\\c/d\u{2028}\u{e9}"), "a\\\"b\\\\c/d\u{2028}\u{e9}");
        assert_eq!(with(json, "\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}"), "\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}");
    }

    #[test]
    fn xml_text_keeps_white_space_and_drops_the_impossible() {
        assert_eq!(with(xml_text, "a<b>&\"c'\t\n\r"), "a&lt;b&gt;&amp;\"c'\t\n&#13;");
        assert_eq!(with(xml_text, "a\0b\u{1b}c\u{fffe}d\u{ffff}e\u{fffd}\u{ff21}"), "abcde\u{fffd}\u{ff21}");
    }

    #[test]
    fn xml_attributes_also_escape_quotes_and_white_space() {
        assert_eq!(with(xml_attribute, "a\"b\t\n\r<"), "a&quot;b&#9;&#10;&#13;&lt;");
    }

    #[test]
    fn names_cannot_break_out_of_their_tag() {
        assert_eq!(with(xml_name, "leave_usages"), "leave_usages");
        assert_eq!(with(xml_name, "a><b/"), "a__b_");
        assert_eq!(with(xml_name, "7 days"), "_7_days");
        assert_eq!(with(xml_name, ""), "_");
        assert_eq!(with(xml_name, "Gr\u{f6}\u{df}e-1"), "Gr\u{f6}\u{df}e-1");
    }

    proptest! {
        #[test]
        fn json_is_as_serde_json_writes_it(text: String) {
            let quoted = format!("\"{}\"", with(json, &text));
            prop_assert_eq!(quoted, serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn xml_text_unescapes_to_itself(text: String) {
            let kept: String = text.chars().filter(|&c| is_xml_char(c)).collect();
            for escaped in [with(xml_text, &text), with(xml_attribute, &text)] {
                prop_assert_eq!(&quick_xml::escape::unescape(&escaped).unwrap(), &kept);
            }
        }
    }
}

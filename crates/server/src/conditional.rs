//! Entity tags and conditional requests (RFC 9110, section 13).

use folkmoot_wire::ErrorCode;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::compress::Encoding;
use crate::error::Refusal;

/// A strong entity tag of an answer, before its content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EntityTag(pub(crate) u128);

const DIGITS: usize = 32;

impl EntityTag {
    /// The tag of the answer in this coding: another coding is another representation.
    pub(crate) fn header(self, encoding: Encoding) -> HeaderValue {
        let mut text = Vec::with_capacity(DIGITS + 8);
        text.push(b'"');
        text.extend_from_slice(&self.digits());
        if encoding != Encoding::Identity {
            text.push(b'-');
            text.extend_from_slice(encoding.name().as_bytes());
        }
        text.push(b'"');
        HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("\"\""))
    }

    fn digits(self) -> [u8; DIGITS] {
        let mut digits = [0; DIGITS];
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(self.0 >> (124 - 4 * place) & 15) as usize];
        }
        digits
    }

    /// Whether the client says that it has this answer, in whatever coding.
    pub(crate) fn is_held(self, headers: &HeaderMap) -> bool {
        self.held(headers, Encoding::Identity).is_some()
    }

    /// Whether the client wants its change to be made to this state: it says nothing of it, or names it. Compared
    /// strongly, as `If-Match` is; a coding is another spelling of the same state.
    pub(crate) fn is_expected(self, headers: &HeaderMap) -> bool {
        let tags = tags(headers, header::IF_MATCH);
        !headers.contains_key(header::IF_MATCH)
            || tags.map(|tag| self.coding(tag, Encoding::Identity)).any(|coding| coding.is_some())
    }

    /// The coding in which the client says that it has this answer: `preferred`, or else another. Compared weakly,
    /// as `If-None-Match` is.
    pub(crate) fn held(self, headers: &HeaderMap, preferred: Encoding) -> Option<Encoding> {
        let mut found = None;
        for tag in tags(headers, header::IF_NONE_MATCH) {
            let coding = self.coding(tag.strip_prefix(b"W/").unwrap_or(tag), preferred);
            if coding == Some(preferred) {
                return coding;
            }
            found = found.or(coding);
        }
        found
    }

    /// The coding that a tag in a request names of this one.
    fn coding(self, tag: &[u8], any: Encoding) -> Option<Encoding> {
        if tag == b"*" {
            return Some(any);
        }
        let digits = self.digits();
        let inner = tag.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        match inner.strip_prefix(&digits[..])? {
            b"" => Some(Encoding::Identity),
            b"-gzip" => Some(Encoding::Gzip),
            b"-zstd" => Some(Encoding::Zstd),
            _ => None,
        }
    }
}

/// Refuses a change that is to be made to another state than what there is: that of `tag`, or nothing that has one
/// (RFC 9110, section 13.1.1).
///
/// # Errors
/// 412 `SAVE_ERROR`.
pub(crate) fn must_expect(headers: &HeaderMap, tag: Option<EntityTag>) -> Result<(), Refusal> {
    let (expected, message) = match tag {
        Some(tag) => (
            tag.is_expected(headers),
            "It has been changed since; read it again, and see whether your change is still wanted.",
        ),
        None => (
            !headers.contains_key(header::IF_MATCH),
            "There is nothing here that could be in a certain state.",
        ),
    };
    if expected {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::Save, message).with_status(StatusCode::PRECONDITION_FAILED))
}

/// The tags that a header names.
fn tags(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(name).iter();
    values.flat_map(|value| value.as_bytes().split(|&byte| byte == b',')).map(<[u8]>::trim_ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(tag: EntityTag, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(value).unwrap());
        tag.is_held(&headers)
    }

    #[test]
    fn a_tag_is_recognised_in_every_coding_and_list() {
        let tag = EntityTag(0xabc);
        let text = |encoding| tag.header(encoding).to_str().unwrap().to_owned();
        assert_eq!(text(Encoding::Identity), format!("\"{:032x}\"", 0xabc));
        for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Zstd] {
            assert!(held(tag, &text(encoding)));
            assert!(held(tag, &format!("\"x\", W/{}", text(encoding))));
        }
        assert!(held(tag, "*"));
        let mut both = HeaderMap::new();
        both.append(header::IF_NONE_MATCH, tag.header(Encoding::Identity));
        both.append(header::IF_NONE_MATCH, tag.header(Encoding::Zstd));
        assert_eq!(tag.held(&both, Encoding::Zstd), Some(Encoding::Zstd));
        assert_eq!(tag.held(&both, Encoding::Gzip), Some(Encoding::Identity));
        assert!(!held(tag, &text(Encoding::Gzip).replace("gzip", "br")));
        assert!(!held(EntityTag(0xabd), &text(Encoding::Identity)));
        assert!(!held(tag, "abc"));
        assert!(!held(tag, "\""));
    }

    #[test]
    fn a_change_is_made_to_the_state_that_is_named() {
        let tag = EntityTag(0xabc);
        let expected = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_str(value).unwrap());
            tag.is_expected(&headers)
        };
        assert!(tag.is_expected(&HeaderMap::new()));
        let text = |encoding| tag.header(encoding).to_str().unwrap().to_owned();
        assert!(expected(&text(Encoding::Identity)) && expected(&text(Encoding::Zstd)) && expected("*"));
        assert!(expected(&format!("\"x\", {}", text(Encoding::Gzip))));
        assert!(!expected(&format!("W/{}", text(Encoding::Identity))), "a weak one is not this very state");
        for other in ["", "\"\"", "\"x\"", "abc"] {
            assert!(!expected(other), "{other}");
        }
    }
}

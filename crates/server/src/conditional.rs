//! Entity tags and conditional requests (RFC 9110, section 13).

use http::{HeaderMap, HeaderValue, header};

use crate::compress::Encoding;

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

    /// Whether the client says that it has this answer, in whatever coding. Compared weakly, as `If-None-Match` is.
    pub(crate) fn is_held(self, headers: &HeaderMap) -> bool {
        let digits = self.digits();
        headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
            value.as_bytes().split(|&byte| byte == b',').any(|tag| {
                let tag = tag.trim_ascii();
                if tag == b"*" {
                    return true;
                }
                let tag = tag.strip_prefix(b"W/").unwrap_or(tag);
                let Some(inner) = tag.strip_prefix(b"\"").and_then(|tag| tag.strip_suffix(b"\"")) else {
                    return false;
                };
                match inner.strip_prefix(&digits[..]) {
                    Some(b"" | b"-gzip" | b"-zstd") => true,
                    Some(_) | None => false,
                }
            })
        })
    }
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
        assert!(!held(tag, &text(Encoding::Gzip).replace("gzip", "br")));
        assert!(!held(EntityTag(0xabd), &text(Encoding::Identity)));
        assert!(!held(tag, "abc"));
        assert!(!held(tag, "\""));
    }
}

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

    /// Whether the client says that it has this answer, in whatever coding.
    pub(crate) fn is_held(self, headers: &HeaderMap) -> bool {
        self.held(headers, Encoding::Identity).is_some()
    }

    /// The coding in which the client says that it has this answer: `preferred`, or else another. Compared weakly,
    /// as `If-None-Match` is.
    pub(crate) fn held(self, headers: &HeaderMap, preferred: Encoding) -> Option<Encoding> {
        let digits = self.digits();
        let coding = |tag: &[u8]| -> Option<Encoding> {
            if tag == b"*" {
                return Some(preferred);
            }
            let tag = tag.strip_prefix(b"W/").unwrap_or(tag);
            let inner = tag.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
            match inner.strip_prefix(&digits[..])? {
                b"" => Some(Encoding::Identity),
                b"-gzip" => Some(Encoding::Gzip),
                b"-zstd" => Some(Encoding::Zstd),
                _ => None,
            }
        };
        let values = headers.get_all(header::IF_NONE_MATCH).iter();
        let tags = values.flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
        let mut found = None;
        for coding in tags.filter_map(|tag| coding(tag.trim_ascii())) {
            if coding == preferred {
                return Some(coding);
            }
            found.get_or_insert(coding);
        }
        found
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
}

//! HTTP Basic credentials (RFC 7617). They come with every request, so reading them costs no allocation.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// How long identifier, colon and secret may be together, in bytes as sent.
pub const MAX_LENGTH: usize = 1024;

/// The space that [`identify`] decodes into: what is not UTF-8 may double in length.
pub type Buffer = [u8; 2 * MAX_LENGTH];

/// A buffer for [`identify`].
pub const BUFFER: Buffer = [0; 2 * MAX_LENGTH];

/// Clients differ in the padding they send, and some leave stray bits in the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Who a request claims to come from.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// A username or an e-mail address.
    pub identifier: String,
    /// A password or an API key.
    pub secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What somebody typed as an identifier may be the password, so neither is shown.
        f.debug_struct("Credentials").field("identifier", &"…").field("secret", &"…").finish()
    }
}

/// The credentials of an `Authorization` header; `None` when it holds none that can be understood.
pub fn parse(header: &[u8]) -> Option<Credentials> {
    let mut buffer = BUFFER;
    let (identifier, secret) = identify(header, &mut buffer)?;
    Some(Credentials { identifier: identifier.to_owned(), secret: secret.to_owned() })
}

/// The identifier and the secret of an `Authorization` header, decoded into the caller's buffer; `None` when it
/// holds none that can be understood. The scheme's case does not matter; bytes that are not UTF-8 are read as
/// Latin-1, as old clients send them; the first colon divides; control characters are refused (RFC 7617,
/// section 2).
pub fn identify<'a>(header: &[u8], buffer: &'a mut Buffer) -> Option<(&'a str, &'a str)> {
    let (scheme, rest) = header.trim_ascii().split_at_checked(5)?;
    if !scheme.eq_ignore_ascii_case(b"basic") || rest.first() != Some(&b' ') {
        return None;
    }
    let encoded = rest.trim_ascii_start();
    if encoded.len() > MAX_LENGTH.div_ceil(3) * 4 {
        return None;
    }
    let mut length = BASE64.decode_slice(encoded, buffer).ok()?;
    let decoded = &buffer[..length];
    if length > MAX_LENGTH || decoded.iter().any(u8::is_ascii_control) {
        return None;
    }
    if std::str::from_utf8(decoded).is_err() {
        length = latin1_to_utf8(buffer, length);
    }
    std::str::from_utf8(&buffer[..length]).ok()?.split_once(':')
}

/// Makes UTF-8 of the Latin-1 text at the start of the buffer and returns its new length.
fn latin1_to_utf8(buffer: &mut Buffer, length: usize) -> usize {
    let wide = buffer[..length].iter().filter(|byte| !byte.is_ascii()).count();
    let mut to = length + wide;
    // From the end, so that no byte is overwritten before it is read.
    for from in (0..length).rev() {
        let byte = buffer[from];
        if byte.is_ascii() {
            to -= 1;
            buffer[to] = byte;
        } else {
            to -= 2;
            buffer[to] = 0xc0 | (byte >> 6);
            buffer[to + 1] = 0x80 | (byte & 0x3f);
        }
    }
    length + wide
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn encoded(scheme: &str, userpass: &[u8]) -> Vec<u8> {
        format!("{scheme} {}", BASE64_STANDARD.encode(userpass)).into_bytes()
    }

    fn pair(header: &[u8]) -> Option<(String, String)> {
        parse(header).map(|found| (found.identifier, found.secret))
    }

    fn owned(identifier: &str, secret: &str) -> (String, String) {
        (identifier.to_owned(), secret.to_owned())
    }

    #[test]
    fn the_example_of_the_standard() {
        assert_eq!(pair(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), Some(owned("Aladdin", "open sesame")));
    }

    #[test]
    fn scheme_spaces_and_padding_are_forgiven() {
        for header in [
            &b"basic YTpi"[..],
            b"BASIC   YTpi  ",
            b" Basic YTpi",
            b"Basic YTpiYw",
            b"Basic YTpiYw=",
            b"Basic YTpiYw==",
        ] {
            assert!(pair(header).is_some_and(|(identifier, _)| identifier == "a"), "{header:?}");
        }
    }

    #[test]
    fn the_first_colon_divides() {
        assert_eq!(pair(&encoded("Basic", b"a:b:c")), Some(owned("a", "b:c")));
        assert_eq!(pair(&encoded("Basic", b":")), Some(owned("", "")));
    }

    #[test]
    fn utf8_first_then_latin1() {
        assert_eq!(
            pair(&encoded("Basic", "zo\u{eb}:\u{20ac}".as_bytes())),
            Some(owned("zo\u{eb}", "\u{20ac}"))
        );
        assert_eq!(pair(&encoded("Basic", b"zo\xeb:\xff\xa3")), Some(owned("zo\u{eb}", "\u{ff}\u{a3}")));
    }

    #[test]
    fn anything_else_is_nobody() {
        for header in
            [&b""[..], b"Basic", b"Basic ", b"BasicYTpi", b"Bearer YTpi", b"Basic !!", b"Basic YQ=="]
        {
            assert_eq!(pair(header), None, "{header:?}");
        }
        assert_eq!(pair(&encoded("Basic", b"a:b\0")), None);
        assert_eq!(pair(&encoded("Basic", b"a\n:b")), None);
        assert_eq!(pair(&encoded("Basic", b"a:\x7f")), None);
    }

    #[test]
    fn the_length_is_bounded() {
        let longest = [&b"a:"[..], &[b'x'; MAX_LENGTH - 2]].concat();
        assert!(pair(&encoded("Basic", &longest)).is_some());
        let widest = [&b"a:"[..], &[0xff; MAX_LENGTH - 2]].concat();
        assert!(pair(&encoded("Basic", &widest)).is_some());
        let longer = [&b"a:"[..], &[b'x'; MAX_LENGTH - 1]].concat();
        assert_eq!(pair(&encoded("Basic", &longer)), None);
    }

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", parse(&encoded("Basic", b"alice:hunter2")));
        assert!(!shown.contains("alice") && !shown.contains("hunter2"), "{shown}");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_found(identifier in "[^:\\p{Cc}]{0,80}", secret in "\\P{Cc}{0,80}") {
            let header = encoded("Basic", format!("{identifier}:{secret}").as_bytes());
            prop_assert_eq!(pair(&header), Some(owned(&identifier, &secret)));
        }

        #[test]
        fn never_panics(bytes: Vec<u8>) {
            let _ = parse(&bytes);
            let _ = parse(&[b"Basic ", &bytes[..]].concat());
            let _ = parse(&encoded("Basic", &bytes));
        }
    }
}

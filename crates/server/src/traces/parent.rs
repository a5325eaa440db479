//! The `traceparent` header (W3C Trace Context, level 1): which trace a request belongs to.

use http::HeaderMap;

/// Where a request comes from, as a trace knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) trace: u128,
    pub(super) span: u64,
    /// Whether it is recorded there.
    pub(super) sampled: bool,
}

impl Parent {
    /// Reads the header; `None` where there is none, or one that is not as it should be.
    pub(super) fn of(headers: &HeaderMap) -> Option<Parent> {
        let mut values = headers.get_all("traceparent").iter();
        let (value, None) = (values.next()?, values.next()) else { return None };
        Parent::read(value.to_str().ok()?)
    }

    fn read(text: &str) -> Option<Parent> {
        let mut parts = text.split('-');
        let version = number(parts.next()?, 2)? as u8;
        let trace = number(parts.next()?, 32)?;
        let span = number(parts.next()?, 16)? as u64;
        let flags = number(parts.next()?, 2)?;
        // A later version may say more.
        let ends = parts.next().is_none() || version > 0;
        (version != 0xff && trace != 0 && span != 0 && ends).then_some(Parent {
            trace,
            span,
            sampled: flags & 1 == 1,
        })
    }
}

/// So many lower-case hexadecimal digits.
fn number(text: &str, digits: usize) -> Option<u128> {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let plain = text.len() == digits && text.bytes().all(hex);
    if plain { u128::from_str_radix(text, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_one_is_read() {
        let parent = Parent { trace: 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, span: 0xb7, sampled: true };
        let of = |version: &str, flags: &str| {
            Parent::read(&format!("{version}-4bf92f3577b34da6a3ce929d0e0e4736-00000000000000b7-{flags}"))
        };
        assert_eq!(of("00", "01"), Some(parent));
        assert_eq!(of("00", "fe"), Some(Parent { sampled: false, ..parent }));
        assert_eq!(of("cc", "01-what-the-future-will-be"), Some(parent));
        for (version, flags) in
            [("00", "01-more"), ("ff", "01"), ("0", "01"), ("00", "1"), ("00", "0G"), ("00", "")]
        {
            assert_eq!(of(version, flags), None, "{version} {flags}");
        }
        for other in [
            "",
            "00",
            "00-00000000000000000000000000000000-00000000000000b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00000000000000b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00000000000000b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00000000000000b7",
            "+0-4bf92f3577b34da6a3ce929d0e0e4736-00000000000000b7-01",
        ] {
            assert_eq!(Parent::read(other), None, "{other}");
        }
    }
}

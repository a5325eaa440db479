//! Range requests (RFC 9110, section 14): one range of bytes. Several at once are answered with the whole.

use std::ops::Range;

use http::HeaderValue;

/// What a `Range` header asks of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Everything: no range, or one that may be ignored.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that are not there.
    Unsatisfiable,
}

/// Reads a `Range` header for a body of `length` bytes.
pub(crate) fn wanted(header: Option<&HeaderValue>, length: u64) -> Wanted {
    let Some(text) = header.and_then(|value| value.to_str().ok()) else { return Wanted::Whole };
    let Some((unit, spec)) = text.split_once('=') else { return Wanted::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || spec.contains(',') {
        return Wanted::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else { return Wanted::Whole };
    let number = |text: &str| -> Option<u64> {
        // Digits only; a number too large for any body stands for its end.
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first, last) {
        ("", suffix) => match number(suffix) {
            Some(0) => Wanted::Unsatisfiable,
            Some(_) if length == 0 => Wanted::Unsatisfiable,
            Some(count) => Wanted::Part(length.saturating_sub(count)..length),
            None => Wanted::Whole,
        },
        (first, last) => {
            let Some(first) = number(first) else { return Wanted::Whole };
            let last = match last {
                "" => u64::MAX,
                last => match number(last) {
                    Some(last) if last >= first => last,
                    _ => return Wanted::Whole,
                },
            };
            if first >= length {
                Wanted::Unsatisfiable
            } else {
                Wanted::Part(first..last.saturating_add(1).min(length))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_by_the_book() {
        let of = |text: &str| wanted(Some(&HeaderValue::from_str(text).unwrap()), 100);
        assert_eq!(wanted(None, 100), Wanted::Whole);
        assert_eq!(of("bytes=0-9"), Wanted::Part(0..10));
        assert_eq!(of("bytes=90-"), Wanted::Part(90..100));
        assert_eq!(of("bytes=-10"), Wanted::Part(90..100));
        assert_eq!(of("bytes=-1000"), Wanted::Part(0..100));
        assert_eq!(of("bytes=50-1000"), Wanted::Part(50..100));
        assert_eq!(of("bytes=0-18446744073709551615"), Wanted::Part(0..100));
        assert_eq!(of("bytes=0-99999999999999999999999"), Wanted::Part(0..100));
        assert_eq!(of("bytes=100-"), Wanted::Unsatisfiable);
        assert_eq!(of("bytes=-0"), Wanted::Unsatisfiable);
        for ignored in
            ["bytes=9-0", "bytes=a-b", "bytes=0-1,5-6", "lines=0-1", "bytes", "bytes=-", "bytes=+1-2"]
        {
            assert_eq!(of(ignored), Wanted::Whole, "{ignored}");
        }
        assert_eq!(wanted(Some(&HeaderValue::from_static("bytes=-5")), 0), Wanted::Unsatisfiable);
    }
}

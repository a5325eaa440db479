//! From when until when a certificate is valid, read from its bytes (RFC 5280, section 4.1). The libraries that check
//! other people's certificates do not tell it of one's own.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The time in which a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

impl Validity {
    /// Reads the validity of a certificate in DER; `None` when it is none.
    pub(crate) fn of(certificate: &[u8]) -> Option<Validity> {
        let mut outer = Reader(certificate);
        let mut certificate = Reader(outer.take(SEQUENCE)?);
        let mut signed = Reader(certificate.take(SEQUENCE)?);
        if signed.0.first() == Some(&VERSION) {
            signed.take(VERSION)?;
        }
        signed.take(INTEGER)?;
        // The algorithm and the issuer.
        signed.take(SEQUENCE)?;
        signed.take(SEQUENCE)?;
        let mut validity = Reader(signed.take(SEQUENCE)?);
        Some(Validity { from: validity.time()?, until: validity.time()? })
    }
}

/// Reads DER, element by element.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The content of the next element, if that is of this kind.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&[found, first], rest) = self.0.split_first_chunk()?;
        if found != tag {
            return None;
        }
        let (length, rest) = match usize::from(first) {
            short @ 0..0x80 => (short, rest),
            long => {
                let (digits, rest) = rest.split_at_checked(long - 0x80)?;
                // No certificate is longer than four bytes can say.
                if digits.is_empty() || digits.len() > 4 {
                    return None;
                }
                (digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), rest)
            }
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    /// The next element, which is a moment: with two digits of the year until 2049, with four from then on.
    fn time(&mut self) -> Option<Timestamp> {
        let (century, digits) = match *self.0.first()? {
            UTC_TIME => {
                let digits = self.take(UTC_TIME)?;
                (if digits.first()? < &b'5' { "20" } else { "19" }, digits)
            }
            GENERALIZED_TIME => ("", self.take(GENERALIZED_TIME)?),
            _ => return None,
        };
        let text = format!("{century}{}", str::from_utf8(digits).ok()?);
        let moment = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
        Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(from: (i32, u8), until: (i32, u8)) -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(["hr.example".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(from.0, from.1, 1);
        parameters.not_after = rcgen::date_time_ymd(until.0, until.1, 1);
        parameters.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn both_spellings_of_time_are_read() {
        let read = |from, until| {
            let Validity { from, until } = Validity::of(&certificate(from, until)).unwrap();
            format!("{from} {until}")
        };
        assert_eq!(read((2025, 3), (2026, 7)), "2025-03-01T00:00:00Z 2026-07-01T00:00:00Z");
        assert_eq!(read((1999, 12), (2049, 12)), "1999-12-01T00:00:00Z 2049-12-01T00:00:00Z");
        assert_eq!(read((1950, 1), (2050, 1)), "1950-01-01T00:00:00Z 2050-01-01T00:00:00Z");
        assert_eq!(read((2060, 1), (4096, 1)), "2060-01-01T00:00:00Z 4096-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_cut_off_or_damaged_has_no_validity() {
        let whole = certificate((2025, 1), (2026, 1));
        for length in 0..whole.len() {
            assert_eq!(Validity::of(&whole[..length]), None);
        }
        for at in 0..whole.len() {
            for byte in [0, 0x7f, 0x80, 0x84, 0x88, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = byte;
                // Whatever it says, it does not panic.
                let _ = Validity::of(&damaged);
            }
        }
    }
}

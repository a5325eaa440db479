//! Exact decimals: pay rates, days and hours. A binary float never touches them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A decimal number with four places, held as an integer count of ten-thousandths.
///
/// Four places hold every currency's minor unit (ISO 4217 knows at most four) and hourly rates quoted in
/// fractions of a cent. One integer column stores it on every database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fixed(i64);

const PLACES: usize = 4;
const SCALE: i64 = 10_000;

impl Fixed {
    /// Zero.
    pub const ZERO: Fixed = Fixed(0);

    /// From a count of ten-thousandths, the form in which it is stored.
    pub const fn from_ten_thousandths(count: i64) -> Fixed {
        Fixed(count)
    }

    /// The count of ten-thousandths.
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// From a whole number; `None` when it does not fit.
    pub const fn from_integer(whole: i64) -> Option<Fixed> {
        match whole.checked_mul(SCALE) {
            Some(count) => Some(Fixed(count)),
            None => None,
        }
    }

    /// The product with a whole number; `None` when it does not fit.
    pub const fn times(self, factor: i64) -> Option<Fixed> {
        match self.0.checked_mul(factor) {
            Some(count) => Some(Fixed(count)),
            None => None,
        }
    }

    /// Spelled with at least `places` decimals (at most four), and more only where they are not zero.
    pub fn with_places(self, places: usize) -> impl fmt::Display {
        Spelled { value: self, places: places.min(PLACES) }
    }
}

struct Spelled {
    value: Fixed,
    places: usize,
}

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.value.0.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        let (whole, mut fraction) = (count / scale, count % scale);
        let mut places = PLACES;
        while places > self.places && fraction % 10 == 0 {
            fraction /= 10;
            places -= 1;
        }
        let sign = if self.value.0 < 0 { "-" } else { "" };
        if places == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction:0places$}") }
    }
}

/// Why a text is not a [`Fixed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseFixedError {
    /// Not digits with at most one decimal point.
    #[error("is not a decimal number")]
    Malformed,
    /// More than four decimals, and the rest is not zero.
    #[error("has more than four decimals")]
    TooPrecise,
    /// Beyond about ±922 trillion.
    #[error("is too large")]
    TooLarge,
}

impl FromStr for Fixed {
    type Err = ParseFixedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
            return Err(ParseFixedError::Malformed);
        }
        let (kept, rest) = fraction.split_at(fraction.len().min(PLACES));
        if rest.bytes().any(|byte| byte != b'0') {
            return Err(ParseFixedError::TooPrecise);
        }
        let mut count: i64 = whole.parse().map_err(|_| ParseFixedError::TooLarge)?;
        count = count.checked_mul(SCALE).ok_or(ParseFixedError::TooLarge)?;
        let mut unit = SCALE;
        for digit in kept.bytes() {
            unit /= 10;
            count = count.checked_add(i64::from(digit - b'0') * unit).ok_or(ParseFixedError::TooLarge)?;
        }
        Ok(Fixed(if negative { -count } else { count }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_seed_figures_keep_their_spelling() {
        let spelled = |text: &str, places| text.parse::<Fixed>().unwrap().with_places(places).to_string();
        assert_eq!(spelled("65346.30", 2), "65346.30");
        assert_eq!(spelled("5", 1), "5.0");
        assert_eq!(spelled("22.5000", 1), "22.5");
        assert_eq!(spelled("-0.125", 1), "-0.125");
        assert_eq!(spelled("7", 0), "7");
    }

    #[test]
    fn what_is_no_decimal_is_refused_with_its_reason() {
        for text in ["", ".", "1.", ".5", "1e3", "1,5", "--1", "+1", " 1", "١"] {
            assert_eq!(text.parse::<Fixed>(), Err(ParseFixedError::Malformed), "{text:?}");
        }
        assert_eq!("1.00001".parse::<Fixed>(), Err(ParseFixedError::TooPrecise));
        assert_eq!("922337203685478".parse::<Fixed>(), Err(ParseFixedError::TooLarge));
        assert_eq!("99999999999999999999".parse::<Fixed>(), Err(ParseFixedError::TooLarge));
    }

    proptest! {
        #[test]
        fn every_value_reads_back(count in -i64::MAX..=i64::MAX, places in 0usize..=4) {
            let value = Fixed::from_ten_thousandths(count);
            prop_assert_eq!(value.with_places(places).to_string().parse(), Ok(value));
        }
    }
}

//! Where people work and live: countries with their money, addresses and phone numbers, and the company's offices.

use folkmoot_core::PayBasis;

/// A country and its habits.
///
/// In patterns `#` stands for any digit, `%` for one that is not zero, `@` for a letter, `$` for a house number and
/// `{` for a street.
pub(crate) struct Country {
    pub(crate) name: &'static str,
    pub(crate) currency: &'static str,
    /// What a thousand US dollars of a year's pay come to here, prices and customs considered.
    pub(crate) pay_per_thousand: i64,
    /// What rates of pay are rounded to.
    pub(crate) pay_step: i64,
    pub(crate) pay_basis: PayBasis,
    /// Hours in a full-time week, in tenths.
    pub(crate) week: i64,
    /// Numbers nobody has, where the country keeps some for films.
    pub(crate) work_phone: &'static str,
    pub(crate) home_phone: &'static str,
    pub(crate) address: &'static str,
    /// A second line that some addresses have.
    pub(crate) address2: &'static str,
    pub(crate) streets: &'static [&'static str],
    pub(crate) government_id: &'static str,
}

/// A place of work.
pub(crate) struct Office {
    pub(crate) name: &'static str,
    pub(crate) country: &'static Country,
    /// Where people who work there live: city, state or province, pattern of the postal code.
    pub(crate) homes: &'static [(&'static str, &'static str, &'static str)],
    /// The number of people from which on the company has it.
    pub(crate) opens_at: usize,
}

mod east;
mod middle;
mod offices;
mod west;

pub(crate) use offices::OFFICES;

/// Fills in `pattern`.
pub(crate) fn fill(pattern: &str, street: &str, rng: &mut crate::rng::Rng) -> folkmoot_core::Text {
    let mut text = folkmoot_core::Text::default();
    let mut rest = pattern;
    while let Some(at) = rest.find(['#', '%', '@', '$', '{']) {
        text.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'#' => text.push(char::from(b'0' + rng.below(10) as u8)),
            b'%' => text.push(char::from(b'1' + rng.below(9) as u8)),
            // Those that no country's postal codes leave out.
            b'@' => text.push(char::from(*rng.pick(b"ABCEGHJKLMNPRSTVXY"))),
            b'$' => {
                let longest = if rng.chance(300) { 480 } else { 90 };
                push_number(&mut text, u64::from(1 + rng.below(longest)));
            }
            _ => text.push_str(street),
        }
        rest = &rest[at + 1..];
    }
    text.push_str(rest);
    text
}

/// Appends `number` in decimal.
pub(crate) fn push_number(text: &mut folkmoot_core::Text, number: u64) {
    let mut digits = [0_u8; 20];
    let mut first = digits.len();
    let mut left = number;
    loop {
        first -= 1;
        digits[first] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    text.extend(digits[first..].iter().map(|&digit| char::from(digit)));
}

#[cfg(test)]
mod tests {
    use folkmoot_core::Currency;

    use super::*;
    use crate::rng::{Rng, Topic};

    #[test]
    fn patterns_are_filled_in() {
        let mut rng = Rng::of(1, Topic::Personal, 1);
        let filled = fill("@#@ %: $ {!", "Rua Azul", &mut rng);
        assert!(filled.ends_with(" Rua Azul!"), "{filled}");
        assert!(!filled.contains(['#', '%', '@', '$', '{']), "{filled}");
        let mut number = folkmoot_core::Text::default();
        push_number(&mut number, 0);
        push_number(&mut number, u64::MAX);
        assert_eq!(number, "018446744073709551615");
    }

    #[test]
    fn every_office_is_complete() {
        for office in &OFFICES {
            assert!(office.country.currency.parse::<Currency>().is_ok(), "{}", office.name);
            assert!(!office.homes.is_empty() && office.country.streets.len() >= 8, "{}", office.name);
            assert!(office.country.address.contains('{'), "{}", office.name);
        }
    }
}

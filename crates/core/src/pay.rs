//! Pay: a basis, an exact rate and its currency (`users.md`, `pay_info`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Fixed;

/// What somebody is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pay {
    /// What the rate is for.
    pub basis: PayBasis,
    /// The rate, in whole units of the currency.
    pub rate: Fixed,
    /// The currency.
    pub currency: Currency,
}

impl Pay {
    /// The rate as the API spells it: with the currency's own number of decimals at least.
    pub fn spelled_rate(&self) -> impl fmt::Display {
        self.rate.with_places(self.currency.decimals())
    }
}

/// What a pay rate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayBasis {
    /// A year's salary.
    Annual,
    /// An hour's wage.
    Hourly,
    /// A month's salary.
    Monthly,
}

impl PayBasis {
    /// Every basis.
    pub const ALL: [PayBasis; 3] = [PayBasis::Annual, PayBasis::Hourly, PayBasis::Monthly];

    /// v2's `type`.
    pub const fn code(self) -> &'static str {
        match self {
            PayBasis::Annual => "ANNUAL",
            PayBasis::Hourly => "HOURLY",
            PayBasis::Monthly => "MONTHLY",
        }
    }

    /// v2's `label`.
    pub const fn label(self) -> &'static str {
        match self {
            PayBasis::Annual => "Annual Salary",
            PayBasis::Hourly => "Hourly Rate",
            PayBasis::Monthly => "Monthly Salary",
        }
    }

    /// v1's `pay_type`, also the stored form.
    pub const fn number(self) -> i64 {
        match self {
            PayBasis::Annual => 1,
            PayBasis::Hourly => 2,
            PayBasis::Monthly => 3,
        }
    }

    /// From v1's `pay_type`.
    pub fn from_number(number: i64) -> Option<PayBasis> {
        Self::ALL.into_iter().find(|basis| basis.number() == number)
    }

    /// From v2's `type`, in any case.
    pub fn from_code(code: &str) -> Option<PayBasis> {
        Self::ALL.into_iter().find(|basis| basis.code().eq_ignore_ascii_case(code))
    }
}

/// An ISO 4217 alphabetic code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Currency([u8; 3]);

impl Currency {
    /// US dollar, the original's default.
    pub const USD: Currency = Currency(*b"USD");

    /// The code.
    pub fn as_str(&self) -> &str {
        // Three ASCII capitals, by construction.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals its minor unit has (ISO 4217).
    pub fn decimals(self) -> usize {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = crate::RuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| crate::RuleError::Currency)?;
        if code.iter().all(u8::is_ascii_alphabetic) {
            Ok(Currency(code.map(|letter| letter.to_ascii_uppercase())))
        } else {
            Err(crate::RuleError::Currency)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_spelled_with_the_decimals_of_its_currency() {
        let pay = |rate: &str, currency: &str| {
            let currency = currency.parse().unwrap();
            Pay { basis: PayBasis::Annual, rate: rate.parse().unwrap(), currency }.spelled_rate().to_string()
        };
        assert_eq!(pay("65346.3", "usd"), "65346.30");
        assert_eq!(pay("5000000", "JPY"), "5000000");
        assert_eq!(pay("23.4567", "EUR"), "23.4567");
        assert_eq!(pay("1", "KWD"), "1.000");
        assert!("EURO".parse::<Currency>().is_err());
        assert!("U1D".parse::<Currency>().is_err());
    }
}

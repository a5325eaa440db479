//! Secrets in memory: API keys, and values sealed by the store.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An API key: 160 random bits, written as 40 lower-case hexadecimal digits (`http.md`, Authentication).
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey([u8; 20]);

impl ApiKey {
    /// A key of these (random) bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> ApiKey {
        ApiKey(bytes)
    }

    /// The 40 digits. Whoever calls this takes care of where they go.
    pub fn expose(&self) -> String {
        use fmt::Write;
        self.0.iter().fold(String::with_capacity(40), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The bytes, to be hashed or sealed.
    pub fn bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// A text is not an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not 40 lower-case hexadecimal digits")]
pub struct ParseApiKeyError;

impl FromStr for ApiKey {
    type Err = ParseApiKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 20];
        decode_hex(text, &mut bytes).ok_or(ParseApiKeyError)?;
        Ok(ApiKey(bytes))
    }
}

/// The keyed hash (HMAC-SHA-256) of an API key: finds its owner, and tells nothing without the store's key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyHash(pub [u8; 32]);

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(…)")
    }
}

/// A value that the store has encrypted; only the store can open it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(pub Box<[u8]>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// Reads lower-case hexadecimal digits that fill `bytes` exactly.
pub(crate) fn decode_hex(text: &str, bytes: &mut [u8]) -> Option<()> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let digits = text.as_bytes();
    if digits.len() != bytes.len() * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_forty_lower_case_digits() {
        let text = "570675830ab61a31ef57f70ca335f64374b56281";
        let key: ApiKey = text.parse().unwrap();
        assert_eq!(key.expose(), text);
        assert_eq!(format!("{key:?}"), "ApiKey(…)", "never shown by accident");
        for bad in ["", "57", &text.to_uppercase(), "570675830ab61a31ef57f70ca335f64374b5628g"] {
            assert!(bad.parse::<ApiKey>().is_err());
        }
    }
}

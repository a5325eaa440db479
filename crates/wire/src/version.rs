//! The `X-API-Version` header (`http.md`, 'Versions').

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A version that a request names: `MAJOR.MINOR.PATCH`. Only the major number selects a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiVersion {
    /// The major number: the shape of the documents.
    pub major: u16,
    /// The minor number.
    pub minor: u16,
    /// The patch number.
    pub patch: u16,
}

/// Why a version cannot be understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("X-API-Version must be MAJOR.MINOR.PATCH, such as 2.2.0, not '{spelled}'")]
pub struct VersionError {
    spelled: String,
}

impl ApiVersion {
    /// A version from its numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Reads a header's value. The missing numbers of `2` and `2.0` are zero: scripts are often written so.
    ///
    /// # Errors
    /// When it is not one to three numbers with dots between them.
    pub fn parse(header: &str) -> Result<Self, VersionError> {
        let fault = || VersionError { spelled: excerpt(header) };
        let mut numbers = [0; 3];
        for (count, part) in header.trim().split('.').enumerate() {
            // `u16::from_str` alone would take a sign.
            if !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(fault());
            }
            *numbers.get_mut(count).ok_or_else(fault)? = part.parse().map_err(|_| fault())?;
        }
        Ok(Self::new(numbers[0], numbers[1], numbers[2]))
    }
}

impl FromStr for ApiVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The start of a foreign text, short and without control characters, fit for an error message.
fn excerpt(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(32).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn full_and_shortened_versions() {
        assert_eq!(ApiVersion::parse("2.2.0"), Ok(ApiVersion::new(2, 2, 0)));
        assert_eq!(ApiVersion::parse(" 2.0 "), Ok(ApiVersion::new(2, 0, 0)));
        assert_eq!(ApiVersion::parse("3"), Ok(ApiVersion::new(3, 0, 0)));
        assert_eq!(ApiVersion::new(2, 0, 1).to_string(), "2.0.1");
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for bad in ["", ".", "2.", "v2", "2.0.0.0", "+2", "-1", "2..0", "70000.0.0", "2,0"] {
            let fault = ApiVersion::parse(bad).unwrap_err();
            assert!(fault.to_string().contains(&format!("'{bad}'")), "{fault}");
        }
        assert!(ApiVersion::parse(&"9".repeat(5000)).unwrap_err().to_string().len() < 120);
    }

    proptest! {
        #[test]
        fn display_parses_back(major: u16, minor: u16, patch: u16) {
            let version = ApiVersion::new(major, minor, patch);
            prop_assert_eq!(version.to_string().parse(), Ok(version));
        }

        #[test]
        fn never_panics(text in ".*") {
            let _ = ApiVersion::parse(&text);
        }
    }
}

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

/// A major version that is served: it selects the shapes of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ApiMajor {
    /// Version 1, which is also meant where no version is named: attributes in XML, flat objects in JSON.
    V1,
    /// Version 2, whichever 2.x.y is named: the reference shapes, as of 2.2.0.
    V2,
    /// Version 3: those of version 2, with more in them.
    V3,
}

/// Why a version cannot be served.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum VersionError {
    /// The header cannot be understood; this is the start of it.
    #[error("X-API-Version must be MAJOR.MINOR.PATCH, such as 2.2.0, not '{0}'")]
    Malformed(String),
    /// There is no such major version.
    #[error("X-API-Version names version {0}, which is not served")]
    NotServed(ApiVersion),
}

impl ApiMajor {
    /// Every version that is served.
    pub const ALL: [Self; 3] = [Self::V1, Self::V2, Self::V3];

    /// The whole version that answers say they are in.
    pub const fn served(self) -> &'static str {
        match self {
            Self::V1 => "1.0.0",
            Self::V2 => "2.2.0",
            Self::V3 => "3.0.0",
        }
    }

    /// The version that a request asks for, by its header's value if it has one.
    ///
    /// # Errors
    /// When the header cannot be understood or names a version that is not served.
    pub fn asked(header: Option<&[u8]>) -> Result<Self, VersionError> {
        let Some(header) = header else { return Ok(Self::V1) };
        let version = ApiVersion::parse(&String::from_utf8_lossy(header))?;
        match version.major {
            1 => Ok(Self::V1),
            2 => Ok(Self::V2),
            3 => Ok(Self::V3),
            _ => Err(VersionError::NotServed(version)),
        }
    }
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
        let fault = || VersionError::Malformed(excerpt(header));
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

    #[test]
    fn the_major_number_alone_selects() {
        let asked = |header: &str| ApiMajor::asked(Some(header.as_bytes()));
        assert_eq!(ApiMajor::asked(None), Ok(ApiMajor::V1));
        for version in ApiMajor::ALL {
            assert_eq!(asked(version.served()), Ok(version));
        }
        assert_eq!(asked("1.7.3"), Ok(ApiMajor::V1));
        assert_eq!(asked(" 2.9.9 "), Ok(ApiMajor::V2));
        assert_eq!(asked("3"), Ok(ApiMajor::V3));
        for unknown in ["0", "4.0.0", "65535.1.1"] {
            assert!(matches!(asked(unknown), Err(VersionError::NotServed(_))), "{unknown}");
        }
        for bad in [&b""[..], b"2.x", b"\xff2", b"latest"] {
            assert!(matches!(ApiMajor::asked(Some(bad)), Err(VersionError::Malformed(_))), "{bad:?}");
        }
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

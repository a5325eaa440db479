//! The two formats that the API speaks (`http.md`, 'Formats').

use std::fmt;

/// A document format; the suffix of the request's path chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// JSON, RFC 8259.
    Json,
    /// XML 1.0.
    Xml,
}

impl Format {
    /// Both formats.
    pub const ALL: [Self; 2] = [Self::Json, Self::Xml];

    /// The format that a path's suffix (without its dot) names; `None` makes the request one for a web page.
    pub fn from_suffix(suffix: &str) -> Option<Self> {
        match suffix {
            "json" => Some(Self::Json),
            "xml" => Some(Self::Xml),
            _ => None,
        }
    }

    /// The suffix, without its dot.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// The value of the `Content-Type` header.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=UTF-8",
            Self::Xml => "application/xml; charset=UTF-8",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_round_trip_and_others_are_web_pages() {
        for format in Format::ALL {
            assert_eq!(Format::from_suffix(format.suffix()), Some(format));
        }
        for other in ["", "html", "JSON", ".json", "atom"] {
            assert_eq!(Format::from_suffix(other), None);
        }
    }
}

//! Rules for text.

use std::fmt;

use folkmoot_core::RuleError;

/// The longest text of one line, in characters.
pub(super) const LONGEST_LINE: usize = 255;
/// The longest address of a page, in characters.
pub(super) const LONGEST_URL: usize = 2048;
/// The longest text of several lines, in bytes.
const LARGEST_AREA: usize = 64 * 1024;

/// A text is too large for several lines.
pub(super) const TOO_LARGE: &str = "is larger than 64 KiB";
/// A text of several lines contains what no text should.
const CONTROL: RuleError = RuleError::Control;

/// Whether `text` may be one line of at most `longest` characters.
pub(super) fn check_line(text: &str, longest: usize) -> Result<(), RuleError> {
    if text.len() > longest && text.chars().count() > longest {
        return Err(RuleError::TooLong(longest));
    }
    if text.chars().any(char::is_control) {
        return Err(CONTROL);
    }
    Ok(())
}

/// Whether `text` may be several lines.
pub(super) fn check_area(text: &str) -> Result<(), Box<dyn fmt::Display>> {
    if text.len() > LARGEST_AREA {
        return Err(Box::new(TOO_LARGE));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Box::new(CONTROL));
    }
    Ok(())
}

/// Whether a text is more than a field of one line holds.
pub(super) fn needs_area(text: &str) -> bool {
    text.contains(['\n', '\r', '\t']) || (text.len() > LONGEST_LINE && text.chars().count() > LONGEST_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_areas_are_bounded_and_clean() {
        assert_eq!(check_line("É".repeat(255).as_str(), 255), Ok(()));
        assert_eq!(check_line("É".repeat(256).as_str(), 255), Err(RuleError::TooLong(255)));
        assert_eq!(check_line("a\nb", 255), Err(RuleError::Control));
        assert!(check_area("a\r\n\tb").is_ok());
        assert!(check_area("a\0").is_err());
        assert!(check_area(&"x".repeat(64 * 1024)).is_ok());
        assert!(check_area(&"x".repeat(64 * 1024 + 1)).is_err());
    }
}

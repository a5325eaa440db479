//! Rules that a value must meet before it may enter the domain.

use crate::Text;

/// Why a value is refused. The message follows the name of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Nothing was given where something is needed.
    #[error("is required")]
    Required,
    /// Longer than the field can be.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A control character in a one-line text.
    #[error("contains a control character")]
    Control,
    /// White space or a colon: HTTP Basic could not carry it (RFC 7617).
    #[error("may not contain white space or a colon")]
    UsernameCharacter,
    /// Not a mail address.
    #[error("is not an e-mail address")]
    Email,
    /// Text of several lines has more bytes than it may.
    #[error("is larger than 64 KiB")]
    TooLarge,
    /// Not an ISO 4217 code.
    #[error("is not a currency code of three letters")]
    Currency,
}

/// The longest username and e-mail address, in characters (RFC 5321 bounds a path at 254).
const LONGEST_IDENTIFIER: usize = 254;

/// A username or e-mail address as it is compared: without regard to case.
pub fn fold_identifier(identifier: &str) -> Text {
    if identifier.is_ascii() {
        let mut folded = Text::from(identifier);
        folded.make_ascii_lowercase();
        folded
    } else {
        identifier.chars().flat_map(char::to_lowercase).collect()
    }
}

/// Whether `username` may be one: not empty, no white space, no colon.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_username(username: &str) -> Result<(), RuleError> {
    check_identifier(username)?;
    if username.chars().any(|character| character.is_whitespace() || character == ':') {
        return Err(RuleError::UsernameCharacter);
    }
    Ok(())
}

/// Whether `email` may be an address: one `@` with something before it and a host after it. Whether mail arrives
/// there only mail can tell.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_email(email: &str) -> Result<(), RuleError> {
    check_identifier(email)?;
    let (local, host) = email.rsplit_once('@').ok_or(RuleError::Email)?;
    let host_is_odd = host.is_empty() || host.starts_with('.') || host.ends_with('.') || host.contains("..");
    if local.is_empty()
        || local.contains('@')
        || host_is_odd
        || email.chars().any(|c| c.is_whitespace() || c == ':')
    {
        return Err(RuleError::Email);
    }
    Ok(())
}

/// The longest text of one line, in characters.
pub const LONGEST_LINE: usize = 255;
/// The longest address of a page, in characters.
pub const LONGEST_URL: usize = 2048;
/// The largest text of several lines, in bytes.
pub const LARGEST_AREA: usize = 64 * 1024;

/// Whether `text` may be one line of at most `longest` characters.
///
/// # Errors
/// When it is longer, or contains a control character.
pub fn check_line(text: &str, longest: usize) -> Result<(), RuleError> {
    if text.len() > longest && text.chars().count() > longest {
        return Err(RuleError::TooLong(longest));
    }
    if text.chars().any(char::is_control) {
        return Err(RuleError::Control);
    }
    Ok(())
}

/// Whether `text` may be several lines.
///
/// # Errors
/// When it is larger than [`LARGEST_AREA`], or contains a control character that is not white space.
pub fn check_area(text: &str) -> Result<(), RuleError> {
    if text.len() > LARGEST_AREA {
        return Err(RuleError::TooLarge);
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(RuleError::Control);
    }
    Ok(())
}

/// The longest reason for a correction, in characters.
pub const LONGEST_REASON: usize = 1000;

/// Whether `text` says why something was corrected: in at most [`LONGEST_REASON`] characters, several lines if need be.
///
/// # Errors
/// When it says nothing, is longer, or contains a control character that is not white space.
pub fn check_reason(text: &str) -> Result<(), RuleError> {
    if text.trim().is_empty() {
        return Err(RuleError::Required);
    }
    if text.chars().count() > LONGEST_REASON {
        return Err(RuleError::TooLong(LONGEST_REASON));
    }
    check_area(text)
}

/// Whether a text is more than a field of one line holds.
pub fn needs_area(text: &str) -> bool {
    text.contains(['\n', '\r', '\t']) || (text.len() > LONGEST_LINE && text.chars().count() > LONGEST_LINE)
}

fn check_identifier(text: &str) -> Result<(), RuleError> {
    if text.is_empty() {
        return Err(RuleError::Required);
    }
    if text.chars().count() > LONGEST_IDENTIFIER {
        return Err(RuleError::TooLong(LONGEST_IDENTIFIER));
    }
    if text.chars().any(char::is_control) {
        return Err(RuleError::Control);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_that_basic_cannot_carry_are_refused() {
        assert_eq!(check_username("alice"), Ok(()));
        assert_eq!(check_username("алиса"), Ok(()));
        assert_eq!(check_username(""), Err(RuleError::Required));
        assert_eq!(check_username("a b"), Err(RuleError::UsernameCharacter));
        assert_eq!(check_username("a:b"), Err(RuleError::UsernameCharacter));
        assert_eq!(check_username("a\0"), Err(RuleError::Control));
        assert_eq!(check_username(&"x".repeat(255)), Err(RuleError::TooLong(254)));
    }

    #[test]
    fn e_mail_addresses_need_a_name_and_a_host() {
        assert_eq!(check_email("alice@mycompany.com"), Ok(()));
        assert_eq!(check_email("a@localhost"), Ok(()));
        for bad in ["alice", "@x.org", "a@", "a@b@c", "a b@c.org", "a@.org", "a@x..org"] {
            assert_eq!(check_email(bad), Err(RuleError::Email), "{bad}");
        }
    }

    #[test]
    fn identifiers_compare_without_case() {
        assert_eq!(fold_identifier("ALICE"), "alice");
        assert_eq!(fold_identifier("ÉMILE"), "émile");
    }

    #[test]
    fn lines_and_areas_are_bounded_and_clean() {
        assert_eq!(check_line("É".repeat(255).as_str(), 255), Ok(()));
        assert_eq!(check_line("É".repeat(256).as_str(), 255), Err(RuleError::TooLong(255)));
        assert_eq!(check_line("a\nb", 255), Err(RuleError::Control));
        assert_eq!(check_area("a\r\n\tb"), Ok(()));
        assert_eq!(check_area("a\0"), Err(RuleError::Control));
        assert_eq!(check_area(&"x".repeat(64 * 1024)), Ok(()));
        assert_eq!(check_area(&"x".repeat(64 * 1024 + 1)), Err(RuleError::TooLarge));
    }

    #[test]
    fn a_reason_says_something_and_not_too_much() {
        assert_eq!(check_reason("It was\nsomebody else's."), Ok(()));
        assert_eq!(check_reason(&"É".repeat(1000)), Ok(()));
        assert_eq!(check_reason(&"É".repeat(1001)), Err(RuleError::TooLong(1000)));
        assert_eq!(check_reason(" \n"), Err(RuleError::Required));
        assert_eq!(check_reason("a\u{1b}b"), Err(RuleError::Control));
    }
}

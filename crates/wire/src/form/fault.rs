//! Why a form cannot be read.

use std::fmt;

use thiserror::Error;

/// How much of a key a message repeats.
const EXCERPT: usize = 80;

/// A fault of a form, and the key that it stands at.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct FormError {
    /// The key as the caller spelled it, shortened when it is long; empty when the fault is the whole form's.
    pub key: String,
    /// What is wrong.
    pub fault: FormFault,
}

/// What is wrong with a form.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum FormFault {
    /// There are more pairs than the limit.
    #[error("more than {0} fields were sent")]
    TooManyPairs(usize),
    /// The key has more parts than the limit.
    #[error("the key nests deeper than {0} levels")]
    TooDeep(usize),
    /// The key has more bytes than the limit.
    #[error("the key is longer than {0} bytes")]
    KeyTooLong(usize),
    /// The value has more bytes than the limit.
    #[error("the value is longer than {0} bytes")]
    ValueTooLong(usize),
    /// A `%` has no two hexadecimal digits after it.
    #[error("a % must be followed by two hexadecimal digits")]
    Percent,
    /// Decoded, it is not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// There is a NUL character.
    #[error("NUL characters are not allowed")]
    Nul,
    /// The key is empty before its first bracket.
    #[error("the key has no name")]
    NoName,
    /// The key's brackets do not match.
    #[error("the key's brackets do not match")]
    Brackets,
    /// The same name is a text here and a list or map there, or both a list and a map.
    #[error("the name is used both for a value and for a list or group of values")]
    Conflict,
}

impl FormError {
    pub(super) fn new(key: &[u8], fault: FormFault) -> Self {
        // Four bytes a character, so that nothing long is looked at as a whole.
        let start = &key[..key.len().min(4 * EXCERPT)];
        let mut shown: String =
            String::from_utf8_lossy(start).chars().filter(|c| !c.is_control()).take(EXCERPT).collect();
        if shown.len() < key.len() && shown.chars().count() == EXCERPT {
            shown.push('…');
        }
        Self { key: shown, fault }
    }

    /// Whether a limit was passed; else the form is malformed.
    pub fn is_limit(&self) -> bool {
        matches!(
            self.fault,
            FormFault::TooManyPairs(_)
                | FormFault::TooDeep(_)
                | FormFault::KeyTooLong(_)
                | FormFault::ValueTooLong(_)
        )
    }
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() { self.fault.fmt(f) } else { write!(f, "{}: {}", self.key, self.fault) }
    }
}

//! What is wrong with a file, and where.

use std::fmt;

use folkmoot_wire::Position;

/// One fault of a file. Displayed as `line 12, column 5: email: is not an e-mail address`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where the value stands.
    pub at: Position,
    /// The field, as the file spells it; empty when the fault is not that of a field.
    pub field: String,
    /// What is wrong, for the person who made the file.
    pub message: String,
}

impl Fault {
    pub(crate) fn new(at: Position, field: &str, message: impl fmt::Display) -> Fault {
        Fault { at, field: field.to_owned(), message: message.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.at)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

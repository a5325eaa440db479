//! Forms read as typed changes (`http.md`, Form input; `users.md`, `org.md`). What cannot be read is told, each fault
//! with the field as the caller spelled it; fields that mean nothing here are left alone, as the original did.

mod fields;
mod org;
mod user;

use std::fmt;

pub use fields::Fields;
pub use org::{CustomFieldInput, JobInput, NamedInput};
pub use user::{Corrected, CorrectionInput, PayInput, UserInput, correction, reason, user};

/// What is wrong with a form, a message for each fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<String>);

impl Faults {
    /// Adds that what was sent as `key` is wrong: `key problem.`
    pub fn tell(&mut self, key: &str, problem: impl fmt::Display) {
        self.0.push(format!("{key} {problem}."));
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The messages, in the order in which faults were found.
    pub fn into_messages(self) -> Vec<String> {
        self.0
    }
}

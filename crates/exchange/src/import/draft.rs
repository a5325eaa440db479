//! What a file says, before it is checked against an account.

use super::Fault;

/// The people of a file, each value with its place in it, and what is wrong with the file as such.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    pub(crate) faults: Vec<Fault>,
}

impl Drafts {
    /// What is wrong with the file, whatever the account.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

//! What a run did.

use serde::Serialize;

/// How much of what was wanted arrived; an exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything.
    All,
    /// Some of it.
    Some,
    /// Nothing, though something was wanted.
    None,
}

/// A user whose picture did not make it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The user's id; for a push of a file that names nobody, empty.
    pub user: String,
    /// The username; for a push, the file.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What a run did, ready to be written as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Users in the list.
    pub users: u64,
    /// Those with a picture (in a push: files that are pictures).
    pub with_picture: u64,
    /// Pictures that were transferred and are safe.
    pub fetched: u64,
    /// Pictures that needed no transfer.
    pub unchanged: u64,
    /// Pictures that did not make it.
    pub failed: u64,
    /// Pictures deleted because nobody has them any more.
    pub pruned: u64,
    /// HTTP requests sent.
    pub requests: u64,
    /// Bytes of the pictures transferred.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// Whether the run was cut short; the next one continues.
    pub cancelled: bool,
    /// Things worth knowing that failed nobody's picture.
    pub warnings: Vec<String>,
    /// Who failed, and why.
    pub failures: Vec<Failure>,
}

impl Report {
    /// Whether all, some or none arrived.
    pub fn outcome(&self) -> Outcome {
        let arrived = self.fetched + self.unchanged;
        if self.failed == 0 && !self.cancelled {
            Outcome::All
        } else if arrived > 0 {
            Outcome::Some
        } else {
            Outcome::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_is_all_some_or_none() {
        let outcome = |fetched, unchanged, failed, cancelled| {
            Report { fetched, unchanged, failed, cancelled, ..Report::default() }.outcome()
        };
        assert_eq!(outcome(0, 0, 0, false), Outcome::All);
        assert_eq!(outcome(1, 1, 0, false), Outcome::All);
        assert_eq!(outcome(1, 0, 1, false), Outcome::Some);
        assert_eq!(outcome(0, 1, 1, false), Outcome::Some);
        assert_eq!(outcome(0, 0, 1, false), Outcome::None);
        assert_eq!(outcome(1, 0, 0, true), Outcome::Some);
        assert_eq!(outcome(0, 0, 0, true), Outcome::None);
    }
}

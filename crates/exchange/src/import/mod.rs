//! People from files: reading, and planning what a file adds to an account.

mod draft;
mod fault;
mod options;

use folkmoot_core::{Directory, Org, PersonHistory, Sequences};
pub use folkmoot_wire::Position;

pub use draft::Drafts;
pub use fault::Fault;
pub use options::{ImportOptions, Sealer};

/// What an import adds to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPlan {
    /// What the file names and the account lacked: jobs, departments, custom fields and the like.
    pub org: Org,
    /// The people, in the order of the file.
    pub people: Vec<PersonHistory>,
    /// Where identifiers go on from.
    pub sequences: Sequences,
}

/// Reads a CSV file. Its faults are kept in the drafts, and [`plan`] tells them along with its own.
pub fn read_csv(_bytes: &[u8]) -> Drafts {
    Drafts::default()
}

/// Reads a JSON file: one user or a list of users, as the API answers them. Its faults are kept in the drafts, and
/// [`plan`] tells them along with its own.
pub fn read_json(_bytes: &[u8]) -> Drafts {
    Drafts::default()
}

/// Plans what `drafts` add to the account whose people and organisation are `existing`.
///
/// # Errors
/// Every fault of the file, in the order of the file. A file with a fault adds nothing.
pub fn plan(
    _drafts: &Drafts,
    _existing: &Directory,
    sequences: Sequences,
    _options: &ImportOptions<'_>,
) -> Result<ImportPlan, Vec<Fault>> {
    Ok(ImportPlan { org: Org::default(), people: Vec::new(), sequences })
}

//! What an import needs to be told.

use folkmoot_core::{ApiKey, KeyHash, Sealed};
use jiff::Timestamp;
use jiff::civil::Date;

/// How an import goes about it.
#[derive(Clone, Copy)]
pub struct ImportOptions<'a> {
    /// Keep identifiers, times and API keys of the file: to move an account. Otherwise everybody is new.
    pub keep_ids: bool,
    /// The time at which whatever is new is said to be created.
    pub now: Timestamp,
    /// The day from which records count for which the file names none.
    pub today: Date,
    /// Seals what must not be stored in clear.
    pub sealer: &'a dyn Sealer,
}

/// Seals what must not be stored in clear.
pub trait Sealer {
    /// Seals a text, such as a government number.
    fn seal(&self, plain: &str) -> Sealed;

    /// The hash by which an API key is found, and the sealed key.
    fn key(&self, key: &ApiKey) -> (KeyHash, Sealed);
}

//! What is wrong with a store, and exactly where.

use std::fmt;
use std::path::PathBuf;

use folkmoot_core::AccountId;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What, in words for the operator. It quotes nothing that is personal or secret.
    pub what: String,
    /// Whether it has been put right.
    pub repaired: bool,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The database as a whole.
    Database,
    /// A table of the database.
    Table {
        /// Whose rows, where that is known.
        account: Option<AccountId>,
        /// The table.
        table: &'static str,
    },
    /// A row of the database.
    Row {
        /// Whose.
        account: AccountId,
        /// The table.
        table: &'static str,
        /// The row's identifier within its account; the revision in the change log.
        id: i64,
    },
    /// A file.
    File(PathBuf),
    /// The command that tells the keys.
    KeyCommand,
    /// An object of a bucket, `s3://BUCKET/KEY`.
    Object(String),
}

impl Finding {
    pub(crate) fn new(place: Place, what: impl Into<String>) -> Finding {
        Finding { place, what: what.into(), repaired: false }
    }

    pub(crate) fn row(account: i64, table: &'static str, id: i64, what: impl Into<String>) -> Finding {
        Finding::new(Place::Row { account: AccountId(account), table, id }, what)
    }

    pub(crate) fn file(path: impl Into<PathBuf>, what: impl Into<String>) -> Finding {
        Finding::new(Place::File(path.into()), what)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Database => f.write_str("database"),
            Place::Table { account: None, table } => write!(f, "table {table}"),
            Place::Table { account: Some(account), table } => write!(f, "account {account}, table {table}"),
            Place::Row { account, table, id } => write!(f, "account {account}, table {table}, row {id}"),
            Place::File(path) => path.display().fmt(f),
            Place::KeyCommand => f.write_str("key command"),
            Place::Object(key) => f.write_str(key),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repaired = if self.repaired { " (repaired)" } else { "" };
        write!(f, "{}: {}{repaired}", self.place, self.what)
    }
}

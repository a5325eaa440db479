//! People from files: reading, and planning what a file adds to an account.

mod csv;
mod draft;
mod fault;
mod json;
mod options;
mod plan;
mod suggest;

pub use folkmoot_wire::Position;

pub use csv::read_csv;
pub use draft::Drafts;
pub use fault::Fault;
pub use json::read_json;
pub use options::{ImportOptions, Sealer};
pub use plan::{ImportPlan, plan};

use crate::column::Key;

/// What a table must say of everybody (`users.md`, 'the required data'). Documents of the API need not say the last
/// of these, as their lists hold partial users.
const REQUIRED: [Key; 5] = [Key::Username, Key::Email, Key::FirstName, Key::LastName, Key::Hired];

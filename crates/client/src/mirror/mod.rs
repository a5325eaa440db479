//! All pictures of an account as files in a folder, kept up to date: [`pull`] fetches them, [`push`] goes the
//! other way, and [`report`] tells who has one.
//!
//! The folder belongs to one run at a time. Next to the pictures it holds `manifest.jsonl`, one line for each
//! user, and `.folkmoot/`, where pictures lie while they are incomplete.

mod commit;
mod enrich;
mod error;
mod folder;
mod hash;
mod ledger;
mod manifest;
mod names;
mod options;
mod outcome;
mod plan;
mod progress;
mod pull;
mod push;
mod report;
mod template;
mod writer;

pub use error::MirrorError;
pub use manifest::{Entry, Status};
pub use options::{DEFAULT_JOBS, Options};
pub use outcome::{Failure, Outcome, Report};
pub use progress::{Event, Progress};
pub use pull::pull;
pub use push::{PushOptions, push};
pub use report::{Survey, SurveyRow, SurveyState, report};
pub use template::Template;

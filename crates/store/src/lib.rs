//! Where everything is kept: the only crate that knows SQL and blobs.
//!
//! A [`Store`] is opened on one data directory (or, later, on a database and a bucket). Reads load a
//! [`folkmoot_core::Directory`]; writes go through a [`Tx`], which enters every change into the change log in the
//! same transaction.

mod accounts;
mod blobs;
mod check;
mod copy;
mod data_dir;
mod db;
mod directory_image;
mod error;
mod finding;
mod holds;
mod keys;
mod load;
mod manifest;
mod passwords;
mod pictures;
mod progress;
mod refresh;
mod restore;
mod rows;
mod store;
mod tx;
mod write_org;
mod write_people;

pub use accounts::AccountExists;
pub use blobs::{Blobs, Staged};
pub use check::{CheckOptions, CheckReport};
pub use copy::{BackupOptions, BackupReport};
pub use data_dir::DataDir;
pub use error::{StoreError, StoreResult};
pub use finding::{Finding, Place};
pub use keys::KeyRing;
pub use manifest::BackedUpAccount;
pub use passwords::Passwords;
pub use pictures::StoredPicture;
pub use progress::{OnProgress, Progress, Stage, no_progress};
pub use restore::{RestoreOptions, RestoreReport, restore};
pub use store::Store;
pub use tx::{Author, Tx};

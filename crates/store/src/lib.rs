//! Where everything is kept: the only crate that knows SQL and blobs.
//!
//! A [`Store`] is opened on one data directory (or, later, on a database and a bucket). Reads load a
//! [`folkmoot_core::Directory`]; writes go through a [`Tx`], which enters every change into the change log in the
//! same transaction.

mod accounts;
mod blobs;
mod data_dir;
mod db;
mod error;
mod keys;
mod load;
mod passwords;
mod pictures;
mod refresh;
mod rows;
mod store;
mod tx;
mod write_org;
mod write_people;

pub use accounts::AccountExists;
pub use blobs::Blobs;
pub use data_dir::DataDir;
pub use error::{StoreError, StoreResult};
pub use keys::KeyRing;
pub use passwords::Passwords;
pub use pictures::StoredPicture;
pub use store::Store;
pub use tx::{Author, Tx};

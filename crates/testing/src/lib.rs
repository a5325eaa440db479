//! Real servers for tests: PostgreSQL from the system's packages, S3. Organisations that are made up, and an oracle that says
//! who sees what of them.
//!
//! Which backend the tests of the store and of the server use is said by `FOLKMOOT_TEST_STORE`: `sqlite` (the
//! default, with files) or `postgres` (with S3). `cargo xtask test` starts one PostgreSQL server for all of them, names
//! it in `FOLKMOOT_TEST_POSTGRES`, and runs everything on both. Where none is named, a test starts its own.

mod backend;
#[cfg(feature = "stores")]
mod bucket;
#[cfg(feature = "stores")]
mod database;
#[cfg(feature = "organisations")]
pub mod organisations;
mod postgres;
#[cfg(feature = "stores")]
mod s3;

pub use backend::{Backend, STORE_VARIABLE};
#[cfg(feature = "stores")]
pub use bucket::{ENDPOINT_VARIABLE, OwnServer, TestBucket};
#[cfg(feature = "stores")]
pub use database::TestDatabase;
pub use postgres::{Postgres, programs};
#[cfg(feature = "stores")]
pub use s3::{S3Server, serve_s3};

/// The environment variable that names the PostgreSQL server: `postgres://user@host:port`, without a database.
pub const SERVER_VARIABLE: &str = "FOLKMOOT_TEST_POSTGRES";

/// Whom the S3 servers let in.
pub const ACCESS_KEY: &str = "TESTACCESSKEY";
/// What [`ACCESS_KEY`] signs with.
pub const SECRET_KEY: &str = "test-secret-of-no-worth";

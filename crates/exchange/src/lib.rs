//! People from and to files. Everything here is a pure function of what it is given: files are bytes, the day and
//! the hour are parameters, and what must be secret is sealed by whoever calls.
//!
//! [`import`] reads a file into [`Drafts`](import::Drafts), in which each value still knows its place in the file,
//! and plans from them what is to be added to an account, or tells every fault of the file. [`export`] writes
//! people as a viewer sees them; what it writes, `import` reads back.

mod column;
pub mod export;
mod guard;
pub mod import;

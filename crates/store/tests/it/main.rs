//! The store on real files.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod backup;
mod check;
mod company;
mod directory;
mod image;
mod opening;
mod restore;
mod support;
mod writing;

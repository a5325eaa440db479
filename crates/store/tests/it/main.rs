//! The store on real files and real servers: every test on whichever backend the environment asks for
//! (`folkmoot_testing::Backend`), but those in `embedded`, which are about the files of a data directory, and those in
//! `postgres_only`.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod blobs;
mod chain;
mod check;
mod company;
mod corrections;
mod directory;
mod embedded;
mod group;
mod history;
mod invitations;
mod keys;
mod logins;
mod mobile_devices;
mod nodes;
mod opening;
mod payroll_and_quotas;
mod place;
mod postgres_only;
mod reseal;
mod roles;
mod support;
mod transfer;
mod upgrading;
mod webhooks;
mod writing;

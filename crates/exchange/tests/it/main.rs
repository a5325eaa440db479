//! Import and export as their callers see them.

mod bytes;
mod common;
mod faults;
mod round_trip;
mod seeds;

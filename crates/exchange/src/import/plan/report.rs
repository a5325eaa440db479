//! Faults as they are found.

use std::fmt;

use folkmoot_wire::Position;

use crate::import::Fault;
use crate::import::draft::{Drafts, Given, Names};

/// Collects the faults of a file.
pub(super) struct Report<'a> {
    names: &'a Names,
    faults: Vec<Fault>,
}

impl<'a> Report<'a> {
    /// A report that begins with what reading found.
    pub(super) fn new(drafts: &'a Drafts) -> Report<'a> {
        Report { names: &drafts.names, faults: drafts.faults.clone() }
    }

    /// Tells what is wrong with a value.
    pub(super) fn tell(&mut self, given: &Given, message: impl fmt::Display) {
        self.tell_at(given.at, given.name, message);
    }

    /// Tells what is wrong with the field `name`, a number of [`Names`], at a place.
    pub(super) fn tell_at(&mut self, at: Position, name: u32, message: impl fmt::Display) {
        self.faults.push(Fault::new(at, self.names.spelled(name), message));
    }

    /// Tells what is wrong with a field that the file does not have.
    pub(super) fn tell_missing(&mut self, at: Position, field: &str) {
        self.faults.push(Fault::new(at, field, "is required"));
    }

    /// How the file spells the field of a value.
    pub(super) fn spelled(&self, given: &Given) -> &'a str {
        self.names.spelled(given.name)
    }

    /// The faults, in the order of the file.
    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort();
        self.faults.dedup();
        self.faults
    }
}

//! A run of people, in order of creation.

use std::sync::Arc;

use jiff::civil::Date;

use crate::footprint::{Footprint, allocation};
use crate::{Person, UserId};

/// The most people that one chunk holds.
pub const CHUNK_SIZE: usize = 512;

/// A run of people with a stamp that no other content of this chunk's place ever had.
#[derive(Clone, Debug)]
pub struct Chunk {
    people: Vec<Arc<Person>>,
    stamp: u64,
    bytes: usize,
}

impl Chunk {
    pub(super) fn new(people: Vec<Arc<Person>>, stamp: u64) -> Chunk {
        let bytes = people.iter().map(|person| bytes_of(person)).sum();
        Chunk { people, stamp, bytes }
    }

    /// The same people under another stamp.
    pub(super) fn stamped(&self, stamp: u64) -> Chunk {
        Chunk { people: self.people.clone(), stamp, bytes: self.bytes }
    }

    /// The memory that its people take, together with the names by which they are found.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The people, in order of creation.
    pub fn people(&self) -> &[Arc<Person>] {
        &self.people
    }

    /// The directory's generation in which this chunk last changed. First person and stamp together name its
    /// content.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The number of the first person.
    pub fn first(&self) -> Option<UserId> {
        self.people.first().map(|person| person.user.id)
    }

    /// The number of the last person.
    pub fn last(&self) -> Option<UserId> {
        self.people.last().map(|person| person.user.id)
    }

    pub(super) fn person(&self, id: UserId) -> Option<&Arc<Person>> {
        let at = self.people.binary_search_by_key(&id, |person| person.user.id).ok()?;
        self.people.get(at)
    }

    pub(super) fn next_change(&self, as_of: Date) -> Option<Date> {
        self.people.iter().filter_map(|person| person.next_change(as_of)).min()
    }

    pub(super) fn in_effect_since(&self, as_of: Date) -> Option<Date> {
        self.people.iter().filter_map(|person| person.in_effect_since(as_of)).max()
    }
}

fn bytes_of(person: &Person) -> usize {
    const COUNTS: usize = 2 * size_of::<usize>();
    // The indexes have spellings of their own.
    let names = person.user.username.heap_bytes() + person.user.email.heap_bytes();
    size_of::<Arc<Person>>() + allocation(COUNTS + size_of::<Person>()) + person.heap_bytes() + names
}

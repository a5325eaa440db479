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
    sums: Sums,
}

/// What the people of a chunk come to on a day: kept, so that who changes one of them need not look at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sums {
    as_of: Date,
    bytes: usize,
    next_change: Option<Date>,
    in_effect_since: Option<Date>,
}

impl Sums {
    fn of(people: &[Arc<Person>], as_of: Date) -> Sums {
        let nobody = Sums { as_of, bytes: 0, next_change: None, in_effect_since: None };
        people.iter().fold(nobody, |sums, person| sums.with(person))
    }

    fn with(self, person: &Person) -> Sums {
        let next = [self.next_change, person.next_change(self.as_of)];
        let since = [self.in_effect_since, person.in_effect_since(self.as_of)];
        Sums {
            as_of: self.as_of,
            bytes: self.bytes + bytes_of(person),
            next_change: next.into_iter().flatten().min(),
            in_effect_since: since.into_iter().flatten().max(),
        }
    }

    /// Without somebody; `None` where what the others come to cannot be told from this.
    fn without(self, person: &Person) -> Option<Sums> {
        let decides = |mine: Option<Date>, all: Option<Date>| mine.is_some() && mine == all;
        let told = !decides(person.next_change(self.as_of), self.next_change)
            && !decides(person.in_effect_since(self.as_of), self.in_effect_since);
        told.then(|| Sums { bytes: self.bytes - bytes_of(person), ..self })
    }
}

impl Chunk {
    /// A chunk of `people`, whose dated records are resolved for the day `as_of`.
    pub(super) fn new(people: Vec<Arc<Person>>, stamp: u64, as_of: Date) -> Chunk {
        let sums = Sums::of(&people, as_of);
        Chunk { people, stamp, sums }
    }

    /// A chunk of `people`, who are those of this one without `gone` and with `come`.
    pub(super) fn after(
        &self,
        people: Vec<Arc<Person>>,
        stamp: u64,
        gone: &[Arc<Person>],
        come: &[Arc<Person>],
    ) -> Chunk {
        let rest = gone.iter().try_fold(self.sums, |sums, person| sums.without(person));
        let sums = rest.map(|rest| come.iter().fold(rest, |sums, person| sums.with(person)));
        let sums = sums.unwrap_or_else(|| Sums::of(&people, self.sums.as_of));
        Chunk { people, stamp, sums }
    }

    /// The same people under another stamp.
    pub(super) fn stamped(&self, stamp: u64) -> Chunk {
        Chunk { people: self.people.clone(), stamp, sums: self.sums }
    }

    /// The memory that its people take, together with the names by which they are found.
    pub(super) fn bytes(&self) -> usize {
        self.sums.bytes
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

    /// The first day after the one that it is resolved for on which a record of anybody's takes effect.
    pub(super) fn next_change(&self) -> Option<Date> {
        self.sums.next_change
    }

    /// The newest day, up to the one that it is resolved for, on which a record of anybody's took effect.
    pub(super) fn in_effect_since(&self) -> Option<Date> {
        self.sums.in_effect_since
    }
}

fn bytes_of(person: &Person) -> usize {
    const COUNTS: usize = 2 * size_of::<usize>();
    // The indexes have spellings of their own.
    let names = person.user.username.heap_bytes() + person.user.email.heap_bytes();
    size_of::<Arc<Person>>() + allocation(COUNTS + size_of::<Person>()) + person.heap_bytes() + names
}

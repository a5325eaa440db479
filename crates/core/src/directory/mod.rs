//! The directory: everything that reads of people are answered from, in memory, immutable.
//!
//! A write makes a new directory that shares with the old one all that did not change. People are kept in order of
//! creation in [`Chunk`]s; a chunk's stamp changes whenever its content or its meaning does, so that whatever is
//! derived from a chunk (rendered lists, compressed blocks) can be kept by its stamp, and an update costs one
//! chunk and not the whole account.

mod chunk;
mod index;

use std::sync::Arc;

use jiff::civil::Date;

pub use chunk::{CHUNK_SIZE, Chunk};
use index::Indexes;

use crate::footprint::Footprint;
use crate::{Access, Account, KeyHash, Org, Person, PictureName, UserId, fold_identifier};

/// An immutable snapshot of an account's people and organisation, resolved for one day.
#[derive(Clone, Debug)]
pub struct Directory {
    account: Arc<Account>,
    org: Arc<Org>,
    access: Arc<Access>,
    chunks: Arc<Vec<Arc<Chunk>>>,
    indexes: Indexes,
    revision: u64,
    generation: u64,
    as_of: Date,
    next_change: Option<Date>,
    in_effect_since: Date,
}

/// What a directory is made of, as the store loads it; its roles are the standard ones until
/// [`Directory::with_access`] says otherwise.
#[derive(Clone, Debug)]
pub struct DirectoryParts {
    /// The account.
    pub account: Account,
    /// Its organisation.
    pub org: Org,
    /// Its people; in any order.
    pub people: Vec<Person>,
    /// The account revision that all of this is of.
    pub revision: u64,
}

/// What became of a person.
#[derive(Clone, Debug)]
pub enum PersonChange {
    /// They were added or changed.
    Put(Box<Person>),
    /// They were deleted.
    Removed(UserId),
}

impl Directory {
    /// A directory of `parts`, resolved for the day `as_of`.
    pub fn new(parts: DirectoryParts, as_of: Date) -> Directory {
        let DirectoryParts { account, org, mut people, revision } = parts;
        people.sort_unstable_by_key(|person| person.user.id);
        let indexes = Indexes::of(&people);
        let mut chunks = Vec::with_capacity(people.len().div_ceil(CHUNK_SIZE));
        let mut people = people.into_iter().map(Arc::new).peekable();
        while people.peek().is_some() {
            let chunk = people.by_ref().take(CHUNK_SIZE).collect();
            chunks.push(Arc::new(Chunk::new(chunk, 0, as_of)));
        }
        let access = Arc::new(Access::new([], [], account.settings));
        let mut directory = Directory {
            access,
            account: Arc::new(account),
            org: Arc::new(org),
            chunks: Arc::new(chunks),
            indexes,
            revision,
            generation: 0,
            as_of,
            next_change: None,
            in_effect_since: Date::MIN,
        };
        directory.resolve_dates();
        directory
    }

    /// The directory after `changes`, at `revision`. What did not change is shared with this one.
    #[must_use]
    pub fn with_changes(&self, changes: Vec<PersonChange>, revision: u64) -> Directory {
        let mut next = self.clone();
        next.revision = revision;
        next.generation += 1;
        let mut by_chunk: Vec<(usize, PersonChange)> =
            changes.into_iter().map(|change| (self.chunk_for(change.id()), change)).collect();
        by_chunk.sort_by_key(|(chunk, change)| (*chunk, change.id()));
        let chunks = Arc::make_mut(&mut next.chunks);
        if chunks.is_empty() && !by_chunk.is_empty() {
            chunks.push(Arc::new(Chunk::new(Vec::new(), next.generation, next.as_of)));
        }
        // Later chunks first, so that splitting one does not move those still to come.
        while let Some(&(position, _)) = by_chunk.last() {
            let start = by_chunk.partition_point(|(chunk, _)| *chunk < position);
            let changes = by_chunk.split_off(start).into_iter().map(|(_, change)| change);
            let before = Arc::clone(&chunks[position]);
            let mut people = before.people().to_vec();
            let (mut gone, mut come) = (Vec::new(), Vec::new());
            for change in changes {
                let found = people.binary_search_by_key(&change.id(), |person| person.user.id);
                if let Ok(at) = found {
                    next.indexes.remove(&people[at]);
                    gone.push(Arc::clone(&people[at]));
                }
                match (change, found) {
                    (PersonChange::Put(person), found) => {
                        let person: Arc<Person> = Arc::from(person);
                        next.indexes.insert(&person);
                        come.push(Arc::clone(&person));
                        match found {
                            Ok(at) => people[at] = person,
                            Err(at) => people.insert(at, person),
                        }
                    }
                    (PersonChange::Removed(_), Ok(at)) => drop(people.remove(at)),
                    (PersonChange::Removed(_), Err(_)) => {}
                }
            }
            if (1..=CHUNK_SIZE).contains(&people.len()) {
                chunks[position] = Arc::new(before.after(people, next.generation, &gone, &come));
                continue;
            }
            let pieces = people.chunks(CHUNK_SIZE);
            chunks.splice(
                position..=position,
                pieces.map(|piece| Arc::new(Chunk::new(piece.to_vec(), next.generation, next.as_of))),
            );
        }
        next.indexes.settle();
        next.resolve_dates();
        next
    }

    /// The directory with another organisation or other settings. Both can show in anybody's data.
    #[must_use]
    pub fn with_org(&self, account: Account, org: Org, revision: u64) -> Directory {
        let mut next = self.clone();
        if account.settings != next.account.settings {
            next.access = Arc::new(Access::clone(&next.access).under(account.settings));
        }
        next.account = Arc::new(account);
        next.org = Arc::new(org);
        next.revision = revision;
        next.restamp();
        next
    }

    /// The directory with other roles, or others who hold them. What everyone sees is the same: no chunk is stamped
    /// anew, since what is kept by a stamp is what everyone sees.
    #[must_use]
    pub fn with_access(&self, access: Access, revision: u64) -> Directory {
        let mut next = self.clone();
        next.access = Arc::new(access.under(next.account.settings));
        next.revision = revision;
        next.generation += 1;
        next
    }

    /// The directory on another day: records that take effect by then count, and the chunks they are in are stamped
    /// anew.
    #[must_use]
    pub fn on(&self, as_of: Date) -> Directory {
        let mut next = self.clone();
        let (from, to) = (self.as_of.min(as_of), self.as_of.max(as_of));
        next.as_of = as_of;
        next.generation += 1;
        for chunk in Arc::make_mut(&mut next.chunks) {
            let changes = |person: &Arc<Person>| person.next_change(from).is_some_and(|date| date <= to);
            let stamp = if chunk.people().iter().any(changes) { next.generation } else { chunk.stamp() };
            *chunk = Arc::new(Chunk::new(chunk.people().to_vec(), stamp, as_of));
        }
        next.resolve_dates();
        next
    }

    /// This directory with a generation after `last` and stamps to match: none that the account used up to `last`
    /// comes again, although it was read anew.
    #[must_use]
    pub fn continuing_after(mut self, last: u64) -> Directory {
        self.generation = last;
        self.restamp();
        self
    }

    /// This directory, read anew, in the place of `older`: its stamps are later than any that `older` used.
    #[must_use]
    pub fn replacing(self, older: &Directory) -> Directory {
        self.continuing_after(older.generation)
    }

    /// The memory that the directory takes, in bytes: an estimate, kept per chunk, so that asking costs little.
    pub fn approximate_bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.bytes()).sum::<usize>()
            + self.indexes.bytes()
            + self.org.heap_bytes()
            + self.access.heap_bytes()
            + self.account.heap_bytes()
            + size_of::<Directory>()
    }

    fn restamp(&mut self) {
        self.generation += 1;
        for chunk in Arc::make_mut(&mut self.chunks) {
            *chunk = Arc::new(chunk.stamped(self.generation));
        }
    }

    fn resolve_dates(&mut self) {
        self.next_change = self.chunks.iter().filter_map(|chunk| chunk.next_change()).min();
        let since = self.chunks.iter().filter_map(|chunk| chunk.in_effect_since()).max();
        self.in_effect_since = since.unwrap_or(Date::MIN);
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The organisation.
    pub fn org(&self) -> &Org {
        &self.org
    }

    /// Its roles, and who holds which.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The account revision that this snapshot is of.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Counts the snapshots of this account in this process: no other content ever had the same number.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The day for which dated records are resolved.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The first day on which a record that is still to come takes effect.
    pub fn next_change(&self) -> Option<Date> {
        self.next_change
    }

    /// Whether on `today` other records count than on the day for which they are resolved.
    pub fn is_due(&self, today: Date) -> bool {
        self.as_of > today || self.next_change.is_some_and(|date| date <= today)
    }

    /// The newest day on which any record took effect: with the revision it names this state, on every node alike.
    pub fn in_effect_since(&self) -> Date {
        self.in_effect_since
    }

    /// People in order of creation, in chunks.
    pub fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }

    /// Everybody, in order of creation.
    pub fn people(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.chunks.iter().flat_map(|chunk| chunk.people())
    }

    /// How many people there are, leavers included.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.people().len()).sum()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    fn chunk_for(&self, id: UserId) -> usize {
        self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| last < id)).min(
            // Somebody new belongs at the end.
            self.chunks.len().saturating_sub(1),
        )
    }

    /// The person with this number.
    pub fn person(&self, id: UserId) -> Option<&Arc<Person>> {
        self.chunks.get(self.chunk_for(id))?.person(id)
    }

    /// The person whose username or e-mail address this is, whatever its case.
    pub fn by_identifier(&self, identifier: &str) -> Option<&Arc<Person>> {
        self.person(self.indexes.by_identifier(&fold_identifier(identifier))?)
    }

    /// The person with this username, whatever its case.
    pub fn by_username(&self, username: &str) -> Option<&Arc<Person>> {
        self.person(self.indexes.by_username(&fold_identifier(username))?)
    }

    /// The person whose API key has this hash.
    pub fn by_key(&self, hash: &KeyHash) -> Option<&Arc<Person>> {
        self.person(self.indexes.by_key(hash)?)
    }

    /// Whether anybody has this picture.
    pub fn has_picture(&self, name: &PictureName) -> bool {
        self.indexes.has_picture(name)
    }
}

impl PersonChange {
    fn id(&self) -> UserId {
        match self {
            PersonChange::Put(person) => person.user.id,
            PersonChange::Removed(id) => *id,
        }
    }
}

#[cfg(test)]
mod tests;

//! What a viewer sees of a chunk of people in a list. Lists are kept rendered and shared between viewers: where one shows
//! more of some people than of others, what is kept must be found again by exactly those who see the same.

use super::{ListedUser, Shown, Visible};
use crate::{CHUNK_SIZE, Chunk, Directory, Field, Mask, Viewer};

const BITS: usize = u64::BITS as usize;

/// One bit for each person of a chunk, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Marks([u64; CHUNK_SIZE / BITS]);

impl Marks {
    fn set(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / BITS) {
            *word |= 1 << (at % BITS);
        }
    }

    fn get(&self, at: usize) -> bool {
        self.0.get(at / BITS).is_some_and(|word| word >> (at % BITS) & 1 == 1)
    }
}

/// Of which people of a chunk a viewer sees the group, and of which the status: all in which version 1's list differs
/// from viewer to viewer. Whoever has the same sight of the same chunk is listed the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sight {
    group: Marks,
    status: Marks,
}

impl Viewer {
    /// Whether lists show the viewer everything of everybody, whoever they are: then there is one such list for all who
    /// do.
    pub fn sees_all_in_lists(&self, directory: &Directory) -> bool {
        let of_all = Mask::of(self.rights_over_all(directory), false);
        sees(of_all, Field::Group) && sees(of_all, Field::EmployeeStatus)
    }

    /// What the viewer sees of a chunk.
    pub fn sight(&self, directory: &Directory, chunk: &Chunk) -> Sight {
        let mut sight = Sight::default();
        // Who sees all need not look at anybody.
        let all = self.sees_all_in_lists(directory);
        for (at, person) in chunk.people().iter().enumerate() {
            let mask = (!all).then(|| self.mask(directory, person));
            let shows = |field| mask.is_none_or(|mask| sees(mask, field));
            if shows(Field::Group) {
                sight.group.set(at);
            }
            if shows(Field::EmployeeStatus) {
                sight.status.set(at);
            }
        }
        sight
    }
}

fn sees(mask: Mask, field: Field) -> bool {
    mask.sees(field.audience())
}

impl Sight {
    /// The people of `chunk` who have not left, as far as they are seen; the sight must be of this chunk.
    pub fn listed<'a>(
        self,
        directory: &'a Directory,
        chunk: &'a Chunk,
    ) -> impl Iterator<Item = Visible<ListedUser<'a>>> {
        let as_of = directory.as_of();
        let present = chunk.people().iter().enumerate().filter(move |(_, person)| !person.has_left(as_of));
        present.map(move |(at, person)| {
            let group = if self.group.get(at) { Shown::Yes(person.user.group) } else { Shown::No };
            let status = if self.status.get(at) { Shown::Yes(person.status(as_of)) } else { Shown::No };
            ListedUser::of(directory, person, group, status)
        })
    }
}

#[cfg(test)]
mod tests;

//! How people are found: persistent maps, so that a changed directory shares them with the one before.

use imbl::HashMap;

use crate::{KeyHash, Person, PictureName, Text, UserId, fold_identifier};

/// By username or e-mail, by key, and how many people have a picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Indexes {
    identifiers: HashMap<Text, UserId>,
    keys: HashMap<KeyHash, UserId>,
    pictures: HashMap<PictureName, u32>,
}

impl Indexes {
    pub(super) fn of(people: &[Person]) -> Indexes {
        let mut indexes = Indexes::default();
        for person in people {
            indexes.insert(person);
        }
        indexes
    }

    pub(super) fn insert(&mut self, person: &Person) {
        let user = &person.user;
        // A username wins over an e-mail address that somebody else has by the same spelling.
        self.identifiers.entry(fold_identifier(&user.email)).or_insert(user.id);
        self.identifiers.insert(fold_identifier(&user.username), user.id);
        if let Some(hash) = user.api_key_hash {
            self.keys.insert(hash, user.id);
        }
        if let Some(name) = user.picture {
            *self.pictures.entry(name).or_insert(0) += 1;
        }
    }

    pub(super) fn remove(&mut self, person: &Person) {
        let user = &person.user;
        for identifier in [&user.username, &user.email] {
            let folded = fold_identifier(identifier);
            if self.identifiers.get(&folded) == Some(&user.id) {
                self.identifiers.remove(&folded);
            }
        }
        if let Some(hash) = &user.api_key_hash {
            self.keys.remove(hash);
        }
        if let Some(name) = &user.picture
            && let Some(owners) = self.pictures.get_mut(name)
        {
            *owners -= 1;
            if *owners == 0 {
                self.pictures.remove(name);
            }
        }
    }

    pub(super) fn by_identifier(&self, folded: &str) -> Option<UserId> {
        self.identifiers.get(folded).copied()
    }

    pub(super) fn by_key(&self, hash: &KeyHash) -> Option<UserId> {
        self.keys.get(hash).copied()
    }

    pub(super) fn has_picture(&self, name: &PictureName) -> bool {
        self.pictures.contains_key(name)
    }
}

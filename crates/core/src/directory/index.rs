//! How people are found: by username, e-mail address or key, and whether anybody has a picture.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::footprint::table;
use crate::{KeyHash, Person, PictureName, Text, UserId, fold_identifier};

/// The indexes of a directory. A changed directory shares with the one before what did not change.
#[derive(Clone, Debug, Default)]
pub(super) struct Indexes {
    usernames: Layered<Text, UserId>,
    emails: Layered<Text, UserId>,
    keys: Layered<KeyHash, UserId>,
    /// How many people have it.
    pictures: Layered<PictureName, u32>,
}

/// A map made at once, which is small and quick, under a persistent one of what has changed since.
#[derive(Clone, Debug)]
struct Layered<K, V> {
    base: Arc<HashMap<K, V>>,
    changed: imbl::HashMap<K, Option<V>>,
}

impl<K, V> Default for Layered<K, V> {
    fn default() -> Self {
        Layered { base: Arc::default(), changed: imbl::HashMap::default() }
    }
}

impl<K, V> From<HashMap<K, V>> for Layered<K, V> {
    fn from(base: HashMap<K, V>) -> Self {
        Layered { base: Arc::new(base), changed: imbl::HashMap::default() }
    }
}

impl<K: Clone + Eq + Hash, V: Copy> Layered<K, V> {
    fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        match self.changed.get(key) {
            Some(changed) => *changed,
            None => self.base.get(key).copied(),
        }
    }

    fn set(&mut self, key: K, value: Option<V>) {
        self.changed.insert(key, value);
    }

    /// The memory that both maps take, without what keys have allocated.
    fn bytes(&self) -> usize {
        // An entry of the persistent map pays its share of nodes that are partly empty.
        const NODES: usize = 2;
        table(self.base.len(), size_of::<(K, V)>()) + self.changed.len() * size_of::<(K, Option<V>)>() * NODES
    }

    /// Makes one map of both when what has changed is no longer small next to what has not.
    fn settle(&mut self) {
        const SMALL: usize = 4096;
        if self.changed.len() > SMALL.max(self.base.len() / 4) {
            let mut base = (*self.base).clone();
            for (key, value) in std::mem::take(&mut self.changed) {
                match value {
                    Some(value) => base.insert(key, value),
                    None => base.remove(&key),
                };
            }
            self.base = Arc::new(base);
        }
    }
}

impl Indexes {
    pub(super) fn of(people: &[Person]) -> Indexes {
        let mut usernames = HashMap::with_capacity(people.len());
        let mut emails = HashMap::with_capacity(people.len());
        let (mut keys, mut pictures) = (HashMap::new(), HashMap::new());
        for Person { user, .. } in people {
            usernames.insert(fold_identifier(&user.username), user.id);
            emails.insert(fold_identifier(&user.email), user.id);
            if let Some(hash) = user.api_key_hash {
                keys.insert(hash, user.id);
            }
            if let Some(name) = user.picture {
                *pictures.entry(name).or_insert(0) += 1;
            }
        }
        Indexes {
            usernames: usernames.into(),
            emails: emails.into(),
            keys: keys.into(),
            pictures: pictures.into(),
        }
    }

    pub(super) fn insert(&mut self, person: &Person) {
        let user = &person.user;
        self.usernames.set(fold_identifier(&user.username), Some(user.id));
        self.emails.set(fold_identifier(&user.email), Some(user.id));
        if let Some(hash) = user.api_key_hash {
            self.keys.set(hash, Some(user.id));
        }
        if let Some(name) = user.picture {
            let owners = self.pictures.get(&name).unwrap_or(0) + 1;
            self.pictures.set(name, Some(owners));
        }
    }

    pub(super) fn remove(&mut self, person: &Person) {
        let user = &person.user;
        for (index, identifier) in [(&mut self.usernames, &user.username), (&mut self.emails, &user.email)] {
            let folded = fold_identifier(identifier);
            // In one batch of changes somebody else may have taken it over already.
            if index.get(&folded) == Some(user.id) {
                index.set(folded, None);
            }
        }
        if let Some(hash) = user.api_key_hash {
            self.keys.set(hash, None);
        }
        if let Some(name) = user.picture {
            let owners = self.pictures.get(&name).unwrap_or(0).saturating_sub(1);
            self.pictures.set(name, (owners > 0).then_some(owners));
        }
    }

    /// The memory that the indexes take; what their keys have allocated is counted with the people.
    pub(super) fn bytes(&self) -> usize {
        let Indexes { usernames, emails, keys, pictures } = self;
        usernames.bytes() + emails.bytes() + keys.bytes() + pictures.bytes()
    }

    /// Called once after a batch of changes.
    pub(super) fn settle(&mut self) {
        self.usernames.settle();
        self.emails.settle();
        self.keys.settle();
        self.pictures.settle();
    }

    pub(super) fn by_username(&self, folded: &str) -> Option<UserId> {
        self.usernames.get(folded)
    }

    /// A username wins over an e-mail address that somebody else has by the same spelling.
    pub(super) fn by_identifier(&self, folded: &str) -> Option<UserId> {
        self.by_username(folded).or_else(|| self.emails.get(folded))
    }

    pub(super) fn by_key(&self, hash: &KeyHash) -> Option<UserId> {
        self.keys.get(hash)
    }

    pub(super) fn has_picture(&self, name: &PictureName) -> bool {
        self.pictures.get(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settling_changes_nothing_that_is_found() {
        let mut layered: Layered<Text, u32> =
            (0..10).map(|n| (Text::from(n.to_string()), n)).collect::<HashMap<_, _>>().into();
        for n in 5..6000 {
            layered.set(Text::from(n.to_string()), (n % 3 > 0).then_some(n + 1));
        }
        let find = |layered: &Layered<Text, u32>| -> Vec<Option<u32>> {
            (0..7000).map(|n| layered.get(n.to_string().as_str())).collect()
        };
        let before = find(&layered);
        layered.settle();
        assert!(layered.changed.is_empty());
        assert_eq!(find(&layered), before);
    }
}

//! What a key file says: the root key, and the sealing keys that have followed it.
//!
//! The first line is the root key, 64 hexadecimal digits; it is generation 0. Each further line is `NUMBER DIGITS`: a
//! sealing key of a later generation, numbers going up. New values are sealed by the newest; see
//! `docs/decisions/0013-key-generations.md`.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use folkmoot_core::RandomSource;
use zeroize::Zeroizing;

use crate::{StoreError, StoreResult};

/// Length of a key in bytes.
pub(crate) const KEY: usize = 32;

type Secret = Zeroizing<[u8; KEY]>;

/// The root key, and the sealing keys by generation. Wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    root: Secret,
    /// Generations from 1 on; generation 0 is the root's.
    later: BTreeMap<u32, Secret>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys(0…{})", self.newest())
    }
}

impl Keys {
    /// A new root key.
    pub fn generate(random: &dyn RandomSource) -> Keys {
        Keys { root: secret(random), later: BTreeMap::new() }
    }

    /// The keys that `text` says. `place` is where it was read, for messages.
    ///
    /// # Errors
    /// When it is not a key file's text; the message names the line, and nothing of what is on it.
    pub fn parse(place: &str, text: &str) -> StoreResult<Keys> {
        let mut lines = text.trim_end().lines();
        let root = lines.next().and_then(|line| from_hex(line.trim_end()));
        let root = root.ok_or_else(|| StoreError::Unusable(format!("{place} is not a Folkmoot key")))?;
        let mut keys = Keys { root, later: BTreeMap::new() };
        for (line, number) in lines.zip(2..) {
            let malformed = |what: &str| StoreError::Unusable(format!("{place}, line {number}: {what}"));
            let (generation, digits) = line
                .trim_end()
                .split_once(' ')
                .ok_or_else(|| malformed("is not a generation's number, a space and its key"))?;
            let generation: u32 =
                generation.parse().ok().filter(|&generation| generation > keys.newest()).ok_or_else(
                    || malformed("its generation is not a number greater than the one before it"),
                )?;
            let key = from_hex(digits).ok_or_else(|| malformed("its key is not 64 hexadecimal digits"))?;
            if keys.all().any(|(_, known)| *known == *key) {
                return Err(malformed("its key is that of another generation"));
            }
            keys.later.insert(generation, key);
        }
        Ok(keys)
    }

    /// The text that [`Keys::parse`] reads.
    pub fn text(&self) -> Zeroizing<String> {
        // Room for all of it from the start: what a growing text leaves behind is not wiped.
        let mut text = Zeroizing::new(String::with_capacity((self.later.len() + 1) * (2 * KEY + 12)));
        for (generation, key) in self.all() {
            if generation > 0 {
                let _ = write!(text, "{generation} ");
            }
            for byte in key {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\n');
        }
        text
    }

    /// The generations there are, in order; the first is 0.
    pub fn generations(&self) -> impl Iterator<Item = u32> + '_ {
        self.all().map(|(generation, _)| generation)
    }

    /// The generation by which new values are sealed.
    pub fn newest(&self) -> u32 {
        self.later.last_key_value().map_or(0, |(&generation, _)| generation)
    }

    pub(crate) fn root(&self) -> &[u8; KEY] {
        &self.root
    }

    /// Every key with its generation, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &[u8; KEY])> {
        let root: &[u8; KEY] = &self.root;
        let later = self.later.iter().map(|(&generation, key)| -> (u32, &[u8; KEY]) { (generation, key) });
        std::iter::once((0, root)).chain(later)
    }

    /// These keys, and one of a new generation.
    pub(crate) fn with_next(&self, random: &dyn RandomSource) -> StoreResult<Keys> {
        let next = self.newest().checked_add(1);
        let next = next.ok_or_else(|| StoreError::Unusable("there are no more generations".to_owned()))?;
        let mut keys = self.clone();
        keys.later.insert(next, secret(random));
        Ok(keys)
    }

    /// These keys without one generation. The root stays, since names and hashes follow from it, and so does the
    /// newest, whose number would be given again.
    pub(crate) fn without(&self, generation: u32) -> StoreResult<Keys> {
        let refused = |what: String| Err(StoreError::Unusable(what));
        let mut keys = self.clone();
        if generation == 0 {
            return refused(
                "generation 0 is the root key, from which names and hashes follow; it stays".into(),
            );
        }
        if generation == self.newest() {
            return refused(format!("generation {generation} is the one that new values are sealed by"));
        }
        match keys.later.remove(&generation) {
            Some(_) => Ok(keys),
            None => refused(format!("there is no generation {generation}")),
        }
    }

    /// These keys and those of `other`, which must have the same root and may not say otherwise of any generation.
    pub(crate) fn merged(&self, other: &Keys) -> StoreResult<Keys> {
        let mut keys = self.clone();
        if self.root != other.root {
            return Err(StoreError::Unusable("the root key is another than it was".to_owned()));
        }
        for (&generation, key) in &other.later {
            if keys.later.entry(generation).or_insert_with(|| key.clone()) != key {
                return Err(StoreError::Unusable(format!(
                    "the key of generation {generation} is another than it was"
                )));
            }
        }
        Ok(keys)
    }
}

fn secret(random: &dyn RandomSource) -> Secret {
    let mut key = Zeroizing::new([0; KEY]);
    random.fill(&mut *key);
    key
}

fn from_hex(digits: &str) -> Option<Secret> {
    let digits = digits.as_bytes();
    let nibble = |digit: u8| char::from(digit).to_digit(16);
    let mut key = Zeroizing::new([0; KEY]);
    if digits.len() != 2 * KEY {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (nibble(pair[0])? << 4 | nibble(pair[1])?) as u8;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::Counting;

    fn hex(byte: u8) -> String {
        format!("{byte:02x}").repeat(KEY)
    }

    fn refusal(text: &str) -> String {
        Keys::parse("FILE", text).unwrap_err().to_string()
    }

    #[test]
    fn a_key_file_is_read_as_it_is_written() {
        let random = Counting::from(1);
        let mut keys = Keys::generate(&random);
        assert_eq!(keys.text().as_str(), format!("{}\n", hex(1)));
        keys = keys.with_next(&random).unwrap().with_next(&random).unwrap();
        assert_eq!(keys.text().as_str(), format!("{}\n1 {}\n2 {}\n", hex(1), hex(2), hex(3)));
        assert_eq!(keys.generations().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(Keys::parse("FILE", &keys.text()).unwrap(), keys);
        // Line ends of another system, and digits of another case.
        let foreign = keys.text().to_uppercase().replace('\n', "\r\n");
        assert_eq!(Keys::parse("FILE", &foreign).unwrap(), keys);
        assert_eq!(format!("{keys:?}"), "Keys(0…2)", "never shown by accident");
    }

    #[test]
    fn what_is_wrong_with_a_key_file_is_said_without_its_keys() {
        let (root, one, two) = (hex(0xaa), hex(0xbb), hex(0xcc));
        for text in ["", "\n", "abc", &"g".repeat(64), &"ä".repeat(32), &format!("+{}", &root[1..])] {
            assert_eq!(refusal(text), "FILE is not a Folkmoot key");
        }
        for (text, problem) in [
            (format!("{root}\n{one}"), "line 2: is not a generation's number"),
            (format!("{root}\n\n1 {one}"), "line 2: is not a generation's number"),
            (format!("{root}\n0 {one}"), "line 2: its generation is not"),
            (format!("{root}\n2 {two}\n1 {one}"), "line 3: its generation is not"),
            (format!("{root}\n1 {one}\n1 {two}"), "line 3: its generation is not"),
            (format!("{root}\nx {one}"), "line 2: its generation is not"),
            (format!("{root}\n4294967296 {one}"), "line 2: its generation is not"),
            (format!("{root}\n1 {}", &one[2..]), "line 2: its key is not 64"),
            (format!("{root}\n1 {one} {two}"), "line 2: its key is not 64"),
            (format!("{root}\n1 {root}"), "line 2: its key is that of another"),
            (format!("{root}\n1 {one}\n2 {one}"), "line 3: its key is that of another"),
        ] {
            let refusal = refusal(&text);
            assert!(refusal.starts_with("FILE, ") && refusal.contains(problem), "{refusal}");
            assert!(!refusal.contains("aaaa") && !refusal.contains("bbbb"), "{refusal}");
        }
    }

    #[test]
    fn a_generation_is_forgotten_and_its_number_not_given_again() {
        let random = Counting::from(1);
        let keys = Keys::generate(&random).with_next(&random).unwrap().with_next(&random).unwrap();
        for (generation, why) in [(0, "root"), (2, "new values"), (3, "no generation 3")] {
            let refusal = keys.without(generation).unwrap_err().to_string();
            assert!(refusal.contains(why), "{refusal}");
        }
        let fewer = keys.without(1).unwrap();
        assert_eq!(fewer.generations().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(fewer.with_next(&random).unwrap().newest(), 3);
        assert_eq!(fewer.merged(&keys).unwrap(), keys);
        assert_eq!(keys.merged(&fewer).unwrap(), keys, "what was known stays known");
    }

    #[test]
    fn keys_that_contradict_what_was_known_are_refused() {
        let random = Counting::from(1);
        let keys = Keys::generate(&random);
        let (one, other) = (keys.with_next(&random).unwrap(), keys.with_next(&random).unwrap());
        assert!(one.merged(&other).unwrap_err().to_string().contains("generation 1 is another"));
        let root = Keys::generate(&random);
        assert!(keys.merged(&root).unwrap_err().to_string().contains("root key is another"));
    }
}

//! Who somebody is, from nothing but the company's seed and their number: what records and portraits agree on.

use folkmoot_core::Gender;

use crate::names::{CULTURES, Culture, Name};
use crate::rng::{Deck, Rng, Topic};

/// What does not depend on the size of the company or on anybody's career.
pub(crate) struct Identity {
    pub(crate) culture: &'static Culture,
    /// Lives where the names are from, and writes them as there.
    pub(crate) at_home: bool,
    /// Bears women's names.
    pub(crate) woman: bool,
    pub(crate) gender: Option<Gender>,
    /// From 0 for the youngest of their rank to 1 for the oldest.
    pub(crate) seniority: f32,
    pub(crate) first: &'static Name,
    pub(crate) middle: Option<&'static Name>,
    /// Index into the culture's family names.
    pub(crate) family: usize,
}

impl Identity {
    /// A family name as this person bears it.
    pub(crate) fn family_name(&self, index: usize) -> &'static Name {
        let names = self.culture.names;
        if self.woman && !names.family_of_women.is_empty() {
            &names.family_of_women[index]
        } else {
            &names.family[index]
        }
    }
}

/// Deals identities.
pub(crate) struct Identities {
    seed: u64,
    cultures: Deck,
}

impl Identities {
    pub(crate) fn new(seed: u64) -> Identities {
        let counts = CULTURES.iter().flat_map(|culture| [culture.at_home, culture.abroad]);
        Identities { seed, cultures: Deck::new(seed, 1, counts) }
    }

    /// The identity of user number `id`. Number 1 is the administrator.
    pub(crate) fn of(&mut self, id: u64) -> Identity {
        let mut rng = Rng::of(self.seed, Topic::Identity, id);
        let card = if id == 1 { 0 } else { self.cultures.card(id) };
        let culture = &CULTURES[usize::from(card / 2)];
        let (gender, woman) = match rng.below(1000) {
            _ if id == 1 => (Some(Gender::Female), true),
            0..475 => (Some(Gender::Female), true),
            475..950 => (Some(Gender::Male), false),
            950..975 => (Some(Gender::Other), rng.chance(500)),
            _ => (None, rng.chance(500)),
        };
        let firsts = if woman { culture.names.female } else { culture.names.male };
        let first = rng.pick(firsts);
        // Where names are written in one Latin-like line, some have a second one.
        let middle = (culture.names.male[0].0 == culture.names.male[0].1 && rng.chance(380))
            .then(|| rng.pick(firsts))
            .filter(|middle| middle.0 != first.0);
        let seniority = if id == 1 { 0.3 } else { rng.unit() * rng.real(0.35, 1.0) };
        let family = rng.below(culture.names.family.len() as u32) as usize;
        Identity { culture, at_home: card % 2 == 0, woman, gender, seniority, first, middle, family }
    }
}

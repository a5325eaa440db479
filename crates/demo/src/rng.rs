//! A small stable generator: the same seed makes the same company in every version of every dependency.

/// What a stream of numbers is for. Streams are independent, so that a new decision in one place leaves every other
/// place as it was.
#[derive(Clone, Copy)]
pub(crate) enum Topic {
    /// Who somebody is: name, gender, age.
    Identity = 1,
    /// Which card of a deck a block of people is dealt.
    Cards,
    /// The shape of the organisation.
    Tree,
    /// When people came and left.
    Dates,
    /// Job data.
    Job,
    /// Personal data.
    Personal,
    /// Links and nicknames.
    Profile,
    /// Custom fields and leave.
    Extras,
    /// Whether there is a picture, and what it shows.
    Portrait,
}

/// `SplitMix64`.
#[derive(Clone)]
pub(crate) struct Rng(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream for one thing (a person, a seat, a block) within a topic.
    pub(crate) fn of(seed: u64, topic: Topic, index: u64) -> Rng {
        let topic = (topic as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
        Rng(mix(mix(seed.wrapping_add(topic)).wrapping_add(index.wrapping_mul(GOLDEN))))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `bound`, which must not be zero.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        (((self.next() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as u32) as i32
    }

    /// True in so many cases of a thousand.
    pub(crate) fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < permille
    }

    /// From 0 to just below 1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 16_777_216.0
    }

    /// From `low` to just below `high`.
    pub(crate) fn real(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// One of `items`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }

    /// One of `words`, which must not be empty.
    pub(crate) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick::<&str>(words)
    }

    /// One of `items` by weight; the sum of the weights must not be zero.
    pub(crate) fn weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let mut left = self.below(items.iter().map(&weight).sum());
        for item in items {
            let weight = weight(item);
            if left < weight {
                return item;
            }
            left -= weight;
        }
        &items[items.len() - 1]
    }
}

/// A deck of cards, dealt to people in turn and shuffled anew whenever it is used up: unlike dice, every card comes
/// up in every run of its length.
pub(crate) struct Deck {
    seed: u64,
    salt: u64,
    block: u64,
    cards: Vec<u8>,
    kinds: Vec<u8>,
}

impl Deck {
    /// A deck with so many cards of each kind, by number of kind.
    pub(crate) fn new(seed: u64, salt: u64, counts: impl Iterator<Item = u32>) -> Deck {
        let kinds: Vec<u8> = counts
            .enumerate()
            .flat_map(|(kind, count)| std::iter::repeat_n(kind as u8, count as usize))
            .collect();
        Deck { seed, salt, block: u64::MAX, cards: Vec::new(), kinds }
    }

    /// The card of the one with this number.
    pub(crate) fn card(&mut self, number: u64) -> u8 {
        let size = self.kinds.len() as u64;
        if self.block != number / size {
            self.block = number / size;
            self.cards.clone_from(&self.kinds);
            let mut rng = Rng::of(self.seed, Topic::Cards, mix(self.block).wrapping_add(self.salt));
            for last in (1..self.cards.len()).rev() {
                self.cards.swap(last, rng.below(last as u32 + 1) as usize);
            }
        }
        self.cards[(number % size) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_never_change() {
        let mut rng = Rng::of(7, Topic::Identity, 1);
        let first = [rng.next(), rng.next()];
        let mut again = Rng::of(7, Topic::Identity, 1);
        assert_eq!(first, [again.next(), again.next()]);
        // SplitMix64 from state 0, as published.
        assert_eq!(Rng(0).next(), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn a_deck_deals_every_card_once_a_round() {
        let mut deck = Deck::new(1, 0, [2, 0, 3].into_iter());
        for round in 0..3 {
            let mut dealt: Vec<u8> = (0..5).map(|i| deck.card(round * 5 + i)).collect();
            dealt.sort_unstable();
            assert_eq!(dealt, [0, 0, 2, 2, 2]);
        }
    }

    #[test]
    fn ranges_hold_their_ends() {
        let mut rng = Rng::of(1, Topic::Tree, 0);
        let drawn: Vec<i32> = (0..200).map(|_| rng.between(-1, 1)).collect();
        assert!(drawn.contains(&-1) && drawn.contains(&1) && drawn.iter().all(|n| n.abs() <= 1));
    }
}

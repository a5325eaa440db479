//! Who leads whom: a tree of seats, from the chief executive down.

use crate::jobs::{BRANCHES, EXECUTIVE, HUMAN_RESOURCES, Post, rank};
use crate::rng::{Rng, Topic};

/// No seat: what the chief executive's leads to.
pub(crate) const NOBODY: u32 = u32::MAX;

/// A place in the organisation.
#[derive(Clone, Copy)]
pub(crate) struct Seat {
    /// The seat above.
    pub(crate) above: u32,
    /// The job that goes with it.
    pub(crate) post: Post,
    /// How many levels there are below.
    pub(crate) height: u8,
}

impl Seat {
    /// Whether somebody reports to it.
    pub(crate) fn leads(self) -> bool {
        self.height > 0
    }
}

/// The seat of whoever leads Human Resources, and of the whole company when it is one person.
pub(crate) const fn administrator(seats: usize) -> usize {
    if seats > 1 { 1 } else { 0 }
}

/// A tree of `count` seats, each after the one above it. The first is the chief executive, the second leads Human
/// Resources.
pub(crate) fn grow(seed: u64, count: usize) -> Vec<Seat> {
    let mut tree = Tree { seats: Vec::with_capacity(count), rng: Rng::of(seed, Topic::Tree, 0) };
    if count == 0 {
        return tree.seats;
    }
    tree.add(NOBODY, EXECUTIVE);
    let counts = head_counts(count - 1);
    let mut heads = [NOBODY; BRANCHES.len()];
    for (branch, &people) in counts.iter().enumerate() {
        if people > 0 {
            let above = BRANCHES[branch].under.map_or(0, |parent| heads[usize::from(parent)]);
            heads[branch] = tree.add(above, branch as u8);
            tree.seats[heads[branch] as usize].post.rank = rank::HEAD;
        }
    }
    for (branch, &people) in counts.iter().enumerate() {
        if people > 1 {
            // Those who lead other departments' heads too have fewer reports of their own.
            let guests =
                BRANCHES.iter().zip(counts).filter(|(b, n)| b.under == Some(branch as u8) && *n > 0).count();
            tree.staff(heads[branch], branch as u8, people - 1, guests as u32);
        }
    }
    tree.name_posts(count);
    tree.seats
}

/// How many people each department has: by its share, and at least one while people last.
fn head_counts(people: usize) -> [usize; BRANCHES.len()] {
    let mut counts = [0; BRANCHES.len()];
    // A department within another is worth its while with three people.
    let is_open = |branch: usize| match BRANCHES[branch].under {
        None => branch != usize::from(EXECUTIVE),
        Some(_) => people * BRANCHES[branch].share as usize >= 3000,
    };
    let open: Vec<usize> = (0..BRANCHES.len()).filter(|&branch| is_open(branch)).collect();
    for &branch in open.iter().take(people) {
        counts[branch] = 1;
    }
    let mut left = people.saturating_sub(open.len());
    let to_share = left;
    let shares: usize = open.iter().map(|&branch| BRANCHES[branch].share as usize).sum();
    for &branch in &open {
        let more = to_share * BRANCHES[branch].share as usize / shares;
        counts[branch] += more;
        left -= more;
    }
    for &branch in open.iter().skip(1).cycle().take(left) {
        counts[branch] += 1;
    }
    counts
}

struct Tree {
    seats: Vec<Seat>,
    rng: Rng,
}

impl Tree {
    fn add(&mut self, above: u32, branch: u8) -> u32 {
        self.seats.push(Seat { above, post: Post { branch, rank: rank::REGULAR, track: 0 }, height: 0 });
        self.seats.len() as u32 - 1
    }

    /// Seats `people` below `head`, so that nobody leads more than nine.
    fn staff(&mut self, head: u32, branch: u8, people: usize, guests: u32) {
        let mut todo = vec![(head, people, guests)];
        while let Some((above, people, guests)) = todo.pop() {
            if people <= 9 - guests as usize {
                for _ in 0..people {
                    self.add(above, branch);
                }
                continue;
            }
            let reports = (5 + self.rng.below(4 - guests) as usize).min(people - 4);
            let managers = if people >= reports * 5 {
                reports
            } else {
                // Each manager with about five people of their own, the others alone.
                ((people - reports + 2) / 5).clamp(1, reports)
            };
            for _ in managers..reports {
                self.add(above, branch);
            }
            let mut left = people - (reports - managers);
            for remaining in (1..=managers).rev() {
                let fair = left / remaining;
                let spread = if fair > 12 { fair / 4 } else { 0 };
                let team = if remaining == 1 {
                    left
                } else {
                    fair - spread + self.rng.below(2 * spread as u32 + 1) as usize
                };
                left -= team;
                let manager = self.add(above, branch);
                todo.push((manager, team - 1, 0));
            }
        }
    }

    /// Titles follow from how far down the tree reaches below a seat.
    fn name_posts(&mut self, count: usize) {
        for seat in (1..self.seats.len()).rev() {
            let above = self.seats[seat].above as usize;
            self.seats[above].height = self.seats[above].height.max(self.seats[seat].height + 1);
        }
        for (index, seat) in self.seats.iter_mut().enumerate() {
            let branch = &BRANCHES[usize::from(seat.post.branch)];
            let heads_department = seat.post.rank == rank::HEAD;
            seat.post.rank = match (index, seat.height) {
                (0, _) => rank::CHIEF,
                (_, 0) => match self.rng.below(100) {
                    0..28 => rank::JUNIOR,
                    28..72 => rank::REGULAR,
                    _ => rank::SENIOR,
                },
                (_, 1) => rank::MANAGER,
                (_, 2) => rank::DIRECTOR,
                (_, 3) => rank::SENIOR_DIRECTOR,
                _ => rank::VICE_PRESIDENT,
            };
            if heads_department && (index == administrator(count) || count >= 100) {
                seat.post.rank = rank::HEAD;
            } else if heads_department && seat.leads() {
                seat.post.rank = seat.post.rank.max(rank::DIRECTOR);
            }
            if !seat.leads() {
                let track = self.rng.weighted(branch.tracks, |track| track.weight);
                seat.post.track =
                    branch.tracks.iter().position(|t| std::ptr::eq(t, track)).unwrap_or_default() as u8;
            }
        }
        debug_assert!(count < 2 || self.seats[1].post.branch == HUMAN_RESOURCES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(seats: &[Seat]) -> Vec<u32> {
        let mut spans = vec![0; seats.len()];
        for seat in &seats[1..] {
            spans[seat.above as usize] += 1;
        }
        spans
    }

    #[test]
    fn every_size_has_exactly_its_seats_below_one_root() {
        for count in (1..400).chain([999, 5000, 40_000]) {
            let seats = grow(count as u64, count);
            assert_eq!(seats.len(), count);
            assert_eq!(seats[0].above, NOBODY);
            for (index, seat) in seats.iter().enumerate().skip(1) {
                assert!((seat.above as usize) < index, "{count} seats");
            }
            assert_eq!(seats[administrator(count)].post.branch, u8::from(count > 1));
        }
    }

    #[test]
    fn nobody_leads_more_than_nine_and_few_less_than_four() {
        for count in [100, 250, 1000, 20_000] {
            let seats = grow(3, count);
            let spans: Vec<u32> = spans(&seats).into_iter().filter(|&span| span > 0).collect();
            assert!(spans.iter().all(|&span| span <= 9), "{count}: {spans:?}");
            let few = spans.iter().filter(|&&span| span < 4).count();
            assert!(few * 8 <= spans.len() + 24, "{count}: {few} of {}", spans.len());
        }
    }

    #[test]
    fn large_companies_are_deep() {
        let height = |count| grow(1, count)[0].height;
        assert_eq!(height(1), 0);
        assert!((2..=4).contains(&height(250)), "{}", height(250));
        assert!((6..=9).contains(&height(100_000)), "{}", height(100_000));
    }
}

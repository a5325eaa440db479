//! What is held against subjects, in memory of a fixed size.
//!
//! A subject has a few places where it may be, and where all of them are taken, the one that is clear soonest makes
//! room. Who floods the table with subjects of one failure each replaces those with others of that kind: to push a
//! subject out takes as many subjects with as much held against them, each failure of which costs a password check.

use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

const SETS: usize = 1 << 13;
/// Places in which a subject may be.
const WAYS: usize = 8;

#[derive(Clone, Copy, Default)]
struct Entry {
    hash: u128,
    /// In microseconds; 0 for nobody.
    clear_at: i64,
}

/// A table of subjects' moments.
pub(crate) struct Table(Box<[Mutex<[Entry; WAYS]>]>);

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Table(…)")
    }
}

impl Table {
    pub(crate) fn new() -> Table {
        Table((0..SETS).map(|_| Mutex::default()).collect())
    }

    /// When the subject is clear; 0 where nothing is known of it.
    pub(crate) fn get(&self, hash: u128) -> i64 {
        let set = self.set(hash);
        set.iter().find(|entry| entry.hash == hash).map_or(0, |entry| entry.clear_at)
    }

    /// Changes when the subject is clear, in one step. What `change` refuses stays as it is.
    pub(crate) fn change<E>(&self, hash: u128, change: impl FnOnce(i64) -> Result<i64, E>) -> Result<(), E> {
        let mut set = self.set(hash);
        let there = set.iter().position(|entry| entry.hash == hash);
        let clear_at = change(there.map_or(0, |at| set[at].clear_at))?;
        let soonest = || (0..WAYS).min_by_key(|&at| set[at].clear_at).unwrap_or_default();
        let at = there.unwrap_or_else(soonest);
        set[at] = Entry { hash, clear_at };
        Ok(())
    }

    /// Has the subject clear sooner, by so many microseconds.
    pub(crate) fn bring_nearer(&self, hash: u128, by: i64) {
        let Ok(()) = self.change(hash, |clear_at| Ok::<_, Infallible>(clear_at.saturating_sub(by)));
    }

    /// Notes when the subject is clear.
    pub(crate) fn set_to(&self, hash: u128, clear_at: i64) {
        let Ok(()) = self.change(hash, |_| Ok::<_, Infallible>(clear_at));
    }

    fn set(&self, hash: u128) -> MutexGuard<'_, [Entry; WAYS]> {
        // The hash is keyed: nobody outside can choose who shares places.
        self.0[hash as usize % SETS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hash in the first set.
    fn neighbour(number: u128) -> u128 {
        number * SETS as u128
    }

    #[test]
    fn a_flood_of_small_fry_pushes_nobody_out_who_has_much_held_against_them() {
        let table = Table::new();
        table.set_to(neighbour(1), 1_000_000);
        for number in 2..10_000 {
            table.set_to(neighbour(number), 1_000);
        }
        assert_eq!(table.get(neighbour(1)), 1_000_000);
        assert_eq!(table.get(neighbour(9_999)), 1_000, "the newest is there, too");
        // It takes as much against as many.
        for number in 1..=WAYS as u128 {
            table.set_to(neighbour(100_000 + number), 2_000_000);
        }
        assert_eq!(table.get(neighbour(1)), 0);
    }

    #[test]
    fn its_size_does_not_depend_on_what_it_is_asked_to_hold() {
        let table = Table::new();
        let hash = |number: u128| number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        for number in 1..=3 * (SETS * WAYS) as u128 {
            table.set_to(hash(number), 1_000 + number as i64);
        }
        assert_eq!(table.0.len() * WAYS, 65_536);
        let latest = (1..=100).filter(|back| table.get(hash(3 * (SETS * WAYS) as u128 - back)) > 0).count();
        assert_eq!(latest, 100, "who came last is remembered");
    }

    #[test]
    fn a_change_that_is_refused_changes_nothing() {
        let table = Table::new();
        table.set_to(7, 5);
        assert_eq!(table.change(7, |_| Err("no")), Err("no"));
        assert_eq!(table.change(8, |_| Err("no")), Err("no"));
        assert_eq!((table.get(7), table.get(8)), (5, 0));
        assert_eq!(table.change::<()>(7, |clear_at| Ok(clear_at + 1)), Ok(()));
        assert_eq!(table.get(7), 6);
    }
}

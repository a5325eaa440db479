//! Chance that can be had again: `SplitMix64` from a seed that the run prints.

use std::sync::atomic::{AtomicU64, Ordering};

/// Shared by threads: what each of them gets depends on when it asks.
pub(super) struct Chance(AtomicU64);

impl Chance {
    pub(super) fn seeded(seed: u64) -> Chance {
        Chance(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// From `low` up to, and without, `high`.
    pub(super) fn between(&self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low)
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.between(0, of.len() as u64) as usize]
    }
}

//! How long things took, counted so cheaply that nothing is too small to be counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const BOUNDS: usize = 16;

/// How often something took how long: a histogram with fixed bounds. Noting costs two additions.
#[derive(Debug, Default)]
pub struct Durations {
    /// What took no longer than each bound, and longer than the one before; then what took longer than all.
    counts: [AtomicU64; BOUNDS + 1],
    nanoseconds: AtomicU64,
}

impl Durations {
    /// The upper bounds, which belong to what they bound.
    pub const BOUNDS: [Duration; BOUNDS] = [
        Duration::from_micros(100),
        Duration::from_micros(250),
        Duration::from_micros(500),
        Duration::from_millis(1),
        Duration::from_micros(2500),
        Duration::from_millis(5),
        Duration::from_millis(10),
        Duration::from_millis(25),
        Duration::from_millis(50),
        Duration::from_millis(100),
        Duration::from_millis(250),
        Duration::from_millis(500),
        Duration::from_secs(1),
        Duration::from_millis(2500),
        Duration::from_secs(5),
        Duration::from_secs(10),
    ];

    /// Notes that something took so long.
    pub fn note(&self, duration: Duration) {
        let at = Self::BOUNDS.iter().take_while(|&&bound| bound < duration).count();
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        self.nanoseconds.fetch_add(duration.as_nanos() as u64, Ordering::Relaxed);
    }

    /// How often it took up to each bound, and longer than the one before; the last is what took longer than all.
    pub fn counts(&self) -> [u64; BOUNDS + 1] {
        std::array::from_fn(|at| self.counts[at].load(Ordering::Relaxed))
    }

    /// How long it took altogether.
    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_as_long_as_a_bound_is_within_it() {
        let durations = Durations::default();
        for micros in [0, 100, 101, 250, 10_000_000, 10_000_001, 60_000_000] {
            durations.note(Duration::from_micros(micros));
        }
        let counts = durations.counts();
        assert_eq!(counts[..3], [2, 2, 0]);
        assert_eq!(counts[BOUNDS - 1..], [1, 2]);
        assert_eq!(counts.iter().sum::<u64>(), 7);
        assert_eq!(durations.total(), Duration::from_micros(80_000_452));
        assert!(Durations::BOUNDS.is_sorted());
    }
}

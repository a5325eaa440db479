//! How many failures are taken, and how soon they are forgotten.
//!
//! What is held against a subject is one moment: when it is clear again. A failure moves it an interval further away. So
//! there is nothing to be done as time passes, and moments that several nodes have moved add up.

use std::time::Duration;

/// Nothing is held against anybody for so long; a moment later than that comes of a clock that was wrong.
pub(crate) const HORIZON: Duration = Duration::from_mins(30);

/// So many failures at once, and one more in each interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    burst: i64,
    /// In microseconds.
    interval: i64,
}

impl Limit {
    pub(crate) const fn new(burst: u32, interval: Duration) -> Limit {
        Limit { burst: burst as i64, interval: interval.as_micros() as i64 }
    }

    /// How far a failure moves the moment at which a subject is clear, in microseconds.
    pub(crate) const fn interval(self) -> i64 {
        self.interval
    }

    /// How long it is until another failure is taken, in microseconds; 0 if one is now.
    pub(crate) fn wait(self, clear_at: i64, now: i64) -> i64 {
        held(clear_at, now).saturating_sub((self.burst - 1).saturating_mul(self.interval)).max(0)
    }

    /// When the subject is clear after another failure.
    pub(crate) fn after_failure(self, clear_at: i64, now: i64) -> i64 {
        now.saturating_add(held(clear_at, now)).saturating_add(self.interval)
    }
}

/// For how much longer something is held against a subject, in microseconds.
fn held(clear_at: i64, now: i64) -> i64 {
    let held = clear_at.saturating_sub(now);
    if (0..=HORIZON.as_micros() as i64).contains(&held) { held } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit::new(3, Duration::from_secs(10));
    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_burst_is_taken_and_then_one_in_each_interval() {
        let (mut now, mut clear_at) = (1_000 * SECOND, 0);
        for _ in 0..3 {
            assert_eq!(LIMIT.wait(clear_at, now), 0);
            clear_at = LIMIT.after_failure(clear_at, now);
        }
        assert_eq!(LIMIT.wait(clear_at, now), 10 * SECOND);
        now += 4 * SECOND;
        assert_eq!(LIMIT.wait(clear_at, now), 6 * SECOND);
        for _ in 0..100 {
            now += LIMIT.wait(clear_at, now);
            assert_eq!(LIMIT.wait(clear_at, now), 0);
            clear_at = LIMIT.after_failure(clear_at, now);
            assert_eq!(
                LIMIT.wait(clear_at, now),
                10 * SECOND,
                "no longer than an interval, however many there were"
            );
        }
        now += 30 * SECOND;
        assert_eq!(LIMIT.after_failure(clear_at, now), now + 10 * SECOND, "all is forgotten");
    }

    #[test]
    fn no_clock_locks_anybody_out_for_long() {
        let horizon = HORIZON.as_micros() as i64;
        let clear_at = (0..3).fold(0, |clear_at, _| LIMIT.after_failure(clear_at, 1_000 * SECOND));
        // Wherever the clock goes, what is held is forgotten within the horizon, or at once.
        for now in [0, SECOND, 999 * SECOND, 1_001 * SECOND, i64::MAX, i64::MIN, -SECOND, 1 << 60] {
            let wait = LIMIT.wait(clear_at, now);
            assert!((0..=horizon).contains(&wait), "{wait} at {now}");
            assert_eq!(LIMIT.wait(clear_at, now.saturating_add(wait)), 0);
            for nonsense in [i64::MAX, i64::MIN, now.saturating_add(horizon + 1), now.saturating_sub(1)] {
                assert_eq!(LIMIT.wait(nonsense, now), 0);
                assert_eq!(LIMIT.after_failure(nonsense, now), now.saturating_add(10 * SECOND));
            }
        }
    }
}

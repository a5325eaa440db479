//! When certificates are renewed, and when an order that failed is tried again.

use folkmoot_core::RandomSource;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::tls::Validity;

/// The first wait after a failure; each further one is twice as long. Authorities count failures by the hour.
const FIRST: SignedDuration = SignedDuration::from_mins(5);
/// The longest wait. A third of a certificate's life is left when it is first renewed: enough for many attempts.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// Spreads what many would do at the same moment. The same for the same host and attempt, so that asking again does not
/// move what was decided; different for each process.
#[derive(Clone, Debug)]
pub(crate) struct Jitter([u8; 16]);

impl Jitter {
    pub(crate) fn new(random: &dyn RandomSource) -> Jitter {
        let mut seed = [0; 16];
        random.fill(&mut seed);
        Jitter(seed)
    }

    /// A part of `most`.
    fn part(&self, host: &str, attempt: u32, most: SignedDuration) -> SignedDuration {
        let mut digest = Sha256::new();
        digest.update(self.0);
        digest.update(attempt.to_be_bytes());
        digest.update(host.as_bytes());
        let digest = digest.finalize();
        let fraction =
            f64::from(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])) / 2_f64.powi(32);
        SignedDuration::try_from_secs_f64(most.as_secs_f64() * fraction).unwrap_or(SignedDuration::ZERO)
    }

    /// When a certificate is renewed: after two thirds of its life, or up to a thirtieth of it later.
    pub(crate) fn renewal(&self, host: &str, validity: Validity) -> Timestamp {
        let life = validity.until.duration_since(validity.from);
        let after = life * 2 / 3 + self.part(host, 0, life / 30);
        validity.from.checked_add(after).unwrap_or(validity.until)
    }
}

/// An order that failed, or several one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    count: u32,
    /// When it may be tried again.
    pub(crate) again: Timestamp,
}

impl Failure {
    /// One more failure after those `before`.
    pub(crate) fn next(before: Option<Failure>, host: &str, now: Timestamp, jitter: &Jitter) -> Failure {
        let count = before.map_or(0, |failure| failure.count).saturating_add(1);
        let wait = (FIRST * 2_i32.pow((count - 1).min(10))).min(LONGEST);
        let wait = wait + jitter.part(host, count, wait / 4);
        Failure { count, again: now.checked_add(wait).unwrap_or(Timestamp::MAX) }
    }

    /// Reads one as it is kept.
    pub(crate) fn read(text: &[u8]) -> Option<Failure> {
        let (count, again) = str::from_utf8(text).ok()?.trim().split_once(' ')?;
        Some(Failure { count: count.parse().ok()?, again: again.parse().ok()? })
    }

    /// As it is kept.
    pub(crate) fn write(&self) -> Vec<u8> {
        format!("{} {}\n", self.count, self.again).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(u8);

    impl RandomSource for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_certificate_is_renewed_when_a_third_of_its_life_is_left_and_not_all_at_once() {
        let from: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for days in [90, 6, 3650] {
            let life = SignedDuration::from_hours(24 * days);
            let validity = Validity { from, until: from + life };
            let jitter = Jitter::new(&Same(7));
            let mut all = Vec::new();
            for number in 0..1000 {
                let host = format!("{number}.hr.example");
                let renewal = jitter.renewal(&host, validity);
                assert_eq!(renewal, jitter.renewal(&host, validity));
                let used = renewal.duration_since(from).as_secs_f64() / life.as_secs_f64();
                assert!((0.6666..=0.7001).contains(&used), "{used}");
                all.push(renewal);
            }
            let spread = all.iter().max().unwrap().duration_since(*all.iter().min().unwrap());
            assert!(spread > life / 40, "{spread:?}");
            let other = Jitter::new(&Same(8)).renewal("0.hr.example", validity);
            assert_ne!(other, all[0]);
        }
    }

    #[test]
    fn each_failure_waits_twice_as_long_up_to_half_a_day() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let jitter = Jitter::new(&Same(1));
        let mut before = None;
        for minutes in [5, 10, 20, 40, 80, 160, 320, 640, 720, 720, 720, 720, 720, 720] {
            let failure = Failure::next(before, "hr.example", now, &jitter);
            let waits = failure.again.duration_since(now);
            let least = SignedDuration::from_mins(minutes);
            assert!(waits >= least && waits <= least + least / 4, "{waits:?}");
            assert_eq!(Failure::read(&failure.write()), Some(failure));
            before = Some(failure);
        }
        for text in ["", "x", "1", "-1 2026-01-01T00:00:00Z", "1 yesterday"] {
            assert_eq!(Failure::read(text.as_bytes()), None);
        }
    }
}

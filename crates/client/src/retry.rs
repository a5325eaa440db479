//! When a failed call is tried again, and after how long.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use crate::{
    error::{Error, Result},
    pace::Pace,
};

/// How often, and how patiently, a call that failed for a passing reason is repeated.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    /// Attempts altogether, the first included.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles each time.
    pub first_pause: Duration,
    /// No pause of our own choosing is longer.
    pub longest_pause: Duration,
    /// A server that asks to wait longer than this is left alone: the call fails.
    pub longest_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(20),
            longest_retry_after: Duration::from_mins(5),
        }
    }
}

impl RetryPolicy {
    /// The pause after the failed attempt number `attempt` (from 1), or nothing when it was the last one.
    /// Half of the pause is certain and half is chance, so that many clients do not come back together.
    pub fn pause(&self, attempt: u32, retry_after: Option<Duration>, jitter: f64) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = self.first_pause.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        let own = doubled.min(self.longest_pause).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
        match retry_after {
            Some(asked) if asked > self.longest_retry_after => None,
            // Never earlier than asked, and spread out as well.
            Some(asked) => Some(asked + self.first_pause.mul_f64(jitter.clamp(0.0, 1.0))),
            None => Some(own),
        }
    }

    /// Runs `attempt` until it succeeds, fails for good, or the policy gives up.
    pub(crate) async fn run<T, F>(&self, pace: &dyn Pace, mut attempt: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut number = 1;
        loop {
            let error = match attempt().await {
                Ok(done) => return Ok(done),
                Err(error) if error.is_transient() => error,
                Err(error) => return Err(error),
            };
            self.wait(pace, number, error).await?;
            number += 1;
        }
    }

    /// Waits before the attempt after number `attempt`, or gives the error back when there is none.
    pub(crate) async fn wait(&self, pace: &dyn Pace, attempt: u32, error: Error) -> Result<()> {
        match self.pause(attempt, error.retry_after(), pace.jitter()) {
            Some(pause) => {
                pace.sleep(pause).await;
                Ok(())
            }
            None => Err(error),
        }
    }
}

/// Reads `Retry-After`: seconds, or a date, which is then counted from `now`.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_bound_and_then_end() {
        let policy = RetryPolicy {
            attempts: 5,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(3),
            longest_retry_after: Duration::from_mins(1),
        };
        let pauses: Vec<_> = (1..=5).map(|n| policy.pause(n, None, 1.0).map(|p| p.as_secs())).collect();
        assert_eq!(pauses, [Some(1), Some(2), Some(3), Some(3), None]);
        assert_eq!(policy.pause(1, None, 0.0), Some(Duration::from_millis(500)));
    }

    #[test]
    fn a_server_that_names_a_time_is_obeyed_or_left_alone() {
        let policy = RetryPolicy::default();
        let ten = Duration::from_secs(10);
        assert_eq!(policy.pause(1, Some(ten), 0.0), Some(ten));
        assert!(policy.pause(1, Some(ten), 0.9) > Some(ten));
        assert_eq!(policy.pause(1, Some(Duration::from_secs(301)), 0.0), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(retry_after(" 120 ", now), Some(Duration::from_mins(2)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), Some(Duration::from_secs(10)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }
}

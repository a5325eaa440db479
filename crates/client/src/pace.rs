//! Time and chance, as a parameter: tests pass their own.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, SystemTime},
};

/// A pause in progress.
pub type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The clock, the sleeper and the dice of the client.
pub trait Pace: Send + Sync {
    /// What time it is; needed to read a `Retry-After` that names a date.
    fn now(&self) -> SystemTime;
    /// Time since some fixed moment; needed to say how long a run took.
    fn elapsed(&self) -> Duration;
    /// Waits.
    fn sleep(&self, duration: Duration) -> Pause;
    /// A number in `0.0..1.0`, different each time, which spreads retries.
    fn jitter(&self) -> f64;
}

/// The machine's own clock and random numbers.
#[derive(Debug)]
pub struct SystemPace {
    start: std::time::Instant,
}

impl Default for SystemPace {
    fn default() -> Self {
        Self::new()
    }
}

impl SystemPace {
    /// Starts a stopwatch.
    #[expect(clippy::disallowed_methods, reason = "the edge where real time enters the client")]
    pub fn new() -> Self {
        Self { start: std::time::Instant::now() }
    }
}

impl Pace for SystemPace {
    #[expect(clippy::disallowed_methods, reason = "the edge where real time enters the client")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pause {
        Box::pin(tokio::time::sleep(duration))
    }

    #[expect(clippy::disallowed_methods, reason = "the edge where chance enters the client")]
    fn jitter(&self) -> f64 {
        let mut bytes = [0; 4];
        match getrandom::fill(&mut bytes) {
            Ok(()) => f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
            Err(_) => 0.5,
        }
    }
}

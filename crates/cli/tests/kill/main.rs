//! `kill -9` at any moment: what was acknowledged is there, what was not is whole or absent, and whatever was killed
//! can simply be done again.
//!
//! `FOLKMOOT_KILL_ROUNDS` is how many rounds of each kind are played, `FOLKMOOT_KILL_SEED` what dice they are played
//! with; a round that fails names its own.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]
#![expect(clippy::print_stdout, reason = "a round that fails is found by what was said before")]

mod commands;
mod moving;
mod pulls;
mod server;
#[path = "../support/mod.rs"]
mod support;

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Rounds of each kind unless told otherwise: all of them take well below a minute.
const ROUNDS: u64 = 3;
/// From so many rounds on, it would be the test's fault if nothing had been killed in the middle of anything.
const MANY: u64 = 10;

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    /// A moment of something that takes `whole`: often soon after its start, where much happens; sometimes too late.
    fn moment(&mut self, whole: Duration) -> Duration {
        let span = if self.below(3) == 0 { whole / 5 } else { whole + whole / 10 };
        Duration::from_micros(self.roll() % span.as_micros().max(1) as u64)
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: {text}")))
}

/// Plays the rounds of a kind. A round answers how many of its kills came before the end of what they killed.
fn play(kind: u64, mut round: impl FnMut(&mut Dice) -> u64) {
    let (rounds, seed) = (number("FOLKMOOT_KILL_ROUNDS", ROUNDS), number("FOLKMOOT_KILL_SEED", 20));
    let mut kills = 0;
    for number in 0..rounds {
        println!("round {number} of kind {kind}, seed {seed}");
        kills += round(&mut Dice(seed.wrapping_mul(1_000_003) ^ (kind << 32) ^ number));
    }
    println!("{rounds} rounds of kind {kind}: {kills} kills");
    assert!(kills > 0 || rounds < MANY, "nothing was killed in time");
}

/// Starts a command and kills it after `delay`. Answers whether that came before its end.
fn kill_after(mut command: Command, delay: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    thread::sleep(delay);
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().expect("it ends").code().is_none()
}

/// How long something takes here and now: only to know within what time to kill it.
#[expect(clippy::disallowed_methods, reason = "measured at the edge")]
fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

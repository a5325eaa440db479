//! Passwords: argon2id, off the threads that serve requests, and few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{StoreError, StoreResult};

/// Hashes and verifies passwords. Each takes about 15 ms and 19 MiB, so their number is bounded.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// Places to wait for a turn in.
    queue: Arc<Semaphore>,
    places: usize,
}

/// How many may wait for each turn: a second's worth.
const WAITING: usize = 64;

/// The hash of random bytes that nobody knows, made with the parameters in use. Verified when there is nobody of that
/// name, so that the time taken does not tell.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$tJZeHrJeEABjxulBMxB5Hw$HqJV0+caajHlY0OMWdBVww4eSZB1SR5CMGn3QDm2UU8";

impl Passwords {
    /// At most `at_once` at a time.
    pub fn new(at_once: usize) -> Passwords {
        let at_once = at_once.max(1);
        Passwords {
            turns: Arc::new(Semaphore::new(at_once)),
            queue: Arc::new(Semaphore::new(at_once * WAITING)),
            places: at_once * WAITING,
        }
    }

    /// The hash of `password`, in PHC string format.
    ///
    /// # Errors
    /// When hashing fails, for want of memory.
    pub async fn hash(&self, password: String) -> StoreResult<String> {
        let turn = self.turn().await.ok_or_else(|| failed("too many are waiting"))?;
        let work = move || {
            let _until_done = turn;
            hash(&password)
        };
        tokio::task::spawn_blocking(work).await.map_err(failed)?
    }

    /// Whether `password` is the one that `expected` is a hash of. Without one it takes as long and says no. `None`
    /// when too many are waiting to be verified.
    pub async fn verify(&self, password: String, expected: Option<Box<str>>) -> Option<bool> {
        let turn = self.turn().await?;
        let verify = move || {
            // Held until the work is done, also when nobody waits for it any more: a client that goes away does not
            // free a place for the next.
            let _until_done = turn;
            let hash = expected.as_deref().unwrap_or(NOBODYS);
            let matches = PasswordHash::new(hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            matches && expected.is_some()
        };
        Some(tokio::task::spawn_blocking(verify).await.unwrap_or(false))
    }

    /// How many are waiting for their turn.
    pub fn waiting(&self) -> usize {
        self.places - self.queue.available_permits()
    }

    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let _place = self.queue.try_acquire().ok()?;
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }
}

fn hash(password: &str) -> StoreResult<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(failed)?;
    Ok(hash.to_string())
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unusable(format!("password hashing failed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_verifies() {
        let passwords = Passwords::new(1);
        let hash: Box<str> = passwords.hash("correct horse".into()).await.unwrap().into();
        assert!(hash.starts_with("$argon2id$"));
        assert_eq!(passwords.verify("correct horse".into(), Some(hash.clone())).await, Some(true));
        assert_eq!(passwords.verify("Correct horse".into(), Some(hash.clone())).await, Some(false));
        assert_eq!(passwords.verify("anything".into(), None).await, Some(false));
        let parameters = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(parameters(&hash), parameters(NOBODYS), "nobody's hash takes as long as anybody's");
        assert_eq!(passwords.verify("x".into(), Some("not a hash".into())).await, Some(false));
    }

    #[tokio::test]
    async fn who_stops_waiting_frees_no_turn_while_the_work_goes_on() {
        let passwords = Passwords::new(1);
        for _ in 0..3 {
            let verify = passwords.verify("wrong".into(), None);
            // Polled once, so that the work is begun, and dropped.
            let begun = tokio::time::timeout(std::time::Duration::ZERO, verify).await;
            if begun.is_err() {
                assert_eq!(passwords.turns.available_permits(), 0, "the work holds its turn");
            }
        }
        assert_eq!(passwords.verify("wrong".into(), None).await, Some(false));
        assert_eq!(passwords.turns.available_permits(), 1);
    }
}

//! Passwords: argon2id, off the threads that serve requests, and few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::{StoreError, StoreResult};

/// Hashes and verifies passwords. Each takes about 15 ms and 19 MiB, so their number is bounded.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

/// The hash of random bytes that nobody knows, made with the parameters in use. Verified when there is nobody of that
/// name, so that the time taken does not tell.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$tJZeHrJeEABjxulBMxB5Hw$HqJV0+caajHlY0OMWdBVww4eSZB1SR5CMGn3QDm2UU8";

impl Passwords {
    /// At most `at_once` at a time.
    pub fn new(at_once: usize) -> Passwords {
        Passwords { turns: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    /// The hash of `password`, in PHC string format.
    ///
    /// # Errors
    /// When hashing fails, for want of memory.
    pub async fn hash(&self, password: String) -> StoreResult<String> {
        let _turn = self.turns.acquire().await.map_err(|_| failed("closed"))?;
        tokio::task::spawn_blocking(move || hash(&password)).await.map_err(failed)?
    }

    /// Whether `password` is the one that `expected` is a hash of. Without one it takes as long and says no.
    pub async fn verify(&self, password: String, expected: Option<Box<str>>) -> bool {
        let Ok(_turn) = self.turns.acquire().await else { return false };
        let verify = move || {
            let hash = expected.as_deref().unwrap_or(NOBODYS);
            let matches = PasswordHash::new(hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            matches && expected.is_some()
        };
        tokio::task::spawn_blocking(verify).await.unwrap_or(false)
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
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await);
        assert!(!passwords.verify("Correct horse".into(), Some(hash.clone())).await);
        assert!(!passwords.verify("anything".into(), None).await);
        let parameters = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(parameters(&hash), parameters(NOBODYS), "nobody's hash takes as long as anybody's");
        assert!(!passwords.verify("x".into(), Some("not a hash".into())).await);
    }
}

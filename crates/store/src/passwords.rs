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
    nobodys: Arc<str>,
}

impl Passwords {
    /// At most `at_once` at a time.
    ///
    /// # Errors
    /// When hashing fails, for want of memory.
    pub fn new(at_once: usize) -> StoreResult<Passwords> {
        // Verified when there is nobody of that name, so that the time taken does not tell.
        let nobodys = hash("nobody's password")?;
        Ok(Passwords { turns: Arc::new(Semaphore::new(at_once.max(1))), nobodys: nobodys.into() })
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
        let nobodys = self.nobodys.clone();
        let verify = move || {
            let hash = expected.as_deref().unwrap_or(&nobodys);
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
        let passwords = Passwords::new(1).unwrap();
        let hash: Box<str> = passwords.hash("correct horse".into()).await.unwrap().into();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await);
        assert!(!passwords.verify("Correct horse".into(), Some(hash)).await);
        assert!(!passwords.verify("nobody's password".into(), None).await);
        assert!(!passwords.verify("x".into(), Some("not a hash".into())).await);
    }
}

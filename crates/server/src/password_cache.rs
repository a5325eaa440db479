//! Passwords that have verified: argon2 takes 15 ms, and HTTP Basic sends the password with every request.
//!
//! An entry says 'this secret matches this hash', which stays true for ever; a changed password has another hash. The
//! key is a hash under a key of this process alone, so that memory holds nothing by which the password could be
//! guessed elsewhere.

use folkmoot_core::RandomSource;
use hmac::{Hmac, KeyInit, Mac};
use quick_cache::sync::Cache;
use sha2::Sha256;

const ENTRIES: usize = 10_000;

pub(crate) struct PasswordCache {
    key: Hmac<Sha256>,
    verified: Cache<[u8; 32], ()>,
}

impl std::fmt::Debug for PasswordCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordCache(…)")
    }
}

impl PasswordCache {
    pub(crate) fn new(random: &dyn RandomSource) -> PasswordCache {
        let mut key = [0; 32];
        random.fill(&mut key);
        let Ok(key) = Hmac::new_from_slice(&key) else { unreachable!("HMAC takes a key of any length") };
        PasswordCache { key, verified: Cache::new(ENTRIES) }
    }

    /// The name under which a match of `secret` with `hash` is kept.
    pub(crate) fn entry(&self, secret: &str, hash: &str) -> [u8; 32] {
        let mut mac = self.key.clone();
        mac.update(&(hash.len() as u64).to_be_bytes());
        mac.update(hash.as_bytes());
        mac.update(secret.as_bytes());
        mac.finalize().into_bytes().into()
    }

    pub(crate) fn has(&self, entry: &[u8; 32]) -> bool {
        self.verified.get(entry).is_some()
    }

    pub(crate) fn keep(&self, entry: [u8; 32]) {
        self.verified.insert(entry, ());
    }
}

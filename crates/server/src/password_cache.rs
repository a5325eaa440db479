//! Passwords that have verified: argon2 takes 15 ms, and HTTP Basic sends the password with every request.
//!
//! An entry says 'this secret matches this hash', which stays true for ever; a changed password has another hash. The
//! key is a hash under a key of this process alone, so that memory holds nothing by which the password could be
//! guessed elsewhere.

use folkmoot_core::RandomSource;
use hmac::{Hmac, KeyInit, Mac};
use quick_cache::sync::{Cache, DefaultLifecycle, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, UnitWeighter};
use sha2::Sha256;

use crate::metrics::{CacheState, CacheUse};

const ENTRIES: usize = 10_000;

pub(crate) struct PasswordCache {
    key: Hmac<Sha256>,
    verified: Cache<[u8; 32], ()>,
    used: CacheUse,
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
        PasswordCache { key, verified: Cache::new(ENTRIES), used: CacheUse::default() }
    }

    /// The name under which a match of `secret` with `hash` is kept.
    pub(crate) fn entry(&self, secret: &str, hash: &str) -> [u8; 32] {
        let mut mac = self.key.clone();
        mac.update(&(hash.len() as u64).to_be_bytes());
        mac.update(hash.as_bytes());
        mac.update(secret.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Whether the match is known; otherwise what lets it be known. Of several who ask at once, one is to find out, and
    /// the others wait for that.
    pub(crate) async fn look(&self, entry: &[u8; 32]) -> Result<(), Unverified<'_>> {
        let found = self.verified.get_value_or_guard_async(entry).await;
        self.used.note(found.as_ref().ok());
        found.map_err(Unverified)
    }

    pub(crate) fn state(&self) -> CacheState<'_> {
        let bytes = (self.verified.len() * size_of::<[u8; 32]>()) as u64;
        CacheState { name: "passwords", used: &self.used, bytes }
    }
}

/// A match that is not known. Dropping it lets the next who waits find out.
pub(crate) struct Unverified<'a>(Guard<'a, [u8; 32], ()>);

type Guard<'a, K, V> = PlaceholderGuard<'a, K, V, UnitWeighter, DefaultHashBuilder, DefaultLifecycle<K, V>>;

impl Unverified<'_> {
    /// Keeps that it is one.
    pub(crate) fn keep(self) {
        // It has been removed meanwhile only if there is no room.
        let _ = self.0.insert(());
    }
}

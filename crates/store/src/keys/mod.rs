//! Keys: everything secret at rest is sealed, and what is found or named by its content is hashed, under keys that
//! come from one key file (`design.md`, Storage).
//!
//! Names and hashes follow from the root key and never change. Values are sealed by generations of keys, of which
//! there can be new ones while the store is served. A key that has been added is not used until the store is told to
//! go over to it: by then every node has it. See `docs/decisions/0013-key-generations.md`.

mod command;
mod generations;
mod sealing;
mod source;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use folkmoot_core::{AccountId, ApiKey, KeyHash, PictureKind, PictureName, RandomSource, Sealed, UserId};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use tokio::sync::Mutex;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::{StoreError, StoreResult};

pub(crate) use generations::KEY;
pub use generations::Keys;
use sealing::Sealing;
pub(crate) use sealing::{Purpose, head};
pub use source::KeySource;

type HmacSha256 = Hmac<Sha256>;

/// How often at most the key source is read again for the same key that is not known. A value that nobody can open
/// would otherwise have it read on every request.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// The root key's signature under `text`, which proves that whoever wrote it had the key.
pub(crate) fn sign(root: &[u8; KEY], text: &[u8]) -> [u8; 32] {
    signature(root, text).finalize().into_bytes().into()
}

/// Whether `expected` is the root key's signature under `text`.
pub(crate) fn is_signed(root: &[u8; KEY], text: &[u8], expected: &[u8]) -> bool {
    signature(root, text).verify_slice(expected).is_ok()
}

fn signature(root: &[u8; KEY], text: &[u8]) -> HmacSha256 {
    let mut mac = keyed(&derive(root, "manifests"));
    mac.update(text);
    mac
}

fn derive(key: &[u8; KEY], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut mac = keyed(key);
    mac.update(b"folkmoot ");
    mac.update(purpose.as_bytes());
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Seals, opens and hashes. Cloning shares the keys, and what becomes known of new ones.
#[derive(Clone)]
pub struct KeyRing {
    api_keys: HmacSha256,
    pictures: HmacSha256,
    tags: HmacSha256,
    logins: HmacSha256,
    invitations: HmacSha256,
    known: Arc<ArcSwap<Known>>,
    /// The generation that the store has come to: one of those that are known.
    current: Arc<AtomicU32>,
    source: Arc<KeySource>,
    /// What the source was last read for in vain, and when. Locked while it is being read.
    in_vain: Arc<Mutex<Option<(u32, Instant)>>>,
    random: Arc<dyn RandomSource>,
}

impl Keys {
    /// Whose pictures they are that these keys name. It says nothing of the keys.
    pub(crate) fn owner_of_pictures(&self) -> String {
        let mut mac = keyed(&derive(self.root(), "picture names"));
        mac.update(b"owner");
        let hash = mac.finalize().into_bytes();
        hash.iter().take(16).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
}

/// The keys that are known, and what is made of them.
struct Known {
    keys: Keys,
    sealing: Sealing,
}

impl Known {
    fn new(keys: Keys) -> Known {
        Known { sealing: Sealing::new(&keys), keys }
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing(…)")
    }
}

impl KeyRing {
    /// The keys that `source` tells.
    ///
    /// # Errors
    /// When it cannot be read, or tells no keys.
    pub async fn read(source: KeySource, random: Arc<dyn RandomSource>) -> StoreResult<KeyRing> {
        let keys = source.read().await?;
        let derived = |purpose| keyed(&derive(keys.root(), purpose));
        Ok(KeyRing {
            api_keys: derived("api keys"),
            pictures: derived("picture names"),
            tags: derived("entity tags"),
            logins: derived("logins"),
            invitations: derived("invitations"),
            current: Arc::new(keys.newest().into()),
            known: Arc::new(ArcSwap::from_pointee(Known::new(keys))),
            source: Arc::new(source),
            in_vain: Arc::default(),
            random,
        })
    }

    /// Where the keys come from.
    pub fn source(&self) -> &KeySource {
        &self.source
    }

    /// Where its random numbers come from.
    pub(crate) fn random(&self) -> Arc<dyn RandomSource> {
        Arc::clone(&self.random)
    }

    /// Every key that is known: those that the source told last, and those that it told before and has dropped since.
    pub fn known(&self) -> Keys {
        self.known.load().keys.clone()
    }

    /// The newest generation that is known. It may not be in use yet.
    pub fn newest_generation(&self) -> u32 {
        self.known.load().keys.newest()
    }

    /// The generation by which new values are sealed: the one that the store has come to.
    pub fn current_generation(&self) -> u32 {
        self.current.load(Ordering::Acquire)
    }

    /// Seals by `generation`, which is known, from now on.
    pub(crate) fn start_at(&self, generation: u32) {
        self.current.store(generation, Ordering::Release);
    }

    /// Sees to it that new values are sealed by `generation` or a later one.
    pub(crate) async fn come_to(&self, generation: u32) -> StoreResult<()> {
        let known = || {
            let knows = self.known.load().sealing.knows(generation);
            if knows { Ok(()) } else { Err(StoreError::UnknownGeneration(generation)) }
        };
        self.following(known).await?;
        self.current.fetch_max(generation, Ordering::AcqRel);
        Ok(())
    }

    /// The generation by which a value says that it was sealed; `None` for what is no sealed value.
    pub fn generation_of(sealed: &Sealed) -> Option<u32> {
        sealing::generation_of(sealed)
    }

    /// The generation by which values are sealed that start with `start`.
    pub(crate) fn generation_of_start(start: &[u8]) -> Option<u32> {
        sealing::generation_of_start(start)
    }

    /// Whether there is a key by which `sealed` may open.
    pub(crate) fn knows(&self, sealed: &Sealed) -> bool {
        Self::generation_of(sealed).is_some_and(|generation| self.known.load().sealing.knows(generation))
    }

    /// Reads the source again, and takes up what is new there. What it no longer tells stays known until the process
    /// ends: somebody may hold a value that was sealed by it.
    ///
    /// # Errors
    /// When it cannot be read, or contradicts what is known; then everything stays as it was.
    pub async fn refresh(&self) -> StoreResult<()> {
        let _one_at_a_time = self.in_vain.lock().await;
        self.take_up().await
    }

    /// Does what needs keys, and where a key is missing, reads the source again (unless it was moments ago) and tries
    /// once more. So a server follows when keys are added.
    ///
    /// # Errors
    /// Those of `attempt`, and when the source cannot be read.
    pub async fn following<T>(&self, attempt: impl Fn() -> StoreResult<T>) -> StoreResult<T> {
        let attempted = attempt();
        let Err(StoreError::UnknownGeneration(_)) = attempted else { return attempted };
        let mut in_vain = self.in_vain.lock().await;
        // Whoever was reading it when this began to wait may have brought the key.
        let attempted = attempt();
        let Err(StoreError::UnknownGeneration(missing)) = attempted else { return attempted };
        let was_in_vain =
            |(generation, when): (u32, Instant)| generation == missing && when.elapsed() < READ_AGAIN;
        if in_vain.is_some_and(was_in_vain) {
            return attempted;
        }
        let read = self.take_up().await;
        let attempted = attempt();
        if let Err(StoreError::UnknownGeneration(missing)) = attempted {
            *in_vain = Some((missing, Instant::now()));
            // Why it could not be read says more.
            read?;
        }
        attempted
    }

    async fn take_up(&self) -> StoreResult<()> {
        let told = self.source.read().await?;
        let known = self.known.load();
        let merged = known
            .keys
            .merged(&told)
            .map_err(|error| StoreError::Unusable(format!("{}: {error}", self.source)))?;
        if merged != known.keys {
            tracing::info!(newest = merged.newest(), "there is a new sealing key");
            self.known.store(Arc::new(Known::new(merged)));
        }
        Ok(())
    }

    /// A new API key.
    pub fn new_api_key(&self) -> ApiKey {
        let mut bytes = [0; 20];
        self.random.fill(&mut bytes);
        ApiKey::from_bytes(bytes)
    }

    /// Random bytes by which one thing is told from another.
    pub(crate) fn mark(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        bytes
    }

    /// The hash by which `account` finds the owner of `key`. The same key hashes differently in each account.
    pub fn hash_api_key(&self, account: AccountId, key: &ApiKey) -> KeyHash {
        let mut mac = self.api_keys.clone();
        mac.update(&account.0.to_be_bytes());
        mac.update(key.bytes());
        KeyHash(mac.finalize().into_bytes().into())
    }

    /// The name of a picture with this content in `account`.
    pub fn picture_name(&self, account: AccountId, kind: PictureKind, content: &[u8]) -> PictureName {
        let mut mac = self.pictures.clone();
        mac.update(&account.0.to_be_bytes());
        mac.update(content);
        let hash = mac.finalize().into_bytes();
        let mut digest = [0; 14];
        digest.copy_from_slice(&hash[..14]);
        PictureName { digest, kind }
    }

    /// Whose pictures they are that these keys name. It says nothing of the keys.
    pub(crate) fn owner_of_pictures(&self) -> String {
        self.known.load().keys.owner_of_pictures()
    }

    /// A short keyed hash of what identifies a response, for entity tags that tell nothing about their making.
    pub fn entity_tag(&self, identity: &[u8]) -> u128 {
        let mut mac = self.tags.clone();
        mac.update(identity);
        leading(&mac.finalize().into_bytes())
    }

    /// A keyed hash of what wrong passwords are counted against, the same in every process; `kind` tells names from
    /// addresses.
    pub fn login_subject(&self, kind: u8, identity: &[u8]) -> u128 {
        let mut mac = self.logins.clone();
        mac.update(&[kind]);
        mac.update(identity);
        leading(&mac.finalize().into_bytes())
    }

    /// What opens the invitation that somebody was given at `made`: a keyed hash, so that nothing that is kept gives it
    /// away.
    pub fn invitation(&self, account: AccountId, user: UserId, made: Timestamp) -> [u8; 32] {
        let mut mac = self.invitations.clone();
        for number in [account.0, user.0, made.as_microsecond()] {
            mac.update(&number.to_be_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// Seals an API key.
    pub fn seal_api_key(&self, account: AccountId, key: &ApiKey) -> Sealed {
        self.seal(Purpose::ApiKey, account, key.bytes())
    }

    /// Opens a sealed API key.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when it was not sealed by this key for this account;
    /// [`StoreError::UnknownGeneration`] when its key is not known (see [`KeyRing::following`]).
    pub fn open_api_key(&self, account: AccountId, sealed: &Sealed) -> StoreResult<ApiKey> {
        let bytes = Zeroizing::new(self.open(Purpose::ApiKey, account, sealed)?);
        Ok(ApiKey::from_bytes(bytes.as_slice().try_into().map_err(|_| StoreError::WrongKey)?))
    }

    /// Seals a government number.
    pub fn seal_government_id(&self, account: AccountId, plain: &str) -> Sealed {
        self.seal(Purpose::GovernmentId, account, plain.as_bytes())
    }

    /// Opens a sealed government number.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when it was not sealed by this key for this account;
    /// [`StoreError::UnknownGeneration`] when its key is not known (see [`KeyRing::following`]).
    pub fn open_government_id(&self, account: AccountId, sealed: &Sealed) -> StoreResult<String> {
        self.open_text(Purpose::GovernmentId, account, sealed)
    }

    pub(crate) fn open_text(
        &self,
        purpose: Purpose,
        account: AccountId,
        sealed: &Sealed,
    ) -> StoreResult<String> {
        String::from_utf8(self.open(purpose, account, sealed)?).map_err(|_| StoreError::WrongKey)
    }

    pub(crate) fn seal(&self, purpose: Purpose, account: AccountId, plain: &[u8]) -> Sealed {
        self.seal_by(self.current_generation(), purpose, account, plain)
    }

    /// Seals by the key of `generation`, which is known.
    pub(crate) fn seal_by(
        &self,
        generation: u32,
        purpose: Purpose,
        account: AccountId,
        plain: &[u8],
    ) -> Sealed {
        self.known.load().sealing.seal(generation, purpose, account, plain, &*self.random)
    }

    /// `sealed` by the key that is in use; `None` when it is that already.
    pub(crate) fn renewed(
        &self,
        purpose: Purpose,
        account: AccountId,
        sealed: &Sealed,
    ) -> StoreResult<Option<Sealed>> {
        if Self::generation_of(sealed) == Some(self.current_generation()) {
            return Ok(None);
        }
        let plain = Zeroizing::new(self.open(purpose, account, sealed)?);
        Ok(Some(self.seal(purpose, account, &plain)))
    }

    pub(crate) fn open(&self, purpose: Purpose, account: AccountId, sealed: &Sealed) -> StoreResult<Vec<u8>> {
        self.known.load().sealing.open(purpose, account, sealed)
    }
}

/// The first 128 bits of a hash.
fn leading(hash: &[u8]) -> u128 {
    hash.iter().take(16).fold(0, |bits, &byte| bits << 8 | u128::from(byte))
}

fn keyed(key: &[u8; 32]) -> HmacSha256 {
    match HmacSha256::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

#[cfg(test)]
mod tests;

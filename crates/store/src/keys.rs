//! Keys: everything secret at rest is sealed under a key derived from one master key (`design.md`, Storage).

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use folkmoot_core::{AccountId, ApiKey, KeyHash, PictureKind, PictureName, RandomSource, Sealed};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{StoreError, StoreResult};

type HmacSha256 = Hmac<Sha256>;

/// Length of the master key in bytes.
pub(crate) const MASTER_KEY: usize = 32;
const NONCE: usize = 24;
/// First byte of every sealed value: which format it is in, so that keys and ciphers can be changed.
const FORMAT: u8 = 1;

/// The purposes for which values are sealed: part of the authenticated data, so that a value sealed for one place
/// does not open in another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    ApiKey,
    GovernmentId,
    CustomField,
    DirectoryImage,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Purpose::ApiKey => b"api key",
            Purpose::GovernmentId => b"government id",
            Purpose::CustomField => b"custom field",
            Purpose::DirectoryImage => b"directory image",
        }
    }
}

/// The master key's signature under `text`, which proves that whoever wrote it had the key.
pub(crate) fn sign(master: &[u8; MASTER_KEY], text: &[u8]) -> [u8; 32] {
    signature(master, text).finalize().into_bytes().into()
}

/// Whether `expected` is the master key's signature under `text`.
pub(crate) fn is_signed(master: &[u8; MASTER_KEY], text: &[u8], expected: &[u8]) -> bool {
    signature(master, text).verify_slice(expected).is_ok()
}

fn signature(master: &[u8; MASTER_KEY], text: &[u8]) -> HmacSha256 {
    let mut mac = keyed(&derive(master, "manifests"));
    mac.update(text);
    mac
}

fn derive(master: &[u8; MASTER_KEY], purpose: &str) -> [u8; 32] {
    let mut mac = keyed(master);
    mac.update(b"folkmoot ");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Seals, opens and hashes with keys derived from the master key. Cloning shares them.
#[derive(Clone)]
pub struct KeyRing {
    sealing: XChaCha20Poly1305,
    api_keys: HmacSha256,
    pictures: HmacSha256,
    tags: HmacSha256,
    random: Arc<dyn RandomSource>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing(…)")
    }
}

impl KeyRing {
    /// The keys that follow from `master`.
    pub fn new(master: &[u8; MASTER_KEY], random: Arc<dyn RandomSource>) -> KeyRing {
        let derive = |purpose| derive(master, purpose);
        KeyRing {
            sealing: XChaCha20Poly1305::new(&derive("sealing").into()),
            api_keys: keyed(&derive("api keys")),
            pictures: keyed(&derive("picture names")),
            tags: keyed(&derive("entity tags")),
            random,
        }
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

    /// A short keyed hash of what identifies a response, for entity tags that tell nothing about their making.
    pub fn entity_tag(&self, identity: &[u8]) -> u128 {
        let mut mac = self.tags.clone();
        mac.update(identity);
        let hash = mac.finalize().into_bytes();
        hash.iter().take(16).fold(0, |tag, &byte| tag << 8 | u128::from(byte))
    }

    /// Seals an API key.
    pub fn seal_api_key(&self, account: AccountId, key: &ApiKey) -> Sealed {
        self.seal(Purpose::ApiKey, account, key.bytes())
    }

    /// Opens a sealed API key.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when it was not sealed by this key for this account.
    pub fn open_api_key(&self, account: AccountId, sealed: &Sealed) -> StoreResult<ApiKey> {
        let bytes = self.open(Purpose::ApiKey, account, sealed)?;
        Ok(ApiKey::from_bytes(bytes.try_into().map_err(|_| StoreError::WrongKey)?))
    }

    /// Seals a government number.
    pub fn seal_government_id(&self, account: AccountId, plain: &str) -> Sealed {
        self.seal(Purpose::GovernmentId, account, plain.as_bytes())
    }

    /// Opens a sealed government number.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when it was not sealed by this key for this account.
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
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce);
        let aad = associated_data(purpose, account);
        let payload = Payload { msg: plain, aad: &aad };
        let Ok(ciphertext) = self.sealing.encrypt(&XNonce::from(nonce), payload) else {
            unreachable!("encryption into memory fails only beyond 256 GiB");
        };
        let mut sealed = Vec::with_capacity(1 + NONCE + ciphertext.len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Sealed(sealed.into_boxed_slice())
    }

    pub(crate) fn open(&self, purpose: Purpose, account: AccountId, sealed: &Sealed) -> StoreResult<Vec<u8>> {
        let rest = match sealed.0.split_first() {
            Some((&FORMAT, rest)) if rest.len() > NONCE => rest,
            _ => return Err(StoreError::WrongKey),
        };
        let (nonce, ciphertext) = rest.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| StoreError::WrongKey)?;
        let aad = associated_data(purpose, account);
        let payload = Payload { msg: ciphertext, aad: &aad };
        self.sealing.decrypt(&XNonce::from(nonce), payload).map_err(|_| StoreError::WrongKey)
    }
}

fn keyed(key: &[u8; 32]) -> HmacSha256 {
    match HmacSha256::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

fn associated_data(purpose: Purpose, account: AccountId) -> Vec<u8> {
    let mut data = purpose.label().to_vec();
    data.extend_from_slice(&account.0.to_be_bytes());
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(std::sync::atomic::AtomicU8);
    impl RandomSource for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    fn ring(master: u8) -> KeyRing {
        KeyRing::new(&[master; 32], Arc::new(Counting(0.into())))
    }

    #[test]
    fn what_is_sealed_opens_only_with_its_key_in_its_account_for_its_purpose() {
        let ring1 = ring(1);
        let sealed = ring1.seal(Purpose::GovernmentId, AccountId(1), b"123-45-6789");
        assert_eq!(ring1.open(Purpose::GovernmentId, AccountId(1), &sealed).unwrap(), b"123-45-6789");
        assert!(ring1.open(Purpose::GovernmentId, AccountId(2), &sealed).is_err());
        assert!(ring1.open(Purpose::ApiKey, AccountId(1), &sealed).is_err());
        assert!(ring(2).open(Purpose::GovernmentId, AccountId(1), &sealed).is_err());
        for at in 0..sealed.0.len() {
            let mut flipped = sealed.clone();
            flipped.0[at] ^= 1;
            assert!(ring1.open(Purpose::GovernmentId, AccountId(1), &flipped).is_err(), "byte {at}");
        }
        let again = ring1.seal(Purpose::GovernmentId, AccountId(1), b"123-45-6789");
        assert_ne!(sealed, again, "equal values do not look equal");
    }

    #[test]
    fn hashes_and_names_differ_between_accounts() {
        let ring = ring(1);
        let key = ring.new_api_key();
        assert_ne!(ring.hash_api_key(AccountId(1), &key), ring.hash_api_key(AccountId(2), &key));
        let name = |account| ring.picture_name(AccountId(account), PictureKind::Jpeg, b"picture");
        assert_eq!(name(1), name(1));
        assert_ne!(name(1), name(2));
    }
}

//! Sealing: XChaCha20-Poly1305, in formats that say by which key.
//!
//! Format 1 is `1, nonce (24), ciphertext` under the root's sealing key: generation 0. Format 2 is `2, generation (4,
//! big-endian), nonce (24), ciphertext` under the key of that generation, which is part of the authenticated data.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use folkmoot_core::{AccountId, RandomSource, Sealed};

use super::Keys;
use crate::{StoreError, StoreResult};

const NONCE: usize = 24;
const GENERATION: usize = 4;
/// What an authenticated ciphertext of nothing takes.
const TAG: usize = 16;
/// First byte of every sealed value: which format it is in, so that keys and ciphers can be changed.
const ROOT_FORMAT: u8 = 1;
const GENERATION_FORMAT: u8 = 2;

/// The purposes for which values are sealed: part of the authenticated data, so that a value sealed for one place
/// does not open in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    ApiKey,
    GovernmentId,
    CustomField,
    DirectoryImage,
    Canary,
    WebhookKey,
    WebhookSecret,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Purpose::ApiKey => b"api key",
            Purpose::GovernmentId => b"government id",
            Purpose::CustomField => b"custom field",
            Purpose::DirectoryImage => b"directory image",
            Purpose::Canary => b"canary",
            Purpose::WebhookKey => b"webhook key",
            Purpose::WebhookSecret => b"webhook secret",
        }
    }
}

/// The keys that seal, by generation.
pub(crate) struct Sealing {
    /// In order of generation; never empty.
    ciphers: Vec<(u32, XChaCha20Poly1305)>,
}

impl Sealing {
    pub(crate) fn new(keys: &Keys) -> Sealing {
        let cipher = |(generation, key): (u32, &[u8; super::KEY])| {
            (generation, XChaCha20Poly1305::new((&*super::derive(key, "sealing")).into()))
        };
        Sealing { ciphers: keys.all().map(cipher).collect() }
    }

    pub(crate) fn knows(&self, generation: u32) -> bool {
        self.cipher(generation).is_some()
    }

    fn cipher(&self, generation: u32) -> Option<&XChaCha20Poly1305> {
        self.ciphers.iter().find(|(known, _)| *known == generation).map(|(_, cipher)| cipher)
    }

    pub(crate) fn seal(
        &self,
        generation: u32,
        purpose: Purpose,
        account: AccountId,
        plain: &[u8],
        random: &dyn RandomSource,
    ) -> Sealed {
        let Some(cipher) = self.cipher(generation) else {
            unreachable!("no generation is come to before its key is known");
        };
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let head = head(generation);
        let aad = associated_data(purpose, account, &head);
        let Ok(ciphertext) = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad }) else {
            unreachable!("encryption into memory fails only beyond 256 GiB");
        };
        Sealed([&head[..], &nonce, &ciphertext].concat().into_boxed_slice())
    }

    pub(crate) fn open(&self, purpose: Purpose, account: AccountId, sealed: &Sealed) -> StoreResult<Vec<u8>> {
        let generation = generation_of(sealed).ok_or(StoreError::WrongKey)?;
        let cipher = self.cipher(generation).ok_or(StoreError::UnknownGeneration(generation))?;
        let head = head(generation);
        let rest = sealed.0.get(head.len()..).ok_or(StoreError::WrongKey)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(StoreError::WrongKey)?;
        let aad = associated_data(purpose, account, &head);
        let payload = Payload { msg: ciphertext, aad: &aad };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| StoreError::WrongKey)
    }
}

/// The generation by which a value says that it was sealed; `None` for what is no sealed value.
pub(crate) fn generation_of(sealed: &Sealed) -> Option<u32> {
    let generation = generation_of_start(&sealed.0)?;
    (sealed.0.len() >= head(generation).len() + NONCE + TAG).then_some(generation)
}

/// The same from a value's first bytes alone.
pub(crate) fn generation_of_start(start: &[u8]) -> Option<u32> {
    let (&format, rest) = start.split_first()?;
    match format {
        ROOT_FORMAT => Some(0),
        GENERATION_FORMAT => {
            let generation = u32::from_be_bytes(*rest.first_chunk::<GENERATION>()?);
            // The root's values are in format 1, and only there: one spelling for each.
            (generation > 0).then_some(generation)
        }
        _ => None,
    }
}

/// What comes before the nonce in a value sealed by `generation`. Of two generations, the older one's sorts first.
pub(crate) fn head(generation: u32) -> Vec<u8> {
    match generation {
        0 => vec![ROOT_FORMAT],
        _ => [&[GENERATION_FORMAT][..], &generation.to_be_bytes()].concat(),
    }
}

fn associated_data(purpose: Purpose, account: AccountId, head: &[u8]) -> Vec<u8> {
    let mut data = purpose.label().to_vec();
    data.extend_from_slice(&account.0.to_be_bytes());
    // As it was before there were generations, for the values of that time.
    if head != [ROOT_FORMAT] {
        data.extend_from_slice(head);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::Counting;

    const ACCOUNT: AccountId = AccountId(1);

    fn keys(generations: u32) -> Keys {
        let random = Counting::from(1);
        (0..generations).fold(Keys::generate(&random), |keys, _| keys.with_next(&random).unwrap())
    }

    fn seal(sealing: &Sealing, generation: u32, plain: &[u8]) -> Sealed {
        sealing.seal(generation, Purpose::GovernmentId, ACCOUNT, plain, &Counting::from(100))
    }

    #[test]
    fn a_value_opens_by_the_generation_it_names() {
        let sealing: Vec<Sealing> = (0..4).map(|generations| Sealing::new(&keys(generations))).collect();
        for (generation, by) in (0..).zip(&sealing) {
            let sealed = seal(by, generation, b"secret");
            assert_eq!(generation_of(&sealed), Some(generation));
            assert!(sealed.0.starts_with(&head(generation)));
            for (newest, with) in (0..).zip(&sealing) {
                let opened = with.open(Purpose::GovernmentId, ACCOUNT, &sealed);
                if newest >= generation {
                    assert_eq!(opened.unwrap(), b"secret");
                } else {
                    let error = opened.unwrap_err();
                    assert!(matches!(error, StoreError::UnknownGeneration(unknown) if unknown == generation));
                }
            }
        }
    }

    #[test]
    fn a_changed_value_does_not_open() {
        let sealing = Sealing::new(&keys(2));
        for value in [seal(&sealing, 0, b"x"), seal(&sealing, 2, b"x"), seal(&sealing, 2, b"")] {
            let open = |sealed: &Sealed| sealing.open(Purpose::GovernmentId, ACCOUNT, sealed);
            open(&value).unwrap();
            assert!(sealing.open(Purpose::ApiKey, ACCOUNT, &value).is_err());
            assert!(sealing.open(Purpose::GovernmentId, AccountId(2), &value).is_err());
            for at in 0..value.0.len() {
                for bit in 0..8 {
                    let mut flipped = value.clone();
                    flipped.0[at] ^= 1 << bit;
                    assert!(open(&flipped).is_err(), "bit {bit} of byte {at}");
                }
                let shortened = Sealed(value.0[..at].into());
                assert!(matches!(
                    open(&shortened),
                    Err(StoreError::WrongKey | StoreError::UnknownGeneration(_))
                ));
            }
            // The root's value dressed up as a generation's, and a generation's as another's.
            let body = &value.0[head(generation_of(&value).unwrap()).len()..];
            for generation in [1, 2] {
                if generation_of(&value) != Some(generation) {
                    let dressed = Sealed([&head(generation), body].concat().into());
                    assert!(matches!(open(&dressed), Err(StoreError::WrongKey)));
                }
            }
            let zero = Sealed([&[2, 0, 0, 0, 0][..], body].concat().into());
            assert!(matches!(open(&zero), Err(StoreError::WrongKey)));
        }
    }
}

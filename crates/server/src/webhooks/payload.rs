//! What is posted: a form, encrypted where the subscription has a key, and signed where it has a secret
//! (`webhooks.md`). It names objects and never says what is in them.

use aes::Aes128;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use folkmoot_core::RandomSource;
use folkmoot_store::Event;
use folkmoot_wire::form;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::edges::SystemRandom;

/// How long a key for bodies may be.
pub(crate) const SECURE_KEY: usize = 16;
/// What secrets of signatures begin with (Standard Webhooks).
pub(crate) const SECRET_PREFIX: &str = "whsec_";

/// What actors are called that are no users.
const NOBODY: &str = "Folkmoot";

/// The form that tells of an event in the account at `system`, the account's address with a slash at its end.
pub(super) fn form(event: &Event, system: &str) -> String {
    let hook = event.hook();
    let (id, name) = match &event.actor {
        Some((id, name)) => (id.0, name.as_str()),
        None => (0, NOBODY),
    };
    let (id, object_id) = (id.to_string(), event.object_id.to_string());
    let text = format!("{hook} by {name} at {system}");
    form::encode([
        ("user_id", &*id),
        ("user_name", name),
        ("system", system),
        ("object_id", &object_id),
        ("object", &event.object),
        ("hook", &hook),
        ("text", &text),
    ])
}

/// The body under a key: AES-128 in CBC mode with PKCS#7 padding, the key itself as the first block, in Base64. A
/// shorter key is filled up with zeros. Receivers have done it like this for years; against somebody who changes bodies
/// the signature helps, not this.
pub(super) fn encrypt(form: &str, secure_key: &str) -> String {
    let mut key = Zeroizing::new([0; SECURE_KEY]);
    for (place, byte) in key.iter_mut().zip(secure_key.bytes()) {
        *place = byte;
    }
    let encryptor = cbc::Encryptor::<Aes128>::new((&*key).into(), (&*key).into());
    BASE64_STANDARD.encode(encryptor.encrypt_padded_vec::<Pkcs7>(form.as_bytes()))
}

/// The key that a secret says, of 24 to 64 bytes.
pub(crate) fn signing_key(secret: &str) -> Option<Zeroizing<Vec<u8>>> {
    let key = Zeroizing::new(BASE64_STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?);
    (24..=64).contains(&key.len()).then_some(key)
}

/// A new secret for signatures.
pub fn new_signing_secret() -> Zeroizing<String> {
    let mut key = Zeroizing::new([0; 32]);
    SystemRandom.fill(&mut *key);
    Zeroizing::new(format!("{SECRET_PREFIX}{}", BASE64_STANDARD.encode(&key[..])))
}

/// The signature of a message, as Standard Webhooks has it; nothing where the secret is none.
pub(super) fn signature(secret: &str, id: &str, at: Timestamp, body: &str) -> Option<String> {
    let key = signing_key(secret)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{}.{body}", at.as_second()).as_bytes());
    Some(format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use folkmoot_core::UserId;

    use super::*;

    /// The golden case of `webhooks.md`.
    const FORM: &str = "user_id=25&user_name=username+25&system=https%3A%2F%2Fperformance.mytribehr.dev%2F&object_id=25&object=User&hook=User.Edit.25&text=User.Edit.25+by+username+25+at+https%3A%2F%2Fperformance.mytribehr.dev%2F";
    const ENCRYPTED: &str = "3jP7YzjldS1cBbcTriOnjCyz6PRlKx5hS0mJzSaq4QFQ9hJo6Q5HYA5Plk6L4VQ5BqQ3mTNx/lQPAef3YBEgTCgSr2MP4K4v8sTUjnUa0WP9467PbUkcSWJb2flKKscbLJpfNCVNb0unhlXWAXsifUwGPIo8VKfFhMNhX9Vn7kgRX0Ww2l6U7/vgPavM+DDixoXFq/oFYNJWbUu4gtJhZiRRQy16yZik0MbTeiM/q0wH+ai7UDoWvJCOmartGQD2wyWchui3dl1ccMudoylhvg==";

    fn event(actor: Option<(UserId, String)>) -> Event {
        Event {
            revision: 7,
            at: Timestamp::UNIX_EPOCH,
            actor,
            object: "User".to_owned(),
            object_id: 25,
            action: "Edit".to_owned(),
        }
    }

    #[test]
    fn the_golden_case() {
        let event = event(Some((UserId(25), "username 25".to_owned())));
        let form = form(&event, "https://performance.mytribehr.dev/");
        assert_eq!(form, FORM);
        assert_eq!(encrypt(&form, "1234567890123456"), ENCRYPTED);
    }

    #[test]
    fn a_shorter_key_is_filled_up_with_zeros() {
        assert_eq!(encrypt(FORM, "123"), encrypt(FORM, "123\0\0\0\0\0\0\0\0\0\0\0\0\0"));
        assert_ne!(encrypt(FORM, "123"), encrypt(FORM, "1234"));
    }

    #[test]
    fn what_nobody_did_the_product_did() {
        let form = form(&event(None), "https://acme.example/");
        assert!(form.starts_with("user_id=0&user_name=Folkmoot&system="), "{form}");
    }

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        // The example of its specification's reference libraries.
        let at: Timestamp = Timestamp::from_second(1_614_265_330).unwrap();
        let signature = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        for bad in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"] {
            assert!(signing_key(bad).is_none(), "{bad:?}");
        }
    }
}

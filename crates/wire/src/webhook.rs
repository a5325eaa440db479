//! How the bodies of webhooks are encrypted and signed (`webhooks.md`): for the server that posts them and for receivers.

use aes::Aes128;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// How long a key for bodies may be, in bytes.
pub const SECURE_KEY: usize = 16;
/// What secrets of signatures begin with (Standard Webhooks).
pub const SECRET_PREFIX: &str = "whsec_";
/// What signatures with a secret that both sides know begin with.
const SYMMETRIC: &str = "v1,";

/// The body under a key: AES-128 in CBC mode with PKCS#7 padding, the key itself as the first block, in Base64. A
/// shorter key is filled up with zeros. Receivers have done it like this for years; against somebody who changes bodies
/// the signature helps, not this.
pub fn encrypt(form: &str, secure_key: &str) -> String {
    let key = filled(secure_key);
    let encryptor = cbc::Encryptor::<Aes128>::new((&*key).into(), (&*key).into());
    BASE64_STANDARD.encode(encryptor.encrypt_padded_vec::<Pkcs7>(form.as_bytes()))
}

/// What [`encrypt`] was given; nothing where this is not a body under this key. Whoever has verified no signature must
/// tell nobody which of the reasons it was.
pub fn decrypt(body: &[u8], secure_key: &str) -> Option<String> {
    let key = filled(secure_key);
    let bytes = BASE64_STANDARD.decode(body.trim_ascii()).ok()?;
    let decryptor = cbc::Decryptor::<Aes128>::new((&*key).into(), (&*key).into());
    String::from_utf8(decryptor.decrypt_padded_vec::<Pkcs7>(&bytes).ok()?).ok()
}

fn filled(secure_key: &str) -> Zeroizing<[u8; SECURE_KEY]> {
    let mut key = Zeroizing::new([0; SECURE_KEY]);
    for (place, byte) in key.iter_mut().zip(secure_key.bytes()) {
        *place = byte;
    }
    key
}

/// The key that a secret says, of 24 to 64 bytes.
pub fn signing_key(secret: &str) -> Option<Zeroizing<Vec<u8>>> {
    let key = Zeroizing::new(BASE64_STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?);
    (24..=64).contains(&key.len()).then_some(key)
}

/// The signature of a message sent `at` so many seconds since 1970, as Standard Webhooks has it; nothing where the secret
/// is none.
pub fn signature(secret: &str, id: &str, at: i64, body: &str) -> Option<String> {
    let mac = mac(secret, id, at, body.as_bytes())?;
    Some(format!("{SYMMETRIC}{}", BASE64_STANDARD.encode(mac.finalize().into_bytes())))
}

/// Whether one of the signatures in a `webhook-signature` header is that of the message, compared in constant time.
pub fn is_signed(secret: &str, id: &str, at: i64, body: &[u8], signatures: &str) -> bool {
    let Some(mac) = mac(secret, id, at, body) else { return false };
    signatures.split_ascii_whitespace().any(|signature| {
        let signature = signature.strip_prefix(SYMMETRIC).and_then(|text| BASE64_STANDARD.decode(text).ok());
        signature.is_some_and(|signature| mac.clone().verify_slice(&signature).is_ok())
    })
}

fn mac(secret: &str, id: &str, at: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&signing_key(secret)?).ok()?;
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The golden case of `webhooks.md`.
    const FORM: &str = "user_id=25&user_name=username+25&system=https%3A%2F%2Fperformance.mytribehr.dev%2F&object_id=25&object=User&hook=User.Edit.25&text=User.Edit.25+by+username+25+at+https%3A%2F%2Fperformance.mytribehr.dev%2F";
    const ENCRYPTED: &str = "3jP7YzjldS1cBbcTriOnjCyz6PRlKx5hS0mJzSaq4QFQ9hJo6Q5HYA5Plk6L4VQ5BqQ3mTNx/lQPAef3YBEgTCgSr2MP4K4v8sTUjnUa0WP9467PbUkcSWJb2flKKscbLJpfNCVNb0unhlXWAXsifUwGPIo8VKfFhMNhX9Vn7kgRX0Ww2l6U7/vgPavM+DDixoXFq/oFYNJWbUu4gtJhZiRRQy16yZik0MbTeiM/q0wH+ai7UDoWvJCOmartGQD2wyWchui3dl1ccMudoylhvg==";

    #[test]
    fn the_golden_case() {
        assert_eq!(encrypt(FORM, "1234567890123456"), ENCRYPTED);
        assert_eq!(decrypt(ENCRYPTED.as_bytes(), "1234567890123456").as_deref(), Some(FORM));
        assert_eq!(decrypt(format!("{ENCRYPTED}\n").as_bytes(), "1234567890123456").as_deref(), Some(FORM));
    }

    #[test]
    fn what_is_not_under_the_key_is_not_read() {
        for bad in ["", "!", "AAAA", "3jP7YzjldS1cBbcTriOnjA==", FORM] {
            assert_eq!(decrypt(bad.as_bytes(), "1234567890123456"), None, "{bad:?}");
        }
        assert_ne!(decrypt(ENCRYPTED.as_bytes(), "1234567890123457").as_deref(), Some(FORM));
    }

    #[test]
    fn a_shorter_key_is_filled_up_with_zeros() {
        assert_eq!(encrypt(FORM, "123"), encrypt(FORM, "123\0\0\0\0\0\0\0\0\0\0\0\0\0"));
        assert_ne!(encrypt(FORM, "123"), encrypt(FORM, "1234"));
        assert_eq!(decrypt(encrypt(FORM, "123").as_bytes(), "123").as_deref(), Some(FORM));
    }

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        // The example of its specification's reference libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let (id, at, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        let signed = signature(secret, id, at, body).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let accepted = |id, at, body: &str, header: &str| is_signed(secret, id, at, body.as_bytes(), header);
        assert!(accepted(id, at, body, &signed));
        assert!(accepted(id, at, body, &format!("v1a,xx v1,AAAA {signed}")), "one of several is enough");
        assert!(!accepted("msg_other", at, body, &signed));
        assert!(!accepted(id, at + 1, body, &signed));
        assert!(!accepted(id, at, "{}", &signed));
        for bad in ["", "v1,", "v1,AAAA", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="] {
            assert!(!accepted(id, at, body, bad), "{bad:?}");
        }
        for bad in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"] {
            assert!(signing_key(bad).is_none(), "{bad:?}");
            assert!(!is_signed(bad, id, at, body.as_bytes(), &signed), "{bad:?}");
        }
    }
}

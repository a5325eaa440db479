//! Receiving webhooks: whether a message is the server's, and what it says.

use std::time::{Duration, SystemTime};

use folkmoot_wire::{Form, Limits, webhook};
use http::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};

use crate::api::Id;

/// No message is larger by far.
const LARGEST: usize = 64 << 10;

/// Why a message is not taken. It never says which key would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header of Standard Webhooks is missing or cannot be read.
    #[error("the headers webhook-id, webhook-timestamp and webhook-signature are not all there")]
    Headers,
    /// It was sent too long ago, or is yet to be sent: somebody may be repeating it.
    #[error("the message is too old, or from the future")]
    Untimely,
    /// It is signed by somebody else, or has been changed.
    #[error("the signature is not the server's")]
    Signature,
    /// It is no message of a webhook, or under another key.
    #[error("the body cannot be read")]
    Body,
}

/// What a message tells: that something happened to an object, and never what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The message's name: the same when it comes again, so that it can be taken once.
    pub message_id: Option<String>,
    /// Who did it; `0` where no user did.
    pub user_id: Id,
    /// What they are called.
    pub user_name: String,
    /// The account's address.
    pub system: String,
    /// To which object.
    pub object_id: Id,
    /// To what kind of object, such as `User`.
    pub object: String,
    /// The event, such as `User.Edit.25`.
    pub hook: String,
    /// The same as a sentence.
    pub text: String,
}

/// Reads what a webhook posts: verifies the signature where there is a secret, decrypts the body where there is a key.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use folkmoot_client::webhook::WebhookReceiver;
/// use http::HeaderMap;
///
/// let receiver = WebhookReceiver::unsigned();
/// let body = b"user_id=25&user_name=Alice&system=https%3A%2F%2Facme.example.com%2F&object_id=7&object=User\
///     &hook=User.Edit.7&text=User.Edit.7+by+Alice+at+https%3A%2F%2Facme.example.com%2F";
/// let event = receiver.receive(&HeaderMap::new(), body, SystemTime::UNIX_EPOCH)?;
/// assert_eq!((event.hook.as_str(), event.object_id.as_str()), ("User.Edit.7", "7"));
/// # Ok::<(), folkmoot_client::webhook::WebhookError>(())
/// ```
#[derive(Clone)]
pub struct WebhookReceiver {
    secrets: Vec<SecretString>,
    secure_key: Option<SecretString>,
    tolerance: Duration,
}

impl std::fmt::Debug for WebhookReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookReceiver").field("tolerance", &self.tolerance).finish_non_exhaustive()
    }
}

impl WebhookReceiver {
    /// For messages signed with a secret, `whsec_` and Base64.
    pub fn signed(secret: SecretString) -> Self {
        Self { secrets: vec![secret], ..Self::unsigned() }
    }

    /// For messages that nobody signs: whoever knows the address may make them up.
    pub fn unsigned() -> Self {
        Self { secrets: Vec::new(), secure_key: None, tolerance: Duration::from_mins(5) }
    }

    /// Takes another secret as well, while one is exchanged for the other.
    #[must_use]
    pub fn or_signed(mut self, secret: SecretString) -> Self {
        self.secrets.push(secret);
        self
    }

    /// The key that bodies are encrypted with, of up to 16 bytes.
    #[must_use]
    pub fn secure_key(mut self, key: SecretString) -> Self {
        self.secure_key = Some(key);
        self
    }

    /// How far a signed message's moment may be from now. Default five minutes.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// What a message says, given its headers, its body as it came, and what time it is.
    ///
    /// # Errors
    /// When it is not to be believed, or cannot be read.
    pub fn receive(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<WebhookEvent, WebhookError> {
        if body.len() > LARGEST {
            return Err(WebhookError::Body);
        }
        if !self.secrets.is_empty() {
            self.verify(headers, body, now)?;
        }
        let message_id = header(headers, "webhook-id").map(str::to_owned);
        match &self.secure_key {
            None => event(message_id, body),
            Some(key) => {
                let form = webhook::decrypt(body, key.expose_secret()).ok_or(WebhookError::Body)?;
                event(message_id, form.as_bytes())
            }
        }
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8], now: SystemTime) -> Result<(), WebhookError> {
        let id = header(headers, "webhook-id").ok_or(WebhookError::Headers)?;
        let at = header(headers, "webhook-timestamp").and_then(|at| at.parse::<u32>().ok());
        let at = at.ok_or(WebhookError::Headers)?;
        let signatures = header(headers, "webhook-signature").ok_or(WebhookError::Headers)?;
        let is_signed = |secret: &SecretString| {
            webhook::is_signed(secret.expose_secret(), id, i64::from(at), body, signatures)
        };
        if !self.secrets.iter().any(is_signed) {
            return Err(WebhookError::Signature);
        }
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(at.into());
        let apart = now.duration_since(at).unwrap_or_else(|earlier| earlier.duration());
        if apart > self.tolerance { Err(WebhookError::Untimely) } else { Ok(()) }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn event(message_id: Option<String>, form: &[u8]) -> Result<WebhookEvent, WebhookError> {
    let form = Form::parse(form, &Limits::default()).map_err(|_| WebhookError::Body)?;
    let text = |name: &str| form.text(name).map(str::to_owned).ok_or(WebhookError::Body);
    Ok(WebhookEvent {
        message_id,
        user_id: text("user_id")?.into(),
        user_name: text("user_name")?,
        system: text("system")?,
        object_id: text("object_id")?.into(),
        object: text("object")?,
        hook: text("hook")?,
        text: text("text")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The golden case of `webhooks.md`.
    const ENCRYPTED: &[u8] = b"3jP7YzjldS1cBbcTriOnjCyz6PRlKx5hS0mJzSaq4QFQ9hJo6Q5HYA5Plk6L4VQ5BqQ3mTNx/lQPAef3YBEgTCgSr2MP4K4v8sTUjnUa0WP9467PbUkcSWJb2flKKscbLJpfNCVNb0unhlXWAXsifUwGPIo8VKfFhMNhX9Vn7kgRX0Ww2l6U7/vgPavM+DDixoXFq/oFYNJWbUu4gtJhZiRRQy16yZik0MbTeiM/q0wH+ai7UDoWvJCOmartGQD2wyWchui3dl1ccMudoylhvg==";
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const AT: u64 = 1_614_265_330;

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", "msg_1".parse().unwrap());
        headers.insert("webhook-timestamp", AT.into());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn the_golden_case_is_decrypted() {
        let receiver = WebhookReceiver::unsigned().secure_key("1234567890123456".into());
        let event = receiver.receive(&HeaderMap::new(), ENCRYPTED, at(0)).unwrap();
        assert_eq!((event.user_name.as_str(), event.hook.as_str()), ("username 25", "User.Edit.25"));
        assert_eq!(event.system, "https://performance.mytribehr.dev/");
        let other = WebhookReceiver::unsigned().secure_key("1234567890123457".into());
        assert_eq!(other.receive(&HeaderMap::new(), ENCRYPTED, at(0)), Err(WebhookError::Body));
        assert!(!format!("{receiver:?}").contains("12345678"));
    }

    #[test]
    fn only_what_is_signed_and_fresh_is_taken() {
        let body = std::str::from_utf8(ENCRYPTED).unwrap();
        let signature = webhook::signature(SECRET, "msg_1", AT as i64, body).unwrap();
        let receiver = WebhookReceiver::signed("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into())
            .or_signed(SECRET.into())
            .secure_key("1234567890123456".into());
        let receive = |headers, now| receiver.receive(&headers, ENCRYPTED, at(now)).map(|event| event.hook);
        assert_eq!(receive(headers(&signature), AT + 300), Ok("User.Edit.25".to_owned()));
        assert_eq!(receive(headers(&signature), AT - 300), Ok("User.Edit.25".to_owned()));
        assert_eq!(receive(headers(&signature), AT + 301), Err(WebhookError::Untimely));
        assert_eq!(receive(headers("v1,AAAA"), AT), Err(WebhookError::Signature));
        assert_eq!(receive(HeaderMap::new(), AT), Err(WebhookError::Headers));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let receiver = WebhookReceiver::unsigned();
        let large = vec![b'a'; LARGEST + 1];
        for body in [&b""[..], b"user_id=1", b"\xff", &large] {
            assert_eq!(receiver.receive(&HeaderMap::new(), body, at(0)), Err(WebhookError::Body));
        }
    }
}

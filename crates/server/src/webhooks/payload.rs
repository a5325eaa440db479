//! What is posted: a form that names objects and never says what is in them (`webhooks.md`).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use folkmoot_core::RandomSource;
use folkmoot_store::Event;
use folkmoot_wire::form;
use folkmoot_wire::webhook::SECRET_PREFIX;
use zeroize::Zeroizing;

use crate::edges::SystemRandom;

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

/// A new secret for signatures.
pub fn new_signing_secret() -> Zeroizing<String> {
    let mut key = Zeroizing::new([0; 32]);
    SystemRandom.fill(&mut *key);
    Zeroizing::new(format!("{SECRET_PREFIX}{}", BASE64_STANDARD.encode(&key[..])))
}

#[cfg(test)]
mod tests {
    use folkmoot_core::UserId;
    use jiff::Timestamp;

    use super::*;

    /// The golden case of `webhooks.md`.
    const FORM: &str = "user_id=25&user_name=username+25&system=https%3A%2F%2Fperformance.mytribehr.dev%2F&object_id=25&object=User&hook=User.Edit.25&text=User.Edit.25+by+username+25+at+https%3A%2F%2Fperformance.mytribehr.dev%2F";

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
    }

    #[test]
    fn what_nobody_did_the_product_did() {
        let form = form(&event(None), "https://acme.example/");
        assert!(form.starts_with("user_id=0&user_name=Folkmoot&system="), "{form}");
    }
}

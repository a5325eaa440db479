//! Who is asking (`http.md`, Authentication): HTTP Basic with username or e-mail, and password or API key.

use std::net::IpAddr;

use folkmoot_core::{ApiKey, Directory, EmploymentStatus, KeyHash, Person, Viewer};
use folkmoot_wire::basic;
use http::{HeaderMap, header};
use subtle::ConstantTimeEq;
use tokio::time::Instant;

use crate::app::App;
use crate::throttle::{Attempt, Wait};

/// What the credentials of a request came to.
pub(crate) enum Identity {
    /// Somebody of this account who may use it.
    Known(Viewer),
    /// Missing, malformed or wrong; which of them is not told.
    Unknown,
    /// Too many passwords are waiting to be checked.
    Busy,
    /// Too many passwords were wrong.
    Throttled(Wait),
}

/// Whether there are credentials in `headers` that could be somebody's.
pub(crate) fn gives_credentials(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let mut buffer = basic::BUFFER;
    basic::identify(value.as_bytes(), &mut buffer).is_some()
}

/// Checks the credentials in `headers`, which came from `client`, against the account.
pub(crate) async fn authenticate(
    app: &App,
    directory: &Directory,
    client: IpAddr,
    headers: &HeaderMap,
) -> Identity {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // Two of them: a proxy could have checked one, and this server another.
    let (Some(value), None) = (values.next(), values.next()) else { return Identity::Unknown };
    let mut buffer = basic::BUFFER;
    let Some((identifier, secret)) = basic::identify(value.as_bytes(), &mut buffer) else {
        return Identity::Unknown;
    };
    let person = directory.by_identifier(identifier);
    let (matches, key) = if let Ok(key) = secret.parse::<ApiKey>() {
        let key = key_matches(app, directory, person.map(|person| &**person), &key);
        (key.is_some(), key)
    } else {
        let attempt = app.throttle.attempt(directory.account().id, identifier, client);
        let hash = person.and_then(|person| person.user.password_hash.as_deref());
        match password_matches(app, &attempt, identifier, secret, hash).await {
            Checked::Matches => (true, None),
            Checked::Differs => (false, None),
            Checked::Busy => return Identity::Busy,
            Checked::Throttled(wait) => return Identity::Throttled(wait),
        }
    };
    match person.filter(|_| matches).and_then(|person| viewer(directory, person)) {
        Some(viewer) => {
            if let Some(key) = key {
                app.key_uses.note(&app.store, directory.account().id, viewer.user, key);
            }
            Identity::Known(viewer)
        }
        None => Identity::Unknown,
    }
}

/// `person` as somebody who may ask: nobody who has left or is suspended.
pub(crate) fn viewer(directory: &Directory, person: &Person) -> Option<Viewer> {
    let active = person.status(directory.as_of()) == EmploymentStatus::Active;
    active.then_some(Viewer { user: person.user.id, group: person.user.group })
}

/// The hash of `key`, if it is this person's.
fn key_matches(app: &App, directory: &Directory, person: Option<&Person>, key: &ApiKey) -> Option<KeyHash> {
    // Hashed and compared also when there is nobody, so that the time taken does not tell.
    let given = app.store.keys().hash_api_key(directory.account().id, key);
    let expected = person.and_then(|person| person.user.api_key_hash);
    let equal: bool = given.0.ct_eq(&expected.map_or([0; 32], |hash| hash.0)).into();
    expected.filter(|_| equal)
}

/// What a look at a password came to.
enum Checked {
    Matches,
    Differs,
    Busy,
    Throttled(Wait),
}

/// Whether `secret` is the password of whoever `identifier` names, whose hash is given if there is anybody. Where there
/// is nobody everything goes the same way.
async fn password_matches(
    app: &App,
    attempt: &Attempt<'_>,
    identifier: &str,
    secret: &str,
    hash: Option<&str>,
) -> Checked {
    if let Err(wait) = attempt.may_be_made() {
        return throttled(app, wait);
    }
    let unverified = match app.verified.look(&app.verified.entry(secret, hash.unwrap_or(identifier))).await {
        Ok(()) => {
            attempt.succeeded();
            return Checked::Matches;
        }
        Err(unverified) => unverified,
    };
    let charge = match attempt.charge() {
        Ok(charge) => charge,
        Err(wait) => return throttled(app, wait),
    };
    let began = Instant::now();
    let Some(matches) = app.passwords.verify(secret.to_owned(), hash.map(Box::from)).await else {
        app.metrics.passwords_refused.add(1);
        charge.give_back();
        return Checked::Busy;
    };
    app.metrics.password_checks.note(began.elapsed());
    if !matches {
        charge.keep();
        return Checked::Differs;
    }
    unverified.keep();
    charge.give_back();
    attempt.succeeded();
    Checked::Matches
}

fn throttled(app: &App, wait: Wait) -> Checked {
    app.metrics.passwords_throttled.add(1);
    Checked::Throttled(wait)
}

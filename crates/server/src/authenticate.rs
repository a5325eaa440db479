//! Who is asking (`http.md`, Authentication): HTTP Basic with username or e-mail, and password or API key.

use folkmoot_core::{ApiKey, Directory, EmploymentStatus, Person, Viewer};
use folkmoot_wire::basic;
use http::{HeaderMap, header};
use subtle::ConstantTimeEq;

use crate::app::App;

/// What the credentials of a request came to.
pub(crate) enum Identity {
    /// Somebody of this account who may use it.
    Known(Viewer),
    /// Missing, malformed or wrong; which of them is not told.
    Unknown,
    /// Too many passwords are waiting to be checked.
    Busy,
}

/// Checks the credentials in `headers` against the account.
pub(crate) async fn authenticate(app: &App, directory: &Directory, headers: &HeaderMap) -> Identity {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // Two of them: a proxy could have checked one, and this server another.
    let (Some(value), None) = (values.next(), values.next()) else { return Identity::Unknown };
    let mut buffer = basic::BUFFER;
    let Some((identifier, secret)) = basic::identify(value.as_bytes(), &mut buffer) else {
        return Identity::Unknown;
    };
    let person = directory.by_identifier(identifier);
    let matches = match secret.parse::<ApiKey>() {
        Ok(key) => key_matches(app, directory, person.map(|person| &**person), &key),
        Err(_) => match password_matches(app, person.map(|person| &**person), secret).await {
            Some(matches) => matches,
            None => return Identity::Busy,
        },
    };
    match person {
        Some(person) if matches && person.status(directory.as_of()) == EmploymentStatus::Active => {
            Identity::Known(Viewer { user: person.user.id, group: person.user.group })
        }
        _ => Identity::Unknown,
    }
}

fn key_matches(app: &App, directory: &Directory, person: Option<&Person>, key: &ApiKey) -> bool {
    // Hashed and compared also when there is nobody, so that the time taken does not tell.
    let given = app.store.keys().hash_api_key(directory.account().id, key);
    let expected = person.and_then(|person| person.user.api_key_hash);
    let equal: bool = given.0.ct_eq(&expected.map_or([0; 32], |hash| hash.0)).into();
    equal && expected.is_some()
}

async fn password_matches(app: &App, person: Option<&Person>, secret: &str) -> Option<bool> {
    let hash = person.and_then(|person| person.user.password_hash.clone());
    let entry = hash.as_deref().map(|hash| app.verified.entry(secret, hash));
    if let Some(entry) = &entry
        && app.verified.has(entry)
    {
        return Some(true);
    }
    let verified = app.passwords.verify(secret.to_owned(), hash).await?;
    if let (true, Some(entry)) = (verified, entry) {
        app.verified.keep(entry);
    }
    Some(verified)
}

//! `folkmoot users`.

use std::io::Read;

use anyhow::{Context, bail};
use folkmoot_core::{Explanation, FieldExplained, FullUser, Needs, PartialUser, Reason, User};
use folkmoot_server::Settings;
use folkmoot_store::{Author, Passwords};
use folkmoot_wire::access::ExplanationDocument;
use folkmoot_wire::documents::{FullUserDocument, PartialUserDocument};
use folkmoot_wire::{ApiMajor, Format, List, Opened, PictureUrls, Style, document};
use serde_json::json;

use crate::args::{Place, Users};
use crate::exit::Exit;
use crate::{output, setup};

const STYLE: Style<'static> =
    Style { version: ApiMajor::V2, format: Format::Json, pictures: PictureUrls::Private };
/// A shorter password is guessed too soon (NIST SP 800-63B, section 5.1.1.1).
const SHORTEST_PASSWORD: usize = 8;

pub(crate) async fn run(arguments: Users, settings: &Settings) -> anyhow::Result<Exit> {
    match arguments {
        Users::List { all, place, json } => list(all, &place, settings, json).await,
        Users::Show { user, place, json } => show(&user, &place, settings, json).await,
        Users::Explain { user, viewer, place, json } => explain(&user, &viewer, &place, settings, json).await,
        Users::NewKey { user, place, json } => new_key(&user, &place, settings, json).await,
        Users::RevokeKey { user, place } => revoke_key(&user, &place, settings).await,
        Users::Keys { place, json } => keys(&place, settings, json).await,
        Users::SetPassword { user, place } => set_password(&user, &place, settings).await,
    }
}

async fn list(all: bool, place: &Place, settings: &Settings, as_json: bool) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    let as_of = directory.as_of();
    let people = directory.people().filter(|person| all || !person.has_left(as_of));
    let users: Vec<_> =
        people.map(|person| (PartialUser::of(&directory, person), person.status(as_of))).collect();
    if as_json {
        let items: Vec<_> =
            users.iter().map(|(user, _)| PartialUserDocument { user, style: STYLE }).collect();
        let list = document(Format::Json, "users", &List { item: "user", items: &items });
        output::say(String::from_utf8_lossy(&list));
        return Ok(Exit::Done);
    }
    for (user, status) in users {
        let name = user.display_name.to_string();
        output::say(format_args!(
            "{:>7}  {:<24} {:<36} {name:<28} {}",
            user.id,
            user.username,
            user.email,
            status.code()
        ));
    }
    Ok(Exit::Done)
}

async fn show(name: &str, place: &Place, settings: &Settings, as_json: bool) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    let person = setup::person(&directory, name)?;
    let view = FullUser::of(&directory, &setup::OPERATOR, person).context("an operator sees everybody")?;
    let line = document(
        Format::Json,
        "user",
        &FullUserDocument { user: &view, opened: Opened::default(), style: STYLE },
    );
    if as_json {
        output::say(String::from_utf8_lossy(&line));
    } else {
        let value: serde_json::Value = serde_json::from_slice(&line)?;
        output::say(format_args!("{value:#}"));
    }
    Ok(Exit::Done)
}

async fn explain(
    name: &str,
    viewer: &str,
    place: &Place,
    settings: &Settings,
    as_json: bool,
) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    let (person, viewer) = (setup::person(&directory, name)?, setup::person(&directory, viewer)?);
    let explanation = setup::OPERATOR.explanation(&directory, viewer, person);
    let explanation = explanation.context("an operator is told everything")?;
    if as_json {
        let (person, viewer) = (person.user.id, viewer.user.id);
        let told = ExplanationDocument { person, viewer, explanation: &explanation, format: Format::Json };
        output::say(String::from_utf8_lossy(&document(Format::Json, "explanation", &told)));
        return Ok(Exit::Done);
    }
    let Explanation { by_group, roles, known, fields } = explanation.get();
    let names: Vec<&str> = roles.iter().map(|(_, name)| name.as_str()).collect();
    let from = by_group.map(|group| format!(", which stand for the group {}", group.name()));
    let (seen, viewer) = (&person.user.username, &viewer.user.username);
    output::say(format_args!(
        "{viewer} looks at {seen}. Roles: {}{}.",
        names.join(", "),
        from.unwrap_or_default()
    ));
    if !known.shown {
        output::say(format_args!("{seen} has left: hidden altogether, {}", why(known)));
    }
    for field in fields {
        let shown = if field.shown { "shown " } else { "hidden" };
        output::say(format_args!("{shown}  {:<42} {}", field.path, why(field)));
    }
    Ok(Exit::Done)
}

/// Why a field is shown or hidden, in words.
fn why(field: &FieldExplained) -> String {
    let reasons = field.reasons.iter().map(|reason| match reason {
        Reason::Everyone => "to everyone".to_owned(),
        Reason::Oneself => "to themselves alone".to_owned(),
        Reason::Granted { name, permission_group, relationship, right, settings, .. } => {
            let code = right.fact().code;
            let limit = relationship.code();
            let by = format!("by {name}, permission group {permission_group} ({limit}): {code}");
            [&[by], settings.as_slice()].concat().join("; ")
        }
    });
    let reasons: Vec<String> = reasons.collect();
    match (field.needs, reasons.is_empty()) {
        (_, false) => reasons.join(" and "),
        (Needs::Nothing, true) => "since the person is hidden".to_owned(),
        (Needs::Oneself, true) => "to everyone but themselves".to_owned(),
        (Needs::Right(right), true) => format!("no role of theirs reaches here with {}", right.fact().code),
    }
}

async fn new_key(name: &str, place: &Place, settings: &Settings, as_json: bool) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    let person = setup::person(&directory, name)?;
    let key = store.keys().new_api_key();
    let mut tx = store.begin(account.id, Author::OPERATOR).await?;
    tx.set_api_key(person.user.id, &key).await?;
    tx.commit().await?;
    store.close().await;
    if as_json {
        output::say_json(&json!({ "username": person.user.username.as_str(), "api_key": key.expose() }));
    } else {
        output::say(format_args!("API key of {}, shown this once: {}", person.user.username, key.expose()));
    }
    Ok(Exit::Done)
}

async fn revoke_key(name: &str, place: &Place, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    let person = setup::person(&directory, name)?;
    let mut tx = store.begin(account.id, Author::OPERATOR).await?;
    let had_one = tx.remove_api_key(person.user.id).await?;
    tx.commit().await?;
    store.close().await;
    let username = &person.user.username;
    if had_one {
        output::say(format_args!("The API key of {username} is worthless now."));
        Ok(Exit::Done)
    } else {
        output::say(format_args!("{username} has no API key."));
        Ok(Exit::Nothing)
    }
}

async fn keys(place: &Place, settings: &Settings, as_json: bool) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    let uses = store.key_uses(account.id).await?;
    let owners = directory.people().map(|person| &person.user).filter(|user| user.api_key_hash.is_some());
    let owners =
        owners.map(|user| (user, uses.get(&user.id).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())));
    if as_json {
        let owner = |(user, last_used): (&User, Option<String>)| json!({ "id": user.id.0, "username": user.username.as_str(), "last_used": last_used });
        output::say_json(&owners.map(owner).collect());
        return Ok(Exit::Done);
    }
    for (user, last_used) in owners {
        let last_used = last_used.as_deref().unwrap_or("never used");
        output::say(format_args!("{:>7}  {:<24} {:<36} {last_used}", user.id, user.username, user.email));
    }
    Ok(Exit::Done)
}

async fn set_password(name: &str, place: &Place, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    let person = setup::person(&directory, name)?;
    let mut password = String::new();
    std::io::stdin().take(4096).read_to_string(&mut password).context("standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.chars().count() < SHORTEST_PASSWORD {
        bail!("a password has at least {SHORTEST_PASSWORD} characters; give it on standard input");
    }
    if password.parse::<folkmoot_core::ApiKey>().is_ok() {
        bail!("a password may not look like an API key");
    }
    let hash = Passwords::new(1).hash(password.to_owned()).await?;
    let mut tx = store.begin(account.id, Author::OPERATOR).await?;
    tx.set_password_hash(person.user.id, &hash).await?;
    tx.commit().await?;
    store.close().await;
    output::say(format_args!("{} has a new password.", person.user.username));
    Ok(Exit::Done)
}

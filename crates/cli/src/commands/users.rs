//! `folkmoot users`.

use std::io::Read;

use anyhow::{Context, bail};
use folkmoot_core::{FullUser, PartialUser};
use folkmoot_store::{Author, Passwords};
use folkmoot_wire::v2::{FullUserDocument, PartialUserDocument, PictureUrls, Style};
use folkmoot_wire::{Format, List, document};
use serde_json::json;

use crate::args::{Place, Users};
use crate::exit::Exit;
use crate::{output, setup};

const STYLE: Style<'static> = Style { format: Format::Json, pictures: PictureUrls::Private };
/// A shorter password is guessed too soon (NIST SP 800-63B, section 5.1.1.1).
const SHORTEST_PASSWORD: usize = 8;

pub(crate) async fn run(arguments: Users) -> anyhow::Result<Exit> {
    match arguments {
        Users::List { all, place, json } => list(all, &place, json).await,
        Users::Show { user, place, json } => show(&user, &place, json).await,
        Users::NewKey { user, place, json } => new_key(&user, &place, json).await,
        Users::SetPassword { user, place } => set_password(&user, &place).await,
    }
}

async fn list(all: bool, place: &Place, as_json: bool) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place).await?;
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

async fn show(name: &str, place: &Place, as_json: bool) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place).await?;
    let directory = setup::directory(&store, &account).await?;
    let person = setup::person(&directory, name)?;
    let view = FullUser::of(&directory, &setup::OPERATOR, person).context("an operator sees everybody")?;
    let line = document(Format::Json, "user", &FullUserDocument { user: &view, api_key: None, style: STYLE });
    if as_json {
        output::say(String::from_utf8_lossy(&line));
    } else {
        let value: serde_json::Value = serde_json::from_slice(&line)?;
        output::say(format_args!("{value:#}"));
    }
    Ok(Exit::Done)
}

async fn new_key(name: &str, place: &Place, as_json: bool) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place).await?;
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

async fn set_password(name: &str, place: &Place) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(place).await?;
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

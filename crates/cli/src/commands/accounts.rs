//! `folkmoot accounts`.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail};
use folkmoot_core::{Account, AccountState};
use folkmoot_server::Settings;
use folkmoot_store::{AccountSize, Author, Store};
use serde_json::json;

use super::new_account::{NewAccount, check_name};
use crate::args::{Accounts, CreateAccount, OneAccount, StorePlace, Switch};
use crate::exit::Exit;
use crate::{output, progress, setup};

pub(crate) async fn run(arguments: Accounts, settings: &Settings) -> anyhow::Result<Exit> {
    match arguments {
        Accounts::Create(arguments) => create(&arguments, settings).await,
        Accounts::List { store, json } => list(&store, json, settings).await,
        Accounts::Suspend(account) => set_state(&account, AccountState::Suspended, settings).await,
        Accounts::Resume(account) => set_state(&account, AccountState::Active, settings).await,
        Accounts::Maintenance { switch: Switch::On, account } => {
            set_state(&account, AccountState::Maintenance, settings).await
        }
        Accounts::Maintenance { switch: Switch::Off, account } => {
            set_state(&account, AccountState::Active, settings).await
        }
        Accounts::Rename { account, to } => rename(&account, &to, settings).await,
        Accounts::Delete { account, yes } => delete(&account, yes, settings).await,
        Accounts::Export { account, out, json } => export(&account, &out, json, settings).await,
    }
}

async fn create(arguments: &CreateAccount, settings: &Settings) -> anyhow::Result<Exit> {
    let CreateAccount { name, company, admin, email, .. } = arguments;
    let new = NewAccount { name, company: company.as_ref().unwrap_or(name), admin, email };
    new.check("NAME")?;
    let store = setup::open(&arguments.store, settings).await?;
    let (account, key) = new.make(&store).await?;
    store.close().await;
    new.tell(&store, &account, &key, arguments.json);
    Ok(Exit::Done)
}

async fn list(store: &StorePlace, as_json: bool, settings: &Settings) -> anyhow::Result<Exit> {
    let store = setup::open(store, settings).await?;
    let accounts = store.account_sizes().await?;
    if as_json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|(account, size)| {
                json!({
                    "id": account.id,
                    "account": account.subdomain.as_str(),
                    "company": account.name.as_str(),
                    "state": account.state.code(),
                    "people": size.people,
                    "pictures": size.pictures,
                    "revision": size.revision,
                })
            })
            .collect();
        output::say_json(&json!({ "accounts": accounts }));
        return Ok(Exit::Done);
    }
    for (account, AccountSize { people, pictures, revision }) in &accounts {
        output::say(format_args!(
            "{:>6}  {:<24} {:<11} {people:>8} people {pictures:>8} pictures  revision {revision:<9} {}",
            account.id,
            account.subdomain,
            account.state.code(),
            account.name
        ));
    }
    Ok(Exit::Done)
}

async fn open(account: &OneAccount, settings: &Settings) -> anyhow::Result<(Store, Account)> {
    let store = setup::open(&account.store, settings).await?;
    let account = setup::account(&store, &account.name).await?;
    Ok((store, account))
}

async fn set_state(account: &OneAccount, state: AccountState, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = open(account, settings).await?;
    if account.state == AccountState::Suspended && state == AccountState::Maintenance {
        bail!("{} is suspended; resume it first", account.subdomain);
    }
    store.edit_account(account.id, Author::OPERATOR, |account| account.state = state).await??;
    store.close().await;
    output::say(format_args!("{} is {}.", account.subdomain, in_words(state)));
    Ok(Exit::Done)
}

fn in_words(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "in service",
        AccountState::Suspended => "suspended",
        AccountState::Maintenance => "in maintenance",
        AccountState::Deleted => "deleted",
    }
}

async fn rename(account: &OneAccount, to: &str, settings: &Settings) -> anyhow::Result<Exit> {
    check_name(to).context("NEW_NAME")?;
    let (store, account) = open(account, settings).await?;
    let new = to.to_ascii_lowercase();
    store
        .edit_account(account.id, Author::OPERATOR, |account| account.subdomain = new.as_str().into())
        .await??;
    store.close().await;
    output::say(format_args!("{} is called {new} now.", account.subdomain));
    Ok(Exit::Done)
}

async fn delete(account: &OneAccount, yes: bool, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = open(account, settings).await?;
    if !yes {
        confirm(&account)?;
    }
    store.delete_account(account.id).await?;
    store.close().await;
    output::say(format_args!("{} is deleted.", account.subdomain));
    Ok(Exit::Done)
}

/// Has the account's name typed once more.
fn confirm(account: &Account) -> anyhow::Result<()> {
    if !io::stdin().is_terminal() {
        bail!("everything of {} would be removed for good; say --yes if that is meant", account.subdomain);
    }
    let name = &account.subdomain;
    write!(io::stderr(), "Everything of {name} ({}) is removed for good. Type its name: ", account.name)?;
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).context("standard input")?;
    if typed.trim() != name.as_str() {
        bail!("that is not its name; nothing was removed");
    }
    Ok(())
}

async fn export(
    account: &OneAccount,
    out: &Path,
    as_json: bool,
    settings: &Settings,
) -> anyhow::Result<Exit> {
    let (store, account) = open(account, settings).await?;
    let (bar, on_progress) = progress::of_store(as_json);
    let exported = store.export_account(&account, out, &on_progress).await?;
    bar.finish_and_clear();
    store.close().await;
    let (path, rows) = (exported.path.display(), exported.account.rows());
    let folkmoot_store::MovedAccount { revision, pictures, .. } = exported.account;
    if as_json {
        output::say_json(&json!({
            "data": exported.path,
            "account": account.subdomain.as_str(),
            "revision": revision,
            "rows": rows,
            "pictures": pictures,
        }));
    } else {
        output::say(format_args!(
            "{path}: {} at revision {revision}, {rows} rows and {pictures} pictures, with a key of its own.",
            account.subdomain
        ));
        output::say(format_args!("Serve it with: folkmoot serve --data {path}"));
    }
    Ok(Exit::Done)
}

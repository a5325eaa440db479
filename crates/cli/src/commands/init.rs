//! `folkmoot init`.

use std::collections::HashSet;

use anyhow::{Context, bail};
use folkmoot_core::{
    Account, Group, JobData, PersonHistory, PersonalData, Record, Sequences, Settings, Text, User, UserId,
    check_email, check_username,
};
use folkmoot_store::{AccountExists, Author, Store};
use serde_json::json;

use crate::args::Init;
use crate::exit::Exit;
use crate::{output, setup};

pub(crate) async fn run(arguments: &Init) -> anyhow::Result<Exit> {
    check_username(&arguments.admin).context("--admin")?;
    check_email(&arguments.email).context("--email")?;
    check_account_name(&arguments.account)?;
    let store = setup::open_or_make(&arguments.data).await?;
    let (subdomain, author) = (&arguments.account, Author::OPERATOR);
    let made = store.create_account(subdomain, subdomain, Settings::default(), author).await?;
    let account = match made {
        Ok(account) => account,
        Err(AccountExists) => the_account(&store, subdomain).await?,
    };
    let mut tx = store.begin(account.id, author).await?;
    // An account without people is what is left where its making was killed.
    if !setup::directory(&store, &account).await?.is_empty() {
        bail!(AccountExists);
    }
    let mut sequences = tx.sequences().await?;
    let (now, today) = (tx.now(), store.clock().today());
    let id = UserId(Sequences::take(&mut sequences.users));
    let record = Sequences::take(&mut sequences.employee_records);
    let assignment = Sequences::take(&mut sequences.assignment_records);
    let user = User {
        id,
        username: Text::from(arguments.admin.as_str()),
        email: Text::from(arguments.email.as_str()),
        twitter_username: Text::default(),
        linkedin_url: Text::default(),
        blog_url: Text::default(),
        nickname: Text::default(),
        group: Group::Administrators,
        picture: None,
        badge_count: 0,
        password_hash: None,
        api_key_hash: None,
        api_key: None,
        created: now,
        modified: now,
    };
    let personal =
        PersonalData { first_name: Text::from(arguments.admin.as_str()), ..PersonalData::default() };
    let job = JobData { date_hired: Some(today), ..JobData::default() };
    let person = PersonHistory {
        user,
        employee: vec![Record {
            id: record,
            effective_date: today,
            created: now,
            modified: now,
            data: personal,
        }],
        assignment: vec![Record {
            id: assignment,
            effective_date: today,
            created: now,
            modified: now,
            data: job,
        }],
        work_hours: Vec::new(),
        custom_field_records: Vec::new(),
        leave_usages: Vec::new(),
    };
    let key = store.keys().new_api_key();
    tx.add_people(&[person], &HashSet::new()).await?;
    tx.set_sequences(&sequences).await?;
    tx.set_api_key(id, &key).await?;
    tx.commit().await?;
    store.close().await;

    let data = arguments.data.display();
    if arguments.json {
        output::say_json(&json!({
            "account": account.subdomain.as_str(),
            "username": arguments.admin,
            "api_key": key.expose(),
            "data": arguments.data,
        }));
    } else {
        output::say(format_args!("Account {} is ready in {data}.", account.subdomain));
        output::say(format_args!("API key of {}, shown this once: {}", arguments.admin, key.expose()));
        output::say(format_args!("Serve it with: folkmoot serve --data {data}"));
    }
    Ok(Exit::Done)
}

async fn the_account(store: &Store, subdomain: &str) -> anyhow::Result<Account> {
    let accounts = store.accounts().await?;
    let named = accounts.into_iter().find(|account| account.subdomain.eq_ignore_ascii_case(subdomain));
    Ok(named.ok_or(AccountExists)?)
}

/// An account's name is a label of a host name (RFC 1123).
fn check_account_name(name: &str) -> anyhow::Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if name.is_empty()
        || name.len() > 63
        || !name.bytes().all(plain)
        || name.starts_with('-')
        || name.ends_with('-')
    {
        bail!(
            "--account: {name:?} is not a host name's label: letters, digits and inner hyphens, at most 63"
        );
    }
    Ok(())
}

//! Making an account with its administrator: `folkmoot init` and `folkmoot accounts create`.

use std::collections::HashSet;

use anyhow::{Context, bail};
use folkmoot_core::{
    Account, ApiKey, Group, JobData, PersonHistory, PersonalData, Record, Sequences, Settings, Text, User,
    UserId, check_email, check_username,
};
use folkmoot_store::{AccountExists, Author, DataDir, Store};
use serde_json::json;

use crate::{output, setup};

/// An account that is to be made.
pub(crate) struct NewAccount<'a> {
    /// The first label of its host name.
    pub(crate) name: &'a str,
    /// The company's name.
    pub(crate) company: &'a str,
    /// The administrator's username.
    pub(crate) admin: &'a str,
    /// The administrator's e-mail address.
    pub(crate) email: &'a str,
}

impl NewAccount<'_> {
    /// Refuses what no account can be made of; `name` is how the account's name is given.
    pub(crate) fn check(&self, name: &'static str) -> anyhow::Result<()> {
        check_username(self.admin).context("--admin")?;
        check_email(self.email).context("--email")?;
        check_name(self.name).context(name)
    }

    /// Makes the account, or finishes one whose making was killed. Returns the administrator's API key.
    pub(crate) async fn make(&self, store: &Store) -> anyhow::Result<(Account, ApiKey)> {
        let author = Author::OPERATOR;
        let made = store.create_account(self.name, self.company, Settings::default(), author).await?;
        let account = match made {
            Ok(account) => account,
            Err(AccountExists) => setup::account(store, self.name).await?,
        };
        let mut tx = store.begin(account.id, author).await?;
        // An account without people is what is left where its making was killed.
        if !setup::directory(store, &account).await?.is_empty() {
            bail!(AccountExists);
        }
        let mut sequences = tx.sequences().await?;
        let (now, today) = (tx.now(), store.clock().today());
        let id = UserId(Sequences::take(&mut sequences.users));
        let record = Sequences::take(&mut sequences.employee_records);
        let assignment = Sequences::take(&mut sequences.assignment_records);
        let user = User {
            id,
            username: Text::from(self.admin),
            email: Text::from(self.email),
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
            accepted_invite: None,
            created: now,
            modified: now,
        };
        let personal = PersonalData { first_name: Text::from(self.admin), ..PersonalData::default() };
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
        Ok((account, key))
    }

    /// Tells what was made, and the key, this once.
    pub(crate) fn tell(&self, store: &Store, account: &Account, key: &ApiKey, as_json: bool) {
        if as_json {
            output::say_json(&json!({
                "account": account.subdomain.as_str(),
                "username": self.admin,
                "api_key": key.expose(),
                "data": store.data_dir().map(DataDir::path),
            }));
            return;
        }
        output::say(format_args!("Account {} is ready in {}.", account.subdomain, store.database()));
        output::say(format_args!("API key of {}, shown this once: {}", self.admin, key.expose()));
    }
}

/// An account's name is a label of a host name (RFC 1123).
pub(crate) fn check_name(name: &str) -> anyhow::Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if name.is_empty()
        || name.len() > 63
        || !name.bytes().all(plain)
        || name.starts_with('-')
        || name.ends_with('-')
    {
        bail!("{name:?} is not a host name's label: letters, digits and inner hyphens, at most 63");
    }
    Ok(())
}

//! What commands begin with: settings, log, store, account.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use folkmoot_core::{Account, ApiKey, Directory, Group, KeyHash, Person, Sealed, UserId, Viewer};
use folkmoot_exchange::import::Sealer;
use folkmoot_server::{Settings, SystemClock, SystemRandom};
use folkmoot_store::{DataDir, KeyRing, Store};

use crate::args::Place;

/// The settings in force: file, then environment.
pub(crate) fn settings(file: Option<&Path>) -> anyhow::Result<Settings> {
    Ok(Settings::read(file, std::env::vars())?)
}

/// Starts logging to standard error.
pub(crate) fn log(settings: &Settings) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(settings.log_level())
        .with_context(|| format!("log.level: {:?}", settings.log_level()))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only one log in a process; a second start of it would be a mistake of ours, not of the user.
    let _ = if settings.log_as_json() { log.json().try_init() } else { log.try_init() };
    Ok(())
}

/// Opens the store in a data directory.
pub(crate) async fn open(data: &Path) -> anyhow::Result<Store> {
    Ok(Store::open(DataDir::at(data), Arc::new(SystemClock), Arc::new(SystemRandom)).await?)
}

/// Opens the store in a data directory, or makes one there; also where an earlier making of one was killed.
pub(crate) async fn open_or_make(data: &Path) -> anyhow::Result<Store> {
    let data_dir = DataDir::at(data);
    if !data_dir.exists() {
        return Ok(Store::create(data_dir, Arc::new(SystemClock), Arc::new(SystemRandom)).await?);
    }
    // Killed after its key and before its database: an empty file is an empty database. Where there are pictures, a
    // database has been lost, and must be brought back instead.
    let unused = || std::fs::read_dir(data_dir.blobs()).map_or(true, |mut blobs| blobs.next().is_none());
    if data_dir.key().exists() && !data_dir.database().exists() && unused() {
        let path = data_dir.database();
        std::fs::File::create_new(&path).with_context(|| path.display().to_string())?;
    }
    open(data).await
}

/// Opens the store and finds the account that is meant.
pub(crate) async fn open_account(place: &Place) -> anyhow::Result<(Store, Account)> {
    let store = open(&place.data).await?;
    let accounts = store.accounts().await?;
    let account = match (&place.account, accounts.as_slice()) {
        (None, [only]) => only.clone(),
        (None, []) => bail!("{} holds no account yet", place.data.display()),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|account| account.subdomain.as_str()).collect();
            bail!("there are several accounts; say which with --account: {}", names.join(", "))
        }
        (Some(name), accounts) => accounts
            .iter()
            .find(|account| account.subdomain.eq_ignore_ascii_case(name))
            .cloned()
            .with_context(|| format!("there is no account called {name}"))?,
    };
    Ok((store, account))
}

/// Loads the account's people as they are today.
pub(crate) async fn directory(store: &Store, account: &Account) -> anyhow::Result<Directory> {
    Ok(store.load_directory(account.id, store.clock().today()).await?)
}

/// The operator, who sees what an administrator sees.
pub(crate) const OPERATOR: Viewer = Viewer { user: UserId(0), group: Group::Administrators };

/// The person whose username, e-mail address or id this is.
pub(crate) fn person<'a>(directory: &'a Directory, name: &str) -> anyhow::Result<&'a Arc<Person>> {
    let by_id = || name.parse().ok().and_then(|id| directory.person(UserId(id)));
    directory.by_identifier(name).or_else(by_id).with_context(|| format!("there is no user {name}"))
}

/// Seals with the store's keys for one account.
pub(crate) struct AccountSealer<'a> {
    pub(crate) keys: &'a KeyRing,
    pub(crate) account: &'a Account,
}

impl Sealer for AccountSealer<'_> {
    fn seal(&self, plain: &str) -> Sealed {
        self.keys.seal_government_id(self.account.id, plain)
    }

    fn key(&self, key: &ApiKey) -> (KeyHash, Sealed) {
        (self.keys.hash_api_key(self.account.id, key), self.keys.seal_api_key(self.account.id, key))
    }
}

impl folkmoot_exchange::export::Opener for AccountSealer<'_> {
    fn open(&self, sealed: &Sealed) -> Option<String> {
        self.keys.open_government_id(self.account.id, sealed).ok()
    }
}

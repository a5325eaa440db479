//! What commands begin with: settings, log, store, account.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use folkmoot_core::{Account, ApiKey, Directory, Group, KeyHash, Person, Sealed, UserId, Viewer};
use folkmoot_exchange::import::Sealer;
use folkmoot_server::settings::StoreUrl;
use folkmoot_server::{Settings, SystemClock, SystemRandom};
use folkmoot_store::{Blobs, DataDir, Database, KeyRing, KeySource, Store, StoreOptions};

use crate::args::{Place, StorePlace};

/// The settings in force: file, then environment.
pub(crate) fn settings(file: Option<&Path>) -> anyhow::Result<Settings> {
    Ok(Settings::read(file, std::env::vars())?)
}

/// Starts logging to standard error.
pub(crate) fn log(settings: &Settings) -> anyhow::Result<()> {
    let level = settings.log_level();
    let mut filter =
        tracing_subscriber::EnvFilter::try_new(level).with_context(|| format!("log.level: {level:?}"))?;
    if !level.contains("sqlx") {
        // PostgreSQL notes, at every start, that tables are there already.
        filter = filter.add_directive("sqlx::postgres::notice=warn".parse()?);
    }
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only one log in a process; a second start of it would be a mistake of ours, not of the user.
    let _ = if settings.log_as_json() { log.json().try_init() } else { log.try_init() };
    Ok(())
}

/// Where the store is: in the directory that the command line names, or where the settings say.
pub(crate) fn store_options(place: &StorePlace, settings: &Settings) -> anyhow::Result<StoreOptions> {
    let url = match &place.data {
        Some(data) => StoreUrl::Sqlite(data.clone()),
        None => settings.store_url(),
    };
    let blobs = blobs(settings)?;
    let needed = |what| format!("{what} is needed where store.url names a PostgreSQL database");
    options(url, blobs, settings.key_source(), settings, needed)
}

/// Blobs where the settings say; nothing when that is with an embedded store in its directory.
pub(crate) fn blobs(settings: &Settings) -> anyhow::Result<Option<Blobs>> {
    Ok(settings.blobs().map(|blobs| Blobs::open(&blobs, &SystemRandom)).transpose()?)
}

/// A store at `url`, with blobs and keys that are said, or are with an embedded store in its directory. `needed` puts
/// into words which of them is missing elsewhere.
pub(crate) fn options(
    url: StoreUrl,
    blobs: Option<Blobs>,
    keys: Option<KeySource>,
    settings: &Settings,
    needed: impl Fn(&'static str) -> String,
) -> anyhow::Result<StoreOptions> {
    Ok(match url {
        StoreUrl::Sqlite(data) => {
            let beside = StoreOptions::from(DataDir::at(data));
            StoreOptions { blobs: blobs.unwrap_or(beside.blobs), keys: keys.unwrap_or(beside.keys), ..beside }
        }
        StoreUrl::Postgres(url) => StoreOptions {
            database: Database::Postgres { url, connections: settings.store_connections() },
            blobs: blobs.with_context(|| needed("blobs.url"))?,
            keys: keys.with_context(|| needed("keys.file or keys.command"))?,
        },
    })
}

/// Opens the store.
pub(crate) async fn open(place: &StorePlace, settings: &Settings) -> anyhow::Result<Store> {
    let options = store_options(place, settings)?;
    Ok(Store::open(options, Arc::new(SystemClock), Arc::new(SystemRandom)).await?)
}

/// Opens the store, or makes one; also where an earlier making of one was killed.
pub(crate) async fn open_or_make(place: &StorePlace, settings: &Settings) -> anyhow::Result<Store> {
    open_or_make_at(store_options(place, settings)?, None).await
}

/// Opens a store, or makes one: with the keys of the store `like`, or else new ones.
pub(crate) async fn open_or_make_at(options: StoreOptions, like: Option<&Store>) -> anyhow::Result<Store> {
    if !Store::exists(&options).await? {
        return Ok(match like {
            Some(store) => store.create_another(options).await?,
            None => Store::create(options, Arc::new(SystemClock), Arc::new(SystemRandom)).await?,
        });
    }
    if let Some(data_dir) = options.database.data_dir() {
        // Killed after its key and before its database: an empty file is an empty database. Where there are pictures,
        // a database has been lost, and must be brought back instead.
        let unused = || std::fs::read_dir(data_dir.blobs()).map_or(true, |mut blobs| blobs.next().is_none());
        if data_dir.key().exists() && !data_dir.database().exists() && unused() {
            let path = data_dir.database();
            std::fs::File::create_new(&path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(Store::open(options, Arc::new(SystemClock), Arc::new(SystemRandom)).await?)
}

/// Opens the store and finds the account that is meant.
pub(crate) async fn open_account(place: &Place, settings: &Settings) -> anyhow::Result<(Store, Account)> {
    let store = open(&place.store, settings).await?;
    let accounts = store.accounts().await?;
    let account = match (&place.account, accounts.as_slice()) {
        (None, [only]) => only.clone(),
        (None, []) => bail!("{} holds no account yet", store.database()),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|account| account.subdomain.as_str()).collect();
            bail!("there are several accounts; say which with --account: {}", names.join(", "))
        }
        (Some(name), _) => account(&store, name).await?,
    };
    Ok((store, account))
}

/// The account of this name.
pub(crate) async fn account(store: &Store, name: &str) -> anyhow::Result<Account> {
    let accounts = store.accounts().await?;
    let named = accounts.into_iter().find(|account| account.subdomain.eq_ignore_ascii_case(name));
    named.with_context(|| format!("there is no account called {name}"))
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

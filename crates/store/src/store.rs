//! The store itself: opened once, shared by all.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use folkmoot_core::{AccountId, Clock, Durations, PictureName, RandomSource};
use tokio::sync::mpsc::UnboundedSender;

use crate::db::Db;
use crate::effects::Effects;
use crate::notices::{Message, announcer};
use crate::{
    Blobs, DataDir, Database, KeyRing, NodeId, StoreError, StoreOptions, StoreResult, canary, chain,
    directory_image, roles, sums,
};

/// Everything that is kept: rows, blobs, and the keys that seal what is secret. Cloning shares it.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) blobs: Blobs,
    pub(crate) keys: KeyRing,
    pub(crate) clock: Arc<dyn Clock>,
    /// Pictures that nobody has, and that could not be removed yet.
    pub(crate) due_pictures: Arc<Mutex<BTreeSet<(AccountId, PictureName)>>>,
    pub(crate) database: Database,
    pub(crate) node: NodeId,
    /// Where other nodes are told of what happens.
    pub(crate) announcer: Option<UnboundedSender<Message>>,
    pub(crate) writes: Arc<Durations>,
    pub(crate) effects: Effects,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.database)
    }
}

impl Store {
    /// Makes a store: in a new data directory, or in an empty PostgreSQL database; and its key file, unless there is one
    /// already.
    ///
    /// # Errors
    /// When there is a store already, or it cannot be made.
    pub async fn create(
        options: impl Into<StoreOptions>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
    ) -> StoreResult<Store> {
        let options = options.into();
        // What cannot be used is told before there is half a store.
        options.blobs.probe().await?;
        match &options.database {
            Database::Sqlite(data_dir) => data_dir.create()?,
            Database::Postgres { url, .. } if Db::postgres_has_tables(url).await? => {
                let place = &options.database;
                return Err(StoreError::Unusable(format!("{place} already holds a Folkmoot store")));
            }
            Database::Postgres { .. } => {}
        }
        options.keys.create_if_missing(&*random)?;
        Self::connect(options, clock, random, true).await
    }

    /// Makes a store as [`Store::create`] does, with this store's keys where it is to have a key file that is not
    /// there yet.
    ///
    /// # Errors
    /// Those of [`Store::create`].
    pub async fn create_another(&self, options: impl Into<StoreOptions>) -> StoreResult<Store> {
        let options = options.into();
        if let Database::Sqlite(data_dir) = &options.database {
            data_dir.create()?;
        }
        options.keys.write_if_missing(|| self.keys.known())?;
        Self::connect(options, Arc::clone(&self.clock), self.keys.random(), true).await
    }

    /// Opens a store and brings its schema up to date.
    ///
    /// # Errors
    /// When there is none, it cannot be opened, its schema is newer than this program, or the key is another store's.
    pub async fn open(
        options: impl Into<StoreOptions>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
    ) -> StoreResult<Store> {
        let options = options.into();
        if !Self::exists(&options).await? {
            let place = &options.database;
            let data = match place {
                Database::Sqlite(data_dir) => format!(" --data {}", data_dir.path().display()),
                Database::Postgres { .. } => String::new(),
            };
            return Err(StoreError::Unusable(format!(
                "{place} holds no Folkmoot store; make one with: folkmoot init{data} …"
            )));
        }
        Self::connect(options, clock, random, false).await
    }

    /// Whether a store has been made there, or the making of one was begun.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn exists(options: &StoreOptions) -> StoreResult<bool> {
        match &options.database {
            Database::Sqlite(data_dir) => Ok(data_dir.exists()),
            Database::Postgres { url, .. } => Db::postgres_has_tables(url).await,
        }
    }

    async fn connect(
        options: StoreOptions,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
        create: bool,
    ) -> StoreResult<Store> {
        if let Database::Sqlite(data_dir) = &options.database {
            data_dir.must_be_whole()?;
        }
        let StoreOptions { database, blobs, keys } = options;
        let keys = KeyRing::read(keys, random).await?;
        let db = match &database {
            Database::Sqlite(data_dir) => Db::open_sqlite(&data_dir.database(), create).await?,
            Database::Postgres { url, connections } => Db::open_postgres(url, *connections).await?,
        };
        let node = NodeId(u128::from_le_bytes(keys.mark()) as u64);
        let announcer = match &db {
            Db::Sqlite { .. } => None,
            Db::Postgres(pool, _) => Some(announcer(pool.clone(), node)),
        };
        let (writes, due_pictures, effects) = (Arc::default(), Arc::default(), Effects::default());
        let store =
            Store { db, blobs, keys, clock, due_pictures, database, node, announcer, writes, effects };
        canary::check(&store.db, &store.keys).await?;
        store.take_up_blobs().await?;
        // Damage is for `check` to tell of, not for this.
        if let Err(error) = sums::fill(&store).await {
            tracing::warn!(%error, "rows without checksums could not be given any");
        }
        if let Err(error) = roles::seed(&store).await {
            tracing::warn!(%error, "accounts without roles could not be given the standard ones");
        }
        if let Err(error) = chain::fill(&store).await {
            tracing::warn!(%error, "the change logs could not be chained");
        }
        if let (Some(data_dir), Ok(accounts)) = (store.data_dir(), store.accounts().await) {
            let accounts: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
            directory_image::tidy(data_dir, &accounts);
        }
        Ok(store)
    }

    /// Refuses to go on with blobs that are another store's.
    async fn take_up_blobs(&self) -> StoreResult<()> {
        self.blobs.belong_to(&self.keys.owner_of_pictures())?;
        match self.blobs.probe().await {
            // Only pictures wait for a bucket. A wrong secret is told at once.
            Err(error) if error.is_unreachable() => tracing::error!(%error, "there are no pictures now"),
            probed => probed?,
        }
        self.blobs.tidy().await;
        Ok(())
    }

    /// The keys that seal what is secret.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The blobs.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// The clock by which changes are dated.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Where the rows are.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The data directory, where there is one.
    pub fn data_dir(&self) -> Option<&DataDir> {
        self.database.data_dir()
    }

    /// How long transactions took that were committed, from waiting for their turn.
    pub fn writes(&self) -> &Durations {
        &self.writes
    }

    /// Closes the database. What was committed is safe without it; a tidy end folds the write-ahead log in.
    pub async fn close(&self) {
        self.finish_telling().await;
        self.db.close().await;
    }
}

//! The store itself: opened once, shared by all.

use std::sync::Arc;

use folkmoot_core::{AccountId, Clock, RandomSource};

use crate::db::Db;
use crate::{Blobs, DataDir, KeyRing, StoreError, StoreResult, directory_image};

/// Everything that is kept: rows, blobs, and the keys that seal what is secret. Cloning shares it.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) blobs: Blobs,
    pub(crate) keys: KeyRing,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) data_dir: DataDir,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.data_dir.path().display())
    }
}

impl Store {
    /// Makes a store in a new data directory.
    ///
    /// # Errors
    /// When there is one already, or it cannot be made.
    pub async fn create(
        data_dir: DataDir,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
    ) -> StoreResult<Store> {
        data_dir.create(&*random)?;
        Self::connect(data_dir, clock, random, true).await
    }

    /// Opens the store in a data directory and brings its schema up to date.
    ///
    /// # Errors
    /// When there is none, it cannot be opened, or its schema is newer than this program.
    pub async fn open(
        data_dir: DataDir,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
    ) -> StoreResult<Store> {
        if !data_dir.exists() {
            let place = data_dir.path().display();
            return Err(StoreError::Unusable(format!(
                "{place} holds no Folkmoot store; make one with: folkmoot init --data {place} …"
            )));
        }
        Self::connect(data_dir, clock, random, false).await
    }

    async fn connect(
        data_dir: DataDir,
        clock: Arc<dyn Clock>,
        random: Arc<dyn RandomSource>,
        create: bool,
    ) -> StoreResult<Store> {
        data_dir.must_be_whole()?;
        let keys = KeyRing::new(&data_dir.read_key()?, random);
        let db = Db::open_sqlite(&data_dir.database(), create).await?;
        let blobs = Blobs::Folder(data_dir.blobs());
        blobs.remove_temporaries();
        let store = Store { db, blobs, keys, clock, data_dir };
        // Damage is for `check` to tell of, not for this.
        if let Ok(accounts) = store.accounts().await {
            let accounts: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
            directory_image::tidy(&store.data_dir, &accounts);
        }
        Ok(store)
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

    /// The data directory.
    pub fn data_dir(&self) -> &DataDir {
        &self.data_dir
    }

    /// Closes the database. What was committed is safe without it; a tidy end folds the write-ahead log in.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

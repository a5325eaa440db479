//! An account leaves for a store of its own: a data directory with nothing else in it, and a key that opens nothing
//! else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use folkmoot_core::{Account, AccountState};

use super::account::{Move, MovedAccount};
use crate::partial::Partial;
use crate::pictures::run_blocking;
use crate::{DataDir, OnProgress, Store, StoreResult};

/// An account that was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedAccount {
    /// The data directory that was made.
    pub path: PathBuf,
    /// What is in it.
    pub account: MovedAccount,
}

impl Store {
    /// Makes a data directory at `path`, which must not exist yet, with a copy of one account as it is at one moment, in
    /// service, and sealed by a new key of its own. The account is served and written to meanwhile.
    ///
    /// # Errors
    /// When `path` exists or cannot be written; when something of the account is damaged, which the message names; when
    /// the database fails. Then there is nothing at `path`.
    pub async fn export_account(
        &self,
        account: &Account,
        path: &Path,
        on_progress: &OnProgress,
    ) -> StoreResult<ExportedAccount> {
        let partial = {
            let path = path.to_owned();
            run_blocking(move || Partial::begin(&path)).await?
        };
        let target = DataDir::at(&partial.folder);
        let target = Store::create(target, Arc::clone(&self.clock), self.keys.random()).await?;
        let moving = Move { source: self, target: &target, trial: false, while_serving: true, on_progress };
        let account = moving.account(account, AccountState::Active).await;
        target.close().await;
        let account = account?;
        let path = run_blocking(move || partial.complete()).await?;
        Ok(ExportedAccount { path, account })
    }
}

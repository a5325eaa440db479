//! Moving accounts from one store to another: between databases, between places for pictures, between keys.
//!
//! Each account moves in one transaction: pictures first, then rows in blocks, read in one view of the source. Before
//! the transaction is committed, everything is read again in the target and compared by hash (`meaning.rs`). So an
//! account is whole in the target or not there, and a move that was killed is simply done again; see
//! `docs/decisions/0015-moving-stores.md`.

mod account;
mod export;
mod meaning;
mod pausing;
mod pictures;
mod rows;

use std::time::Duration;

use account::Move;
pub use account::{MovedAccount, Outcome};
pub use export::ExportedAccount;
use folkmoot_core::{Account, AccountState};
pub use meaning::TableHash;

use crate::backup::manifest::hex;
use crate::db::each_backend;
use crate::table::{Cell, cells};
use crate::{OnProgress, Store, StoreError, StoreResult, statements, tables};

/// How accounts move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveOptions {
    /// The account that moves, by its subdomain; else all.
    pub account: Option<String>,
    /// Whether only to tell what would be done.
    pub trial: bool,
    /// Whether the accounts stay in service meanwhile. What is written to them after they were read is then not in the
    /// target.
    pub while_serving: bool,
    /// How long to wait after accounts were taken out of service, until every node knows.
    pub settling: Duration,
}

impl Default for MoveOptions {
    fn default() -> Self {
        // Nodes that miss a notification know after two seconds.
        MoveOptions { account: None, trial: false, while_serving: false, settling: Duration::from_secs(3) }
    }
}

impl Store {
    /// Copies accounts to another store, and verifies there what was written. Nothing is removed here; unless they stay
    /// in service, the accounts that were copied are in maintenance here from then on, and in the target in the state
    /// that they had.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`]; when something in the source is damaged, which the message names; when an account of
    /// the same name is in the target and is not the same; when either store fails. Accounts before the one that failed
    /// have moved; the others are in service again.
    pub async fn move_accounts(
        &self,
        target: &Store,
        options: &MoveOptions,
        on_progress: &OnProgress,
    ) -> StoreResult<Vec<MovedAccount>> {
        self.must_be_another(target).await?;
        if self.blobs.is_same_place(&target.blobs) {
            // Either would remove, sooner or later, what the other needs.
            let what =
                "the target's pictures are to be where this store's are; give them a place of their own";
            return Err(StoreError::Unusable(what.to_owned()));
        }
        let accounts = self.chosen(options.account.as_deref()).await?;
        let moving = Move {
            source: self,
            target,
            trial: options.trial,
            while_serving: options.while_serving,
            on_progress,
        };
        let pausing = !options.trial && !options.while_serving;
        let mut paused = self.pause(&accounts, pausing, options.settling).await?;
        let mut moved = Vec::with_capacity(accounts.len());
        let result = async {
            for (account, state) in paused.accounts().to_vec() {
                moved.push((moving.account(&account, state).await?, account));
                paused.has_moved();
            }
            if options.account.is_none() && !options.trial {
                self.keep_numbers_taken(target).await?;
            }
            StoreResult::Ok(())
        }
        .await;
        if let Err(error) = result {
            paused.resume(self).await;
            return Err(error);
        }
        for (report, account) in &moved {
            moving.must_be_unchanged(account, report.revision).await?;
        }
        Ok(moved.into_iter().map(|(report, _)| report).collect())
    }

    async fn chosen(&self, subdomain: Option<&str>) -> StoreResult<Vec<Account>> {
        let mut accounts = self.accounts().await?;
        if let Some(subdomain) = subdomain {
            accounts.retain(|account| account.subdomain.eq_ignore_ascii_case(subdomain));
            if accounts.is_empty() {
                return Err(StoreError::NoAccount);
            }
        }
        Ok(accounts)
    }

    /// The numbers of accounts that were deleted are not given again in the target either.
    async fn keep_numbers_taken(&self, target: &Store) -> StoreResult<()> {
        let mut deleted: Vec<Vec<Cell<'static>>> = Vec::new();
        let rows: Vec<(i64, String, String, String, String, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT id, subdomain, name, settings, state, created FROM accounts WHERE state = $1 ORDER BY id",
            )
            .bind(AccountState::Deleted.code())
            .fetch_all(executor)
            .await?
        );
        for (id, subdomain, name, settings, state, created) in rows {
            deleted.push(cells![id, subdomain, name, settings, state, created]);
        }
        let mut transaction = target.db.begin().await?;
        statements::insert(&mut transaction, &tables::ACCOUNTS, &deleted, " ON CONFLICT (id) DO NOTHING")
            .await?;
        transaction.commit().await
    }

    /// Refuses a target that is this store by another name: what is written there would be seen here.
    async fn must_be_another(&self, target: &Store) -> StoreResult<()> {
        const NAME: &str = "moving accounts";
        let mark = hex(&self.keys.mark());
        let mut transaction = target.db.begin().await?;
        each_backend!(in &mut transaction, executor =>
            sqlx::query(
                "INSERT INTO leases (account_id, name, holder, term, beat) VALUES (0, $1, $2, 0, 0)
                 ON CONFLICT (account_id, name) DO UPDATE SET holder = excluded.holder",
            )
            .bind(NAME)
            .bind(&mark)
            .execute(executor)
            .await?
            .rows_affected()
        );
        transaction.commit().await?;
        let seen: Option<String> = each_backend!(read &self.db, executor =>
            sqlx::query_scalar("SELECT holder FROM leases WHERE account_id = 0 AND name = $1")
                .bind(NAME)
                .fetch_optional(executor)
                .await?
        );
        let mut transaction = target.db.begin().await?;
        each_backend!(in &mut transaction, executor =>
            sqlx::query("DELETE FROM leases WHERE account_id = 0 AND name = $1 AND holder = $2")
                .bind(NAME)
                .bind(&mark)
                .execute(executor)
                .await?
                .rows_affected()
        );
        transaction.commit().await?;
        if seen == Some(mark) {
            return Err(StoreError::Unusable(
                "the target is the store that accounts are to leave".to_owned(),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::db::Db;
    use crate::tables;

    /// Tables whose rows do not move: the revision moves by itself, the others are about the store that they are in.
    const STAYING: [&str; 5] = ["_sqlx_migrations", "canaries", "leases", "login_failures", "revisions"];

    #[tokio::test]
    async fn every_table_moves_or_is_known_to_stay() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("db"), true).await.unwrap();
        let Db::Sqlite { readers, .. } = &db else { unreachable!() };
        let names = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
        let there: Vec<String> = names.fetch_all(readers).await.unwrap();
        let mut known: Vec<&str> = tables::ALL.iter().map(|table| table.name).chain(STAYING).collect();
        known.sort_unstable();
        assert_eq!(there, known);
        for table in tables::ALL {
            let query =
                sqlx::query_scalar("SELECT name FROM pragma_table_info($1) ORDER BY cid").bind(table.name);
            let mut columns: Vec<String> = query.fetch_all(readers).await.unwrap();
            columns.sort_unstable();
            let mut known: Vec<&str> = table.columns.iter().map(|(name, _)| *name).chain(["sum"]).collect();
            known.sort_unstable();
            assert_eq!(columns, known, "{}", table.name);
        }
        db.close().await;
    }
}

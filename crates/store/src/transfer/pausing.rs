//! Accounts are out of service while they move, so that nothing that is written to them is left behind.

use std::time::Duration;

use folkmoot_core::{Account, AccountId, AccountState, Object, Source};

use super::meaning::{Pictures, Side};
use crate::db::each_backend;
use crate::{Author, Store, StoreError, StoreResult, tables};

/// Accounts that are to move.
pub(super) struct Paused {
    /// As they are now, each with the state that it is to have in the target.
    accounts: Vec<(Account, AccountState)>,
    /// How many of them have moved.
    moved: usize,
}

impl Store {
    /// Takes those accounts out of service that are in service, if `pausing`, and waits until every node knows.
    pub(super) async fn pause(
        &self,
        accounts: &[Account],
        pausing: bool,
        settling: Duration,
    ) -> StoreResult<Paused> {
        let mut paused = Paused { accounts: Vec::with_capacity(accounts.len()), moved: 0 };
        let mut settled = true;
        for account in accounts {
            let mut account = account.clone();
            let state = match account.state {
                AccountState::Active if pausing => {
                    // Its row is written anew, with a checksum that would then be right for whatever is in it.
                    if let Err(error) = self.verify_account(account.id).await {
                        paused.resume(self).await;
                        return Err(error);
                    }
                    if let Err(error) = self.set_state(account.id, AccountState::Maintenance).await {
                        paused.resume(self).await;
                        return Err(error);
                    }
                    settled = false;
                    account.state = AccountState::Maintenance;
                    AccountState::Active
                }
                // A move that was killed has left it so.
                AccountState::Maintenance => {
                    self.paused_from(account.id).await?.unwrap_or(AccountState::Maintenance)
                }
                state => state,
            };
            paused.accounts.push((account, state));
        }
        if !settled {
            tokio::time::sleep(settling).await;
        }
        Ok(paused)
    }

    /// Gives an account that a move has once taken out of service here the state `state`, since it has come back.
    pub(super) async fn put_into_service(&self, account: &Account, state: AccountState) -> StoreResult<()> {
        let waiting = account.state == AccountState::Maintenance && state != account.state;
        if waiting && self.paused_from(account.id).await?.is_some() {
            self.set_state(account.id, state).await?;
        }
        Ok(())
    }

    async fn set_state(&self, account: AccountId, state: AccountState) -> StoreResult<()> {
        let edited = self.edit_account(account, Author::SYSTEM, |account| account.state = state).await?;
        edited.map_err(|exists| StoreError::Unusable(exists.to_string()))?;
        Ok(())
    }

    async fn verify_account(&self, account: AccountId) -> StoreResult<()> {
        let side = Side::of(self, account, Pictures::new());
        each_backend!(read &self.db, executor => {
            let row = sqlx::query(tables::ACCOUNTS.select).bind(account.0).fetch_one(executor).await?;
            side.read(&tables::ACCOUNTS, tables::ACCOUNTS.read(&row)?)?;
        });
        Ok(())
    }

    /// The state that an account in maintenance had before a move put it there; nothing if its operator did.
    async fn paused_from(&self, account: AccountId) -> StoreResult<Option<AccountState>> {
        type Entry = (String, Option<String>, Option<String>);
        let newest: Option<Entry> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT source, before, after FROM changes WHERE account_id = $1 AND object = $2
                 ORDER BY revision DESC LIMIT 1",
            )
            .bind(account.0)
            .bind(Object::Config.code())
            .fetch_optional(executor)
            .await?
        );
        let state = |json: Option<String>| -> Option<AccountState> {
            Some(serde_json::from_str::<Account>(&json?).ok()?.state)
        };
        let Some((source, before, after)) = newest else { return Ok(None) };
        let by_move = source == Source::System.code() && state(after) == Some(AccountState::Maintenance);
        Ok(state(before).filter(|_| by_move))
    }
}

impl Paused {
    pub(super) fn accounts(&self) -> &[(Account, AccountState)] {
        &self.accounts
    }

    /// The next one has moved, and stays out of service here.
    pub(super) fn has_moved(&mut self) {
        self.moved += 1;
    }

    /// Puts those back into service that have not moved.
    pub(super) async fn resume(&self, store: &Store) {
        for (account, state) in &self.accounts[self.moved..] {
            if account.state != *state
                && let Err(error) = store.set_state(account.id, *state).await
            {
                tracing::error!(account = %account.subdomain, %error, "stays in maintenance");
            }
        }
    }
}

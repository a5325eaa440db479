//! Invitations to choose a password (`users.md`, v1 shapes: `skip_invite`). Each is made in the transaction that adds
//! somebody, waits until its mail is handed over, and ends when they have chosen.

use std::time::Duration;

use folkmoot_core::{AccountId, AccountState, Action, Object, UserId};
use jiff::Timestamp;

use crate::db::each_backend;
use crate::table::cells;
use crate::{Store, StoreResult, Tx, rows, tables};

/// How long an invitation can be taken up.
pub const INVITATION_LASTS: Duration = Duration::from_hours(14 * 24);

/// An invitation whose mail has not been handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The account.
    pub account: AccountId,
    /// Who is invited.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// When they were invited. Being invited anew makes what was sent before worthless.
    pub made: Timestamp,
    /// How often handing over the mail has failed.
    pub failures: u32,
}

impl Tx<'_> {
    /// Invites somebody to choose a password; one who was invited before is invited anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invite(&mut self, user: UserId) -> StoreResult<()> {
        self.invite_newcomer(user).await?;
        self.log(Object::User, user.0, Action::Edit, None, Some(r#"{"invited":true}"#.to_owned()));
        Ok(())
    }

    /// Invites somebody whom this transaction adds: the log says that it does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invite_newcomer(&mut self, user: UserId) -> StoreResult<()> {
        let table = &tables::INVITATIONS;
        let now = self.now.as_microsecond();
        self.replace(table, cells![self.account.0, user.0, now, None::<i64>, 0_i64, now]).await
    }

    /// Ends the invitation that somebody was given at this moment, which they have accepted. Returns whether they still
    /// held it: of two who take it up at the same time, one does.
    ///
    /// The log is not told of it by itself: whoever accepts gets a password in the same transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_invitation(&mut self, user: UserId, made: Timestamp) -> StoreResult<bool> {
        let account = self.account.0;
        let ended = each_backend!(in &mut self.transaction, executor =>
            sqlx::query("DELETE FROM invitations WHERE account_id = $1 AND user_id = $2 AND made = $3")
                .bind(account)
                .bind(user.0)
                .bind(made.as_microsecond())
                .execute(executor)
                .await?
                .rows_affected()
        );
        if ended > 0 {
            let row = cells![account, user.0, self.now.as_microsecond()];
            self.replace(&tables::ACCEPTED_INVITES, row).await?;
        }
        Ok(ended > 0)
    }
}

impl Store {
    /// When somebody was given the invitation that they hold, if it can still be taken up.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn invited_at(&self, account: AccountId, user: UserId) -> StoreResult<Option<Timestamp>> {
        let made: Option<i64> = each_backend!(read &self.db, executor =>
            sqlx::query_scalar("SELECT made FROM invitations WHERE account_id = $1 AND user_id = $2")
                .bind(account.0)
                .bind(user.0)
                .fetch_optional(executor)
                .await?
        );
        let made = made.map(rows::moment).transpose()?;
        Ok(made.filter(|made| made.saturating_add(INVITATION_LASTS).is_ok_and(|end| end > self.clock.now())))
    }

    /// Invitations whose mail is to be handed over now, `limit` at most, of accounts that are served.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn waiting_invitations(&self, limit: u32) -> StoreResult<Vec<Invitation>> {
        let now = self.clock.now();
        let oldest = now.saturating_sub(INVITATION_LASTS).unwrap_or(Timestamp::MIN);
        let found: Vec<(i64, i64, String, i64, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT i.account_id, i.user_id, u.email, i.made, i.failures
                 FROM invitations i
                 JOIN accounts a ON a.id = i.account_id
                 JOIN users u ON u.account_id = i.account_id AND u.id = i.user_id
                 WHERE i.sent IS NULL AND i.retry_at <= $1 AND i.made > $2 AND a.state = $3
                 ORDER BY i.retry_at, i.account_id, i.user_id LIMIT $4",
            )
            .bind(now.as_microsecond())
            .bind(oldest.as_microsecond())
            .bind(AccountState::Active.code())
            .bind(i64::from(limit))
            .fetch_all(executor)
            .await?
        );
        let invitation = |(account, user, email, made, failures): (i64, i64, String, i64, i64)| {
            Ok(Invitation {
                account: AccountId(account),
                user: UserId(user),
                email,
                made: rows::moment(made)?,
                failures: failures.try_into().unwrap_or(u32::MAX),
            })
        };
        found.into_iter().map(invitation).collect()
    }

    /// Notes that an invitation's mail was handed over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitation_was_sent(&self, of: &Invitation) -> StoreResult<()> {
        let now = self.clock.now().as_microsecond();
        self.note_invitation(of, Some(now), of.failures, now).await
    }

    /// Notes that an invitation's mail could not be handed over, and is to be tried again after `pause`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitation_failed(&self, of: &Invitation, pause: Duration) -> StoreResult<()> {
        let retry_at = self.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
        self.note_invitation(of, None, of.failures.saturating_add(1), retry_at.as_microsecond()).await
    }

    /// Writes what has become of an invitation, unless it has ended or was made anew since.
    async fn note_invitation(
        &self,
        of: &Invitation,
        sent: Option<i64>,
        failures: u32,
        retry_at: i64,
    ) -> StoreResult<()> {
        let (account, user, made) = (of.account.0, of.user.0, of.made.as_microsecond());
        let row = cells![account, user, made, sent, i64::from(failures), retry_at];
        let sum = tables::INVITATIONS.sum(&row);
        let mut transaction = self.db.begin().await?;
        each_backend!(in &mut transaction, executor =>
            sqlx::query(
                "UPDATE invitations SET sent = $4, failures = $5, retry_at = $6, sum = $7
                 WHERE account_id = $1 AND user_id = $2 AND made = $3",
            )
            .bind(account)
            .bind(user)
            .bind(made)
            .bind(sent)
            .bind(i64::from(failures))
            .bind(retry_at)
            .bind(sum)
            .execute(executor)
            .await?
            .rows_affected()
        );
        transaction.commit().await
    }

    /// Forgets invitations that can be taken up no more, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_invitations(&self) -> StoreResult<u64> {
        let oldest = self.clock.now().saturating_sub(INVITATION_LASTS).unwrap_or(Timestamp::MIN);
        let mut transaction = self.db.begin().await?;
        let forgotten = each_backend!(in &mut transaction, executor =>
            sqlx::query("DELETE FROM invitations WHERE made <= $1")
                .bind(oldest.as_microsecond())
                .execute(executor)
                .await?
                .rows_affected()
        );
        transaction.commit().await?;
        Ok(forgotten)
    }
}

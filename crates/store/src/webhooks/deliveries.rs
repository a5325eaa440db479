//! What was delivered, or was tried to be: a log for whoever looks after a receiver.

use folkmoot_core::{AccountId, WebHookId};
use futures_util::TryStreamExt;
use jiff::Timestamp;

use crate::db::each_backend;
use crate::load::read_all;
use crate::table::{Cell, cells};
use crate::{Store, StoreResult, rows, statements, tables};

use super::Outcome;

/// How it stands with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// The receiver has it.
    Delivered,
    /// It is tried again.
    Retrying,
    /// The receiver has not got it, and it is not tried again unless somebody asks for that.
    Failed,
}

impl DeliveryState {
    const ALL: [DeliveryState; 3] =
        [DeliveryState::Delivered, DeliveryState::Retrying, DeliveryState::Failed];

    /// The stored form.
    pub const fn code(self) -> &'static str {
        match self {
            DeliveryState::Delivered => "delivered",
            DeliveryState::Retrying => "retrying",
            DeliveryState::Failed => "failed",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<DeliveryState> {
        DeliveryState::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A delivery of one event to one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number within the account.
    pub id: i64,
    /// The subscription.
    pub webhook: WebHookId,
    /// The entry of the change log that it is about.
    pub revision: u64,
    /// The event's whole handle, `User.Edit.25`.
    pub hook: String,
    /// The form that was sent, before it was encrypted.
    pub payload: String,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u64,
    /// When it was first sent.
    pub first_at: Timestamp,
    /// When it was last sent.
    pub last_at: Timestamp,
    /// The status of the receiver's last answer.
    pub status: Option<u16>,
    /// The beginning of that answer, or why there was none.
    pub answer: String,
}

impl Delivery {
    pub(super) fn row(&self, account: AccountId) -> Vec<Cell<'_>> {
        cells![
            account.0,
            self.id,
            self.webhook.0,
            self.revision.cast_signed(),
            self.hook.as_str(),
            self.payload.as_str(),
            self.state.code(),
            self.attempts.cast_signed(),
            self.first_at.as_microsecond(),
            self.last_at.as_microsecond(),
            self.status.map(i64::from),
            self.answer.as_str(),
        ]
    }
}

impl Store {
    /// The newest deliveries of a subscription with numbers below `before`, newest first: at most `limit`.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn deliveries(
        &self,
        account: AccountId,
        webhook: WebHookId,
        before: i64,
        limit: u32,
    ) -> StoreResult<Vec<Delivery>> {
        let query = rows::DELIVERIES;
        Ok(read_all!(&self.db, query, [account.0, webhook.0, before, i64::from(limit)], rows::delivery))
    }

    /// The delivery with this number.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn delivery(&self, account: AccountId, id: i64) -> StoreResult<Option<Delivery>> {
        Ok(read_all!(&self.db, rows::DELIVERY, [account.0, id], rows::delivery).into_iter().next())
    }

    /// Notes what came of sending a delivery once more. Returns it as it is now; nothing if it is gone.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn note_resent(
        &self,
        account: AccountId,
        id: i64,
        outcome: &Outcome,
    ) -> StoreResult<Option<Delivery>> {
        let mut transaction = self.lock(account).await?;
        let found: Option<Delivery> = each_backend!(in &mut transaction, executor => {
            let row = sqlx::query(rows::DELIVERY).bind(account.0).bind(id).fetch_optional(executor).await?;
            row.map(|row| rows::delivery(&row)).transpose()?
        });
        let Some(before) = found else { return Ok(None) };
        let after = Delivery {
            state: outcome.state,
            attempts: before.attempts + 1,
            last_at: outcome.at,
            status: outcome.status,
            answer: outcome.answer.clone(),
            ..before
        };
        let table = &tables::WEBHOOK_DELIVERIES;
        statements::insert(&mut transaction, table, &[after.row(account)], table.or_replace).await?;
        transaction.commit().await?;
        Ok(Some(after))
    }

    /// Removes what was noted of deliveries that were last sent before `moment`, but for those that are tried again.
    /// Returns how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deliveries(&self, moment: Timestamp) -> StoreResult<u64> {
        let mut transaction = self.db.begin().await?;
        let removed = each_backend!(in &mut transaction, executor =>
            sqlx::query("DELETE FROM webhook_deliveries WHERE last_at < $1 AND state <> $2")
                .bind(moment.as_microsecond())
                .bind(DeliveryState::Retrying.code())
                .execute(executor)
                .await?
                .rows_affected()
        );
        transaction.commit().await?;
        Ok(removed)
    }
}

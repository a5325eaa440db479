//! How far subscriptions have got in the change log.

use std::collections::HashMap;

use folkmoot_core::{AccountId, AccountState, Hook, UserId, WebHookId};
use jiff::Timestamp;

use super::{Delivery, DeliveryState, WebHook, WebHookSecrets, take_numbers};
use crate::db::{Transaction, each_backend};
use crate::table::{Cell, cells};
use crate::{Store, StoreResult, rows, statements, tables};

/// A subscription as whoever delivers needs it.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The subscription.
    pub webhook: WebHook,
    /// Its secrets.
    pub secrets: WebHookSecrets,
    /// How far it has got.
    pub progress: Progress,
}

/// How far a subscription has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Everything up to this revision is done with.
    pub revision: u64,
    /// How often in a row delivering what follows has failed.
    pub failures: u32,
    /// When it is tried again, where it has failed.
    pub retry_at: Timestamp,
}

/// An event: an entry of the change log, without what it says of before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log.
    pub revision: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who made it happen, by number and by name, if it was a user.
    pub actor: Option<(UserId, String)>,
    /// The kind of object, as handles name it.
    pub object: String,
    /// Which object.
    pub object_id: i64,
    /// What was done, as handles name it.
    pub action: String,
}

impl Event {
    /// The event's whole handle, `User.Edit.25`.
    pub fn hook(&self) -> String {
        format!("{}.{}.{}", self.object, self.action, self.object_id)
    }
}

/// What came of sending an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The entry of the change log that it is about.
    pub revision: u64,
    /// The event's whole handle.
    pub hook: String,
    /// The form that was sent, before it was encrypted.
    pub payload: String,
    /// How it stands now.
    pub state: DeliveryState,
    /// Whether it was sent at all.
    pub sent: bool,
    /// When.
    pub at: Timestamp,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The answer's beginning, or why there was none.
    pub answer: String,
}

impl Store {
    /// Every subscription of accounts that are in service.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscriptions(&self) -> StoreResult<Vec<(AccountId, WebHookId)>> {
        let rows: Vec<(i64, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT webhooks.account_id, webhooks.id FROM webhooks JOIN accounts ON accounts.id = account_id
                 WHERE state = $1 ORDER BY 1, 2",
            )
            .bind(AccountState::Active.code())
            .fetch_all(executor)
            .await?
        );
        Ok(rows.into_iter().map(|(account, id)| (AccountId(account), WebHookId(id))).collect())
    }

    /// A subscription with all that it takes to deliver; nothing if it is gone, or its account not in service.
    ///
    /// # Errors
    /// When the database fails or holds what it should not, or a secret does not open.
    pub async fn subscription(&self, account: AccountId, id: WebHookId) -> StoreResult<Option<Subscription>> {
        let row: Option<(i64, i64, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT revision, failures, retry_at FROM webhook_cursors JOIN accounts ON accounts.id = account_id
                 WHERE account_id = $1 AND webhook_id = $2 AND state = $3",
            )
            .bind(account.0)
            .bind(id.0)
            .bind(AccountState::Active.code())
            .fetch_optional(executor)
            .await?
        );
        let Some((revision, failures, retry_at)) = row else { return Ok(None) };
        let Some((webhook, secrets)) = self.webhook_with_secrets(account, id).await? else { return Ok(None) };
        let progress = Progress {
            revision: revision.unsigned_abs(),
            failures: failures.try_into().unwrap_or(u32::MAX),
            retry_at: rows::moment(retry_at)?,
        };
        Ok(Some(Subscription { webhook, secrets, progress }))
    }

    /// The events that `handle` is for and that follow revision `after`, in order: at most `limit` of them, and the
    /// revision up to which the log was looked through.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn events(
        &self,
        account: AccountId,
        handle: &Hook,
        after: u64,
        limit: u32,
    ) -> StoreResult<(Vec<Event>, u64)> {
        /// Entries that one statement looks through.
        const AT_ONCE: u64 = 20_000;
        type Row = (i64, i64, Option<i64>, Option<String>, String, i64, String);
        let until = self.revision(account).await?.min(after + AT_ONCE);
        let rows: Vec<Row> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT revision, at, actor_id, username, object, object_id, action
                 FROM changes LEFT JOIN users ON users.account_id = changes.account_id AND users.id = actor_id
                 WHERE changes.account_id = $1 AND revision > $2 AND revision <= $3 AND object = $4
                 ORDER BY revision LIMIT $5",
            )
            .bind(account.0)
            .bind(after.cast_signed())
            .bind(until.cast_signed())
            .bind(handle.object())
            .bind(i64::from(limit))
            .fetch_all(executor)
            .await?
        );
        let whole = rows.len() < limit as usize;
        let last = rows.last().map_or(until, |row| row.0.unsigned_abs());
        let mut events = Vec::with_capacity(rows.len());
        for (revision, at, actor, username, object, object_id, action) in rows {
            if handle.is_for(&object, &action, object_id) {
                let actor = actor.map(|id| (UserId(id), username.unwrap_or_default()));
                let (revision, at) = (revision.unsigned_abs(), rows::moment(at)?);
                events.push(Event { revision, at, actor, object, object_id, action });
            }
        }
        Ok((events, if whole { until } else { last }))
    }

    /// Notes what came of sending events, and how far the subscription has got by that. Returns whether it counts: a
    /// subscription that is gone, or that another process has brought further, stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_deliveries(
        &self,
        account: AccountId,
        webhook: WebHookId,
        outcomes: &[Outcome],
        progress: Progress,
    ) -> StoreResult<bool> {
        let mut transaction = self.lock(account).await?;
        if !move_on(&mut transaction, account, webhook, progress).await? {
            return Ok(false);
        }
        let known = known(&mut transaction, account, webhook, outcomes).await?;
        let new = outcomes.iter().filter(|outcome| !known.contains_key(&outcome.revision)).count();
        let mut number = match new {
            0 => 0,
            new => {
                take_numbers(&mut transaction, account, tables::WEBHOOK_DELIVERIES.name, new as i64).await?
            }
        };
        let mut deliveries = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            let before = known.get(&outcome.revision);
            let id = before.map_or(number, |before| before.id);
            number += i64::from(before.is_none());
            deliveries.push(Delivery {
                id,
                webhook,
                revision: outcome.revision,
                hook: outcome.hook.clone(),
                payload: outcome.payload.clone(),
                state: outcome.state,
                attempts: before.map_or(0, |before| before.attempts) + u64::from(outcome.sent),
                first_at: before.map_or(outcome.at, |before| before.first_at),
                last_at: outcome.at,
                status: outcome.status,
                answer: outcome.answer.clone(),
            });
        }
        let rows: Vec<Vec<Cell<'_>>> = deliveries.iter().map(|delivery| delivery.row(account)).collect();
        let table = &tables::WEBHOOK_DELIVERIES;
        statements::insert(&mut transaction, table, &rows, table.or_replace).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Moves a subscription on, and never back.
async fn move_on(
    transaction: &mut Transaction,
    account: AccountId,
    webhook: WebHookId,
    progress: Progress,
) -> StoreResult<bool> {
    let (revision, failures) = (progress.revision.cast_signed(), i64::from(progress.failures));
    let retry_at = progress.retry_at.as_microsecond();
    let row = cells![account.0, webhook.0, revision, failures, retry_at];
    let sum = tables::WEBHOOK_CURSORS.sum(&row);
    let moved = each_backend!(in transaction, executor =>
        sqlx::query(
            "UPDATE webhook_cursors SET revision = $3, failures = $4, retry_at = $5, sum = $6
             WHERE account_id = $1 AND webhook_id = $2 AND revision <= $3",
        )
        .bind(account.0)
        .bind(webhook.0)
        .bind(revision)
        .bind(failures)
        .bind(retry_at)
        .bind(sum)
        .execute(executor)
        .await?
        .rows_affected()
    );
    Ok(moved == 1)
}

/// What has been noted of the deliveries of these events already, by their revisions.
async fn known(
    transaction: &mut Transaction,
    account: AccountId,
    webhook: WebHookId,
    outcomes: &[Outcome],
) -> StoreResult<HashMap<u64, Delivery>> {
    let (Some(first), Some(last)) = (outcomes.first(), outcomes.last()) else { return Ok(HashMap::new()) };
    let mut known = HashMap::new();
    each_backend!(in transaction, executor => {
        let rows = sqlx::query(
            "SELECT id, webhook_id, revision, hook, payload, state, attempts, first_at, last_at, status, answer
             FROM webhook_deliveries
             WHERE account_id = $1 AND webhook_id = $2 AND revision >= $3 AND revision <= $4",
        )
        .bind(account.0)
        .bind(webhook.0)
        .bind(first.revision.cast_signed())
        .bind(last.revision.cast_signed())
        .fetch_all(executor)
        .await?;
        for row in &rows {
            let delivery = rows::delivery(row)?;
            known.insert(delivery.revision, delivery);
        }
    });
    Ok(known)
}

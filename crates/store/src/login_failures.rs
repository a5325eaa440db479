//! Wrong passwords, as nodes tell each other of them (`docs/decisions/0012-login-throttling.md`).
//!
//! What is held against a subject is a moment: when nothing is held against it any more. Each failure moves it further
//! away, and time alone brings it nearer. So nodes need only add, in any order, and what is over is over without
//! anybody doing anything.

use std::time::Duration;

use folkmoot_core::AccountId;
use jiff::Timestamp;

use crate::db::each_backend;
use crate::{Store, StoreResult};

/// What wrong passwords are counted against: a keyed hash of a user's name, an address, or both. Addresses are under
/// [`Subject::ALL_ACCOUNTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Whose.
    pub account: AccountId,
    /// The hash.
    pub hash: u128,
}

impl Subject {
    /// The account of subjects that are of no single account.
    pub const ALL_ACCOUNTS: AccountId = AccountId(0);

    fn text(self) -> String {
        format!("{:032x}", self.hash)
    }
}

/// Rows of one statement.
const AT_ONCE: usize = 1000;

impl Store {
    /// Moves the moments at which subjects are clear further away, or nearer, and returns them. Each comes with when it
    /// happened and with by how much, in microseconds; a moment counts from when it happened where nothing was held
    /// against the subject then, or a moment later than `horizon` from `now`, which can only come of a clock that was
    /// wrong.
    ///
    /// # Errors
    /// When the database fails; then nothing was moved, or all of it.
    pub async fn hold_against(
        &self,
        subjects: &[(Subject, i64, i64)],
        now: Timestamp,
        horizon: Duration,
    ) -> StoreResult<Vec<(Subject, Timestamp)>> {
        let now = now.as_microsecond();
        let nonsense = now.saturating_add(horizon.as_micros().try_into().unwrap_or(i64::MAX));
        // In order, so that two nodes do not wait for each other's rows.
        let mut subjects = subjects.to_vec();
        subjects.sort_unstable();
        let mut moved = Vec::with_capacity(subjects.len());
        let mut transaction = self.db.begin().await?;
        for subjects in subjects.chunks(AT_ONCE) {
            let rows: Vec<(i64, String, i64)> = each_backend!(in &mut transaction, executor => {
                let mut query =
                    sqlx::QueryBuilder::new("INSERT INTO login_failures (account_id, subject, clear_at) ");
                query.push_values(subjects, |mut row, (subject, since, _)| {
                    row.push_bind(subject.account.0).push_bind(subject.text()).push_bind(*since);
                });
                query.push(" ON CONFLICT (account_id, subject) DO NOTHING");
                query.build().persistent(false).execute(&mut *executor).await?;
                let mut query = sqlx::QueryBuilder::new(
                    "UPDATE login_failures SET clear_at = moved.more + CASE
                         WHEN clear_at < moved.since OR clear_at > ",
                );
                query.push_bind(nonsense).push(" THEN moved.since ELSE clear_at END FROM (SELECT ");
                // SQLite cannot name the columns of VALUES; this it and PostgreSQL understand.
                query.push("column1 AS account, column2 AS name, column3 AS since, column4 AS more FROM (");
                query.push_values(subjects, |mut row, (subject, since, more)| {
                    row.push_bind(subject.account.0)
                        .push_bind(subject.text())
                        .push_bind(*since)
                        .push_bind(*more);
                });
                query.push(
                    ") AS given) AS moved WHERE account_id = moved.account AND subject = moved.name
                     RETURNING account_id, subject, clear_at",
                );
                query.build_query_as().persistent(false).fetch_all(executor).await?
            });
            moved.extend(rows.into_iter().filter_map(read));
        }
        transaction.commit().await?;
        Ok(moved)
    }

    /// Notes moments as they are given, whatever was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_subjects(&self, subjects: &[(Subject, Timestamp)]) -> StoreResult<()> {
        let mut subjects = subjects.to_vec();
        subjects.sort_unstable();
        let mut transaction = self.db.begin().await?;
        for subjects in subjects.chunks(AT_ONCE) {
            each_backend!(in &mut transaction, executor => {
                let mut query =
                    sqlx::QueryBuilder::new("INSERT INTO login_failures (account_id, subject, clear_at) ");
                query.push_values(subjects, |mut row, (subject, moment)| {
                    row.push_bind(subject.account.0)
                        .push_bind(subject.text())
                        .push_bind(moment.as_microsecond());
                });
                query.push(" ON CONFLICT (account_id, subject) DO UPDATE SET clear_at = excluded.clear_at");
                query.build().persistent(false).execute(executor).await?.rows_affected()
            });
        }
        transaction.commit().await
    }

    /// The moments that are noted of those of `subjects` of which any is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn noted_subjects(&self, subjects: &[Subject]) -> StoreResult<Vec<(Subject, Timestamp)>> {
        let mut noted = Vec::new();
        for subjects in subjects.chunks(AT_ONCE) {
            let rows: Vec<(i64, String, i64)> = each_backend!(read &self.db, executor => {
                let mut query = sqlx::QueryBuilder::new(
                    "SELECT account_id, subject, clear_at FROM login_failures WHERE (account_id, subject) IN (",
                );
                query.push_values(subjects, |mut row, subject| {
                    row.push_bind(subject.account.0).push_bind(subject.text());
                });
                query.push(")");
                query.build_query_as().persistent(false).fetch_all(executor).await?
            });
            noted.extend(rows.into_iter().filter_map(read));
        }
        Ok(noted)
    }

    /// Forgets subjects that were clear at `now`, and returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_clear_subjects(&self, now: Timestamp) -> StoreResult<u64> {
        let mut transaction = self.db.begin().await?;
        let forgotten = each_backend!(in &mut transaction, executor =>
            sqlx::query("DELETE FROM login_failures WHERE clear_at <= $1")
                .bind(now.as_microsecond())
                .execute(executor)
                .await?
                .rows_affected()
        );
        transaction.commit().await?;
        Ok(forgotten)
    }
}

/// What is no subject is passed over: it can only be somebody's mistake, and is forgotten in its time.
fn read((account, subject, clear_at): (i64, String, i64)) -> Option<(Subject, Timestamp)> {
    let hash = u128::from_str_radix(&subject, 16).ok()?;
    let clear_at = Timestamp::from_microsecond(clear_at).ok()?;
    Some((Subject { account: AccountId(account), hash }, clear_at))
}

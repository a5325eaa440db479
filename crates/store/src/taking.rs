//! Taking an account's row of revisions: what every change begins with.
//!
//! Each statement is a way to the database and back, which takes longer than what it asks for, and while one change goes
//! there those behind it wait. SQLite takes several statements in one text, and so one way does; PostgreSQL takes none
//! with values beside others, and has them one by one.

use folkmoot_core::{AccountId, User, UserId};
use sqlx::{AssertSqlSafe, Row};

use crate::db::Transaction;
use crate::group::{InTurn, say};
use crate::{StoreError, StoreResult, rows};

/// Writing to this row before anything else makes writers to one account take turns, and so revisions gapless. Most
/// changes are one entry of the log: for those this is the only time that the row is written.
const TAKE: &str = "UPDATE revisions SET revision = revision + 1 WHERE account_id = $1
     RETURNING revision, generation, (SELECT hash FROM changes
         WHERE changes.account_id = revisions.account_id AND changes.revision = revisions.revision - 1)";

/// An account's row of revisions, taken.
pub(crate) struct Taken {
    /// The revision that the first entry of the log will make.
    pub(crate) revision: i64,
    /// Of the keys that seal the account's values.
    pub(crate) generation: i64,
    /// Of the newest entry of the log.
    pub(crate) hash: Option<Vec<u8>>,
    /// The user who was asked for, if there is one.
    pub(crate) user: Option<User>,
}

/// Takes the account's row, and reads a user on the way; `None` when there is no such account. Whoever goes away
/// meanwhile does not cut it short.
pub(crate) async fn take(
    mut transaction: InTurn,
    account: AccountId,
    user: Option<UserId>,
) -> StoreResult<Option<(InTurn, Taken)>> {
    if transaction.opening().is_none() {
        let taken = take_open(&mut transaction, account, user).await?;
        return Ok(taken.map(|taken| (transaction, taken)));
    }
    let taking = tokio::spawn(async move {
        let taken = take_open(&mut transaction, account, user).await?;
        Ok(taken.map(|taken| (transaction, taken)))
    });
    taking.await.unwrap_or_else(|_| Err(StoreError::Database(sqlx::Error::WorkerCrashed)))
}

async fn take_open(
    transaction: &mut InTurn,
    account: AccountId,
    user: Option<UserId>,
) -> StoreResult<Option<Taken>> {
    let opening = transaction.opening();
    Ok(match transaction.backend() {
        Transaction::Sqlite(sqlite) => {
            let parts = [opening, Some(TAKE), user.and(Some(rows::USER))];
            let text: Vec<&str> = parts.into_iter().flatten().collect();
            let mut query = sqlx::query(AssertSqlSafe(text.join("; "))).bind(account.0);
            if let Some(user) = user {
                query = query.bind(user.0).bind(user.0);
            }
            let found = query.fetch_all(&mut **sqlite).await?;
            transaction.is_open();
            let mut found = found.into_iter();
            let Some(row) = found.next() else { return Ok(None) };
            let user = found.next().map(|row| rows::user(&row)).transpose()?;
            Some(Taken {
                revision: row.try_get(0)?,
                generation: row.try_get(1)?,
                hash: row.try_get(2)?,
                user,
            })
        }
        Transaction::Postgres(_) => {
            if let Some(opening) = opening {
                say(transaction, opening).await?;
                transaction.is_open();
            }
            let Transaction::Postgres(transaction) = transaction.backend() else { return Ok(None) };
            let row = sqlx::query(TAKE).bind(account.0).fetch_optional(&mut **transaction).await?;
            let Some(row) = row else { return Ok(None) };
            let user = match user {
                Some(user) => {
                    let query = sqlx::query(rows::USER).bind(account.0).bind(user.0).bind(user.0);
                    query.fetch_optional(&mut **transaction).await?
                }
                None => None,
            };
            let user = user.map(|row| rows::user(&row)).transpose()?;
            Some(Taken {
                revision: row.try_get(0)?,
                generation: row.try_get(1)?,
                hash: row.try_get(2)?,
                user,
            })
        }
    })
}

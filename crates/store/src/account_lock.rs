//! Locking an account's row of revisions: what every change begins with.
//!
//! Each statement is a way to the database and back, which takes longer than what it asks for, and while one change goes
//! there those behind it wait. SQLite takes several statements in one text, and so one way does; PostgreSQL takes none
//! with values beside others, and has them one by one.

use folkmoot_core::{AccountId, User, UserId};
use sqlx::{AssertSqlSafe, FromRow};

use crate::db::{Transaction, each_backend};
use crate::group::{InTurn, say};
use crate::write_people::read_user;
use crate::{StoreError, StoreResult, rows};

/// Writing to this row before anything else makes writers to one account take turns, and so revisions gapless. Most
/// changes are one entry of the log: for those this is the only time that the row is written.
const LOCK: &str = "UPDATE revisions SET revision = revision + 1 WHERE account_id = $1
     RETURNING revision, generation, (SELECT hash FROM changes
         WHERE changes.account_id = revisions.account_id AND changes.revision = revisions.revision - 1)";

/// An account's row of revisions, locked.
pub(crate) struct LockedAccount {
    /// The revision that the first entry of the log will make.
    pub(crate) revision: i64,
    /// Of the keys that seal the account's values.
    pub(crate) generation: i64,
    /// Of the newest entry of the log.
    pub(crate) hash: Option<Vec<u8>>,
    /// The user who was asked for, if there is one.
    pub(crate) user: Option<User>,
}

/// What [`LOCK`] returns.
type Row = (i64, i64, Option<Vec<u8>>);

impl LockedAccount {
    fn new((revision, generation, hash): Row, user: Option<User>) -> LockedAccount {
        LockedAccount { revision, generation, hash, user }
    }
}

/// Locks the account's row, and reads a user on the way; `None` when there is no such account. Whoever goes away
/// meanwhile does not cut it short.
pub(crate) async fn lock_account(
    mut transaction: InTurn,
    account: AccountId,
    user: Option<UserId>,
) -> StoreResult<Option<(InTurn, LockedAccount)>> {
    let is_member = transaction.opening().is_some();
    let locking = async move {
        let locked = lock_open(&mut transaction, account, user).await?;
        Ok(locked.map(|locked| (transaction, locked)))
    };
    if is_member {
        let lost = |_| Err(StoreError::Database(sqlx::Error::WorkerCrashed));
        tokio::spawn(locking).await.unwrap_or_else(lost)
    } else {
        locking.await
    }
}

async fn lock_open(
    transaction: &mut InTurn,
    account: AccountId,
    user: Option<UserId>,
) -> StoreResult<Option<LockedAccount>> {
    let opening = transaction.opening();
    if let Transaction::Sqlite(sqlite) = transaction.backend() {
        let parts = [opening, Some(LOCK), user.and(Some(rows::USER))];
        let text: Vec<&str> = parts.into_iter().flatten().collect();
        let mut query = sqlx::query(AssertSqlSafe(text.join("; "))).bind(account.0);
        if let Some(user) = user {
            query = query.bind(user.0).bind(user.0);
        }
        let found = query.fetch_all(&mut **sqlite).await?;
        transaction.is_open();
        let mut found = found.iter();
        let Some(row) = found.next() else { return Ok(None) };
        let user = found.next().map(rows::user).transpose()?;
        return Ok(Some(LockedAccount::new(Row::from_row(row)?, user)));
    }
    if let Some(opening) = opening {
        say(transaction, opening).await?;
        transaction.is_open();
    }
    let row: Option<Row> = each_backend!(in transaction, executor =>
        sqlx::query_as(LOCK).bind(account.0).fetch_optional(executor).await?
    );
    let Some(row) = row else { return Ok(None) };
    let user = match user {
        Some(user) => read_user(transaction, account, user).await?,
        None => None,
    };
    Ok(Some(LockedAccount::new(row, user)))
}

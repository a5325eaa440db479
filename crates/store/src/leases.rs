//! Leases: what one process at a time does for all of them.
//!
//! No clock is trusted. The holder raises the lease's beat again and again; whoever wants it watches, and takes it over
//! when it has seen the same beat for long enough on its own timer, by a write that fails if the beat has moved after
//! all. A holder that was paused finds its term over when it next raises the beat. What it does between is harmless: a
//! job is written so that two at once do no damage, and a lease saves the work of doing it twice.

use crate::db::each_backend;
use crate::{NodeId, Store, StoreResult};

/// A lease as its row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Who has it; `None` when it was given back.
    pub holder: Option<NodeId>,
    /// How often it has changed hands.
    pub term: i64,
    /// How often its holder has said that it is there.
    pub beat: i64,
}

/// Leases are of the store as a whole, not of an account.
const WHOLE_STORE: i64 = 0;

impl Store {
    /// The lease called `name`, if anybody has ever had it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lease(&self, name: &str) -> StoreResult<Option<Lease>> {
        let row: Option<(String, i64, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT holder, term, beat FROM leases WHERE account_id = $1 AND name = $2")
                .bind(WHOLE_STORE)
                .bind(name)
                .fetch_optional(executor)
                .await?
        );
        Ok(row.map(|(holder, term, beat)| {
            let holder = u64::from_str_radix(&holder, 16).ok().map(NodeId);
            Lease { holder, term, beat }
        }))
    }

    /// Takes the lease called `name`, if it is still as it was `seen`. Returns the term, if it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_lease(&self, name: &str, seen: Option<&Lease>) -> StoreResult<Option<i64>> {
        let (term, beat) = seen.map_or((0, 0), |lease| (lease.term, lease.beat));
        let mut transaction = self.db.begin().await?;
        let taken: Option<i64> = each_backend!(in &mut transaction, executor =>
            sqlx::query_scalar(
                "INSERT INTO leases (account_id, name, holder, term, beat) VALUES ($1, $2, $3, 1, 1)
                 ON CONFLICT (account_id, name) DO UPDATE SET
                     holder = excluded.holder, term = leases.term + 1, beat = leases.beat + 1
                 WHERE leases.term = $4 AND leases.beat = $5
                 RETURNING term",
            )
            .bind(WHOLE_STORE)
            .bind(name)
            .bind(self.node().to_string())
            .bind(term)
            .bind(beat)
            .fetch_optional(executor)
            .await?
        );
        transaction.commit().await?;
        Ok(taken)
    }

    /// Says that the holder of `term` is there; `false` when its term is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_lease(&self, name: &str, term: i64) -> StoreResult<bool> {
        self.change_lease("UPDATE leases SET beat = beat + 1", name, term).await
    }

    /// Gives the lease back, so that another need not wait for it.
    ///
    /// # Errors
    /// When the database fails; then it is over in a while by itself.
    pub async fn release_lease(&self, name: &str, term: i64) -> StoreResult<bool> {
        self.change_lease("UPDATE leases SET beat = beat + 1, holder = ''", name, term).await
    }

    async fn change_lease(&self, change: &str, name: &str, term: i64) -> StoreResult<bool> {
        let statement = format!("{change} WHERE account_id = $1 AND name = $2 AND holder = $3 AND term = $4");
        let mut transaction = self.db.begin().await?;
        let changed = each_backend!(in &mut transaction, executor =>
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(WHOLE_STORE)
                .bind(name)
                .bind(self.node().to_string())
                .bind(term)
                .execute(executor)
                .await?
                .rows_affected()
        );
        transaction.commit().await?;
        Ok(changed == 1)
    }
}

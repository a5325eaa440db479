//! Sealing everything anew by a newer key, while the store is served and written to.
//!
//! First every account is told that nothing may be sealed by older keys any more: a writer that has not heard of the
//! new key yet reads its keys again before it goes on, or stops (see [`Store::begin`]). From then on there are only
//! fewer values of older generations, never more, and once there are none of a generation, there never will be.
//! Then values are sealed anew, some at a time, each time under the account's write lock. Whatever is left when this is
//! killed, the next run finds. Nothing of it is in the change log, since nothing means anything else than before.

use std::collections::BTreeMap;
use std::time::Duration;

use folkmoot_core::{AccountId, Sealed};
use sqlx::AssertSqlSafe;
use tokio::time::Instant;

use crate::db::{Committed, Transaction, each_backend};
use crate::keys::{Purpose, head};
use crate::progress::Steps;
use crate::table::{Cell, Table};
use crate::{Finding, KeyRing, OnProgress, Stage, Store, StoreError, StoreResult, canary, tables};

/// Rows that are changed in one transaction: it takes some milliseconds.
const AT_ONCE: usize = 200;
/// The longest pause between two transactions.
const BREATH: Duration = Duration::from_millis(100);

/// How many values of each kind are sealed by one generation of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealedValues {
    /// API keys.
    pub api_keys: u64,
    /// Government numbers.
    pub government_ids: u64,
    /// Contents of encrypted custom fields.
    pub custom_fields: u64,
    /// Keys and secrets of webhooks.
    pub webhook_secrets: u64,
}

impl SealedValues {
    /// How many values of any kind.
    pub fn total(&self) -> u64 {
        self.api_keys + self.government_ids + self.custom_fields + self.webhook_secrets
    }
}

/// What sealing anew came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResealReport {
    /// The generation by which everything was to be sealed.
    pub generation: u32,
    /// How many values were sealed anew.
    pub resealed: u64,
    /// What could not be: values that do not open, and rows that are damaged. They are as they were.
    pub findings: Vec<Finding>,
}

/// A column of sealed values.
struct Column {
    table: &'static Table,
    name: &'static str,
    purpose: Purpose,
    count: fn(&mut SealedValues) -> &mut u64,
}

const COLUMNS: [Column; 6] = [
    Column {
        table: &tables::USERS,
        name: "api_key_sealed",
        purpose: Purpose::ApiKey,
        count: |values| &mut values.api_keys,
    },
    Column {
        table: &tables::EMPLOYEE_RECORDS,
        name: "government_id_sealed",
        purpose: Purpose::GovernmentId,
        count: |values| &mut values.government_ids,
    },
    Column {
        table: &tables::SUPERSEDED_EMPLOYEE_RECORDS,
        name: "government_id_sealed",
        purpose: Purpose::GovernmentId,
        count: |values| &mut values.government_ids,
    },
    Column {
        table: &tables::CUSTOM_FIELD_RECORDS,
        name: "content_sealed",
        purpose: Purpose::CustomField,
        count: |values| &mut values.custom_fields,
    },
    Column {
        table: &tables::WEBHOOKS,
        name: "secure_key_sealed",
        purpose: Purpose::WebhookKey,
        count: |values| &mut values.webhook_secrets,
    },
    Column {
        table: &tables::WEBHOOKS,
        name: "secret_sealed",
        purpose: Purpose::WebhookSecret,
        count: |values| &mut values.webhook_secrets,
    },
];

/// What the database says of a generation.
pub(crate) fn generation(number: i64) -> StoreResult<u32> {
    number.try_into().map_err(|_| StoreError::Damaged(format!("generation {number} of sealing keys")))
}

impl Store {
    /// How many values each generation has sealed. Generations without any are not in it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealed_values(&self) -> StoreResult<BTreeMap<u32, SealedValues>> {
        let mut values: BTreeMap<u32, SealedValues> = BTreeMap::new();
        for column in &COLUMNS {
            for (start, count) in self.count_by_generation(column).await? {
                // What is no sealed value is for the check to tell of; no generation is needed for it.
                if let Some(generation) = KeyRing::generation_of_start(&start) {
                    *(column.count)(values.entry(generation).or_default()) += count;
                }
            }
        }
        Ok(values)
    }

    /// Goes over to the newest key, and seals every value by it. Others can read and write meanwhile, if they have that
    /// key or can get it.
    ///
    /// # Errors
    /// When the database fails, or the keys cannot be read. What was sealed anew by then stays so.
    pub async fn reseal(&self, on_progress: OnProgress) -> StoreResult<ResealReport> {
        self.keys.refresh().await?;
        let newest = self.keys.newest_generation();
        self.no_older_than(newest).await?;
        let older: u64 = self.sealed_values().await?.range(..newest).map(|(_, values)| values.total()).sum();
        let mut steps = Steps::begin(&on_progress, Stage::Reseal, older);
        let mut report = ResealReport { generation: newest, ..ResealReport::default() };
        for column in &COLUMNS {
            for account in self.with_older(column, newest).await? {
                let mut from = i64::MIN;
                loop {
                    let begun = Instant::now();
                    let Some(last) = self.reseal_some(account, column, from, &mut report, &mut steps).await?
                    else {
                        break;
                    };
                    // Half of the time is for others: who waits for SQLite's only writer is in no queue.
                    tokio::time::sleep(begun.elapsed().min(BREATH)).await;
                    let Some(next) = last.checked_add(1) else { break };
                    from = next;
                }
            }
        }
        steps.finish();
        Ok(report)
    }

    /// Proves that nothing is sealed by `generation`, and never will be again.
    ///
    /// # Errors
    /// When something is, or could be; when the database fails.
    pub async fn is_done_with(&self, generation: u32) -> StoreResult<()> {
        self.keys.refresh().await?;
        // Refuses what may not be forgotten in any case.
        self.keys.known().without(generation)?;
        let current = canary::current(&self.db).await?;
        if generation >= current {
            return Err(StoreError::Unusable(format!(
                "generation {generation} is in use, or is to be; the store has come to generation {current}"
            )));
        }
        self.no_older_than(current).await?;
        match self.sealed_values().await?.get(&generation).map_or(0, SealedValues::total) {
            0 => Ok(()),
            left => Err(StoreError::Unusable(format!(
                "{left} values are still sealed by generation {generation}; seal them anew with: folkmoot keys rotate"
            ))),
        }
    }

    /// Makes sure that nothing is sealed by generations before `oldest` from now on, in no account that there is or
    /// will be.
    async fn no_older_than(&self, oldest: u32) -> StoreResult<()> {
        // First the canary, from which accounts take their generation when they are made.
        canary::renew(&self.db, &self.keys, oldest).await?;
        self.keys.come_to(oldest).await?;
        let accounts: Vec<i64> = each_backend!(read &self.db, executor =>
            sqlx::query_scalar("SELECT account_id FROM revisions WHERE generation < $1 ORDER BY account_id")
                .bind(i64::from(oldest))
                .fetch_all(executor)
                .await?
        );
        for account in accounts {
            // Waits for whoever is writing to the account.
            let mut transaction = self.db.begin_in_turn(AccountId(account), Committed::Alone).await?;
            each_backend!(in &mut transaction, executor =>
                sqlx::query("UPDATE revisions SET generation = $1 WHERE account_id = $2 AND generation < $1")
                    .bind(i64::from(oldest))
                    .bind(account)
                    .execute(executor)
                    .await?
                    .rows_affected()
            );
            transaction.commit().await?;
        }
        Ok(())
    }

    /// The accounts with values in `column` that were sealed by generations before `newest`.
    async fn with_older(&self, column: &Column, newest: u32) -> StoreResult<Vec<AccountId>> {
        let (Column { table, name, .. }, start) = (column, head(newest));
        let query = format!(
            "SELECT DISTINCT account_id FROM {} WHERE {name} IS NOT NULL AND substr({name}, 1, {}) < $1 ORDER BY 1",
            table.name,
            start.len(),
        );
        let accounts: Vec<i64> = each_backend!(read &self.db, executor =>
            sqlx::query_scalar(AssertSqlSafe(query)).bind(&start[..]).fetch_all(executor).await?
        );
        Ok(accounts.into_iter().map(AccountId).collect())
    }

    /// How many values start in which way: with as many bytes as tell the generation.
    async fn count_by_generation(&self, column: &Column) -> StoreResult<Vec<(Vec<u8>, u64)>> {
        let Column { table, name, .. } = column;
        let (root, later) = (head(0), head(1));
        let query = format!(
            "SELECT CASE WHEN substr({name}, 1, {root}) = $1 THEN substr({name}, 1, {root}) \
             ELSE substr({name}, 1, {later}) END AS start, COUNT(*) FROM {} WHERE {name} IS NOT NULL GROUP BY 1",
            table.name,
            root = root.len(),
            later = later.len(),
        );
        let rows: Vec<(Vec<u8>, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(AssertSqlSafe(query)).bind(&root[..]).fetch_all(executor).await?
        );
        Ok(rows.into_iter().map(|(start, count)| (start, count.unsigned_abs())).collect())
    }

    /// Seals some of an account's values anew, of rows with numbers from `from` on. Returns the last of these rows.
    async fn reseal_some(
        &self,
        account: AccountId,
        column: &Column,
        from: i64,
        report: &mut ResealReport,
        steps: &mut Steps<'_>,
    ) -> StoreResult<Option<i64>> {
        let mut transaction = self.lock(account).await?;
        let rows = some_older(&mut transaction, account, column, from, report.generation).await?;
        let last = rows.last().map(|row| column.table.id(&row.cells));
        for row in rows {
            steps.step();
            let id = column.table.id(&row.cells);
            match self.resealed(account, column, report.generation, row) {
                Ok(row) => {
                    write_back(&mut transaction, account, column, id, row).await?;
                    report.resealed += 1;
                }
                Err(what) => report.findings.push(Finding::row(account.0, column.table.name, id, what)),
            }
        }
        transaction.commit().await?;
        Ok(last)
    }

    /// The row with its value sealed anew, or why that cannot be.
    fn resealed(
        &self,
        account: AccountId,
        column: &Column,
        generation: u32,
        row: Row,
    ) -> Result<Resealed, &'static str> {
        if row.sum != Some(column.table.sum(&row.cells)) {
            // A new checksum would vouch for whatever is wrong with it.
            return Err("its checksum does not match; its value is still sealed by an older key");
        }
        let at = column.table.columns.iter().position(|(name, _)| *name == column.name);
        let mut cells = row.cells;
        let Some(Cell::Bytes(Some(old))) = at.and_then(|at| cells.get_mut(at)) else {
            return Err("has no sealed value");
        };
        let sealed = Sealed(old.to_vec().into());
        let plain = self.keys.open(column.purpose, account, &sealed).map(zeroize::Zeroizing::new);
        let plain = plain.map_err(|_| "its sealed value does not open")?;
        let new = self.keys.seal_by(generation, column.purpose, account, &plain);
        *old = new.0.to_vec().into();
        let sum = column.table.sum(&cells);
        Ok(Resealed { old: sealed, new, sum })
    }
}

/// A row as it is, with the checksum that it carries.
struct Row {
    cells: Vec<Cell<'static>>,
    sum: Option<i64>,
}

/// What becomes of a row.
struct Resealed {
    old: Sealed,
    new: Sealed,
    sum: i64,
}

/// Rows with values of generations before `newest`. What starts a value sorts as generations do.
async fn some_older(
    transaction: &mut Transaction,
    account: AccountId,
    column: &Column,
    from: i64,
    newest: u32,
) -> StoreResult<Vec<Row>> {
    let Column { table, name, .. } = column;
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let start = head(newest);
    let query = format!(
        "SELECT {}, sum FROM {} WHERE account_id = $1 AND id >= $2 AND {name} IS NOT NULL \
         AND substr({name}, 1, {}) < $3 ORDER BY id LIMIT {AT_ONCE}",
        columns.join(", "),
        table.name,
        start.len(),
    );
    let mut older = Vec::new();
    each_backend!(in transaction, executor => {
        let query = sqlx::query(AssertSqlSafe(query)).bind(account.0).bind(from).bind(&start[..]);
        for row in query.fetch_all(executor).await? {
            let (cells, sum) = table.read(&row)?;
            older.push(Row { cells: cells.into_iter().map(Cell::into_owned).collect(), sum });
        }
    });
    Ok(older)
}

async fn write_back(
    transaction: &mut Transaction,
    account: AccountId,
    column: &Column,
    id: i64,
    row: Resealed,
) -> StoreResult<()> {
    let Column { table, name, .. } = column;
    let query = format!(
        "UPDATE {} SET {name} = $1, sum = $2 WHERE account_id = $3 AND id = $4 AND {name} = $5",
        table.name
    );
    each_backend!(in transaction, executor =>
        sqlx::query(AssertSqlSafe(query))
            .bind(&row.new.0[..])
            .bind(row.sum)
            .bind(account.0)
            .bind(id)
            .bind(&row.old.0[..])
            .execute(executor)
            .await?
            .rows_affected()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_sealed_values_is_resealed() {
        let sealed: Vec<_> = tables::ALL
            .iter()
            .flat_map(|table| table.columns.iter().map(|(column, _)| (table.name, *column)))
            .filter(|(_, column)| column.ends_with("_sealed"))
            .collect();
        let known: Vec<_> = COLUMNS.iter().map(|column| (column.table.name, column.name)).collect();
        assert_eq!(sealed, known);
    }
}

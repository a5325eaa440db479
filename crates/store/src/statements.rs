//! Statements about rows: insertion, many in a statement, and change.

use sqlx::{Encode, Type};

use crate::db::{Transaction, each_backend};
use crate::table::{Cell, Table, bind, bind_row};
use crate::{StoreError, StoreResult};

/// The change of a row from `before` to `after`, which are not the same.
pub(crate) fn push_update<'q, DB>(
    query: &mut sqlx::QueryBuilder<DB>,
    table: &'static Table,
    before: &'q [Cell<'q>],
    after: &'q [Cell<'q>],
) where
    DB: sqlx::Database,
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<bool>: Encode<'q, DB> + Type<DB>,
    Option<&'q str>: Encode<'q, DB> + Type<DB>,
    Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    query.push("UPDATE ").push(table.name).push(" SET ");
    let changed = before.iter().zip(after).enumerate().filter(|(_, (before, after))| before != after);
    for (at, (_, cell)) in changed {
        query.push(table.columns[at].0).push(" = ");
        bind(query, cell);
        query.push(", ");
    }
    query.push("sum = ").push_bind(Some(table.sum(after)));
    for (at, cell) in after.iter().enumerate().take(table.key) {
        query.push(if at == 0 { " WHERE " } else { " AND " }).push(table.columns[at].0).push(" = ");
        bind(query, cell);
    }
}

/// Changes a row from `before` to `after`, which are not the same.
pub(crate) async fn update(
    transaction: &mut Transaction,
    table: &'static Table,
    before: &[Cell<'_>],
    after: &[Cell<'_>],
) -> StoreResult<()> {
    each_backend!(in transaction, executor => {
        let mut query = sqlx::QueryBuilder::new("");
        push_update(&mut query, table, before, after);
        query.build().execute(executor).await?.rows_affected()
    });
    Ok(())
}

/// The insertion of rows.
pub(crate) fn push_insert<'q, DB>(
    query: &mut sqlx::QueryBuilder<DB>,
    table: &'static Table,
    rows: &'q [Vec<Cell<'q>>],
) where
    DB: sqlx::Database,
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<bool>: Encode<'q, DB> + Type<DB>,
    Option<&'q str>: Encode<'q, DB> + Type<DB>,
    Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    query.push(table.insert);
    query.push_values(rows, |mut row, cells| bind_row(&mut row, cells, Some(table.sum(cells))));
}

/// Rows of one statement: with the widest table still well within every backend's bound on bind values.
pub(crate) const AT_ONCE: usize = 400;

/// Inserts rows, followed by `conflict`, which says what becomes of those whose key is taken.
pub(crate) async fn insert(
    transaction: &mut Transaction,
    table: &'static Table,
    rows: &[Vec<Cell<'_>>],
    conflict: &'static str,
) -> StoreResult<()> {
    for rows in rows.chunks(AT_ONCE) {
        rows.iter().try_for_each(|cells| refuse_nul(table, cells))?;
        each_backend!(in &mut *transaction, executor => {
            let mut query = sqlx::QueryBuilder::new("");
            // A statement of as many rows as there happen to be is not worth keeping prepared.
            let kept = rows.len() == 1 || rows.len() == AT_ONCE;
            push_insert(&mut query, table, rows);
            query.push(conflict);
            query.build().persistent(kept).execute(executor).await?.rows_affected()
        });
    }
    Ok(())
}

/// PostgreSQL's text cannot hold it; then SQLite's is not to either, or the store could never move.
pub(crate) fn refuse_nul(table: &'static Table, cells: &[Cell<'_>]) -> StoreResult<()> {
    match table.column_with_nul(cells) {
        None => Ok(()),
        Some(column) => {
            let table = table.name;
            Err(StoreError::Unusable(format!("{table}.{column}: a text cannot hold a NUL character")))
        }
    }
}

/// Inserts rows with the checksums that they came with, followed by `conflict`.
pub(crate) async fn insert_as_read(
    transaction: &mut Transaction,
    table: &'static Table,
    rows: &[(Vec<Cell<'_>>, Option<i64>)],
    conflict: &'static str,
) -> StoreResult<()> {
    for rows in rows.chunks(AT_ONCE) {
        each_backend!(in &mut *transaction, executor => {
            let mut query = sqlx::QueryBuilder::new(table.insert);
            query.push_values(rows, |mut row, (cells, sum)| bind_row(&mut row, cells, *sum));
            query.push(conflict);
            query.build().persistent(rows.len() == AT_ONCE).execute(executor).await?.rows_affected()
        });
    }
    Ok(())
}

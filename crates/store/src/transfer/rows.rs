//! The rows of an account: read table by table, hashed by what they mean, and written to another store on the way.

use std::collections::HashMap;

use folkmoot_core::PictureName;
use futures_util::TryStreamExt;
use sqlx::{ColumnIndex, Decode, Row, Type};

use super::meaning::{Hashing, Meaning, Side, TableHash};
use crate::db::{Transaction, each_backend};
use crate::progress::Steps;
use crate::table::{Cell, Table};
use crate::{Finding, Place, StoreError, StoreResult, statements, tables};

/// Where rows are written while they are read.
pub(super) struct Sink<'a> {
    pub(super) transaction: &'a mut Transaction,
    pub(super) side: &'a Side,
    /// The account's state there.
    pub(super) state: &'static str,
    /// What pictures are called there.
    pub(super) names: &'a HashMap<PictureName, PictureName>,
}

/// Reads all rows of an account and hashes them, table by table; those of the change log up to the revision `newest`.
/// Each row's checksum is verified.
pub(super) async fn read(
    from: &mut Transaction,
    side: &Side,
    newest: u64,
    mut sink: Option<Sink<'_>>,
    steps: &mut Steps<'_>,
) -> StoreResult<Vec<TableHash>> {
    let mut hashes = Vec::with_capacity(tables::ALL.len());
    for table in tables::ALL {
        let mut hashing = Hashing::of(table);
        let mut block: Vec<Vec<Cell<'static>>> = Vec::new();
        each_backend!(in &mut *from, executor => {
            let mut rows = sqlx::query(table.select).bind(side.account.0).fetch(executor);
            while let Some(row) = rows.try_next().await? {
                let Some(meant) = meant(side, table, newest, &row)? else { continue };
                if !meant.of_store {
                    hashing.add(&meant.values);
                }
                steps.step();
                let Some(sink) = &mut sink else { continue };
                block.push(sink.side.write(meant.values, sink.state, sink.names));
                if block.len() == statements::AT_ONCE {
                    statements::insert(sink.transaction, table, &block, "").await?;
                    block.clear();
                }
            }
        });
        if let Some(sink) = &mut sink {
            statements::insert(sink.transaction, table, &block, "").await?;
        }
        hashes.push(hashing.finish(table));
    }
    Ok(hashes)
}

/// What a row means; nothing if it was entered into the change log later than `newest`.
fn meant<'r, R>(
    side: &Side,
    table: &'static Table,
    newest: u64,
    row: &'r R,
) -> StoreResult<Option<Meaning<'r>>>
where
    R: Row,
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    &'r str: Decode<'r, R::Database> + Type<R::Database>,
    &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
{
    let read = table.read(row).map_err(|error| {
        let place = Place::Table { account: Some(side.account), table: table.name };
        StoreError::Damaged(Finding::new(place, format!("a row cannot be read: {error}")).to_string())
    })?;
    let later = table.name == tables::CHANGES.name && table.id(&read.0).unsigned_abs() > newest;
    if later { Ok(None) } else { side.read(table, read).map(Some) }
}

/// The tables in which two accounts are not the same.
pub(super) fn differences(one: &[TableHash], other: &[TableHash]) -> Vec<&'static str> {
    one.iter().zip(other).filter(|(one, other)| one != other).map(|(one, _)| one.table).collect()
}

//! Tables as the program knows them: their columns, their statements, and the checksum of a row.
//!
//! Everything that handles rows as rows — writing, checking, copying from one database to another — is driven by
//! these descriptions. Each row carries a checksum of its own values in its column `sum`: memory, disks and other
//! people's scripts change bits behind a database's back, and `folkmoot check` is to find each.

use std::borrow::Cow;

use sqlx::{ColumnIndex, Decode, Encode, Row, Type};
use twox_hash::XxHash3_64;

use crate::StoreResult;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Bool,
    Text,
    Bytes,
}

/// A table, its columns in order. The first is the account's number, the key comes first.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// How many columns, from the first, make a row's key.
    pub(crate) key: usize,
    /// `INSERT INTO … (…, sum) `, to be followed by the values.
    pub(crate) insert: &'static str,
    /// ` ON CONFLICT (…) DO UPDATE SET …`, to follow the values.
    pub(crate) or_replace: &'static str,
    /// `SELECT …, sum FROM … WHERE account = $1 ORDER BY key`.
    pub(crate) select: &'static str,
    /// `DELETE FROM … WHERE account = $1`.
    pub(crate) delete: &'static str,
    /// `DELETE FROM … WHERE account = $1 AND id = $2`, where a row has a number.
    pub(crate) delete_one: &'static str,
}

/// A value of a row, typed also where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    Int(Option<i64>),
    Bool(Option<bool>),
    Text(Option<Cow<'a, str>>),
    Bytes(Option<Cow<'a, [u8]>>),
}

macro_rules! cells_from {
    ($($type:ty => |$value:ident| $cell:expr;)*) => {$(
        impl<'a> From<$type> for Cell<'a> {
            fn from($value: $type) -> Cell<'a> {
                $cell
            }
        }
    )*};
}

cells_from! {
    i64 => |value| Cell::Int(Some(value));
    Option<i64> => |value| Cell::Int(value);
    bool => |value| Cell::Bool(Some(value));
    &'a str => |value| Cell::Text(Some(value.into()));
    Option<&'a str> => |value| Cell::Text(value.map(Into::into));
    String => |value| Cell::Text(Some(value.into()));
    Option<String> => |value| Cell::Text(value.map(Into::into));
    Option<&'a [u8]> => |value| Cell::Bytes(value.map(Into::into));
    Option<Vec<u8>> => |value| Cell::Bytes(value.map(Into::into));
}

/// The cells of a row, in the order of its table's columns.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { vec![$($crate::table::Cell::from($value)),*] };
}
pub(crate) use cells;

impl Cell<'_> {
    /// The same value, of nobody else's memory.
    pub(crate) fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Int(value) => Cell::Int(value),
            Cell::Bool(value) => Cell::Bool(value),
            Cell::Text(value) => Cell::Text(value.map(|text| text.into_owned().into())),
            Cell::Bytes(value) => Cell::Bytes(value.map(|bytes| bytes.into_owned().into())),
        }
    }

    /// Adds this value to a text of which a checksum is made: no two different rows make the same text.
    pub(crate) fn write(&self, text: &mut Vec<u8>) {
        fn put(text: &mut Vec<u8>, kind: u8, value: Option<&[u8]>) {
            match value {
                None => text.push(0),
                Some(value) => {
                    text.push(kind);
                    text.extend_from_slice(&(value.len() as u64).to_le_bytes());
                    text.extend_from_slice(value);
                }
            }
        }
        match self {
            Cell::Int(value) => put(text, 1, value.map(i64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice)),
            Cell::Bool(value) => {
                put(text, 2, value.map(|value| [u8::from(value)]).as_ref().map(<[u8; 1]>::as_slice));
            }
            Cell::Text(value) => put(text, 3, value.as_deref().map(str::as_bytes)),
            Cell::Bytes(value) => put(text, 4, value.as_deref()),
        }
    }
}

impl Table {
    /// The checksum of a row of this table.
    pub(crate) fn sum(&self, cells: &[Cell<'_>]) -> i64 {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.name);
        self.sum_of_first(cells, cells.len())
    }

    /// The checksum that a row had when the table had only the first `columns` of its columns.
    pub(crate) fn sum_of_first(&self, cells: &[Cell<'_>], columns: usize) -> i64 {
        let mut text = Vec::with_capacity(256);
        text.extend_from_slice(self.name.as_bytes());
        for cell in cells.iter().take(columns) {
            cell.write(&mut text);
        }
        XxHash3_64::oneshot(&text).cast_signed()
    }

    /// The number by which a row is told of: its identifier within the account.
    pub(crate) fn id(&self, cells: &[Cell<'_>]) -> i64 {
        let number = |cell: Option<&Cell<'_>>| match cell {
            Some(Cell::Int(number)) => *number,
            _ => None,
        };
        // An account is its own row; what is named by a word is told of by its value.
        let cell = if self.key == 1 { cells.first() } else { cells.get(1) };
        number(cell).or_else(|| number(cells.last())).unwrap_or_default()
    }

    /// The first column with a text that has a NUL character in it.
    pub(crate) fn column_with_nul(&self, cells: &[Cell<'_>]) -> Option<&'static str> {
        let has_nul = |cell: &Cell<'_>| matches!(cell, Cell::Text(Some(text)) if text.contains('\0'));
        let place = cells.iter().position(has_nul)?;
        self.columns.get(place).map(|(name, _)| *name)
    }

    /// Reads a row that `select` found: its cells and the checksum that it carries.
    pub(crate) fn read<'r, R>(&self, row: &'r R) -> StoreResult<(Vec<Cell<'r>>, Option<i64>)>
    where
        R: Row,
        usize: ColumnIndex<R>,
        i64: Decode<'r, R::Database> + Type<R::Database>,
        bool: Decode<'r, R::Database> + Type<R::Database>,
        &'r str: Decode<'r, R::Database> + Type<R::Database>,
        &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
    {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (at, (_, kind)) in self.columns.iter().enumerate() {
            cells.push(match kind {
                Kind::Int => Cell::Int(row.try_get(at)?),
                Kind::Bool => Cell::Bool(row.try_get(at)?),
                Kind::Text => Cell::from(row.try_get::<Option<&str>, _>(at)?),
                Kind::Bytes => Cell::from(row.try_get::<Option<&[u8]>, _>(at)?),
            });
        }
        Ok((cells, row.try_get(self.columns.len())?))
    }
}

/// Adds a row's cells and checksum to a statement's list of values.
pub(crate) fn bind_row<'q, DB>(
    row: &mut sqlx::query_builder::Separated<'_, DB, &'static str>,
    cells: &'q [Cell<'q>],
    sum: Option<i64>,
) where
    DB: sqlx::Database,
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<bool>: Encode<'q, DB> + Type<DB>,
    Option<&'q str>: Encode<'q, DB> + Type<DB>,
    Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    for cell in cells {
        match cell {
            Cell::Int(value) => row.push_bind(*value),
            Cell::Bool(value) => row.push_bind(*value),
            Cell::Text(value) => row.push_bind(value.as_deref()),
            Cell::Bytes(value) => row.push_bind(value.as_deref()),
        };
    }
    row.push_bind(sum);
}

/// Adds a value to a statement.
pub(crate) fn bind<'q, DB>(query: &mut sqlx::QueryBuilder<DB>, cell: &'q Cell<'q>)
where
    DB: sqlx::Database,
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<bool>: Encode<'q, DB> + Type<DB>,
    Option<&'q str>: Encode<'q, DB> + Type<DB>,
    Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    match cell {
        Cell::Int(value) => query.push_bind(*value),
        Cell::Bool(value) => query.push_bind(*value),
        Cell::Text(value) => query.push_bind(value.as_deref()),
        Cell::Bytes(value) => query.push_bind(value.as_deref()),
    };
}

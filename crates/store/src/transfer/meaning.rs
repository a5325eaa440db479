//! What a row means apart from the store that it is in: whatever number the account has there, and whatever key seals
//! its secrets and names its pictures.
//!
//! Two accounts are the same when their rows mean the same. That is what hashes are made of, and what is put into
//! another store's words when a row moves.

use std::collections::HashMap;
use std::fmt;

use folkmoot_core::{AccountId, ApiKey, KeyHash, Object, PictureKind, PictureName, Sealed, Source};
use sha2::{Digest, Sha256};

use crate::backup::manifest::hex;
use crate::keys::Purpose;
use crate::table::{Cell, Table};
use crate::{Finding, KeyRing, Store, StoreError, StoreResult, tables};

/// The pictures of an account: the hash of each one's content, by its name in one store.
pub(super) type Pictures = HashMap<PictureName, [u8; 32]>;

/// What a column is to a store.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// The same in every store.
    Value,
    /// The account's number.
    Account,
    /// The number of what a change was made to: the account's, where its settings changed.
    Changed,
    /// Whether the account is served: for the operator of each store to say.
    State,
    /// A picture's name: a hash under a key.
    Picture,
    /// The hash by which an API key is found.
    KeyHash,
    /// Sealed by a key.
    Sealed(Purpose),
    /// A hash of the change log's chain, of which neither the account's number nor a key is part.
    Chain,
}

fn role(table: &str, column: &str) -> Role {
    match (table, column) {
        ("accounts", "id") | (_, "account_id") => Role::Account,
        ("accounts", "state") => Role::State,
        ("changes", "object_id") => Role::Changed,
        ("users", "picture") => Role::Picture,
        ("users", "api_key_hash") => Role::KeyHash,
        ("users", "api_key_sealed") => Role::Sealed(Purpose::ApiKey),
        ("employee_records" | "superseded_employee_records", "government_id_sealed") => {
            Role::Sealed(Purpose::GovernmentId)
        }
        ("changes", "hash") => Role::Chain,
        ("webhooks", "secure_key_sealed") => Role::Sealed(Purpose::WebhookKey),
        ("webhooks", "secret_sealed") => Role::Sealed(Purpose::WebhookSecret),
        ("custom_field_records", "content_sealed") => Role::Sealed(Purpose::CustomField),
        _ => Role::Value,
    }
}

/// What a row means.
pub(super) struct Meaning<'a> {
    pub(super) values: Vec<Meant<'a>>,
    /// Whether it is about the store that it is in, and no part of what makes two accounts the same.
    pub(super) of_store: bool,
}

/// A value of a row, and what it means.
pub(super) enum Meant<'a> {
    Value(Cell<'a>),
    Account,
    State,
    Picture(Option<(PictureName, [u8; 32])>),
    KeyHash(Option<ApiKey>),
    Secret(Option<Secret>),
}

pub(super) struct Secret {
    purpose: Purpose,
    plain: Vec<u8>,
    sealed: Sealed,
}

/// An account in a store: what is needed to understand its rows, and to write them.
#[derive(Debug)]
pub(super) struct Side {
    keys: KeyRing,
    pub(super) account: AccountId,
    pictures: Pictures,
}

impl Side {
    pub(super) fn of(store: &Store, account: AccountId, pictures: Pictures) -> Side {
        Side { keys: store.keys.clone(), account, pictures }
    }

    /// What a row of `table` means, whose checksum must be right.
    pub(super) fn read<'a>(
        &self,
        table: &'static Table,
        (cells, sum): (Vec<Cell<'a>>, Option<i64>),
    ) -> StoreResult<Meaning<'a>> {
        let damaged = |what: &str| {
            let finding = Finding::row(self.account.0, table.name, table.id(&cells), what);
            StoreError::Damaged(finding.to_string())
        };
        if sum != Some(table.sum(&cells)) {
            return Err(damaged("its checksum does not match: something in it was changed by another hand"));
        }
        let key = self.api_key(table, &cells).map_err(damaged)?;
        let of_account = says(table, &cells, "object", Object::Config.code());
        // What a move itself has entered into the change log, when it took the account out of service or put it back.
        let of_store = of_account && says(table, &cells, "source", Source::System.code());
        let mut meant = Vec::with_capacity(cells.len());
        for (cell, (column, _)) in cells.iter().zip(table.columns) {
            meant.push(match role(table.name, column) {
                Role::Account => Meant::Account,
                Role::Changed if of_account => Meant::Account,
                Role::Value | Role::Changed | Role::Chain => Meant::Value(cell.clone()),
                Role::State => Meant::State,
                Role::Picture => Meant::Picture(self.picture(cell).map_err(damaged)?),
                Role::KeyHash => Meant::KeyHash(key.clone()),
                Role::Sealed(purpose) => Meant::Secret(self.secret(purpose, cell).map_err(damaged)?),
            });
        }
        Ok(Meaning { values: meant, of_store })
    }

    fn picture(&self, cell: &Cell<'_>) -> Result<Option<(PictureName, [u8; 32])>, &'static str> {
        let Cell::Text(Some(name)) = cell else { return Ok(None) };
        let name: PictureName = name.parse().map_err(|_| "its picture has no picture's name")?;
        let hash = self.pictures.get(&name).ok_or("its picture is missing")?;
        Ok(Some((name, *hash)))
    }

    fn secret(&self, purpose: Purpose, cell: &Cell<'_>) -> Result<Option<Secret>, &'static str> {
        let Cell::Bytes(Some(sealed)) = cell else { return Ok(None) };
        let sealed = Sealed(sealed.as_ref().into());
        let plain = self.keys.open(purpose, self.account, &sealed);
        let plain = plain.map_err(|_| "a sealed value of it does not open with the store's key")?;
        Ok(Some(Secret { purpose, plain, sealed }))
    }

    /// The API key of a user's row, which must be the one that it is found by.
    fn api_key(&self, table: &Table, cells: &[Cell<'_>]) -> Result<Option<ApiKey>, &'static str> {
        let find = |wanted: fn(Role) -> bool| {
            let at = table.columns.iter().position(|(column, _)| wanted(role(table.name, column)))?;
            match cells.get(at) {
                Some(Cell::Bytes(Some(bytes))) => Some(bytes.as_ref()),
                _ => None,
            }
        };
        let hash = find(|role| matches!(role, Role::KeyHash));
        let sealed = find(|role| matches!(role, Role::Sealed(Purpose::ApiKey)));
        match (hash, sealed) {
            (None, None) => Ok(None),
            (Some(hash), Some(sealed)) => {
                let key = self.keys.open_api_key(self.account, &Sealed(sealed.into()));
                let key = key.map_err(|_| "its API key does not open with the store's key")?;
                let KeyHash(expected) = self.keys.hash_api_key(self.account, &key);
                if hash == expected {
                    Ok(Some(key))
                } else {
                    Err("its API key is not the one it is found by")
                }
            }
            _ => Err("its API key is half there"),
        }
    }

    /// A row that means this, as it is written on this side: `state` is the account's state here, and `names` says what
    /// its pictures are called here.
    pub(super) fn write(
        &self,
        meant: Vec<Meant<'_>>,
        state: &'static str,
        names: &HashMap<PictureName, PictureName>,
    ) -> Vec<Cell<'static>> {
        let write = |meant| match meant {
            Meant::Value(cell) => cell.into_owned(),
            Meant::Account => Cell::from(self.account.0),
            Meant::State => Cell::from(state),
            Meant::Picture(picture) => {
                let here = picture.map(|(name, _)| *names.get(&name).unwrap_or(&name));
                Cell::from(here.map(|name| name.to_string()))
            }
            Meant::KeyHash(key) => {
                Cell::from(key.map(|key| self.keys.hash_api_key(self.account, &key).0.to_vec()))
            }
            Meant::Secret(secret) => Cell::from(secret.map(|secret| self.seal(secret))),
        };
        meant.into_iter().map(write).collect()
    }

    /// A secret under this side's key: as it was, if it opens here as it is and need not be sealed by a newer key.
    fn seal(&self, Secret { purpose, plain, sealed }: Secret) -> Vec<u8> {
        let opens = self.keys.open(purpose, self.account, &sealed).is_ok_and(|opened| opened == plain);
        let current = KeyRing::generation_of(&sealed) == Some(self.keys.current_generation());
        let sealed = if opens && current { sealed } else { self.keys.seal(purpose, self.account, &plain) };
        sealed.0.into_vec()
    }

    /// Whether names and hashes are the same on both sides.
    pub(super) fn names_as(&self, other: &Side) -> bool {
        let name = |side: &Side| side.keys.picture_name(side.account, PictureKind::Jpeg, b"");
        name(self) == name(other)
    }
}

/// Whether this is an entry of the change log that says `word` in `column`.
fn says(table: &Table, cells: &[Cell<'_>], column: &str, word: &str) -> bool {
    let mut columns = table.columns.iter().zip(cells);
    table.name == tables::CHANGES.name
        && columns.any(|((name, _), cell)| {
            *name == column && matches!(cell, Cell::Text(Some(text)) if text == word)
        })
}

/// The rows of a table, hashed by what they mean, in order of their keys.
pub(super) struct Hashing {
    rows: u64,
    open: Sha256,
    secret: Sha256,
    /// Rows of a table whose key is text, which databases sort by rules of their own.
    unsorted: Option<Vec<(Vec<u8>, Vec<u8>)>>,
}

/// The hash of the rows of a table, by what they mean: equal in two stores when they mean the same.
#[derive(Clone, PartialEq, Eq)]
pub struct TableHash {
    /// The table.
    pub table: &'static str,
    /// How many rows it has of the account.
    pub rows: u64,
    /// SHA-256 of all but what is sealed.
    pub hash: [u8; 32],
    /// SHA-256 of what is sealed. Shown to nobody: what is short could be guessed by it.
    secrets: [u8; 32],
}

impl TableHash {
    /// The hash in hexadecimal digits.
    pub fn digits(&self) -> String {
        hex(&self.hash)
    }
}

impl fmt::Debug for TableHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} rows, {})", self.table, self.rows, self.digits())
    }
}

impl Hashing {
    pub(super) fn of(table: &'static Table) -> Hashing {
        let sorted = table.columns[..table.key].iter().all(|(_, kind)| *kind == crate::table::Kind::Int);
        Hashing {
            rows: 0,
            open: Sha256::new_with_prefix(table.name),
            secret: Sha256::new(),
            unsorted: (!sorted).then(Vec::new),
        }
    }

    pub(super) fn add(&mut self, meant: &[Meant<'_>]) {
        let (mut open, mut secret) = (Vec::with_capacity(256), Vec::new());
        for value in meant {
            match value {
                Meant::Value(cell) => cell.write(&mut open),
                Meant::Account | Meant::State => {}
                Meant::Picture(picture) => {
                    Cell::from(picture.as_ref().map(|(_, hash)| &hash[..])).write(&mut open);
                }
                // It follows from the key, which is among the secrets.
                Meant::KeyHash(key) => Cell::from(key.is_some()).write(&mut open),
                Meant::Secret(plain) => {
                    Cell::from(plain.is_some()).write(&mut open);
                    Cell::from(plain.as_ref().map(|plain| &plain.plain[..])).write(&mut secret);
                }
            }
        }
        self.rows += 1;
        match &mut self.unsorted {
            Some(rows) => rows.push((open, secret)),
            None => self.hash(&open, &secret),
        }
    }

    fn hash(&mut self, open: &[u8], secret: &[u8]) {
        self.open.update(open);
        self.secret.update(secret);
    }

    pub(super) fn finish(mut self, table: &'static Table) -> TableHash {
        let mut rows = self.unsorted.take().unwrap_or_default();
        rows.sort_unstable();
        for (open, secret) in rows {
            self.hash(&open, &secret);
        }
        TableHash {
            table: table.name,
            rows: self.rows,
            hash: self.open.finalize().into(),
            secrets: self.secret.finalize().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Kind;

    /// What is bytes was made with a key, or is a hash: a new column of that kind must be given a role above.
    #[test]
    fn every_column_of_bytes_and_every_account_number_has_a_role() {
        for table in tables::ALL {
            let first = role(table.name, table.columns[0].0);
            assert!(matches!(first, Role::Account), "{}", table.name);
            for (column, kind) in table.columns {
                let role = role(table.name, column);
                let told = matches!(role, Role::KeyHash | Role::Sealed(_) | Role::Chain);
                assert_eq!(told, *kind == Kind::Bytes, "{}.{column}", table.name);
            }
        }
    }
}

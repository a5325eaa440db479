//! The change log as a chain: each entry carries a hash of itself and of the hash before it, so that nobody can change
//! what is past without changing everything after it (`docs/decisions/0018-webhooks-and-the-change-log.md`).
//!
//! The account's number is left out of the hashes: an account that moves to a store where it has another number takes
//! its chain along as it is.

use folkmoot_core::{AccountId, Object};
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use crate::backup::manifest::hex;
use crate::db::{Transaction, each_backend};
use crate::table::{Cell, Table};
use crate::{Store, StoreResult, statements, tables};

/// How many columns of the change log there were before there was a chain: their checksums are of these alone.
const COLUMNS_BEFORE: usize = 10;
/// Entries that get their hashes in one transaction.
const AT_ONCE: i64 = 10_000;

/// A hash of the chain: of an entry, and so of all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chain([u8; 32]);

impl Chain {
    /// Before the first entry.
    pub(crate) const START: Chain = Chain([0; 32]);

    /// The hash that an entry carries.
    pub(crate) fn after(hash: Option<&[u8]>) -> Option<Chain> {
        hash?.try_into().ok().map(Chain)
    }

    /// The hash of the entry that follows, which is a row of the change log. What the row itself says of its hash is
    /// passed over.
    pub(crate) fn link(self, row: &[Cell<'_>]) -> Chain {
        let columns = tables::CHANGES.columns.iter().zip(row);
        let config = Cell::from(Object::Config.code());
        let of_account = columns.clone().any(|((name, _), cell)| *name == "object" && *cell == config);
        let mut text = Vec::with_capacity(512);
        text.extend_from_slice(&self.0);
        for ((name, _), cell) in columns {
            match *name {
                "account_id" | "hash" => {}
                // An account that changed is named by its number.
                "object_id" if of_account => {}
                _ => cell.write(&mut text),
            }
        }
        Chain(Sha256::digest(&text).into())
    }

    /// As a row has it.
    pub(crate) fn cell(self) -> Cell<'static> {
        Cell::from(Some(self.0.to_vec()))
    }
}

/// What was found of a change log's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries fit.
    pub entries: u64,
    /// The hash of the last of them, in hexadecimal digits. Whoever has noted it elsewhere can tell later whether the log
    /// is still the same up to there.
    pub head: String,
    /// The first entry that does not fit.
    pub broken: Option<Break>,
}

/// Where a change log's chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The revision of the first entry that does not fit.
    pub revision: u64,
    /// What does not.
    pub what: Broken,
}

/// What does not fit in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The entry's hash does not follow from it and the one before.
    Hash,
    /// The entry is not there.
    Missing,
    /// The chain fits, and is another than it was when its hash was noted.
    Noted,
}

impl Broken {
    /// The fault in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Broken::Hash => "its hash does not follow from it and the entry before it",
            Broken::Missing => "is missing",
            Broken::Noted => "has another hash than the one that was noted",
        }
    }
}

impl Store {
    /// Follows the chain of an account's change log from its first entry to its newest, and holds it against the hash of
    /// a revision that was noted earlier, if one is given.
    ///
    /// # Errors
    /// [`crate::StoreError::NoAccount`], or when the database fails.
    pub async fn verify_log(&self, account: AccountId, noted: Option<(u64, &str)>) -> StoreResult<Verified> {
        let newest = self.revision(account).await?;
        let mut snapshot = self.db.snapshot().await?;
        let mut verified = verify(&mut snapshot, account, noted).await?;
        if verified.broken.is_none() && verified.entries < newest {
            verified.broken = Some(Break { revision: verified.entries + 1, what: Broken::Missing });
        }
        Ok(verified)
    }
}

/// Follows an account's chain as far as it fits.
pub(crate) async fn verify(
    from: &mut Transaction,
    account: AccountId,
    noted: Option<(u64, &str)>,
) -> StoreResult<Verified> {
    let mut chain = Chain::START;
    let (mut entries, mut broken) = (0, None);
    each_backend!(in from, executor => {
        let mut rows = sqlx::query(tables::CHANGES.select).bind(account.0).fetch(executor);
        while let Some(row) = rows.try_next().await? {
            let (cells, _) = tables::CHANGES.read(&row)?;
            let (revision, next) = (entries + 1, chain.link(&cells));
            let what = if tables::CHANGES.id(&cells).unsigned_abs() != revision {
                Some(Broken::Missing)
            } else if cells.last() != Some(&next.cell()) {
                Some(Broken::Hash)
            } else if noted.is_some_and(|(at, hash)| at == revision && !hash.eq_ignore_ascii_case(&hex(&next.0))) {
                Some(Broken::Noted)
            } else {
                None
            };
            if let Some(what) = what {
                broken = Some(Break { revision, what });
                break;
            }
            (entries, chain) = (revision, next);
        }
    });
    let beyond = noted.filter(|(at, _)| broken.is_none() && *at > entries);
    let broken = broken.or(beyond.map(|_| Break { revision: entries + 1, what: Broken::Missing }));
    Ok(Verified { entries, head: hex(&chain.0), broken })
}

/// Gives the entries of an earlier version their hashes, account by account. Other processes may be doing the same, and
/// whatever is left when this is killed, the next start finds.
pub(crate) async fn fill(store: &Store) -> StoreResult<()> {
    let accounts: Vec<i64> = each_backend!(read &store.db, executor =>
        sqlx::query_scalar(
            "SELECT revisions.account_id FROM revisions JOIN changes
                 ON changes.account_id = revisions.account_id AND changes.revision = revisions.revision
             WHERE changes.hash IS NULL ORDER BY 1",
        )
        .fetch_all(executor)
        .await?
    );
    if !accounts.is_empty() {
        tracing::info!(accounts = accounts.len(), "chaining the change logs; this is done once");
    }
    for account in accounts.into_iter().map(AccountId) {
        loop {
            let mut transaction = store.lock(account).await?;
            let more = complete_some(&mut transaction, account).await?.is_none();
            transaction.commit().await?;
            if !more {
                break;
            }
        }
    }
    Ok(())
}

/// Gives all entries that have no hash theirs, under the account's write lock, and returns the newest: before a process
/// of this version writes after one of an earlier version has.
pub(crate) async fn complete(transaction: &mut Transaction, account: AccountId) -> StoreResult<Chain> {
    loop {
        if let Some(chain) = complete_some(transaction, account).await? {
            return Ok(chain);
        }
    }
}

/// Gives some entries their hashes. Returns the newest entry's once there is none without.
async fn complete_some(transaction: &mut Transaction, account: AccountId) -> StoreResult<Option<Chain>> {
    let last: Option<(i64, Vec<u8>)> = each_backend!(in &mut *transaction, executor =>
        sqlx::query_as(
            "SELECT revision, hash FROM changes WHERE account_id = $1 AND hash IS NOT NULL
             ORDER BY revision DESC LIMIT 1",
        )
        .bind(account.0)
        .fetch_optional(executor)
        .await?
    );
    let (from, mut chain) = match &last {
        Some((revision, hash)) => (*revision, Chain::after(Some(hash)).unwrap_or(Chain::START)),
        None => (0, Chain::START),
    };
    let mut rows: Vec<(Vec<Cell<'static>>, Option<i64>)> = Vec::new();
    each_backend!(in &mut *transaction, executor => {
        let found = sqlx::query(sqlx::AssertSqlSafe(some_of(&tables::CHANGES)))
            .bind(account.0)
            .bind(from)
            .bind(AT_ONCE)
            .fetch_all(executor)
            .await?;
        for row in &found {
            let (cells, sum) = tables::CHANGES.read(row)?;
            rows.push((cells.into_iter().map(Cell::into_owned).collect(), sum));
        }
    });
    if rows.is_empty() {
        return Ok(Some(chain));
    }
    for (cells, sum) in &mut rows {
        let right = sum.is_none_or(|sum| {
            sum == tables::CHANGES.sum(cells) || sum == tables::CHANGES.sum_of_first(cells, COLUMNS_BEFORE)
        });
        chain = chain.link(cells);
        if let Some(hash) = cells.last_mut() {
            *hash = chain.cell();
        }
        // A new checksum would vouch for whatever is wrong with the row.
        if right {
            *sum = Some(tables::CHANGES.sum(cells));
        }
    }
    for rows in rows.chunks(statements::AT_ONCE) {
        statements::insert_as_read(transaction, &tables::CHANGES, rows, tables::CHANGES.or_replace).await?;
    }
    Ok(None)
}

/// The query for an account's entries after a revision.
fn some_of(table: &Table) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let (columns, name) = (columns.join(", "), table.name);
    format!(
        "SELECT {columns}, sum FROM {name} WHERE account_id = $1 AND revision > $2 ORDER BY revision LIMIT $3"
    )
}

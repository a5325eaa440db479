//! Writing: one transaction, with every change entered into the change log (`design.md`, Writes).

use folkmoot_core::{AccountId, Action, Actor, Object, Sequences, Source};
use jiff::Timestamp;

use crate::db::{Transaction, each_backend};
use crate::{Store, StoreError, StoreResult};

/// Who writes, and through which door.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// Who.
    pub actor: Actor,
    /// Through which door.
    pub source: Source,
}

impl Author {
    /// The operator at the command line.
    pub const OPERATOR: Author = Author { actor: Actor::Operator, source: Source::CommandLine };
}

/// A transaction on one account. Nothing of it can be seen until [`Tx::commit`]; dropping it undoes it.
pub struct Tx<'a> {
    pub(crate) store: &'a Store,
    pub(crate) transaction: Transaction,
    pub(crate) account: AccountId,
    pub(crate) now: Timestamp,
    author: Author,
    revision: i64,
    log: Vec<Entry>,
}

struct Entry {
    revision: i64,
    object: Object,
    object_id: i64,
    action: Action,
    before: Option<String>,
    after: Option<String>,
}

impl Store {
    /// Begins to write to `account`.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], or when the database cannot be written to.
    pub async fn begin(&self, account: AccountId, author: Author) -> StoreResult<Tx<'_>> {
        let mut transaction = self.db.begin().await?;
        // Reading the account's row under the write lock makes revisions gapless.
        let revision: Option<i64> = each_backend!(in &mut transaction, executor =>
            sqlx::query_scalar("SELECT revision FROM accounts WHERE id = $1")
                .bind(account.0)
                .fetch_optional(executor)
                .await?
        );
        let revision = revision.ok_or(StoreError::NoAccount)?;
        Ok(self.tx(transaction, account, author, revision))
    }

    /// A transaction that has begun, on an account that is at `revision` under its write lock.
    pub(crate) fn tx(
        &self,
        transaction: Transaction,
        account: AccountId,
        author: Author,
        revision: i64,
    ) -> Tx<'_> {
        let now = crate::rows::whole_micros(self.clock.now());
        Tx { store: self, transaction, account, now, author, revision, log: Vec::new() }
    }
}

impl Tx<'_> {
    /// The moment at which this transaction says that it happens.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The next free identifiers. Hand them back with [`Tx::set_sequences`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sequences(&mut self) -> StoreResult<Sequences> {
        let rows: Vec<(String, i64)> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_as("SELECT name, next FROM sequences WHERE account_id = $1")
                .bind(self.account.0)
                .fetch_all(executor)
                .await?
        );
        let mut sequences = Sequences::default();
        for (name, next) in rows {
            if let Some(entry) = sequences.entry(&name) {
                *entry = next;
            }
        }
        Ok(sequences)
    }

    /// Notes the next free identifiers. A number never goes down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_sequences(&mut self, sequences: &Sequences) -> StoreResult<()> {
        for (name, next) in sequences.entries() {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query(
                    "INSERT INTO sequences (account_id, name, next) VALUES ($1, $2, $3)
                     ON CONFLICT (account_id, name) DO UPDATE SET next = excluded.next
                     WHERE sequences.next < excluded.next",
                )
                .bind(self.account.0)
                .bind(name)
                .bind(next)
                .execute(executor)
                .await?
            );
        }
        Ok(())
    }

    /// Enters a change into the log. `before` and `after` are JSON without secrets.
    pub(crate) fn log(
        &mut self,
        object: Object,
        object_id: i64,
        action: Action,
        before: Option<String>,
        after: Option<String>,
    ) {
        self.revision += 1;
        self.log.push(Entry { revision: self.revision, object, object_id, action, before, after });
    }

    /// Makes everything true at once, and returns the account revision that it made.
    ///
    /// # Errors
    /// When the database fails; then nothing has happened.
    pub async fn commit(mut self) -> StoreResult<u64> {
        const AT_ONCE: usize = 500;
        let (account, at, author) = (self.account.0, self.now.as_microsecond(), self.author);
        let actor = match author.actor {
            Actor::User(id) => Some(id.0),
            Actor::Operator | Actor::System => None,
        };
        let log = std::mem::take(&mut self.log);
        for entries in log.chunks(AT_ONCE) {
            each_backend!(in &mut self.transaction, executor => {
                let mut query = sqlx::QueryBuilder::new(
                    "INSERT INTO changes (account_id, revision, at, actor_id, source, object, object_id, action, \
                     before, after) ",
                );
                query.push_values(entries, |mut row, entry| {
                    row.push_bind(account)
                        .push_bind(entry.revision)
                        .push_bind(at)
                        .push_bind(actor)
                        .push_bind(author.source.code())
                        .push_bind(entry.object.code())
                        .push_bind(entry.object_id)
                        .push_bind(entry.action.code())
                        .push_bind(entry.before.as_deref())
                        .push_bind(entry.after.as_deref());
                });
                query.build().execute(executor).await?
            });
        }
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query("UPDATE accounts SET revision = $1 WHERE id = $2")
                .bind(self.revision)
                .bind(account)
                .execute(executor)
                .await?
        );
        self.transaction.commit().await?;
        let deletes = |entry: &Entry| entry.object == Object::User && entry.action == Action::Delete;
        if log.iter().any(deletes)
            && let Err(error) = self.store.remove_directory_image(self.account)
        {
            // The commit stands; the image is written anew when a server stops.
            tracing::warn!(%account, "somebody who was deleted is still in the directory's image: {error}");
        }
        Ok(self.revision.unsigned_abs())
    }
}

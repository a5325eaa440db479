//! Writing: one transaction, with every change entered into the change log (`design.md`, Writes).

use folkmoot_core::{AccountId, Action, Actor, Object, Origin, Sequences, Source, User, UserId};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::account_lock::{LockedAccount, lock_account};
use crate::chain::Chain;
use crate::db::{Committed, Transaction, each_backend};
use crate::effects::{Effect, PersonEffect};
use crate::group::InTurn;
use crate::statements::{AT_ONCE, insert, push_insert, push_update, refuse_nul, update};
use crate::table::{Cell, Table, cells};
use crate::{Said, Store, StoreError, StoreResult, chain, reseal, tables};

/// Who writes, through which door, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// Who.
    pub actor: Actor,
    /// Through which door.
    pub source: Source,
    /// From which client, where there is one.
    pub origin: Option<Origin>,
}

impl Author {
    /// The operator at the command line.
    pub const OPERATOR: Author = Author::new(Actor::Operator, Source::CommandLine);
    /// The product itself.
    pub const SYSTEM: Author = Author::new(Actor::System, Source::System);

    /// Somebody who writes from no client in particular.
    pub const fn new(actor: Actor, source: Source) -> Author {
        Author { actor, source, origin: None }
    }
}

/// A transaction on one account. Nothing of it can be seen until [`Tx::commit`]; dropping it undoes it.
pub struct Tx<'a> {
    pub(crate) store: &'a Store,
    pub(crate) transaction: InTurn,
    pub(crate) account: AccountId,
    pub(crate) now: Timestamp,
    author: Author,
    /// The newest revision before this transaction.
    base: i64,
    /// What the account's row of revisions says so far.
    noted: i64,
    /// The hash of the newest entry of the log before this transaction.
    chain: Chain,
    /// The next free identifiers, as this transaction knows that they are stored.
    sequences: Option<Sequences>,
    log: Vec<Entry>,
    /// When its turn was asked for.
    begun: Instant,
    /// A user who was read when the account's row was locked, until they are asked for.
    prefetched: Option<User>,
    /// A change of a row that goes to the database with the log.
    deferred: Option<Deferred>,
    /// What was done to people.
    effects: Vec<PersonEffect>,
    /// How many entries of the log tell of that and of nothing else.
    told: usize,
}

/// A row as it is and as it is to be.
struct Deferred {
    table: &'static Table,
    before: Vec<Cell<'static>>,
    after: Vec<Cell<'static>>,
}

struct Entry {
    object: Object,
    object_id: i64,
    action: Action,
    before: Option<String>,
    after: Option<String>,
}

impl Store {
    /// Begins to write to `account`, once nobody else does.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`]; [`StoreError::UnknownGeneration`] when the account's values are sealed by a newer key
    /// than this process can get; or when the database cannot be written to.
    pub async fn begin(&self, account: AccountId, author: Author) -> StoreResult<Tx<'_>> {
        self.begin_as(account, author, Committed::Alone, None).await
    }

    /// Begins to write to `account` as [`Store::begin`] does, and commits together with others who do so at the same
    /// time: for changes that do not take long, and of which there may be many.
    ///
    /// # Errors
    /// Those of [`Store::begin`].
    pub async fn begin_together(&self, account: AccountId, author: Author) -> StoreResult<Tx<'_>> {
        self.begin_as(account, author, Committed::Together, None).await
    }

    /// Begins as [`Store::begin_together`] does, to change `user`, who is read on the way.
    ///
    /// # Errors
    /// Those of [`Store::begin`].
    pub async fn begin_to_change(
        &self,
        account: AccountId,
        author: Author,
        user: UserId,
    ) -> StoreResult<Tx<'_>> {
        self.begin_as(account, author, Committed::Together, Some(user)).await
    }

    async fn begin_as(
        &self,
        account: AccountId,
        author: Author,
        committed: Committed,
        user: Option<UserId>,
    ) -> StoreResult<Tx<'_>> {
        let begun = Instant::now();
        loop {
            let transaction = self.db.begin_in_turn(account, committed).await?;
            let locked = lock_account(transaction, account, user).await?;
            let (mut transaction, locked) = locked.ok_or(StoreError::NoAccount)?;
            let LockedAccount { revision, generation, hash, user: prefetched } = locked;
            let generation = reseal::generation(generation)?;
            if generation <= self.keys.current_generation() {
                let chain = match Chain::after(hash.as_deref()) {
                    Some(chain) => chain,
                    None => chain::complete(&mut transaction, account).await?,
                };
                return Ok(Tx {
                    begun,
                    prefetched,
                    ..self.tx(transaction, account, author, (revision, chain))
                });
            }
            // Others need not wait for the keys to be read.
            drop(transaction);
            self.keys.come_to(generation).await?;
        }
    }

    /// Holds the account's write lock for as long as the transaction lives, and changes nothing.
    pub(crate) async fn lock(&self, account: AccountId) -> StoreResult<InTurn> {
        let mut transaction = self.db.begin_in_turn(account, Committed::Alone).await?;
        each_backend!(in &mut transaction, executor =>
            sqlx::query("UPDATE revisions SET revision = revision WHERE account_id = $1")
                .bind(account.0)
                .execute(executor)
                .await?
                .rows_affected()
        );
        Ok(transaction)
    }

    /// A transaction that has begun, on an account whose write lock it holds, whose row says `noted`, one more than its
    /// newest revision, and whose change log ends with `chain`.
    pub(crate) fn tx(
        &self,
        transaction: InTurn,
        account: AccountId,
        author: Author,
        (noted, chain): (i64, Chain),
    ) -> Tx<'_> {
        let now = crate::rows::whole_micros(self.clock.now());
        let (base, begun) = (noted - 1, Instant::now());
        Tx {
            store: self,
            transaction,
            account,
            now,
            author,
            base,
            noted,
            chain,
            sequences: None,
            log: Vec::new(),
            begun,
            prefetched: None,
            deferred: None,
            effects: Vec::new(),
            told: 0,
        }
    }
}

impl Tx<'_> {
    /// The moment at which this transaction says that it happens.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The newest revision of the account before this transaction.
    pub fn base(&self) -> u64 {
        self.base.unsigned_abs()
    }

    /// Who writes, as a user's number; none for the operator and the product itself.
    pub(crate) fn actor_id(&self) -> Option<i64> {
        match self.author.actor {
            Actor::User(id) => Some(id.0),
            Actor::Operator | Actor::System => None,
        }
    }

    /// The revision that the next entry of the log makes.
    pub(crate) fn next_revision(&self) -> i64 {
        self.base + 1 + self.log.len() as i64
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
        self.sequences = Some(sequences);
        Ok(sequences)
    }

    /// Notes the next free identifiers. A number never goes down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_sequences(&mut self, sequences: &Sequences) -> StoreResult<()> {
        let account = self.account.0;
        let mut known = self.sequences.replace(*sequences);
        for (name, next) in sequences.entries() {
            if known.as_mut().and_then(|known| known.entry(name)).is_some_and(|known| *known == next) {
                continue;
            }
            let row = cells![account, name, next];
            let sum = tables::SEQUENCES.sum(&row);
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query(
                    "INSERT INTO sequences (account_id, name, next, sum) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (account_id, name) DO UPDATE SET next = excluded.next, sum = excluded.sum
                     WHERE sequences.next < excluded.next",
                )
                .bind(account)
                .bind(name)
                .bind(next)
                .bind(sum)
                .execute(executor)
                .await?
                .rows_affected()
            );
        }
        Ok(())
    }

    /// Inserts rows, many in a statement.
    pub(crate) async fn insert(&mut self, table: &'static Table, rows: &[Vec<Cell<'_>>]) -> StoreResult<()> {
        insert(&mut self.transaction, table, rows, "").await
    }

    /// Inserts a row, or puts it in the place of the one with the same key.
    pub(crate) async fn replace(&mut self, table: &'static Table, row: Vec<Cell<'_>>) -> StoreResult<()> {
        insert(&mut self.transaction, table, &[row], table.or_replace).await
    }

    /// Changes a row from what it is to what it is to be. Its key stays, and what does not change is not written.
    pub(crate) async fn update(
        &mut self,
        table: &'static Table,
        before: &[Cell<'_>],
        after: &[Cell<'_>],
    ) -> StoreResult<()> {
        self.flush_deferred().await?;
        refuse_nul(table, after)?;
        if before == after { Ok(()) } else { update(&mut self.transaction, table, before, after).await }
    }

    /// Changes a row as [`Tx::update`] does, when the row is read next or when the log is written: with SQLite in one way
    /// to the database.
    pub(crate) async fn defer_update(
        &mut self,
        table: &'static Table,
        before: Vec<Cell<'_>>,
        after: Vec<Cell<'_>>,
    ) -> StoreResult<()> {
        self.flush_deferred().await?;
        refuse_nul(table, &after)?;
        let owned = |cells: Vec<Cell<'_>>| cells.into_iter().map(Cell::into_owned).collect();
        if before != after {
            self.deferred = Some(Deferred { table, before: owned(before), after: owned(after) });
        }
        Ok(())
    }

    /// Makes the deferred change, before somebody looks.
    pub(crate) async fn flush_deferred(&mut self) -> StoreResult<()> {
        let Some(Deferred { table, before, after }) = self.deferred.take() else { return Ok(()) };
        update(&mut self.transaction, table, &before, &after).await
    }

    /// The user who was read on the way, if it is this one; they are told of once.
    pub(crate) fn take_prefetched(&mut self, id: UserId) -> Option<User> {
        self.prefetched.take().filter(|user| user.id == id)
    }

    /// Notes what the entries of the log from `first` on did to somebody.
    pub(crate) fn note_effect(&mut self, first: usize, effect: PersonEffect) {
        self.effects.push(effect);
        self.told += self.log.len() - first;
    }

    /// How many entries of the log this transaction has made so far.
    pub(crate) fn logged(&self) -> usize {
        self.log.len()
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
        self.log.push(Entry { object, object_id, action, before, after });
    }

    /// Makes everything true at once, and returns the account revision that it made.
    ///
    /// # Errors
    /// When the database fails; then nothing has happened.
    pub async fn commit(mut self) -> StoreResult<u64> {
        let (account, at, author) = (self.account.0, self.now.as_microsecond(), self.author);
        let actor = self.actor_id();
        let log = std::mem::take(&mut self.log);
        let revision = self.base + log.len() as i64;
        let address = author.origin.map(|origin| origin.address.to_string());
        let mut chain = self.chain;
        let mut row = |(revision, entry): (i64, &Entry)| {
            let mut row = cells![
                account,
                revision,
                at,
                actor,
                author.source.code(),
                entry.object.code(),
                entry.object_id,
                entry.action.code(),
                entry.before.clone(),
                entry.after.clone(),
                address.clone(),
                author.origin.map(|origin| origin.request.as_str().to_owned()),
            ];
            chain = chain.link(&row);
            row.push(chain.cell());
            row
        };
        let mut revisions = self.base + 1..;
        for entries in log.chunks(AT_ONCE) {
            let rows: Vec<_> = revisions.by_ref().zip(entries).map(&mut row).collect();
            self.write_log(&rows).await?;
        }
        self.flush_deferred().await?;
        if revision != self.noted {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query("UPDATE revisions SET revision = $1 WHERE account_id = $2")
                    .bind(revision)
                    .bind(account)
                    .execute(executor)
                    .await?
                    .rows_affected()
            );
        }
        let people = std::mem::take(&mut self.effects);
        // An entry that tells of something else has to be read.
        let told_of = self.told == log.len() && !people.is_empty();
        let (base, revision) = (self.base(), revision.unsigned_abs());
        let effect = told_of.then_some(Effect { base, revision, people });
        let (effects, id) = (self.store.effects.clone(), self.account);
        let leave = move || effect.into_iter().for_each(|effect| effects.leave(id, effect));
        self.transaction.commit_and(Box::new(leave)).await?;
        self.store.writes.note(self.begun.elapsed());
        self.store.tell(Said::Wrote, Some((self.account, revision)));
        let deletes = |entry: &Entry| entry.object == Object::User && entry.action == Action::Delete;
        if log.iter().any(deletes)
            && let Err(error) = self.store.remove_directory_image(self.account)
        {
            // The commit stands; the image is written anew when a server stops.
            tracing::warn!(%account, "somebody who was deleted is still in the directory's image: {error}");
        }
        Ok(revision)
    }

    /// Writes entries of the log, and the deferred change: in one text where the database takes that.
    async fn write_log(&mut self, rows: &[Vec<Cell<'_>>]) -> StoreResult<()> {
        let deferred = match self.transaction.backend() {
            Transaction::Sqlite(_) => self.deferred.take(),
            Transaction::Postgres(_) => None,
        };
        let Some(Deferred { table, before, after }) = deferred else {
            self.flush_deferred().await?;
            return self.insert(&tables::CHANGES, rows).await;
        };
        rows.iter().try_for_each(|cells| refuse_nul(&tables::CHANGES, cells))?;
        each_backend!(in &mut self.transaction, executor => {
            let mut query = sqlx::QueryBuilder::new("");
            push_update(&mut query, table, &before, &after);
            query.push("; ");
            push_insert(&mut query, &tables::CHANGES, rows);
            query.build().persistent(rows.len() == 1).execute(executor).await?.rows_affected()
        });
        Ok(())
    }
}

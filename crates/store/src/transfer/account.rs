//! One account moves: whole, or not at all.

use folkmoot_core::{Account, AccountId, AccountState, Action, Object, PictureName};

use super::meaning::{Pictures, Side, TableHash};
use super::pictures::{Reader, named};
use super::rows::{self, Sink};
use crate::accounts::json;
use crate::db::{Transaction, each_backend};
use crate::group::InTurn;
use crate::progress::Steps;
use crate::{Author, OnProgress, Stage, Store, StoreError, StoreResult, canary, chain, tables};

/// What became of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was copied, and read again in the target.
    Copied,
    /// It is in the target already, and is the same.
    Present,
    /// It would be copied, if this were not a trial.
    ToBeCopied,
    /// Another of its name is in the target, which differs in these tables. Only a trial ends like this.
    Differs(Vec<&'static str>),
}

/// An account that was to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedAccount {
    /// Its subdomain.
    pub subdomain: String,
    /// Its number in the source.
    pub source: AccountId,
    /// Its number in the target.
    pub target: AccountId,
    /// The revision that was read.
    pub revision: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether secrets were sealed anew and pictures named anew: for another key, or another number.
    pub rekeyed: bool,
    /// How many pictures it has.
    pub pictures: u64,
    /// Its rows, table by table, in both places.
    pub tables: Vec<TableHash>,
}

impl MovedAccount {
    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// From where to where, and how.
pub(super) struct Move<'a> {
    pub(super) source: &'a Store,
    pub(super) target: &'a Store,
    /// Nothing is written.
    pub(super) trial: bool,
    /// Whether others may write to the source meanwhile.
    pub(super) while_serving: bool,
    pub(super) on_progress: &'a OnProgress,
}

/// What an account is in the source at one moment.
struct View {
    snapshot: Transaction,
    revision: u64,
    names: Vec<PictureName>,
}

impl Move<'_> {
    /// Moves `account`, which has the state `state` from then on.
    pub(super) async fn account(&self, account: &Account, state: AccountState) -> StoreResult<MovedAccount> {
        // What others have sealed with keys that are new opens too.
        self.source.keys.refresh().await?;
        // Before the view, so that what it names stays readable.
        let hold = self.source.blobs.hold().await?;
        let view = View::of(self.source, account.id).await?;
        let reader = Reader { store: self.source, account: account.id, hold: Some(&hold) };
        let accounts = self.target.accounts().await?;
        let moved = match accounts.into_iter().find(|there| there.subdomain == account.subdomain) {
            Some(there) => self.compare(account, state, view, reader, there).await,
            None => self.copy(account, state, view, reader).await,
        };
        hold.release().await;
        moved
    }

    /// Tells whether the account that is in the target is this one. It may have a later revision, as long as only its
    /// state has changed.
    async fn compare(
        &self,
        account: &Account,
        state: AccountState,
        mut view: View,
        reader: Reader<'_>,
        there: Account,
    ) -> StoreResult<MovedAccount> {
        let pictures = reader.hash(&view.names, Stage::CopyPictures, self.on_progress).await?;
        let source = Side::of(self.source, account.id, pictures);
        let tables = self.read(&mut view.snapshot, &source, view.revision, None, Stage::CopyRows).await?;
        let theirs = async {
            let mut view_there = View::of(self.target, there.id).await?;
            let reader = Reader { store: self.target, account: there.id, hold: None };
            let pictures = reader.hash(&view_there.names, Stage::VerifyCopy, self.on_progress).await?;
            let target = Side::of(self.target, there.id, pictures);
            let newest = view.revision;
            let tables =
                self.read(&mut view_there.snapshot, &target, newest, None, Stage::VerifyCopy).await?;
            Ok((tables, source.names_as(&target)))
        };
        let (tables_there, same_names) = theirs.await.map_err(in_target)?;
        let mut differences = rows::differences(&tables, &tables_there);
        // What is noted beside the change log, such as when keys were last used, changes also for an account that is
        // otherwise left alone.
        differences.retain(|table| tables::BESIDE_THE_LOG.iter().all(|beside| beside.name != *table));
        let outcome = if differences.is_empty() {
            if !self.trial {
                self.target.put_into_service(&there, state).await?;
            }
            Outcome::Present
        } else if self.trial {
            Outcome::Differs(differences)
        } else {
            return Err(differs(account, &differences));
        };
        let (source, target) = (account.id, there.id);
        Ok(moved(account, (source, target), view.revision, outcome, !same_names, view.names.len(), tables))
    }

    async fn copy(
        &self,
        account: &Account,
        state: AccountState,
        mut view: View,
        reader: Reader<'_>,
    ) -> StoreResult<MovedAccount> {
        let number = self.number(account.id).await?;
        let ids = (account.id, number);
        if self.trial {
            let pictures = reader.hash(&view.names, Stage::CopyPictures, self.on_progress).await?;
            let source = Side::of(self.source, account.id, pictures);
            let same_names = source.names_as(&Side::of(self.target, number, Pictures::new()));
            let tables = self.read(&mut view.snapshot, &source, view.revision, None, Stage::CopyRows).await?;
            let (outcome, pictures) = (Outcome::ToBeCopied, view.names.len());
            return Ok(moved(account, ids, view.revision, outcome, !same_names, pictures, tables));
        }
        // Pictures first: a row is never there before what it names.
        let (pictures, names) = reader.copy(&view.names, (self.target, number), self.on_progress).await?;
        let source = Side::of(self.source, account.id, pictures);
        let names_there: Vec<PictureName> = names.values().copied().collect();
        let reader_there = Reader { store: self.target, account: number, hold: None };
        let pictures_there = reader_there.hash(&names_there, Stage::VerifyCopy, self.on_progress).await;
        let target = Side::of(self.target, number, pictures_there.map_err(in_target)?);
        let generation = canary::current(&self.target.db).await?;
        self.target.keys.come_to(generation).await?;
        let mut transaction = self.target.db.begin().await?;
        let sink = Sink { transaction: &mut transaction, side: &target, state: state.code(), names: &names };
        let tables = self.read(&mut view.snapshot, &source, view.revision, Some(sink), Stage::CopyRows).await;
        let tables = tables.map_err(taken_meanwhile)?;
        // The change log says what became of the account's state on the way.
        let entry = account.state != state;
        let there = self
            .read(&mut transaction, &target, view.revision, None, Stage::VerifyCopy)
            .await
            .map_err(in_target)?;
        let differences = rows::differences(&tables, &there);
        if !differences.is_empty() {
            let tables = differences.join(", ");
            return Err(in_target(StoreError::Damaged(format!("rows are not what was written: {tables}"))));
        }
        self.must_be_unchanged(account, view.revision).await?;
        // As late as can be: the keys cannot be rotated between this and the end of the transaction.
        if canary::generation(&mut transaction).await? != generation {
            let what = "the target's keys were rotated meanwhile; run this again".to_owned();
            return Err(StoreError::Unusable(what));
        }
        let revision = view.revision + u64::from(entry);
        insert_revision(&mut transaction, number, revision, generation).await?;
        if entry {
            let before = Account { id: number, ..account.clone() };
            let after = Account { state, ..before.clone() };
            let noted = (view.revision + 1).cast_signed();
            let chain = chain::complete(&mut transaction, number).await?;
            let transaction = InTurn::alone(transaction, None);
            let mut tx = self.target.tx(transaction, number, Author::SYSTEM, (noted, chain));
            tx.log(Object::Config, number.0, Action::Edit, Some(json(&before)), Some(json(&after)));
            tx.commit().await?;
        } else {
            transaction.commit().await?;
        }
        let (rekeyed, pictures) = (!source.names_as(&target), view.names.len());
        Ok(moved(account, ids, view.revision, Outcome::Copied, rekeyed, pictures, tables))
    }

    async fn read(
        &self,
        from: &mut Transaction,
        side: &Side,
        newest: u64,
        sink: Option<Sink<'_>>,
        stage: Stage,
    ) -> StoreResult<Vec<TableHash>> {
        let mut steps = Steps::begin(self.on_progress, stage, 0);
        let tables = rows::read(from, side, newest, sink, &mut steps).await?;
        steps.finish();
        Ok(tables)
    }

    /// The number of an account in the target: its own where that is free.
    async fn number(&self, account: AccountId) -> StoreResult<AccountId> {
        let (taken, next): (i64, i64) = each_backend!(read &self.target.db, executor =>
            sqlx::query_as("SELECT COUNT(*) FILTER (WHERE id = $1), COALESCE(MAX(id), 0) + 1 FROM accounts")
                .bind(account.0)
                .fetch_one(executor)
                .await?
        );
        Ok(if taken == 0 { account } else { AccountId(next) })
    }

    /// Refuses to go on with an account that was written to since it was looked at.
    pub(super) async fn must_be_unchanged(&self, account: &Account, revision: u64) -> StoreResult<()> {
        if self.while_serving || self.source.revision(account.id).await? == revision {
            return Ok(());
        }
        Err(StoreError::Unusable(format!(
            "account {} was written to while it was moved; stop who writes to it and run this again",
            account.subdomain
        )))
    }
}

impl View {
    async fn of(store: &Store, account: AccountId) -> StoreResult<View> {
        let mut snapshot = store.db.snapshot().await?;
        let revision: Option<i64> = each_backend!(in &mut snapshot, executor =>
            sqlx::query_scalar("SELECT revision FROM revisions WHERE account_id = $1")
                .bind(account.0)
                .fetch_optional(executor)
                .await?
        );
        let revision = revision.ok_or(StoreError::NoAccount)?.unsigned_abs();
        let names = named(&mut snapshot, account).await?;
        Ok(View { snapshot, revision, names })
    }
}

async fn insert_revision(
    transaction: &mut Transaction,
    account: AccountId,
    revision: u64,
    generation: u32,
) -> StoreResult<()> {
    if canary::generation(transaction).await? > generation {
        return Err(StoreError::Unusable(
            "the target went over to a newer key while this was moved; run this again".to_owned(),
        ));
    }
    each_backend!(in transaction, executor =>
        sqlx::query("INSERT INTO revisions (account_id, revision, generation) VALUES ($1, $2, $3)")
            .bind(account.0)
            .bind(revision.cast_signed())
            .bind(i64::from(generation))
            .execute(executor)
            .await?
            .rows_affected()
    );
    Ok(())
}

fn moved(
    account: &Account,
    (source, target): (AccountId, AccountId),
    revision: u64,
    outcome: Outcome,
    rekeyed: bool,
    pictures: usize,
    tables: Vec<TableHash>,
) -> MovedAccount {
    let subdomain = account.subdomain.to_string();
    MovedAccount { subdomain, source, target, revision, outcome, rekeyed, pictures: pictures as u64, tables }
}

fn differs(account: &Account, tables: &[&'static str]) -> StoreError {
    let (name, tables) = (&account.subdomain, tables.join(", "));
    StoreError::Unusable(format!(
        "there is an account {name} in the target already, and it is not the same: {tables} differ; \
         delete or rename it there if it is not needed, or name another target, and run this again"
    ))
}

/// Somebody else has made an account with the same number or name.
fn taken_meanwhile(error: StoreError) -> StoreError {
    match error {
        StoreError::Database(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            StoreError::Unusable(
                "another account was made in the target meanwhile; run this again".to_owned(),
            )
        }
        error => error,
    }
}

fn in_target(error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged(what) => StoreError::Damaged(format!("in the target: {what}")),
        error => error,
    }
}

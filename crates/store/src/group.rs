//! Group commit: changes that are made one after the other while somebody waits for the next turn share a transaction,
//! and one commit makes all of them durable. Waiting for the disk costs as much for many as for one.
//!
//! Each change but the first is behind a savepoint, so that one that is given up takes nothing of the others with it. Whoever
//! has made a change hands the transaction on to the next turn (`turns.rs`) and waits for the commit; nobody is told that
//! a change was made before it is durable. What can be cut short by a caller who goes away is only the making of that
//! caller's own change: the rest runs in tasks of its own. See `docs/decisions/0019-group-commit.md`.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::db::{Transaction, each_backend};
use crate::turns::Turn;
use crate::{StoreError, StoreResult};

/// The most changes of one commit: the first of them waits for all the others.
const MOST: usize = 64;

const OPEN: &str = "SAVEPOINT change";
const UNDO: &str = "ROLLBACK TO SAVEPOINT change";
/// Keeps what was done since the savepoint before, and sets another: one way to the database instead of two. The last
/// one is kept by the commit.
const NEXT: &str = "RELEASE SAVEPOINT change; SAVEPOINT change";

const HANDED_ON: &str = "a transaction is handed on only when it ends";

/// What is done when a change has become durable, before anybody hears of it.
pub(crate) type Then = Box<dyn FnOnce() + Send>;

/// Somebody who waits for a commit.
struct Waiter {
    told: oneshot::Sender<StoreResult<()>>,
    then: Then,
}

/// A transaction with changes that are not committed yet, and those who wait for that.
pub(crate) struct Group {
    transaction: Transaction,
    waiting: Vec<Waiter>,
    /// Whether there is a savepoint already.
    divided: bool,
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Group of {}", self.waiting.len())
    }
}

impl Group {
    /// Commits, and tells those who wait what came of it.
    pub(crate) async fn commit(self) {
        let outcome = self.transaction.commit().await;
        tell(self.waiting, outcome);
    }

    /// Goes on to whoever waits for the next turn, or is committed by a task of its own: others depend on that, and it
    /// does not end with whoever asked for it.
    fn go_on(self, turn: Turn, runtime: &Handle) {
        if turn.is_awaited() && self.waiting.len() < MOST {
            turn.hand_on(self);
        } else {
            runtime.spawn(async move {
                self.commit().await;
                // Only now: with SQLite the next one would find the database locked.
                drop(turn);
            });
        }
    }
}

fn tell(waiting: Vec<Waiter>, outcome: StoreResult<()>) {
    let outcome = outcome.map_err(Arc::new);
    let told: Vec<_> = waiting
        .into_iter()
        .map(|Waiter { told, then }| {
            if outcome.is_ok() {
                then();
            }
            told
        })
        .collect();
    for told in told {
        // Whoever has gone away need not know.
        let _ = told.send(outcome.clone().map_err(StoreError::Together));
    }
}

/// A transaction in its turn, alone or as a member of a group. Dropping it undoes what was done in it, and nothing of
/// what others did.
pub(crate) struct InTurn {
    /// There until it is handed on.
    transaction: Option<Transaction>,
    turn: Option<Turn>,
    membership: Membership,
    /// Those of the group who wait already.
    waiting: Vec<Waiter>,
    /// Whether there is a savepoint of a change before.
    divided: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Membership {
    /// It is committed by itself.
    Alone,
    /// Nobody has made a change before it in its transaction.
    First,
    /// Its savepoint is not there yet, and nothing has been done.
    Joining,
    /// It has a savepoint.
    Joined,
}

impl InTurn {
    /// A transaction that is committed by itself, with the turn that it has, or in which nobody else can know of what it
    /// writes to.
    pub(crate) fn alone(transaction: Transaction, turn: Option<Turn>) -> InTurn {
        let (membership, waiting) = (Membership::Alone, Vec::new());
        InTurn { transaction: Some(transaction), turn, membership, waiting, divided: false }
    }

    /// The first of a group.
    pub(crate) fn first(transaction: Transaction, turn: Turn) -> InTurn {
        let mut first = InTurn::alone(transaction, Some(turn));
        first.membership = Membership::First;
        first
    }

    /// One more of a group. Before anything else it says its [`InTurn::opening`], in a task of its own: cut short
    /// before it is open, it could not tell what is to be undone.
    pub(crate) fn member(group: Group, turn: Turn) -> InTurn {
        let Group { transaction, waiting, divided } = group;
        let membership = Membership::Joining;
        InTurn { transaction: Some(transaction), turn: Some(turn), membership, waiting, divided }
    }

    /// What has to be said to the database before the first statement; it may be said in one text with that.
    /// [`InTurn::is_open`] is called when it has been.
    pub(crate) fn opening(&self) -> Option<&'static str> {
        match self.membership {
            Membership::Joining => Some(if self.divided { NEXT } else { OPEN }),
            Membership::Alone | Membership::First | Membership::Joined => None,
        }
    }

    /// Notes that the opening was said: from now on there is something to undo.
    pub(crate) fn is_open(&mut self) {
        if self.membership == Membership::Joining {
            self.membership = Membership::Joined;
        }
    }

    /// Makes what was done durable, alone or together with others.
    pub(crate) async fn commit(self) -> StoreResult<()> {
        self.commit_and(Box::new(|| ())).await
    }

    /// Makes what was done durable, as [`InTurn::commit`] does, and then does `then`.
    pub(crate) async fn commit_and(mut self, then: Then) -> StoreResult<()> {
        let (Some(transaction), turn) = (self.transaction.take(), self.turn.take()) else {
            unreachable!("{HANDED_ON}")
        };
        let Some(turn) = turn.filter(|_| self.membership != Membership::Alone) else {
            transaction.commit().await?;
            then();
            return Ok(());
        };
        let divided = self.membership == Membership::Joined;
        let (waiter, told) = oneshot::channel();
        let mut waiting = mem::take(&mut self.waiting);
        waiting.push(Waiter { told: waiter, then });
        Group { transaction, waiting, divided }.go_on(turn, &Handle::current());
        told.await.unwrap_or_else(|_| Err(StoreError::Database(sqlx::Error::WorkerCrashed)))
    }
}

/// What statements are run on.
impl Deref for InTurn {
    type Target = Transaction;
    fn deref(&self) -> &Transaction {
        self.transaction.as_ref().unwrap_or_else(|| unreachable!("{HANDED_ON}"))
    }
}

impl DerefMut for InTurn {
    fn deref_mut(&mut self) -> &mut Transaction {
        self.transaction.as_mut().unwrap_or_else(|| unreachable!("{HANDED_ON}"))
    }
}

impl Drop for InTurn {
    fn drop(&mut self) {
        let (Some(mut transaction), turn) = (self.transaction.take(), self.turn.take()) else { return };
        let waiting = mem::take(&mut self.waiting);
        let Some(turn) = turn.filter(|_| !waiting.is_empty()) else {
            // The turn is over after that.
            return drop(transaction);
        };
        if self.membership == Membership::Joining {
            // The database failed at the opening or at what was said with it, and what of that is done nobody knows: so
            // nothing of the group is to be.
            return tell(waiting, Err(StoreError::Database(sqlx::Error::WorkerCrashed)));
        }
        let Ok(runtime) = Handle::try_current() else { return };
        let others = runtime.clone();
        runtime.spawn(async move {
            match say(&mut transaction, UNDO).await {
                Ok(()) => Group { transaction, waiting, divided: true }.go_on(turn, &others),
                Err(error) => tell(waiting, Err(error)),
            }
        });
    }
}

/// Has the database do `statement`, which has no values.
pub(crate) async fn say(transaction: &mut Transaction, statement: &'static str) -> StoreResult<()> {
    each_backend!(in transaction, executor => {
        sqlx::raw_sql(statement).execute(executor).await?;
    });
    Ok(())
}

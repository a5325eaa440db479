//! Writers of this process to one account take turns before they take connections; with SQLite, writers to any.
//!
//! In PostgreSQL they would take turns at the account's row all the same, but each with a connection in hand: a burst
//! of writes to one account would leave none for anybody else, not even for whoever holds the row. And whoever has a turn
//! can hand on a transaction that is not committed yet (`group.rs`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

use folkmoot_core::AccountId;
use tokio::sync::OwnedMutexGuard;

use crate::group::Group;
use crate::{StoreError, StoreResult};

type Queues = Mutex<HashMap<AccountId, Queue>>;

/// Those who want to write to one account.
#[derive(Clone, Debug, Default)]
struct Queue {
    /// And what the last one has handed on.
    turn: Arc<tokio::sync::Mutex<Option<Group>>>,
    /// How many wait.
    waiting: Arc<AtomicUsize>,
    /// How often somebody whose turn it was could not get a connection.
    in_vain: Arc<AtomicU64>,
}

/// The queues of all accounts that are being written to. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Arc<Queues>);

/// A turn at an account; dropping it lets the next one have theirs.
#[derive(Debug)]
pub(crate) struct Turn {
    // Before the place, which is tidied up when nobody is left.
    guard: OwnedMutexGuard<Option<Group>>,
    place: Place,
}

/// A place in a queue.
#[derive(Debug)]
struct Place {
    queues: Arc<Queues>,
    account: AccountId,
    waiting: Arc<AtomicUsize>,
    in_vain: Arc<AtomicU64>,
}

/// Counts somebody who waits, until dropped.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn new(count: &Arc<AtomicUsize>) -> Waiting {
        count.fetch_add(1, Ordering::AcqRel);
        Waiting(Arc::clone(count))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Turns {
    /// Waits for a turn at `account`, in order of asking.
    pub(crate) async fn take(&self, account: AccountId, patience: Duration) -> StoreResult<Turn> {
        // Whoever gives up waiting tidies up as well: what is waited with is gone before the place is.
        let (place, turn) = self.queue(account);
        let waiting = Waiting::new(&place.waiting);
        let before = place.in_vain.load(Ordering::Acquire);
        let guard = tokio::time::timeout(patience, turn.lock_owned()).await;
        drop(waiting);
        let guard = guard.map_err(|_| StoreError::Database(sqlx::Error::PoolTimedOut))?;
        // Whoever waited while another waited for a connection in vain has waited as long.
        if place.in_vain.load(Ordering::Acquire) != before && guard.is_none() {
            return Err(StoreError::Database(sqlx::Error::PoolTimedOut));
        }
        Ok(Turn { guard, place })
    }

    fn queue(&self, account: AccountId) -> (Place, Arc<tokio::sync::Mutex<Option<Group>>>) {
        let queue = {
            let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            queues.entry(account).or_default().clone()
        };
        let Queue { turn, waiting, in_vain } = queue;
        (Place { queues: Arc::clone(&self.0), account, waiting, in_vain }, turn)
    }
}

impl Turn {
    /// There was no connection to be had: those who wait behind this one need not try as well.
    pub(crate) fn was_in_vain(self) {
        self.place.in_vain.fetch_add(1, Ordering::Release);
    }

    /// Whether anybody waits for the next turn.
    pub(crate) fn is_awaited(&self) -> bool {
        self.place.waiting.load(Ordering::Acquire) > 0
    }

    /// What was handed on to this turn.
    pub(crate) fn take_group(&mut self) -> Option<Group> {
        self.guard.take()
    }

    /// Hands `group` on to the next turn, and sees to it that there is one: behind those who wait now, and with nothing
    /// to do but to commit what it finds.
    pub(crate) fn hand_on(mut self, group: Group) {
        *self.guard = Some(group);
        let turns = Turns(Arc::clone(&self.place.queues));
        let (place, turn) = turns.queue(self.place.account);
        let mut locking = Box::pin(turn.lock_owned());
        // Asked for once, it is in the queue before anybody who comes after this.
        let now = locking.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        debug_assert!(now.is_pending(), "this turn is not over");
        drop(self);
        tokio::spawn(async move {
            let mut turn = Turn { guard: locking.await, place };
            if let Some(group) = turn.take_group() {
                group.commit().await;
            }
        });
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        // Everybody who waits or has a turn has a share of the queue; the last one takes it along.
        if queues.get(&self.account).is_some_and(|queue| Arc::strong_count(&queue.turn) == 1) {
            queues.remove(&self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn one_at_a_time_in_each_account_in_order_and_nothing_stays() {
        let turns = Turns::default();
        let first = turns.take(AccountId(1), PATIENCE).await.unwrap();
        turns.take(AccountId(2), PATIENCE).await.unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for number in 0..3 {
            let (turns, order) = (turns.clone(), order.clone());
            waiting.push(tokio::spawn(async move {
                let _turn = turns.take(AccountId(1), PATIENCE).await.unwrap();
                order.lock().unwrap().push(number);
            }));
            tokio::task::yield_now().await;
        }
        assert!(order.lock().unwrap().is_empty());
        drop(first);
        for task in waiting {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2]);
        assert!(turns.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn whoever_waits_for_too_long_or_is_cancelled_leaves_the_queue() {
        let turns = Turns::default();
        let held = turns.take(AccountId(1), PATIENCE).await.unwrap();
        let late = turns.take(AccountId(1), Duration::from_millis(10)).await.unwrap_err();
        assert!(late.is_unreachable());
        let cancelled = tokio::time::timeout(Duration::from_millis(10), turns.take(AccountId(1), PATIENCE));
        assert!(cancelled.await.is_err());
        drop(held);
        assert!(turns.0.lock().unwrap().is_empty());
        turns.take(AccountId(1), PATIENCE).await.unwrap();
    }

    #[tokio::test]
    async fn whoever_waits_behind_one_without_a_connection_is_told_at_once() {
        let turns = Turns::default();
        let first = turns.take(AccountId(1), PATIENCE).await.unwrap();
        let waiting: Vec<_> = (0..5)
            .map(|_| {
                let turns = turns.clone();
                tokio::spawn(async move { turns.take(AccountId(1), PATIENCE).await.map(drop) })
            })
            .collect();
        tokio::task::yield_now().await;
        first.was_in_vain();
        for waited in waiting {
            assert!(waited.await.unwrap().unwrap_err().is_unreachable());
        }
        // Another time may do.
        turns.take(AccountId(1), PATIENCE).await.unwrap();
        assert!(turns.0.lock().unwrap().is_empty());
    }
}

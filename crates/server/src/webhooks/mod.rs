//! Webhooks: what the change log says is posted to whoever has subscribed to it, in the order of the log
//! (`webhooks.md`, `docs/decisions/0018-webhooks-and-the-change-log.md`).
//!
//! One node delivers, the one that does the jobs. Each subscription has a task of its own, so that a receiver that does
//! not answer holds up nobody else.

mod course;
mod guard;
mod payload;
mod send;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use folkmoot_core::{Account, AccountId, WebHookId};
use folkmoot_store::{Delivery, DeliveryOutcome, DeliveryState, Store, StoreResult};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{sleep, timeout};

use self::course::Course;
pub use self::payload::new_signing_secret;
pub use self::send::Sender;
use crate::app::App;

/// How often it is looked whether there are other subscriptions than before.
const LOOK: Duration = Duration::from_secs(1);
/// How long requests under way may hold up the end of the server.
const GOODBYE: Duration = Duration::from_secs(3);
/// Requests under way at a time to receivers that have answered so far.
const STEADY: usize = 256;
/// Requests under way at a time to receivers that have failed: these never hold up the others.
const FAILING: usize = 32;

/// What this node delivers.
#[derive(Debug)]
pub(crate) struct Hooks {
    pub(crate) sender: Sender,
    courses: Mutex<HashMap<(AccountId, WebHookId), JoinHandle<()>>>,
    changed: Notify,
    /// Whether nothing more is to be sent.
    resting: watch::Sender<bool>,
    steady: Semaphore,
    failing: Semaphore,
}

/// Ends whatever is being delivered when it is dropped: when another node does the jobs.
struct Ending<'a>(&'a Hooks);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        for (_, course) in self.0.courses().drain() {
            course.abort();
        }
    }
}

impl Hooks {
    pub(crate) fn new(sender: Sender) -> Hooks {
        Hooks {
            sender,
            courses: Mutex::default(),
            changed: Notify::new(),
            resting: watch::Sender::new(false),
            steady: Semaphore::new(STEADY),
            failing: Semaphore::new(FAILING),
        }
    }

    /// Delivers for as long as the future lives.
    pub(crate) async fn run(&self, app: &Arc<App>) {
        let _ending = Ending(self);
        loop {
            match app.store.subscriptions().await {
                Ok(subscriptions) => self.follow(app, &subscriptions),
                Err(error) => tracing::debug!(%error, "cannot look for webhooks"),
            }
            // Either is a reason to look.
            let _ = timeout(LOOK, self.changed.notified()).await;
        }
    }

    /// Lets what is being sent be finished, within a bound in time, and noted; sends nothing more.
    pub(crate) async fn rest(&self) {
        self.resting.send_replace(true);
        let courses: Vec<_> = self.courses().drain().map(|(_, course)| course).collect();
        let aborts: Vec<_> = courses.iter().map(JoinHandle::abort_handle).collect();
        if timeout(GOODBYE, futures_util::future::join_all(courses)).await.is_err() {
            aborts.iter().for_each(AbortHandle::abort);
        }
    }

    /// Has a task for each subscription, and none for any other.
    fn follow(&self, app: &Arc<App>, subscriptions: &[(AccountId, WebHookId)]) {
        let mut courses = self.courses();
        courses.retain(|key, course| {
            // In order, as the query has them.
            let wanted = subscriptions.binary_search(key).is_ok();
            if !wanted {
                course.abort();
            }
            wanted && !course.is_finished()
        });
        if *self.resting.borrow() {
            return;
        }
        for &(account, id) in subscriptions {
            if courses.contains_key(&(account, id)) {
                continue;
            }
            // An account that the catalogue has not heard of yet is there the next time.
            if let Some(live) = app.accounts.get(account) {
                let course = Course::new(Arc::clone(app), live, id);
                courses.insert((account, id), tokio::spawn(course.run()));
            }
        }
    }

    /// Looks for subscriptions at once: there is another, or it is another's.
    pub(crate) fn look(&self) {
        self.changed.notify_one();
    }

    /// Ends what is being delivered to a subscription that has just been deleted: nothing reaches its receiver from here
    /// any more once this is done.
    pub(crate) async fn forget(&self, account: AccountId, id: WebHookId) {
        let course = self.courses().remove(&(account, id));
        if let Some(course) = course {
            course.abort();
            let _ = course.await;
        }
    }

    fn courses(&self) -> MutexGuard<'_, HashMap<(AccountId, WebHookId), JoinHandle<()>>> {
        self.courses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What names a message: the same whenever the same event is sent to the same subscription, so that a receiver can tell
/// that it has it already.
fn message_id(account: AccountId, webhook: WebHookId, revision: u64) -> String {
    format!("msg_{account}_{webhook}_{revision}")
}

/// Sends a delivery once more, whatever became of it before, and notes what came of that. Nothing if there is no such
/// delivery.
///
/// # Errors
/// When the database fails.
pub async fn resend(
    store: &Store,
    sender: &Sender,
    account: &Account,
    delivery: i64,
) -> StoreResult<Option<Delivery>> {
    let Some(before) = store.delivery(account.id, delivery).await? else { return Ok(None) };
    let Some((webhook, secrets)) = store.webhook_with_secrets(account.id, before.webhook).await? else {
        return Ok(None);
    };
    let id = message_id(account.id, before.webhook, before.revision);
    let answered = sender.post(store.clock(), &webhook, &secrets, &id, &before.payload).await;
    let outcome = DeliveryOutcome {
        revision: before.revision,
        hook: before.hook,
        payload: before.payload,
        state: match before.state {
            _ if answered.is_success() => DeliveryState::Delivered,
            // It is still tried by itself.
            DeliveryState::Retrying => DeliveryState::Retrying,
            DeliveryState::Delivered | DeliveryState::Failed => DeliveryState::Failed,
        },
        sent: true,
        at: store.clock().now(),
        status: answered.status,
        answer: answered.text,
    };
    store.note_resent(account.id, delivery, &outcome).await
}

/// How long it is waited when the database fails.
async fn breathe() {
    sleep(Duration::from_secs(1)).await;
}

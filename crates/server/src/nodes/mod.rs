//! Several nodes on one database. A node that wrote tells the others, who take that up and say so; the answer to the
//! client waits for them, so that whoever wrote sees it on every node from then on
//! (`docs/decisions/0016-nodes.md`).

mod jobs;
mod peers;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use folkmoot_core::AccountId;
use folkmoot_store::{NodeId, Notice, Said, Store, StoreResult};
use peers::Peers;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::accounts::Accounts;
pub(crate) use jobs::Jobs;

/// How often a node says that it lives.
const BEAT: Duration = Duration::from_millis(500);
/// A node that has not been heard of for so long is not waited for. Its own, unheard, says that listening is cut.
const SILENCE: Duration = Duration::from_secs(2);
/// The longest that an answer waits for other nodes. One that lives and is slower than this is stale meanwhile, within
/// the bound that polling sets.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between attempts to listen again.
const PAUSE: Duration = Duration::from_millis(250);

/// What this node knows of the others.
#[derive(Debug)]
pub(crate) struct Nodes {
    store: Store,
    accounts: Arc<Accounts>,
    peers: Mutex<Peers>,
}

impl Nodes {
    pub(crate) fn new(store: Store, accounts: Arc<Accounts>) -> Nodes {
        Nodes { store, accounts, peers: Mutex::default() }
    }

    /// Waits until every node that is known to live shows the account at `revision` or later.
    pub(crate) async fn settled(&self, account: AccountId, revision: u64) {
        let (sender, done) = oneshot::channel();
        if !self.peers().wait(account, revision, sender, Instant::now(), SILENCE) {
            return;
        }
        if timeout(PATIENCE, done).await.is_err() {
            self.peers().forget_waiting();
            tracing::warn!(account = account.0, revision, "a node has not taken up a change in time");
        }
    }

    /// Listens to the other nodes for as long as the task lives. Whatever is missed is found by polling.
    pub(crate) async fn listen(self: Arc<Self>) {
        loop {
            match self.listen_once().await {
                // There is nobody to listen to.
                Ok(false) => return,
                Ok(true) => tracing::warn!("listening to the other nodes was cut off; trying again"),
                Err(error) => tracing::warn!(%error, "cannot listen to the other nodes; trying again"),
            }
            self.peers().clear();
            sleep(PAUSE).await;
        }
    }

    async fn listen_once(self: &Arc<Self>) -> StoreResult<bool> {
        let Some(mut notices) = self.store.notices().await? else { return Ok(false) };
        // What was said before this node listened. The others wait for it from its first beat on, and not before.
        self.accounts.take_up().await?;
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_myself = Instant::now();
        loop {
            tokio::select! {
                notice = notices.next() => match notice? {
                    None => return Ok(true),
                    Some(notice) if notice.node == self.store.node() => heard_myself = Instant::now(),
                    Some(notice) => self.hear(notice),
                },
                _ = beat.tick() => {
                    self.store.tell(Said::Lives, None);
                    self.peers().bury(Instant::now(), SILENCE);
                    if heard_myself.elapsed() > SILENCE {
                        return Ok(true);
                    }
                }
            }
        }
    }

    fn hear(self: &Arc<Self>, notice: Notice) {
        let Notice { node, said, accounts } = notice;
        match said {
            Said::Leaves => self.peers().bury_one(node),
            Said::Lives => self.peers().heard(node, Instant::now()),
            Said::Shows => self.peers().shows(node, &accounts, Instant::now()),
            // Apart from listening: while it waits for the database, others are heard.
            Said::Wrote => {
                for (account, revision) in accounts {
                    tokio::spawn(Arc::clone(self).take_up(account, revision));
                }
            }
        }
    }

    async fn take_up(self: Arc<Self>, account: AccountId, revision: u64) {
        match self.accounts.take_up_one(account, revision).await {
            Ok(()) => self.store.tell(Said::Shows, Some((account, revision))),
            Err(error) => tracing::warn!(account = account.0, %error, "cannot read a change"),
        }
    }

    /// Tells the others not to wait for this node any more.
    pub(crate) fn leave(&self) {
        self.store.tell(Said::Leaves, None);
    }

    /// The nodes that are known to live besides this one.
    pub(crate) fn others(&self) -> Vec<NodeId> {
        self.peers().living()
    }

    fn peers(&self) -> MutexGuard<'_, Peers> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The other nodes: who lives, what each shows, and who waits for that.

use std::collections::HashMap;
use std::time::Duration;

use folkmoot_core::AccountId;
use folkmoot_store::NodeId;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Accounts whose revisions are remembered of each node: those of the last moments, between a commit and the wait for
/// it. Beyond that all are forgotten, and a wait takes its full time.
const REMEMBERED: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Peers {
    living: HashMap<NodeId, Peer>,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Peer {
    heard: Instant,
    shows: HashMap<AccountId, u64>,
}

#[derive(Debug)]
struct Waiting {
    account: AccountId,
    revision: u64,
    pending: Vec<NodeId>,
    done: oneshot::Sender<()>,
}

impl Peers {
    /// Lets `done` know when all who live show the account at `revision`; `false` when they do already.
    pub(super) fn wait(
        &mut self,
        account: AccountId,
        revision: u64,
        done: oneshot::Sender<()>,
        now: Instant,
        silence: Duration,
    ) -> bool {
        let behind = |peer: &Peer| {
            now.duration_since(peer.heard) <= silence
                && peer.shows.get(&account).is_none_or(|&shown| shown < revision)
        };
        let pending: Vec<_> =
            self.living.iter().filter(|(_, peer)| behind(peer)).map(|(&node, _)| node).collect();
        let waits = !pending.is_empty();
        if waits {
            self.waiting.push(Waiting { account, revision, pending, done });
        }
        waits
    }

    /// Forgets those who have stopped waiting.
    pub(super) fn forget_waiting(&mut self) {
        self.waiting.retain(|waiting| !waiting.done.is_closed());
    }

    pub(super) fn heard(&mut self, node: NodeId, now: Instant) {
        let peer = self.living.entry(node).or_insert_with(|| Peer { heard: now, shows: HashMap::new() });
        peer.heard = now;
    }

    pub(super) fn shows(&mut self, node: NodeId, accounts: &[(AccountId, u64)], now: Instant) {
        self.heard(node, now);
        let Some(peer) = self.living.get_mut(&node) else { return };
        if peer.shows.len() + accounts.len() > REMEMBERED {
            peer.shows.clear();
        }
        for &(account, revision) in accounts {
            let shown = peer.shows.entry(account).or_default();
            *shown = revision.max(*shown);
        }
        self.release(|waiting| {
            let shown = accounts
                .iter()
                .any(|&(account, revision)| account == waiting.account && revision >= waiting.revision);
            if shown {
                waiting.pending.retain(|&pending| pending != node);
            }
        });
    }

    /// Forgets nodes that have been silent for too long.
    pub(super) fn bury(&mut self, now: Instant, silence: Duration) {
        let silent = |peer: &Peer| now.duration_since(peer.heard) > silence;
        let dead: Vec<_> =
            self.living.iter().filter(|(_, peer)| silent(peer)).map(|(&node, _)| node).collect();
        for node in dead {
            self.bury_one(node);
        }
    }

    pub(super) fn bury_one(&mut self, node: NodeId) {
        if self.living.remove(&node).is_some() {
            self.release(|waiting| waiting.pending.retain(|&pending| pending != node));
        }
    }

    /// Forgets all: this node no longer hears them, and nobody need wait for what will not be heard.
    pub(super) fn clear(&mut self) {
        self.living.clear();
        self.release(|waiting| waiting.pending.clear());
    }

    pub(super) fn living(&self) -> Vec<NodeId> {
        self.living.keys().copied().collect()
    }

    /// After a change of what is waited for: those who wait for nobody any more go on.
    fn release(&mut self, mut change: impl FnMut(&mut Waiting)) {
        let mut at = 0;
        while at < self.waiting.len() {
            change(&mut self.waiting[at]);
            if self.waiting[at].pending.is_empty() {
                // Who waited may have gone away.
                let _ = self.waiting.swap_remove(at).done.send(());
            } else {
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: Duration = Duration::from_secs(2);
    const ACME: AccountId = AccountId(1);

    fn wait(peers: &mut Peers, revision: u64, now: Instant) -> Option<oneshot::Receiver<()>> {
        let (sender, receiver) = oneshot::channel();
        peers.wait(ACME, revision, sender, now, SILENCE).then_some(receiver)
    }

    #[test]
    fn who_wrote_waits_for_everybody_who_lives() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        assert!(wait(&mut peers, 5, now).is_none(), "there is nobody to wait for");
        let (one, two) = (NodeId(1), NodeId(2));
        peers.heard(one, now);
        peers.heard(two, now);
        let mut waiting = wait(&mut peers, 5, now).unwrap();
        peers.shows(one, &[(ACME, 4), (AccountId(2), 9)], now);
        peers.shows(two, &[(ACME, 6)], now);
        assert!(waiting.try_recv().is_err(), "one of them is still behind");
        peers.shows(one, &[(ACME, 5)], now);
        assert!(waiting.try_recv().is_ok());
        assert!(wait(&mut peers, 5, now).is_none(), "what they said before the wait counts");
        let mut waiting = wait(&mut peers, 6, now).unwrap();
        peers.bury_one(one);
        assert!(waiting.try_recv().is_ok(), "the dead are not waited for");
    }

    #[test]
    fn the_silent_are_not_waited_for() {
        let (mut peers, start) = (Peers::default(), Instant::now());
        peers.heard(NodeId(1), start);
        let mut waiting = wait(&mut peers, 1, start).unwrap();
        let later = start + SILENCE + Duration::from_millis(1);
        assert!(wait(&mut peers, 1, later).is_none());
        peers.bury(later, SILENCE);
        assert!(waiting.try_recv().is_ok());
        assert!(peers.living().is_empty());
        peers.heard(NodeId(1), later);
        let mut waiting = wait(&mut peers, 1, later).unwrap();
        peers.clear();
        assert!(waiting.try_recv().is_ok());
        peers.heard(NodeId(1), later);
        drop(wait(&mut peers, 1, later));
        peers.forget_waiting();
        assert!(peers.waiting.is_empty());
    }
}

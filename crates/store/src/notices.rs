//! What processes on one PostgreSQL database tell each other: that an account was written to, that this has been taken
//! up, that a node lives.
//!
//! Notices are sent after the commit that they are about, on another connection: a `NOTIFY` inside a transaction makes
//! all of the database's commits wait for each other. So a notice can be lost with the process that owed it. Nothing
//! depends on one alone: whoever listens also compares revisions every now and then (`docs/decisions/0016-nodes.md`).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use folkmoot_core::AccountId;
use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::{mpsc, oneshot};

use crate::db::Db;
use crate::{Store, StoreResult};

const CHANNEL: &str = "folkmoot";
/// A notice does not wait for the disk: what it is about is there, and whoever misses it looks by themselves.
const NOTIFY: &str = "SELECT pg_notify($1, $2), set_config('synchronous_commit', 'off', true)";
/// Between sending and sending again, while there is more to tell: a commit for every few is enough.
const PAUSE: Duration = Duration::from_millis(3);
/// Accounts in one notice: their text stays well below the 8000 bytes that PostgreSQL takes.
const AT_ONCE: usize = 150;

/// A process that has opened a store, for as long as it has it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u64);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What a notice says of its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It has written to these accounts, up to these revisions.
    Wrote,
    /// It shows these accounts at these revisions or later, or does not hold them.
    Shows,
    /// It is there, and holds accounts in memory.
    Lives,
    /// It will be gone in a moment, and need not be waited for.
    Leaves,
}

impl Said {
    const ALL: [Said; 4] = [Said::Wrote, Said::Shows, Said::Lives, Said::Leaves];

    const fn letter(self) -> &'static str {
        match self {
            Said::Wrote => "w",
            Said::Shows => "s",
            Said::Lives => "l",
            Said::Leaves => "q",
        }
    }
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who sent it.
    pub node: NodeId,
    /// What it says.
    pub said: Said,
    /// The accounts that it is about, each with a revision.
    pub accounts: Vec<(AccountId, u64)>,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.said.letter(), self.node)?;
        self.accounts.iter().try_for_each(|(account, revision)| write!(f, " {account}:{revision}"))
    }
}

/// Text that is no notice: of a later version, or another program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a notice")]
pub struct NotANotice;

impl FromStr for Notice {
    type Err = NotANotice;

    fn from_str(text: &str) -> Result<Notice, NotANotice> {
        let mut words = text.split(' ');
        let letter = words.next();
        let said = Said::ALL.into_iter().find(|said| Some(said.letter()) == letter).ok_or(NotANotice)?;
        let node = words.next().and_then(|word| u64::from_str_radix(word, 16).ok()).ok_or(NotANotice)?;
        let account = |word: &str| {
            let (account, revision) = word.split_once(':')?;
            Some((AccountId(account.parse().ok()?), revision.parse().ok()?))
        };
        let accounts = words.map(|word| account(word).ok_or(NotANotice)).collect::<Result<_, _>>()?;
        Ok(Notice { node: NodeId(node), said, accounts })
    }
}

/// What other nodes and this one say, as it comes in.
#[derive(Debug)]
pub struct Notices(PgListener);

impl Notices {
    /// The next notice; `None` when the connection was lost, and with it what was said meanwhile.
    ///
    /// # Errors
    /// When the database cannot be reached any more.
    pub async fn next(&mut self) -> StoreResult<Option<Notice>> {
        loop {
            match self.0.try_recv().await? {
                None => return Ok(None),
                Some(notification) => {
                    if let Ok(notice) = notification.payload().parse() {
                        return Ok(Some(notice));
                    }
                }
            }
        }
    }
}

impl Store {
    /// Who this process is among those on the same database.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Begins to listen; `None` where nobody sends notices: processes on one SQLite file look for themselves.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn notices(&self) -> StoreResult<Option<Notices>> {
        let Db::Postgres(pool, _) = &self.db else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Notices(listener)))
    }

    /// Tells the other nodes, in a moment.
    pub fn tell(&self, said: Said, account: Option<(AccountId, u64)>) {
        if let Some(announcer) = &self.announcer {
            // Where nobody sends any more the store is closed.
            let _ = announcer.send(Message::Tell(said, account));
        }
    }

    /// Waits until what was to be told so far has been sent, or could not be.
    pub(crate) async fn finish_telling(&self) {
        let Some(announcer) = &self.announcer else { return };
        let (sent, done) = oneshot::channel();
        if announcer.send(Message::Flush(sent)).is_ok() {
            let _ = done.await;
        }
    }
}

pub(crate) enum Message {
    Tell(Said, Option<(AccountId, u64)>),
    Flush(oneshot::Sender<()>),
}

/// Sends what is to be told, as much at once as has come together, until nobody can have more to tell.
pub(crate) fn announcer(pool: PgPool, node: NodeId) -> mpsc::UnboundedSender<Message> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = Vec::new();
        while receiver.recv_many(&mut messages, 1024).await > 0 {
            let mut flushed = Vec::new();
            for notice in gather(node, messages.drain(..), &mut flushed) {
                let sent = sqlx::query(NOTIFY).bind(CHANNEL).bind(notice.to_string());
                if let Err(error) = sent.execute(&pool).await {
                    tracing::debug!(%error, "a notice was not sent; the other nodes will see for themselves");
                }
            }
            let closing = !flushed.is_empty();
            for done in flushed {
                let _ = done.send(());
            }
            if !closing {
                tokio::time::sleep(PAUSE).await;
            }
        }
    });
    sender
}

/// As few notices as say the same: of each account the newest revision.
fn gather(
    node: NodeId,
    messages: impl Iterator<Item = Message>,
    flushed: &mut Vec<oneshot::Sender<()>>,
) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    for message in messages {
        let (said, account) = match message {
            Message::Tell(said, account) => (said, account),
            Message::Flush(done) => {
                flushed.push(done);
                continue;
            }
        };
        let open = notices.iter_mut().find(|notice| notice.said == said && notice.accounts.len() < AT_ONCE);
        let notice = match open {
            Some(notice) => notice,
            None => notices.push_mut(Notice { node, said, accounts: Vec::new() }),
        };
        if let Some((account, revision)) = account {
            match notice.accounts.iter_mut().find(|(known, _)| *known == account) {
                Some((_, known)) => *known = revision.max(*known),
                None => notice.accounts.push((account, revision)),
            }
        }
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_what_it_was_written_as() {
        for said in Said::ALL {
            for accounts in
                [vec![], vec![(AccountId(1), 7)], vec![(AccountId(1), 7), (AccountId(20), u64::MAX)]]
            {
                let notice = Notice { node: NodeId(u64::MAX - 1), said, accounts };
                assert_eq!(notice.to_string().parse(), Ok(notice));
            }
        }
        for text in ["", "w", "w x", "x 0", "w 0 1", "w 0 1:x", "w 0 1:2 ", "w 0 :2"] {
            assert_eq!(text.parse::<Notice>(), Err(NotANotice), "{text:?}");
        }
    }

    #[test]
    fn notices_are_gathered_and_never_too_long() {
        let tell = |account, revision| Message::Tell(Said::Wrote, Some((AccountId(account), revision)));
        let gathered =
            gather(NodeId(1), [tell(1, 3), tell(2, 9), tell(1, 5), tell(1, 4)].into_iter(), &mut vec![]);
        assert_eq!(gathered.len(), 1);
        assert_eq!(gathered[0].accounts, [(AccountId(1), 5), (AccountId(2), 9)]);
        let many = (0..1000).map(|id| tell(i64::MAX - id, u64::MAX));
        let gathered = gather(NodeId(1), many, &mut vec![]);
        assert!(gathered.iter().all(|notice| notice.to_string().len() < 8000));
        assert_eq!(gathered.iter().map(|notice| notice.accounts.len()).sum::<usize>(), 1000);
    }
}

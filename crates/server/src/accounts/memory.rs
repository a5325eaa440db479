//! Directories in memory, within a bound: who is let go of when it is reached.
//!
//! The least recently used goes first, in two classes. Credentials are checked against the directory, so it is loaded
//! before anybody is known; an account is *established* when somebody of it has been recognised, and until then it is
//! let go of before any that is. Whoever asks for host after host without being anybody therefore displaces what
//! others like him have brought in, and of the established ones no more than a share, once
//! (`docs/decisions/0011-accounts-in-memory.md`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use folkmoot_core::{AccountId, Directory};

use super::live::LiveAccount;
use crate::metrics::Counter;

/// The part of the memory that accounts may take from established ones before anybody of them is recognised.
const SHARE: u64 = 8;
/// The part that is made free at once, so that not every load has to look for room.
const SLACK: u64 = 64;

/// The accounts that are in memory.
#[derive(Debug)]
pub(super) struct Memory {
    budget: u64,
    held: Mutex<Held>,
    /// Counts uses, so that the order in which accounts were used last is known.
    uses: AtomicU64,
    evicted: Counter,
}

#[derive(Debug, Default)]
struct Held {
    accounts: HashMap<AccountId, Entry>,
    bytes: u64,
}

#[derive(Debug)]
struct Entry {
    account: Arc<LiveAccount>,
    bytes: u64,
}

/// Directories that were let go of. Giving back the memory of a large one takes a while, and is left to whoever drops
/// this, outside any lock.
pub(super) type Released = Vec<Arc<Directory>>;

impl Memory {
    pub(super) fn new(budget: u64) -> Memory {
        Memory { budget, held: Mutex::default(), uses: AtomicU64::new(1), evicted: Counter::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Every change of it is finished before anything could panic.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that an account is used now.
    pub(super) fn touch(&self, account: &LiveAccount) {
        // Where all requests are for one account, nothing is written.
        if account.used() != self.uses.load(Ordering::Relaxed) {
            account.set_used(self.uses.fetch_add(1, Ordering::Relaxed) + 1);
        }
    }

    /// Notes that an account has come into memory, or has another size, and makes room for it. The caller has the
    /// right to change it.
    pub(super) fn note(&self, account: &Arc<LiveAccount>, directory: &Directory) -> Released {
        let bytes = directory.approximate_bytes() as u64;
        let mut held = self.held();
        let entry = Entry { account: Arc::clone(account), bytes };
        if let Some(before) = held.accounts.insert(account.id(), entry) {
            held.bytes -= before.bytes;
        } else {
            self.touch(account);
            if bytes > self.budget {
                tracing::warn!(
                    account = account.id().0,
                    mib = bytes >> 20,
                    "an account is larger than accounts.memory_mb: while it is used, no other stays in memory"
                );
            }
        }
        held.bytes += bytes;
        self.make_room(&mut held, Some(account))
    }

    /// Notes that somebody of an account has been recognised.
    pub(super) fn establish(&self, account: &Arc<LiveAccount>) -> Released {
        self.touch(account);
        if account.is_established() {
            return Released::new();
        }
        let mut held = self.held();
        if !held.accounts.contains_key(&account.id()) {
            // Let go of while somebody was being recognised.
            return Released::new();
        }
        account.establish();
        self.make_room(&mut held, Some(account))
    }

    /// Lets go of what is beyond the bound because it has grown, or was too large to stay without anybody recognised.
    pub(super) fn sweep(&self) -> Released {
        self.make_room(&mut self.held(), None)
    }

    /// Lets go of an account that is no longer served, unless its directory is being changed at this moment.
    pub(super) fn forget(&self, account: AccountId) -> Released {
        self.held().release(account).into_iter().collect()
    }

    /// The accounts in memory.
    pub(super) fn accounts(&self) -> Vec<Arc<LiveAccount>> {
        self.held().accounts.values().map(|entry| Arc::clone(&entry.account)).collect()
    }

    /// How many accounts are in memory, and how many bytes they take.
    pub(super) fn taken(&self) -> (usize, u64) {
        let held = self.held();
        (held.accounts.len(), held.bytes)
    }

    /// How many accounts have made room for others so far.
    pub(super) fn evicted(&self) -> u64 {
        self.evicted.get()
    }

    /// Brings memory within the bound, letting go of anything but `keep`, for whom room is made.
    fn make_room(&self, held: &mut Held, keep: Option<&LiveAccount>) -> Released {
        let mut released = Released::new();
        if held.bytes <= self.budget {
            return released;
        }
        let target = self.budget - self.budget / SLACK;
        let mut others: Vec<(bool, u64, AccountId)> = held
            .accounts
            .values()
            .map(|entry| &entry.account)
            .filter(|account| keep.is_none_or(|keep| keep.id() != account.id()))
            .map(|account| (account.is_established(), account.used(), account.id()))
            .collect();
        others.sort_unstable();
        let mut left = others.len();
        for (established, _, account) in others {
            // The last one stays, however large it is.
            if held.bytes <= target || (keep.is_none() && left == 1) {
                break;
            }
            if established
                && let Some(keep) = keep.filter(|keep| !keep.is_established())
                && (left == 1 || held.bytes_of(keep.id()) > self.budget / SHARE)
            {
                // It may be used, but is not kept at the cost of others: the next sweep or load lets go of it.
                break;
            }
            left -= 1;
            released.extend(held.release(account));
        }
        self.evicted.add(released.len() as u64);
        released
    }
}

impl Held {
    fn bytes_of(&self, account: AccountId) -> u64 {
        self.accounts.get(&account).map_or(0, |entry| entry.bytes)
    }

    /// Lets go of an account, unless somebody is changing it.
    fn release(&mut self, account: AccountId) -> Option<Arc<Directory>> {
        let entry = self.accounts.get(&account)?;
        let changing = entry.account.try_change()?;
        let directory = entry.account.take(&changing);
        self.bytes -= entry.bytes;
        self.accounts.remove(&account);
        directory
    }
}

#[cfg(test)]
mod tests {
    use folkmoot_core::{Account, AccountState, DirectoryParts, Job, JobId, Org, Settings};
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;

    /// Accounts of so many kilobytes, in a memory of another number.
    struct Company {
        memory: Memory,
        accounts: Vec<Arc<LiveAccount>>,
    }

    impl Company {
        fn new(budget: usize, sizes: &[usize]) -> Company {
            let accounts = (1..).zip(sizes).map(|(id, _)| Arc::new(LiveAccount::new(definition(id))));
            Company { memory: Memory::new((budget << 10) as u64), accounts: accounts.collect() }
        }

        async fn load(&self, at: usize, kilobytes: usize) {
            let account = &self.accounts[at];
            let changing = account.change().await;
            let directory = Arc::new(directory(at as i64, kilobytes));
            account.put(&changing, Arc::clone(&directory));
            self.memory.note(account, &directory);
        }

        async fn load_established(&self, at: usize, kilobytes: usize) {
            self.load(at, kilobytes).await;
            self.memory.establish(&self.accounts[at]);
        }

        fn held(&self) -> Vec<usize> {
            let held = (0..self.accounts.len()).filter(|&at| self.accounts[at].in_memory().is_some());
            let held: Vec<usize> = held.collect();
            let (count, bytes) = self.memory.taken();
            let real = held.iter().filter_map(|&at| self.accounts[at].in_memory());
            assert_eq!(bytes, real.map(|directory| directory.approximate_bytes() as u64).sum::<u64>());
            assert_eq!(count, held.len());
            held
        }
    }

    fn definition(id: i64) -> Account {
        Account {
            id: AccountId(id),
            subdomain: format!("company{id}").into(),
            name: "Company".into(),
            state: AccountState::Active,
            settings: Settings::default(),
        }
    }

    /// A directory of so many thousand bytes: nobody, and a job that asks for much.
    fn directory(id: i64, kilobytes: usize) -> Directory {
        let asking = |bytes: usize| {
            let (epoch, requirements) = (Timestamp::UNIX_EPOCH, "x".repeat(bytes).into());
            let job = Job { id: JobId(1), title: "".into(), requirements, created: epoch, modified: epoch };
            let org = Org { jobs: [(JobId(1), job)].into(), ..Org::default() };
            let parts = DirectoryParts { account: definition(id), org, people: Vec::new(), revision: 1 };
            Directory::new(parts, date(2026, 1, 15))
        };
        // As much as what is in every directory leaves.
        asking(kilobytes * 1000 - asking(0).approximate_bytes())
    }

    #[tokio::test]
    async fn who_was_used_least_recently_makes_room() {
        let company = Company::new(100, &[0; 5]);
        for at in 0..4 {
            company.load_established(at, 24).await;
        }
        assert_eq!(company.held(), [0, 1, 2, 3]);
        company.memory.touch(&company.accounts[0]);
        company.load_established(4, 24).await;
        assert_eq!(company.held(), [0, 2, 3, 4]);
        company.load_established(1, 48).await;
        assert_eq!(company.held(), [0, 1, 4], "of several it lets go in their order");
    }

    #[tokio::test]
    async fn those_whom_nobody_is_known_to_use_displace_each_other_and_a_share_of_the_rest() {
        let company = Company::new(100, &[0; 60]);
        for at in 0..9 {
            company.load_established(at, 11).await;
        }
        assert_eq!(company.held().len(), 9);
        for at in 10..60 {
            company.load(at, 11).await;
        }
        let held = company.held();
        assert_eq!(held, [1, 2, 3, 4, 5, 6, 7, 8, 59], "one of the established made room, once");
        // One that is larger than the share is used without being kept.
        company.load(20, 40).await;
        assert_eq!(company.held(), [1, 2, 3, 4, 5, 6, 7, 8, 20]);
        company.memory.sweep();
        assert_eq!(company.held(), [1, 2, 3, 4, 5, 6, 7, 8]);
        // Until somebody of it is recognised.
        company.load_established(20, 40).await;
        assert_eq!(company.held(), [4, 5, 6, 7, 8, 20]);
    }

    #[tokio::test]
    async fn one_larger_than_everything_is_kept_alone() {
        let company = Company::new(100, &[0; 3]);
        company.load_established(0, 20).await;
        company.load_established(1, 300).await;
        assert_eq!(company.held(), [1]);
        company.memory.sweep();
        assert_eq!(company.held(), [1]);
        // Not even then does somebody unknown displace it.
        company.load(2, 5).await;
        assert_eq!(company.held(), [1, 2]);
        company.memory.sweep();
        assert_eq!(company.held(), [1]);
        company.load_established(2, 5).await;
        assert_eq!(company.held(), [2]);
    }

    #[tokio::test]
    async fn who_is_being_changed_is_not_let_go_of() {
        let company = Company::new(100, &[0; 4]);
        for at in 0..3 {
            company.load_established(at, 30).await;
        }
        let refreshing = company.accounts[0].change().await;
        company.load_established(3, 30).await;
        assert_eq!(company.held(), [0, 2, 3]);
        drop(refreshing);
        company.memory.forget(AccountId(1));
        assert_eq!(company.held(), [2, 3]);
    }

    #[tokio::test]
    async fn growth_is_noticed() {
        let company = Company::new(100, &[0; 3]);
        for at in 0..3 {
            company.load_established(at, 20).await;
        }
        company.load(2, 70).await;
        assert_eq!(company.held(), [1, 2]);
    }

    #[tokio::test]
    async fn one_account_alone_writes_nothing_to_be_remembered() {
        let company = Company::new(100, &[0]);
        company.load_established(0, 20).await;
        let uses = company.memory.uses.load(Ordering::Relaxed);
        for _ in 0..3 {
            company.memory.establish(&company.accounts[0]);
        }
        assert_eq!(company.memory.uses.load(Ordering::Relaxed), uses);
    }
}

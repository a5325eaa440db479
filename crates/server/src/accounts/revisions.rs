//! The newest revision of every account: how one look at the store tells what has changed.

use folkmoot_core::AccountId;

/// Revisions in order of accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Revisions(Vec<(AccountId, u64)>);

impl Revisions {
    /// `revisions` are in order of accounts.
    pub(super) fn new(revisions: Vec<(AccountId, u64)>) -> Revisions {
        debug_assert!(revisions.is_sorted_by_key(|&(account, _)| account));
        Revisions(revisions)
    }

    /// The account's newest revision.
    pub(super) fn of(&self, account: AccountId) -> Option<u64> {
        let at = self.0.binary_search_by_key(&account, |&(account, _)| account).ok()?;
        Some(self.0[at].1)
    }

    /// Accounts that are new or have another revision than `before`.
    pub(super) fn changed_since(&self, before: &Revisions) -> Vec<AccountId> {
        let changed = |&&(account, revision): &&(AccountId, u64)| before.of(account) != Some(revision);
        self.0.iter().filter(changed).map(|&(account, _)| account).collect()
    }

    /// Accounts that are no longer there in `after`.
    pub(super) fn gone_in(&self, after: &Revisions) -> Vec<AccountId> {
        self.0.iter().map(|&(account, _)| account).filter(|&account| after.of(account).is_none()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_changed_and_went_is_told_apart() {
        let of = |pairs: &[(i64, u64)]| {
            Revisions::new(pairs.iter().map(|&(id, revision)| (AccountId(id), revision)).collect())
        };
        let (before, after) = (of(&[(1, 5), (2, 5), (4, 5)]), of(&[(1, 5), (2, 6), (3, 1)]));
        assert_eq!(after.changed_since(&before), [AccountId(2), AccountId(3)]);
        assert_eq!(before.gone_in(&after), [AccountId(4)]);
        assert_eq!(after.of(AccountId(2)), Some(6));
        assert_eq!(after.of(AccountId(4)), None);
    }
}

//! The catalogue: every account there is, without its people. Small enough to be held for tens of thousands of
//! accounts, and replaced whole when accounts come, go or are renamed.

use std::collections::HashMap;
use std::sync::Arc;

use folkmoot_core::{Account, AccountId};

use super::live::LiveAccount;

/// Every account that may be served, by identifier and by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalogue {
    by_id: HashMap<AccountId, Arc<LiveAccount>>,
    by_subdomain: HashMap<Box<str>, Arc<LiveAccount>>,
}

impl Catalogue {
    /// The catalogue after changes: `changed` is what the store says of accounts now, `gone` those that it no longer
    /// has. An account that was there before stays the same object. `None` when no account came, went or was renamed.
    pub(super) fn after(&self, changed: Vec<Account>, gone: &[AccountId]) -> Option<Catalogue> {
        let mut next: Option<Catalogue> = None;
        for &id in gone {
            if let Some(account) = self.get(id) {
                next.get_or_insert_with(|| self.clone()).remove(account);
            }
        }
        let mut renamed = Vec::new();
        for definition in changed {
            let Some(account) = self.get(definition.id) else {
                renamed.push(Arc::new(LiveAccount::new(definition)));
                continue;
            };
            if account.definition().subdomain != definition.subdomain {
                // Out before anybody comes in: two accounts may have exchanged their names.
                next.get_or_insert_with(|| self.clone()).remove(account);
                renamed.push(Arc::clone(account));
            }
            account.define(definition);
        }
        for account in renamed {
            next.get_or_insert_with(|| self.clone()).insert(account);
        }
        next
    }

    fn insert(&mut self, account: Arc<LiveAccount>) {
        self.by_subdomain.insert(account.definition().subdomain.as_str().into(), Arc::clone(&account));
        self.by_id.insert(account.id(), account);
    }

    fn remove(&mut self, account: &LiveAccount) {
        self.by_subdomain.remove(account.definition().subdomain.as_str());
        self.by_id.remove(&account.id());
    }

    /// The account whose name this is, in lower case.
    pub(super) fn named(&self, subdomain: &str) -> Option<&Arc<LiveAccount>> {
        self.by_subdomain.get(subdomain)
    }

    /// The account there is, if there is but one.
    pub(super) fn only(&self) -> Option<&Arc<LiveAccount>> {
        let mut accounts = self.by_id.values();
        accounts.next().filter(|_| accounts.next().is_none())
    }

    pub(super) fn get(&self, id: AccountId) -> Option<&Arc<LiveAccount>> {
        self.by_id.get(&id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = AccountId> {
        self.by_id.keys().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }
}

#[cfg(test)]
mod tests {
    use folkmoot_core::{AccountState, Settings};

    use super::*;

    fn definition(id: i64, subdomain: &str, state: AccountState) -> Account {
        Account {
            id: AccountId(id),
            subdomain: subdomain.into(),
            name: "Company".into(),
            state,
            settings: Settings::default(),
        }
    }

    #[test]
    fn an_account_stays_the_same_object_through_renaming_and_changes_of_state() {
        let active = AccountState::Active;
        let first = Catalogue::default().after(vec![definition(1, "one", active)], &[]).unwrap();
        assert!(first.after(vec![definition(1, "one", active)], &[AccountId(7)]).is_none());
        let one = Arc::clone(first.only().unwrap());
        assert!(first.after(vec![definition(1, "one", AccountState::Suspended)], &[]).is_none());
        assert_eq!(one.state(), AccountState::Suspended);
        let changes = vec![definition(1, "uno", active), definition(2, "one", active)];
        let second = first.after(changes, &[]).unwrap();
        assert!(Arc::ptr_eq(&one, second.named("uno").unwrap()));
        assert_eq!(one.state(), active);
        assert_eq!(second.named("one").unwrap().id(), AccountId(2));
        assert!(second.only().is_none());
        assert_eq!(second.len(), 2);
        let exchanged = vec![definition(1, "one", active), definition(2, "uno", active)];
        let third = second.after(exchanged, &[]).unwrap();
        assert!(Arc::ptr_eq(&one, third.named("one").unwrap()));
        assert_eq!(third.named("uno").unwrap().id(), AccountId(2));
        let fourth = third.after(Vec::new(), &[AccountId(1)]).unwrap();
        assert!(fourth.named("one").is_none());
        assert_eq!(fourth.only().unwrap().id(), AccountId(2));
    }
}

//! What this process has written, kept for a moment, so that the directory that shows it need not read it back.
//!
//! A change leaves what it did to people when its commit is durable and before anybody hears of it. A directory at the
//! revision that the change was made to comes to the revision that it made by doing the same: revisions are gapless, so
//! between the two there is nothing else. Where a link of that chain is missing, because another process wrote or because
//! the change was of another kind, the change log and the rows are read (`refresh.rs`), which is always right.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use folkmoot_core::{AccountId, Directory, Person, PersonChange, User, UserId};

use crate::PersonAddition;

/// So many are kept at most, of all accounts: they are taken within moments, or of no use.
const MOST: usize = 4096;

/// What one change did.
#[derive(Debug)]
pub(crate) struct Effect {
    /// The revision that it was made to.
    pub(crate) base: u64,
    /// The revision that it made.
    pub(crate) revision: u64,
    pub(crate) people: Vec<PersonEffect>,
}

/// What became of somebody: their user as it is now, and the records that were added.
#[derive(Debug)]
pub(crate) struct PersonEffect {
    pub(crate) user: User,
    pub(crate) added: PersonAddition,
}

/// The effects that no directory has taken up yet, by account and by the revision that they were made to. Cloning shares
/// them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effects(Arc<Mutex<HashMap<AccountId, BTreeMap<u64, Effect>>>>);

impl Effects {
    pub(crate) fn leave(&self, account: AccountId, effect: Effect) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.values().map(BTreeMap::len).sum::<usize>() >= MOST {
            accounts.clear();
        }
        accounts.entry(account).or_default().insert(effect.base, effect);
    }

    /// The directory after all that is known to have come after it, if that makes it `revision` or a later one.
    pub(crate) fn applied_to(&self, directory: &Directory, revision: u64) -> Option<Directory> {
        let chain = self.take(directory.account().id, directory.revision());
        let last = chain.last().map(|effect| effect.revision).filter(|&last| last >= revision)?;
        let mut people: BTreeMap<UserId, Person> = BTreeMap::new();
        for effect in chain {
            for PersonEffect { user, added } in effect.people {
                let id = user.id;
                let before = match people.get(&id) {
                    Some(before) => before,
                    None => directory.person(id)?,
                };
                let after = after(before, user, &added, directory);
                people.insert(id, after);
            }
        }
        let changes = people.into_values().map(|person| PersonChange::Put(Box::new(person))).collect();
        Some(directory.with_changes(changes, last))
    }

    /// What follows `revision` without a gap. What is older is of no use any more.
    fn take(&self, account: AccountId, revision: u64) -> Vec<Effect> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = accounts.get_mut(&account) else { return Vec::new() };
        let mut rest = left.split_off(&revision);
        let mut chain: Vec<Effect> = Vec::new();
        let mut next = revision;
        while let Some(effect) = rest.remove(&next) {
            next = effect.revision;
            chain.push(effect);
        }
        if rest.is_empty() {
            accounts.remove(&account);
        } else {
            *left = rest;
        }
        chain
    }
}

fn after(before: &Person, user: User, added: &PersonAddition, directory: &Directory) -> Person {
    let as_of = directory.as_of();
    Person {
        user,
        employee: before.employee.with(&added.employee, as_of),
        assignment: before.assignment.with(&added.assignment, as_of),
        work_hours: before.work_hours.with(&added.work_hours, as_of),
        custom_field_records: before.custom_field_records.clone(),
        leave_usages: before.leave_usages.clone(),
    }
}

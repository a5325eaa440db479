//! Who manages whom.

use folkmoot_core::{Directory, UserId, fold_identifier};

use super::identity::Identities;
use super::numbers::number;
use super::report::Report;
use crate::column::Key;
use crate::import::ImportOptions;
use crate::import::draft::{Draft, Drafts, Given};
use crate::import::suggest::is_slip;

/// A manager: somebody of the file, by their place in it, or somebody of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manager {
    OfFile(usize),
    OfAccount(UserId),
}

/// By what a manager is named; what comes first counts.
const KEYS: [Key; 5] =
    [Key::ManagerUsername, Key::ManagerEmail, Key::Manager, Key::ManagerId, Key::ManagerUrl];

/// Finds everybody's manager, and tells of those that cannot be.
pub(super) fn resolve(
    drafts: &Drafts,
    existing: &Directory,
    identities: &Identities,
    options: &ImportOptions<'_>,
    report: &mut Report<'_>,
) -> Vec<Option<Manager>> {
    let search = Search { drafts, existing, identities, options };
    let mut managers = Vec::with_capacity(drafts.people.len());
    for (at, draft) in drafts.people.iter().enumerate() {
        let manager = search.manager_of(draft, report);
        let is_self = manager == Some(Manager::OfFile(at));
        if let (true, Some(given)) = (is_self, first_given(draft)) {
            report.tell(given, "is the same person: nobody manages themselves");
        }
        managers.push(manager.filter(|_| !is_self));
    }
    tell_rings(drafts, &managers, report);
    managers
}

fn first_given(draft: &Draft) -> Option<&Given> {
    KEYS.into_iter().find_map(|key| draft.get(key))
}

struct Search<'a> {
    drafts: &'a Drafts,
    existing: &'a Directory,
    identities: &'a Identities,
    options: &'a ImportOptions<'a>,
}

impl Search<'_> {
    fn manager_of(&self, draft: &Draft, report: &mut Report<'_>) -> Option<Manager> {
        let mut found: Option<(Manager, &Given)> = None;
        let mut unknown = None;
        for (key, given) in KEYS.into_iter().filter_map(|key| Some((key, draft.get(key)?))) {
            let candidates = self.candidates(key, given.text.trim());
            match (candidates.as_slice(), found) {
                ([], _) => unknown = unknown.or(Some(given)),
                ([manager], None) => found = Some((*manager, given)),
                ([manager], Some((same, _))) if *manager == same => {}
                ([_], Some((_, first))) => {
                    report.tell(given, format_args!("is not the manager of {}", report.spelled(first)));
                }
                (several, _) => {
                    let who: Vec<String> = several.iter().map(|manager| self.describe(*manager)).collect();
                    report.tell(given, format_args!("can mean {}", who.join(" or ")));
                    return None;
                }
            }
        }
        if let (None, Some(given)) = (found, unknown)
            && !self.is_excused(&fold_identifier(given.text.trim()))
        {
            report.tell(
                given,
                "is nobody's username, e-mail address or employee number, neither in the file nor in the account",
            );
        }
        found.map(|(manager, _)| manager)
    }

    /// Whether somebody may go by this whose own data are at fault, which is told of them.
    fn is_excused(&self, folded: &str) -> bool {
        self.drafts.lost.contains(folded)
            || self.identities.misspelled.iter().any(|misspelled| is_slip(folded, misspelled))
    }

    /// Everybody who goes by `text`.
    fn candidates(&self, key: Key, text: &str) -> Vec<Manager> {
        let folded = fold_identifier(text);
        let of_file = |at: Option<&usize>| at.map(|&at| Manager::OfFile(at));
        let mut found = Vec::new();
        let mut add = |manager: Option<Manager>| {
            found.extend(manager.filter(|manager| !found.contains(manager)));
        };
        if matches!(key, Key::ManagerId | Key::ManagerUrl) {
            let number = number(text).ok();
            // Numbers that are not kept are those of another account, and say nothing of this one.
            let of_account = number.filter(|_| self.options.keep_ids);
            let of_account = of_account.and_then(|number| self.existing.person(UserId(number)));
            add(number.and_then(|number| of_file(self.identities.by_number.get(&number))));
            if found.is_empty() {
                found.extend(of_account.map(|person| Manager::OfAccount(person.user.id)));
            }
            return found;
        }
        let identified = of_file(self.identities.by_identifier.get(&folded)).or_else(|| {
            let person = self.existing.by_identifier(&folded)?;
            Some(Manager::OfAccount(person.user.id))
        });
        add(identified);
        if key == Key::Manager {
            let numbered = of_file(self.identities.by_employee_num.get(&folded)).or_else(|| {
                let id = self.identities.account_employee_nums.get(&folded)?;
                Some(Manager::OfAccount(*id))
            });
            add(numbered);
        }
        found
    }

    fn describe(&self, manager: Manager) -> String {
        match manager {
            Manager::OfFile(at) => format!("the person on line {}", self.drafts.people[at].at.line),
            Manager::OfAccount(id) => format!("user {id} of the account"),
        }
    }
}

/// How many people of a ring are listed.
const MOST_LISTED: usize = 8;

/// Tells each ring of managers once, at its first member in the file. Only people of the file can be in one: nobody
/// of the account has a manager who is new.
fn tell_rings(drafts: &Drafts, managers: &[Option<Manager>], report: &mut Report<'_>) {
    let above = |at: usize| match managers[at] {
        Some(Manager::OfFile(manager)) => Some(manager),
        _ => None,
    };
    // The walk in which somebody was met: 0 for nobody yet.
    let mut met = vec![0_usize; managers.len()];
    for start in 0..managers.len() {
        let walk = start + 1;
        let mut at = start;
        while met[at] == 0 {
            met[at] = walk;
            match above(at) {
                Some(manager) => at = manager,
                None => break,
            }
        }
        if met[at] != walk || above(at).is_none() {
            continue;
        }
        // The walk met itself: `at` is in a ring.
        let mut ring = vec![at];
        while let Some(next) = ring.last().and_then(|&last| above(last)).filter(|&next| next != at) {
            ring.push(next);
        }
        let first = ring.iter().enumerate().min_by_key(|(_, at)| **at).map_or(0, |(index, _)| index);
        ring.rotate_left(first);
        let name = |at: &usize| {
            let draft = &drafts.people[*at];
            draft.get(Key::Username).map_or("?", |given| given.text.trim()).to_owned()
        };
        let mut listed: Vec<String> = ring.iter().take(MOST_LISTED).map(name).collect();
        if ring.len() > MOST_LISTED {
            listed.push("…".to_owned());
        }
        listed.push(name(&ring[0]));
        if let Some(given) = first_given(&drafts.people[ring[0]]) {
            report.tell(given, format_args!("makes a ring of managers: {}", listed.join(" → ")));
        }
    }
}

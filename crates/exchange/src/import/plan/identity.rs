//! Who is who: usernames, e-mail addresses, employee numbers and numbers of users, each the mark of one person only.

use std::collections::HashMap;

use folkmoot_core::{Directory, RuleError, Text, UserId, check_email, check_username, fold_identifier};

use super::numbers::number;
use super::report::Report;
use crate::column::Key;
use crate::import::ImportOptions;
use crate::import::draft::{Draft, Drafts, Given};

/// Who goes by what. Where two claim the same, which is a fault, it is the first.
pub(super) struct Identities {
    /// Usernames and e-mail addresses of the file, folded; the place in the file.
    pub(super) by_identifier: HashMap<Text, usize>,
    /// Employee numbers of the file, folded.
    pub(super) by_employee_num: HashMap<Text, usize>,
    /// Numbers of users in the file, whether they are kept or not.
    pub(super) by_number: HashMap<i64, usize>,
    /// Employee numbers of the account, folded.
    pub(super) account_employee_nums: HashMap<Text, UserId>,
    /// Usernames and e-mail addresses that are no good, folded, as far as they are few: those who name their owner
    /// correctly are not to blame.
    pub(super) misspelled: Vec<Text>,
    /// Who is at fault for being somebody else already.
    pub(super) is_double: Vec<bool>,
}

/// Who has something already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    OfFile(usize),
    OfAccount(UserId),
}

/// How many misspelled identifiers are remembered: they are compared with whatever is unknown.
const MOST_MISSPELLED: usize = 64;

impl Identities {
    /// Reads the identities of a file, and tells which are no good or taken.
    pub(super) fn of(
        drafts: &Drafts,
        existing: &Directory,
        options: &ImportOptions<'_>,
        report: &mut Report<'_>,
    ) -> Identities {
        let mut identities = Identities {
            by_identifier: HashMap::with_capacity(drafts.people.len() * 2),
            by_employee_num: HashMap::new(),
            by_number: HashMap::new(),
            account_employee_nums: employee_nums(existing),
            misspelled: Vec::new(),
            is_double: vec![false; drafts.people.len()],
        };
        for (at, draft) in drafts.people.iter().enumerate() {
            identities.check(draft, Key::Username, check_username, report);
            identities.check(draft, Key::Email, check_email, report);
            let mut clashes: Vec<(Owner, Vec<&Given>)> = Vec::new();
            for key in [Key::Id, Key::Username, Key::Email, Key::EmployeeNum] {
                let given = match key {
                    Key::Id => draft.get(Key::Id).or_else(|| draft.get(Key::Url)),
                    key => draft.get(key),
                };
                if let Some(given) = given.filter(|given| !given.text.trim().is_empty())
                    && let Some(owner) = identities.claim(at, key, &given.text, existing, options)
                {
                    match clashes.iter_mut().find(|(of, _)| *of == owner) {
                        Some((_, values)) => values.push(given),
                        None => clashes.push((owner, vec![given])),
                    }
                }
            }
            identities.is_double[at] = !clashes.is_empty();
            for (owner, values) in clashes {
                tell(owner, &values, drafts, report);
            }
        }
        identities
    }

    /// What is required and identifies somebody must obey its rule.
    fn check(
        &mut self,
        draft: &Draft,
        key: Key,
        rule: fn(&str) -> Result<(), RuleError>,
        report: &mut Report<'_>,
    ) {
        // What is missing, the builder tells along with all else that is required.
        if let Some(given) = draft.get(key).filter(|given| !given.text.trim().is_empty())
            && let Err(error) = rule(given.text.trim())
        {
            report.tell(given, error);
            if self.misspelled.len() < MOST_MISSPELLED {
                self.misspelled.push(fold_identifier(given.text.trim()));
            }
        }
    }

    /// Takes note that the person at `at` goes by `text`; somebody else's who does already.
    fn claim(
        &mut self,
        at: usize,
        key: Key,
        text: &str,
        existing: &Directory,
        options: &ImportOptions<'_>,
    ) -> Option<Owner> {
        let folded = fold_identifier(text.trim());
        let (owner, of_account) = match key {
            Key::Id => {
                let number = number(text).ok()?;
                let owner = *self.by_number.entry(number).or_insert(at);
                if !options.keep_ids {
                    return None;
                }
                (owner, existing.person(UserId(number)).map(|person| person.user.id))
            }
            Key::EmployeeNum => {
                let of_account = self.account_employee_nums.get(&folded).copied();
                (*self.by_employee_num.entry(folded).or_insert(at), of_account)
            }
            _ => {
                let of_account = existing.by_identifier(&folded).map(|person| person.user.id);
                (*self.by_identifier.entry(folded).or_insert(at), of_account)
            }
        };
        if owner == at { of_account.map(Owner::OfAccount) } else { Some(Owner::OfFile(owner)) }
    }
}

/// One fault for all that two people have in common: they are most likely one.
fn tell(owner: Owner, values: &[&Given], drafts: &Drafts, report: &mut Report<'_>) {
    let Some((first, others)) = values.split_first() else { return };
    let mut message = match owner {
        Owner::OfFile(other) => format!("is already that of line {}", drafts.people[other].at.line),
        Owner::OfAccount(id) => format!("is already that of user {id} in the account"),
    };
    for (index, other) in others.iter().enumerate() {
        let link = if index == 0 { ", and so is " } else { ", " };
        message.push_str(link);
        message.push_str(report.spelled(other));
    }
    report.tell(first, message);
}

fn employee_nums(existing: &Directory) -> HashMap<Text, UserId> {
    let mut numbers = HashMap::new();
    for person in existing.people() {
        if let Some(record) = person.assignment.at(existing.as_of())
            && !record.data.employee_num.is_empty()
        {
            numbers.insert(fold_identifier(&record.data.employee_num), person.user.id);
        }
    }
    numbers
}

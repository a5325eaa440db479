//! Numbers that a file gives: those of users and of their records.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use folkmoot_core::{Directory, Sequences};
use folkmoot_wire::Position;

use super::identity::Identities;
use super::report::Report;
use crate::column::Key;
use crate::import::ImportOptions;
use crate::import::draft::{Draft, Drafts, Given};

/// The largest number there may be: beyond it, not every client can tell numbers apart (RFC 8259, section 6).
const LARGEST: i64 = (1 << 53) - 1;

/// Reads a number, or the one at the end of an address such as `/users/7.json`.
pub(super) fn number(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    let digits = match text.rsplit_once('/') {
        Some((_, last)) => last.split('.').next().unwrap_or_default(),
        None => text,
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("is not a number of the account, nor an address with one");
    }
    match digits.parse() {
        Ok(0) => Err("must not be zero"),
        Ok(number) if number <= LARGEST => Ok(number),
        _ => Err("is too large"),
    }
}

/// The numbers to keep of one person; none where the file has none, or they are not kept.
#[derive(Clone, Default)]
pub(super) struct Kept {
    pub(super) user: Option<i64>,
    pub(super) employee: Option<i64>,
    pub(super) assignment: Option<i64>,
    /// As many as there are values of custom fields.
    pub(super) custom: Vec<Option<i64>>,
    /// Whether the whole person is told to be there already, so that what else they share is no news.
    pub(super) is_double: bool,
}

/// The numbers to keep of everybody.
pub(super) struct Numbers {
    pub(super) people: Vec<Kept>,
}

/// Numbers in use of one kind of record.
struct Taken {
    account: HashSet<i64>,
    /// Those of the file, and where they stand.
    file: HashMap<i64, Position>,
}

impl Taken {
    fn new(account: HashSet<i64>) -> Taken {
        Taken { account, file: HashMap::new() }
    }

    /// Takes the number that is given, so that the sequence goes on behind it. If it is taken already, that is a
    /// fault, unless the whole person is told to be there already.
    fn take(
        &mut self,
        given: &Given,
        next: &mut i64,
        is_double: bool,
        report: &mut Report<'_>,
    ) -> Option<i64> {
        let number = match number(&given.text) {
            Ok(number) => number,
            Err(message) => {
                report.tell(given, message);
                return None;
            }
        };
        Sequences::mark_used(next, number);
        match self.file.entry(number) {
            _ if is_double => return None,
            Entry::Occupied(taken) => {
                report.tell(given, format_args!("is in use already on line {}", taken.get().line));
            }
            Entry::Vacant(_) if self.account.contains(&number) => {
                report.tell(given, "is in use already in the account");
            }
            Entry::Vacant(free) => {
                free.insert(given.at);
            }
        }
        Some(number)
    }
}

impl Numbers {
    /// Reads the numbers that are to be kept, and tells which are taken.
    pub(super) fn of(
        drafts: &Drafts,
        existing: &Directory,
        options: &ImportOptions<'_>,
        identities: &Identities,
        sequences: &mut Sequences,
        report: &mut Report<'_>,
    ) -> Numbers {
        if !options.keep_ids {
            return Numbers { people: vec![Kept::default(); drafts.people.len()] };
        }
        let everybody = || existing.people();
        let employee = everybody().flat_map(|person| person.employee.records()).map(|record| record.id);
        let assignment = everybody().flat_map(|person| person.assignment.records()).map(|record| record.id);
        let custom = everybody().flat_map(|person| &person.custom_field_records).map(|record| record.id.0);
        let mut users = Taken::new(HashSet::new());
        let mut employee = Taken::new(employee.collect());
        let mut assignment = Taken::new(assignment.collect());
        let mut custom = Taken::new(custom.collect());
        let mut people = Vec::with_capacity(drafts.people.len());
        for (draft, &is_double) in drafts.people.iter().zip(&identities.is_double) {
            let take = |taken: &mut Taken, next, keys, report: &mut Report<'_>| {
                taken.take(one_of(draft, keys, report)?, next, is_double, report)
            };
            let user = take(&mut users, &mut sequences.users, [Key::Id, Key::Url], report);
            let keys = [Key::EmployeeId, Key::EmployeeUrl];
            let employee = take(&mut employee, &mut sequences.employee_records, keys, report);
            let keys = [Key::AssignmentId, Key::AssignmentUrl];
            let assignment = take(&mut assignment, &mut sequences.assignment_records, keys, report);
            let custom = draft.custom.iter().map(|record| {
                let given = record.id.as_ref()?;
                custom.take(given, &mut sequences.custom_field_records, is_double, report)
            });
            people.push(Kept { user, employee, assignment, custom: custom.collect(), is_double });
        }
        Numbers { people }
    }
}

/// The number or, where there is none, the address. Where there are both, they must agree.
fn one_of<'a>(draft: &'a Draft, [id, url]: [Key; 2], report: &mut Report<'_>) -> Option<&'a Given> {
    let filled = |key| draft.get(key).filter(|given| !given.text.trim().is_empty());
    let (id, url) = (filled(id), filled(url));
    if let (Some(id), Some(url)) = (id, url)
        && let Ok(number_of_id) = number(&id.text)
        && number(&url.text) != Ok(number_of_id)
    {
        report.tell(url, format_args!("is not the address of number {number_of_id}"));
    }
    id.or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_alone_or_end_an_address() {
        assert_eq!(number(" 7 "), Ok(7));
        assert_eq!(number("/employee_records/47.json"), Ok(47));
        assert_eq!(number("/users/view/1"), Ok(1));
        assert_eq!(number("https://x.example.org/users/7.xml"), Ok(7));
        for bad in ["", "-1", "x", "1.5", "/users/me.json", "7.json", "0", "9007199254740992"] {
            assert!(number(bad).is_err(), "{bad}");
        }
    }
}

//! Planning what a file adds to an account.

mod build;
mod identity;
mod managers;
mod numbers;
mod org;
mod report;
mod values;

use std::collections::HashSet;

use folkmoot_core::{Directory, Org, PersonHistory, Sequences, UserId};

use self::build::Builder;
use self::identity::Identities;
use self::managers::Manager;
use self::numbers::Numbers;
use self::org::Organisation;
use self::report::Report;
use super::{Drafts, Fault, ImportOptions};

/// What an import adds to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPlan {
    /// What the file names and the account lacked: jobs, departments, custom fields and the like.
    pub org: Org,
    /// The people, in the order of the file.
    pub people: Vec<PersonHistory>,
    /// Where identifiers go on from.
    pub sequences: Sequences,
}

/// Plans what `drafts` add to the account whose people and organisation are `existing`, with `sequences` to take new
/// identifiers from.
///
/// Somebody whose termination is to come gets a second assignment record, which takes effect on that day and says that
/// they are terminated, unless the file says that they are already. A termination on or before today is a matter of the
/// one record, unless the file gives another status.
///
/// A directory does not hold records that are history. Where identifiers are kept, one that is only in use by such a
/// record is no fault here, with its place in the file: the database does not let a number be used twice, and refuses
/// the whole import with a message of its own.
///
/// # Errors
/// Every fault of the file, in the order of the file. A file with a fault adds nothing.
pub fn plan(
    drafts: &Drafts,
    existing: &Directory,
    mut sequences: Sequences,
    options: &ImportOptions<'_>,
) -> Result<ImportPlan, Vec<Fault>> {
    let mut report = Report::new(drafts);
    let identities = Identities::of(drafts, existing, options, &mut report);
    let numbers = Numbers::of(drafts, existing, options, &identities, &mut sequences, &mut report);
    let organisation = Organisation::of(drafts, existing.org(), options, &mut sequences);
    let managers = managers::resolve(drafts, existing, &identities, options, &mut report);
    // Every number that the file keeps is marked as used by now: new ones can be given.
    let users: Vec<UserId> = numbers
        .people
        .iter()
        .map(|kept| UserId(kept.user.unwrap_or_else(|| Sequences::take(&mut sequences.users))))
        .collect();
    let mut people = Vec::with_capacity(drafts.people.len());
    let mut builder = Builder {
        existing,
        options,
        form: drafts.form,
        organisation: &organisation,
        sequences: &mut sequences,
        report: &mut report,
        keys: HashSet::new(),
    };
    for (at, draft) in drafts.people.iter().enumerate() {
        let manager = managers[at].map(|manager| match manager {
            Manager::OfFile(other) => users[other],
            Manager::OfAccount(id) => id,
        });
        people.push(builder.person(draft, users[at], &numbers.people[at], manager));
    }
    match report.into_faults() {
        faults if faults.is_empty() => Ok(ImportPlan { org: organisation.new, people, sequences }),
        faults => Err(faults),
    }
}

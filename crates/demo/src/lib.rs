//! A made-up company: people with lifelike names, jobs and histories, and a portrait of most of them. The same
//! options make the same company, in every version and on every machine.

mod calendar;
mod catalog;
mod extras;
mod identity;
mod job_history;
mod jobs;
mod maker;
mod names;
mod org_tree;
mod personal_history;
mod places;
mod portrait;
mod rng;
mod roster;
#[cfg(test)]
mod tests;

use folkmoot_core::{Org, PersonHistory, Sealed, Sequences, Text, UserId};
use jiff::Timestamp;
use jiff::civil::Date;

pub use portrait::portrait;

/// What company to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOptions {
    /// How many people, those who have left and those yet to start included; at least one.
    pub people: usize,
    /// What everything made up is drawn from.
    pub seed: u64,
    /// The day on which histories end and plans begin.
    pub today: Date,
    /// The moment after which nothing was written.
    pub now: Timestamp,
    /// The company's name.
    pub company_name: Text,
    /// The username of its administrator, who heads Human Resources and is user 1. Where it can be a first name, it
    /// is theirs.
    pub admin_username: Text,
    /// The part of e-mail addresses behind the `@`.
    pub email_domain: Text,
}

impl DemoOptions {
    /// A company of 250 with `ada` as its administrator.
    pub fn new(today: Date, now: Timestamp) -> DemoOptions {
        DemoOptions {
            people: 250,
            seed: 1,
            today,
            now,
            company_name: Text::from("Maple & Moot"),
            admin_username: Text::from("ada"),
            email_domain: Text::from("example.com"),
        }
    }
}

/// A company, ready for the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoCompany {
    /// The company's name.
    pub name: Text,
    /// What records refer to.
    pub org: Org,
    /// Everybody, by identifier from 1.
    pub people: Vec<PersonHistory>,
    /// The next free identifiers.
    pub sequences: Sequences,
    /// The administrator to log in as.
    pub admin: UserId,
    /// And their username. Nobody has a password or an API key yet.
    pub admin_username: Text,
}

/// Makes a company. `seal` is handed the government numbers of those who gave one.
///
/// Users carry no picture name, since names are hashes of pictures: ask [`portrait`] for each and store them.
pub fn company(options: &DemoOptions, seal: &dyn Fn(&str) -> Sealed) -> DemoCompany {
    let people = options.people.max(1);
    let today = calendar::day(options.today);
    let roster = roster::Roster::new(options.seed, people, today);
    let mut maker = maker::Maker::new(options, today, &roster, seal);
    let mut sequences = Sequences::default();
    let people: Vec<PersonHistory> = (1..=people as u64).map(|id| maker.make(id, &mut sequences)).collect();
    sequences.users = people.len() as i64 + 1;
    let opened = people.iter().map(|person| person.user.created).min().unwrap_or(options.now);
    let org = catalog::org(&people, opened, &mut sequences);
    DemoCompany {
        name: options.company_name.clone(),
        org,
        people,
        sequences,
        admin: UserId(1),
        admin_username: options.admin_username.clone(),
    }
}

use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::{AccountId, AccountState, Dated, Group, JobData, PersonalData, Record, Settings, Text, User};

fn person(id: i64, name: &str) -> Person {
    let epoch = Timestamp::UNIX_EPOCH;
    let personal = PersonalData { first_name: Text::from(name), ..PersonalData::default() };
    let record = |effective_date, data| Record { id, effective_date, created: epoch, modified: epoch, data };
    Person {
        user: User {
            id: UserId(id),
            username: Text::from(name),
            email: Text::from(format!("{name}@example.org")),
            twitter_username: Text::default(),
            linkedin_url: Text::default(),
            blog_url: Text::default(),
            nickname: Text::default(),
            group: Group::Employees,
            picture: None,
            badge_count: 0,
            password_hash: None,
            api_key_hash: None,
            api_key: None,
            accepted_invite: None,
            created: epoch,
            modified: epoch,
        },
        employee: Dated::new(vec![record(date(2020, 1, 1), personal)], date(2026, 1, 1)),
        assignment: Dated::default(),
        work_hours: Dated::default(),
        custom_field_records: Box::default(),
        leave_usages: Box::default(),
    }
}

fn directory(people: Vec<Person>) -> Directory {
    let account = Account {
        id: AccountId(1),
        subdomain: Text::from("acme"),
        name: Text::from("Acme"),
        state: AccountState::default(),
        settings: Settings::default(),
    };
    Directory::new(DirectoryParts { account, org: Org::default(), people, revision: 1 }, date(2026, 1, 1))
}

#[test]
fn people_are_found_by_number_name_and_address_whatever_the_case() {
    let directory = directory((1..=2000).map(|id| person(id, &format!("user{id}"))).collect());
    assert_eq!(directory.len(), 2000);
    assert_eq!(directory.person(UserId(1999)).unwrap().user.username, "user1999");
    assert_eq!(directory.by_identifier("USER7").unwrap().user.id, UserId(7));
    assert_eq!(directory.by_identifier("User7@Example.org").unwrap().user.id, UserId(7));
    assert!(directory.by_username("user7@example.org").is_none());
    assert!(directory.person(UserId(0)).is_none());
    assert!(directory.person(UserId(2001)).is_none());
}

#[test]
fn a_change_stamps_its_own_chunk_and_no_other() {
    let before = directory((1..=2000).map(|id| person(id, &format!("user{id}"))).collect());
    let after = before.with_changes(vec![PersonChange::Put(Box::new(person(600, "renamed")))], 2);
    let changed: Vec<usize> = (0..before.chunks().len())
        .filter(|&at| !Arc::ptr_eq(&before.chunks()[at], &after.chunks()[at]))
        .collect();
    assert_eq!(changed, [1]);
    assert!(after.chunks()[1].stamp() > before.chunks()[1].stamp());
    assert!(after.by_identifier("user600").is_none());
    assert_eq!(after.by_identifier("renamed").unwrap().user.id, UserId(600));
    assert_eq!(before.by_identifier("user600").unwrap().user.id, UserId(600), "the old snapshot stands");
}

#[test]
fn what_is_read_anew_never_repeats_a_stamp() {
    let people = || (1..=2000).map(|id| person(id, &format!("user{id}"))).collect();
    let first = directory(people()).with_changes(vec![PersonChange::Removed(UserId(1))], 2);
    let again = directory(people()).continuing_after(first.generation());
    assert!(again.generation() > first.generation());
    assert!(again.chunks().iter().all(|chunk| chunk.stamp() > first.generation()));
    assert_eq!(again.approximate_bytes(), directory(people()).approximate_bytes());
}

#[test]
fn an_address_is_found_again_when_the_username_that_hid_it_is_gone() {
    let mut hiding = person(1, "a");
    hiding.user.username = Text::from("b@example.org");
    let before = directory(vec![hiding, person(2, "b")]);
    assert_eq!(before.by_identifier("b@example.org").unwrap().user.id, UserId(1));
    let after = before.with_changes(vec![PersonChange::Put(Box::new(person(1, "renamed")))], 2);
    assert_eq!(after.by_identifier("b@example.org").unwrap().user.id, UserId(2));
}

#[test]
fn a_date_that_comes_stamps_the_chunks_it_concerns() {
    let mut people: Vec<Person> = (1..=1200).map(|id| person(id, &format!("user{id}"))).collect();
    let manager = JobData { manager: Some(UserId(1)), ..JobData::default() };
    let epoch = Timestamp::UNIX_EPOCH;
    let future =
        Record { id: 9, effective_date: date(2026, 6, 1), created: epoch, modified: epoch, data: manager };
    let present =
        Record { id: 8, effective_date: date(2025, 6, 1), data: JobData::default(), ..future.clone() };
    people[700].assignment = Dated::new(vec![future, present], date(2026, 1, 1));
    let before = directory(people);
    assert_eq!(before.next_change(), Some(date(2026, 6, 1)));
    assert_eq!(before.person(UserId(701)).unwrap().manager(before.as_of()), None);
    let eve = before.on(date(2026, 5, 31));
    assert!(eve.chunks().iter().all(|chunk| chunk.stamp() == 0), "nothing took effect yet");
    let day = before.on(date(2026, 6, 1));
    assert_eq!(day.person(UserId(701)).unwrap().manager(day.as_of()), Some(UserId(1)));
    assert_eq!(day.chunks()[0].stamp(), 0);
    assert!(day.chunks()[1].stamp() > 0);
    assert_eq!(day.next_change(), None);
    assert_eq!(day.in_effect_since(), date(2026, 6, 1));
}

/// Somebody with a new name, and jobs that depend on `seed`: in the past, today, to come, or none.
fn dated(id: i64, seed: u8) -> Person {
    let mut person = person(id, &format!("user{id}-{seed}"));
    let epoch = Timestamp::UNIX_EPOCH;
    let job = |days: i64| Record {
        id: days,
        effective_date: date(2025, 11, 1).saturating_add(jiff::Span::new().days(days)),
        created: epoch,
        modified: epoch,
        data: JobData::default(),
    };
    let jobs = (0..i64::from(seed % 3)).map(|number| job(number * 100 + i64::from(seed))).collect();
    person.assignment = Dated::new(jobs, date(2026, 1, 1));
    person
}

/// Anybody's number, or that of one of a few: they are changed more than once.
fn somebody() -> impl Strategy<Value = i64> {
    prop_oneof![1i64..1500, 1i64..20]
}

#[derive(Clone, Debug)]
enum Step {
    Put(i64, u8),
    Remove(i64),
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_changes_leave_what_a_rebuild_would_make(
        batches in proptest::collection::vec(proptest::collection::vec(
            prop_oneof![(somebody(), any::<u8>()).prop_map(|(id, name)| Step::Put(id, name)),
                        somebody().prop_map(Step::Remove)], 0..40), 0..6),
    ) {
        let start: Vec<Person> = (1..=1100).map(|id| person(id, &format!("user{id}"))).collect();
        let mut model: std::collections::BTreeMap<i64, Person> =
            start.iter().map(|person| (person.user.id.0, person.clone())).collect();
        let mut incremental = directory(start);
        for (revision, batch) in batches.into_iter().enumerate() {
            // One change a person and batch, as the store delivers them.
            let mut changes = std::collections::BTreeMap::new();
            for step in batch {
                match step {
                    Step::Put(id, name) => {
                        let person = dated(id, name);
                        model.insert(id, person.clone());
                        changes.insert(id, PersonChange::Put(Box::new(person)));
                    }
                    Step::Remove(id) => {
                        model.remove(&id);
                        changes.insert(id, PersonChange::Removed(UserId(id)));
                    }
                }
            }
            incremental = incremental.with_changes(changes.into_values().collect(), revision as u64 + 2);
        }
        let names: Vec<&str> = incremental.people().map(|person| person.user.username.as_str()).collect();
        let expected: Vec<&str> = model.values().map(|person| person.user.username.as_str()).collect();
        prop_assert_eq!(names, expected);
        for chunk in incremental.chunks() {
            prop_assert!(!chunk.people().is_empty() && chunk.people().len() <= CHUNK_SIZE);
        }
        for (id, person) in &model {
            prop_assert_eq!(incremental.by_identifier(&person.user.username).map(|p| p.user.id.0), Some(*id));
            prop_assert!(incremental.person(UserId(*id)).is_some());
        }
        prop_assert!(incremental.on(Date::MAX).len() == model.len());
        let rebuilt = directory(model.into_values().collect());
        let people = |directory: &Directory| directory.chunks().iter().map(|chunk| chunk.bytes()).sum::<usize>();
        prop_assert_eq!(people(&incremental), people(&rebuilt));
        prop_assert!(incremental.approximate_bytes() >= people(&rebuilt));
        let days = [date(2026, 3, 15), date(2026, 7, 1)].map(|day| (incremental.on(day), rebuilt.on(day)));
        // As it has come to be, and on other days, for which all is looked at again.
        for (incremental, rebuilt) in std::iter::once((incremental, rebuilt)).chain(days) {
            let day = incremental.as_of();
            prop_assert_eq!(incremental.next_change(), rebuilt.next_change());
            prop_assert_eq!(incremental.in_effect_since(), rebuilt.in_effect_since());
            let plain = |date: fn(&Person, Date) -> Option<Date>| rebuilt.people().filter_map(|person| date(person, day)).collect::<Vec<_>>();
            prop_assert_eq!(rebuilt.next_change(), plain(Person::next_change).into_iter().min());
            let since = plain(Person::in_effect_since).into_iter().max();
            prop_assert_eq!(rebuilt.in_effect_since(), since.unwrap_or(Date::MIN));
        }
    }
}

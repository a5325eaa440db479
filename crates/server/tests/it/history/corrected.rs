//! Random corrections and withdrawals, against a model that remembers everything that was ever believed.

use std::collections::BTreeMap;

use folkmoot_core::{EmploymentStatus, Group, Settings};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

use super::oracle::{DAYS, FIRST, Numbers, Records, in_force};
use super::{HELEN, job, listed, named};
use crate::support::{Kept, Server, key_of, person};

const PEOPLE: i64 = 8;
const CORRECTIONS: u64 = 60;

fn any_day(numbers: &mut Numbers) -> Date {
    FIRST.checked_add(i64::try_from(numbers.below(DAYS)).expect("few").days()).expect("a day")
}

/// Corrects one of `records`, or withdraws it if it is not the only one; returns the request.
fn change<T>(
    kind: &str,
    records: &mut Vec<(Date, i64, T)>,
    numbers: &mut Numbers,
    (field, text): (&str, &str),
    value: T,
) -> (&'static str, String, String) {
    let at = usize::try_from(numbers.below(records.len() as u64)).expect("few");
    let path = format!("/{kind}_records/{}.json", records[at].1);
    if records.len() > 1 && numbers.below(3) == 0 {
        records.remove(at);
        return ("DELETE", path, "reason=Never+was".to_owned());
    }
    let mut form = format!("id={}&reason=A+slip&{field}={text}", records[at].1);
    records[at].2 = value;
    if numbers.below(2) == 0 {
        records[at].0 = any_day(numbers);
        form = format!("{form}&effective_date={}", records[at].0);
    }
    ("PUT", path, form)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_day_as_it_was_believed_at_every_moment() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    let mut numbers = Numbers(5);
    let mut people = vec![person(&kept.store, account, HELEN, "helen", Group::Administrators)];
    let written: Timestamp = "2025-01-01T00:00:00Z".parse().expect("a moment");
    let (mut now, mut next): (BTreeMap<i64, Records>, i64) = (BTreeMap::new(), 100);
    for id in 2..2 + PEOPLE {
        let records = now.entry(id).or_default();
        let mut somebody = person(&kept.store, account, id, &format!("user{id}"), Group::Employees);
        (somebody.employee, somebody.assignment) = (Vec::new(), Vec::new());
        for _ in 0..=numbers.below(3) {
            next += 1;
            let (from, name) = (any_day(&mut numbers), format!("name{next}"));
            somebody.employee.push(named(next, from, &name));
            records.names.push((from, next, name));
            let from = any_day(&mut numbers);
            somebody.assignment.push(job(next, from, 0, EmploymentStatus::Active));
            records.jobs.push((from, next, true));
        }
        somebody.employee.iter_mut().for_each(|record| record.created = written);
        somebody.assignment.iter_mut().for_each(|record| record.created = written);
        people.push(somebody);
    }
    kept.add_people(account, &people).await;
    let server = Server::start(kept, &[]).await;
    let key = key_of(account, HELEN);
    let get = async |path: &str| server.get(path).by("helen", &key).send().await;

    let begun: Timestamp = "2026-01-15T12:00:00Z".parse().expect("a moment");
    let mut believed = vec![(written, now.clone())];
    for step in 0..CORRECTIONS {
        let at = begun + i64::try_from(step).expect("few").seconds();
        server.clock.set(&at.to_string());
        let id = 2 + i64::try_from(numbers.below(PEOPLE.unsigned_abs())).expect("few");
        let records = now.get_mut(&id).expect("one of them");
        let (method, path, form) = if numbers.below(2) == 0 {
            let name = format!("corrected{step}");
            change("employee", &mut records.names, &mut numbers, ("last_name", &name), name.clone())
        } else {
            let employed = numbers.below(3) != 0;
            let status = if employed { "0" } else { "2" };
            change("assignment", &mut records.jobs, &mut numbers, ("status", status), employed)
        };
        server.ask(method, &path).by("helen", &key).form(form).send().await.is(200);
        believed.push((at, now.clone()));
    }

    let days = [FIRST, date(2025, 11, 20), date(2026, 1, 14), date(2026, 1, 15), date(2026, 3, 1)];
    let mut compared = 0;
    for (at, then) in believed.iter().step_by(3) {
        // The last moment before the next correction, too.
        for known_at in [*at, *at + 999_999.microseconds()] {
            for day in days {
                let query = format!("as_of={day}&known_at={known_at}");
                let mut expected = vec![(HELEN, "helen".to_owned())];
                for (id, records) in then {
                    let (name, job) = (in_force(&records.names, day), in_force(&records.jobs, day));
                    let employed = job.is_none_or(|(.., employed)| *employed);
                    if (name.is_some() || job.is_some()) && employed {
                        expected.push((*id, name.map_or_else(String::new, |(.., name)| name.clone())));
                    }
                }
                let found = get(&format!("/users.json?{query}")).await.is(200).json();
                assert_eq!(listed(&found), expected, "{query}");
                let (id, records) = then.iter().nth(compared % then.len()).expect("one of them");
                let ids = |mut records: Vec<(Date, i64)>| {
                    records.sort_unstable();
                    records.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
                };
                let names = ids(records.names.iter().map(|(from, id, _)| (*from, *id)).collect());
                let found = get(&format!("/users/{id}/employee_records.json?{query}")).await.is(200).json();
                let found: Vec<_> = super::currents(&found).into_iter().map(|(id, _)| id).collect();
                assert_eq!(found, names, "{id} {query}");
                let jobs = ids(records.jobs.iter().map(|(from, id, _)| (*from, *id)).collect());
                let found = get(&format!("/users/{id}/assignment_records.json?{query}")).await.is(200).json();
                let found: Vec<_> = super::currents(&found).into_iter().map(|(id, _)| id).collect();
                assert_eq!(found, jobs, "{id} {query}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 200, "{compared}");
}

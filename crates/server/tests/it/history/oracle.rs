//! Every day of people with many records, against what follows from the list of the records.

use folkmoot_core::{EmploymentStatus, Group, Settings};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::{ALICE, Company, GEORGE, HELEN, NAMES, TOM, job, listed, named};
use crate::support::{Kept, Server, key_of, person};

/// The same numbers every time: which records there are is made up, but not anew.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

pub(super) const FIRST: Date = date(2025, 10, 1);
const TODAY: Date = date(2026, 1, 15);
pub(super) const DAYS: u64 = 180;

/// Somebody's records: day, number and name; day, number and whether they are employed.
#[derive(Clone, Default)]
pub(super) struct Records {
    pub(super) names: Vec<(Date, i64, String)>,
    pub(super) jobs: Vec<(Date, i64, bool)>,
}

/// The last record up to `day`, or the first to come unless the day has passed.
pub(super) fn in_force<T>(records: &[(Date, i64, T)], day: Date) -> Option<&(Date, i64, T)> {
    let started = records.iter().filter(|(from, ..)| *from <= day).max_by_key(|(from, id, _)| (*from, *id));
    let first = || records.iter().min_by_key(|(from, id, _)| (*from, *id)).filter(|_| day >= TODAY);
    started.or_else(first)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_day_is_what_the_records_say() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    let mut numbers = Numbers(7);
    let (mut people, mut all) = (Vec::new(), Vec::new());
    people.push(person(&kept.store, account, HELEN, "helen", Group::Administrators));
    let mut next = 100;
    for id in 2..30 {
        let mut records = Records::default();
        let mut somebody = person(&kept.store, account, id, &format!("user{id}"), Group::Employees);
        somebody.employee.clear();
        somebody.assignment.clear();
        let day = |numbers: &mut Numbers| {
            let days = i64::try_from(numbers.below(DAYS)).expect("few");
            FIRST.checked_add(days.days()).expect("a day")
        };
        for _ in 0..=numbers.below(5) {
            next += 1;
            let (from, name) = (day(&mut numbers), format!("name{next}"));
            somebody.employee.push(named(next, from, &name));
            records.names.push((from, next, name));
        }
        for _ in 0..=numbers.below(4) {
            next += 1;
            let (from, employed) = (day(&mut numbers), numbers.below(3) != 0);
            let status = if employed { EmploymentStatus::Active } else { EmploymentStatus::Terminated };
            somebody.assignment.push(job(next, from, 0, status));
            records.jobs.push((from, next, employed));
        }
        people.push(somebody);
        all.push((id, records));
    }
    kept.add_people(account, &people).await;
    let server = Server::start(kept, &[]).await;
    let key = key_of(account, HELEN);
    let get = async |path: &str| server.get(path).by("helen", &key).send().await;
    for day in 0..i64::try_from(DAYS).expect("few") {
        let day = FIRST.checked_add(day.days()).expect("a day");
        let found = get(&format!("/users.json?as_of={day}")).await.is(200).json();
        let mut expected = vec![(HELEN, "helen".to_owned())];
        for (id, records) in &all {
            let (name, job) = (in_force(&records.names, day), in_force(&records.jobs, day));
            let employed = job.is_none_or(|(.., employed)| *employed);
            if (name.is_some() || job.is_some()) && employed {
                expected.push((*id, name.map_or_else(String::new, |(.., name)| name.clone())));
            }
        }
        assert_eq!(listed(&found), expected, "{day}");
        // One of them by themselves, too.
        let (id, records) = &all[day.day() as usize % all.len()];
        let answer = get(&format!("/users/{id}.json?as_of={day}")).await;
        let (name, job) = (in_force(&records.names, day), in_force(&records.jobs, day));
        if name.is_none() && job.is_none() {
            answer.fails(404, "NOT_FOUND", "Invalid User");
            continue;
        }
        let user = answer.is(200).json();
        let id_of = |record: &str| user[record]["id"].as_i64();
        assert_eq!(id_of("employee_record"), name.map(|(_, id, _)| *id), "{id} on {day}");
        assert_eq!(id_of("assignment_record"), job.map(|(_, id, _)| *id), "{id} on {day}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn today_is_the_plain_answer_to_everybody() {
    let company = Company::new().await;
    let mut paths = vec!["/users".to_owned(), "/users/me".to_owned(), "/jobs".to_owned()];
    paths.extend((1..=7).map(|id| format!("/users/{id}")));
    paths.extend(
        (1..=7).flat_map(|id| {
            [format!("/users/{id}/employee_records"), format!("/users/{id}/assignment_records")]
        }),
    );
    paths.extend([31, 32, 33].map(|id| format!("/employee_records/{id}")));
    for who in [HELEN, GEORGE, ALICE, TOM] {
        for path in &paths {
            for (version, format) in [("1.0.0", "json"), ("2.0.0", "xml"), ("3.0.0", "json")] {
                let ask = async |query: &str| {
                    let ask = company.server.get(&format!("{path}.{format}{query}"));
                    let ask = ask.by(NAMES[who as usize - 1], &company.key(who));
                    ask.with("x-api-version", version).send().await
                };
                let plain = ask("").await;
                let today = ask("?as_of=2026-01-15").await;
                assert_eq!((plain.status, plain.text()), (today.status, today.text()), "{path} by {who}");
                // To those who may see it, what is known by now is all that is known. Here some is from the future.
                let known = ask("?known_at=2030-01-01").await;
                if known.status == 200 && (who == HELEN || path != "/users") {
                    assert_eq!(plain.text(), known.text(), "{path} by {who}");
                }
            }
        }
    }
}

/// More days than there may be rosters, all at once: each is answered, and with its own day.
#[tokio::test(flavor = "multi_thread")]
async fn many_days_at_once_wait_for_each_other() {
    let company = std::sync::Arc::new(Company::new().await);
    let days = (1..=28).flat_map(|day| [date(2024, 5, day), date(2024, 6, day), date(2024, 7, day)]);
    let asked = days.map(|day| {
        let company = std::sync::Arc::clone(&company);
        tokio::spawn(async move { (day, company.list(HELEN, &format!("as_of={day}")).await) })
    });
    for asked in asked.collect::<Vec<_>>() {
        let (day, list) = asked.await.expect("an answer");
        let name = if day < date(2024, 6, 1) { "Smith" } else { "Jones" };
        assert_eq!(list[2], (ALICE, name.to_owned()), "{day}");
        assert_eq!(list.len(), 6, "{day}");
    }
}

//! What holds for whole companies.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_core::{
    EmploymentStatus, Group, Person, Privacy, Sealed, UserId, check_email, check_username, fold_identifier,
};
use jiff::civil::{Date, date};

use crate::{DemoCompany, DemoOptions, company};

const TODAY: Date = date(2026, 7, 15);

fn options(people: usize) -> DemoOptions {
    DemoOptions { people, ..DemoOptions::new(TODAY, "2026-07-15T09:30:00Z".parse().unwrap()) }
}

fn of(people: usize) -> DemoCompany {
    company(&options(people), &seal)
}

fn seal(text: &str) -> Sealed {
    Sealed(text.as_bytes().into())
}

fn in_force(company: &DemoCompany) -> BTreeMap<UserId, Person> {
    company.people.iter().map(|person| (person.user.id, person.clone().person(TODAY))).collect()
}

const SIZES: [usize; 9] = [1, 2, 3, 5, 11, 12, 40, 250, 3000];

#[test]
fn what_must_be_unique_is() {
    for size in SIZES {
        let company = of(size);
        let mut names = BTreeSet::new();
        let mut emails = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        for (index, person) in company.people.iter().enumerate() {
            assert_eq!(person.user.id, UserId(index as i64 + 1));
            assert!(names.insert(fold_identifier(&person.user.username)), "{}", person.user.username);
            assert!(emails.insert(fold_identifier(&person.user.email)), "{}", person.user.email);
            assert!(person.user.username.is_ascii() && person.user.email.is_ascii());
            check_username(&person.user.username).unwrap();
            check_email(&person.user.email).unwrap();
            let own: BTreeSet<_> = person.assignment.iter().map(|r| r.data.employee_num.clone()).collect();
            assert!(own.into_iter().all(|number| numbers.insert(number)));
        }
    }
}

#[test]
fn one_leads_them_all_and_nobody_leads_themselves() {
    for size in SIZES {
        let company = of(size);
        let people = in_force(&company);
        let active = |person: &&Person| !person.has_left(TODAY);
        let roots = people.values().filter(active).filter(|person| person.manager(TODAY).is_none());
        assert_eq!(roots.count(), 1, "{size}");
        // At every day on which something changes, past and to come, all lines lead up.
        let mut days: Vec<Date> =
            company.people.iter().flat_map(|p| p.assignment.iter().map(|r| r.effective_date)).collect();
        days.sort_unstable();
        days.dedup();
        for &day in days.iter().step_by(days.len() / 40 + 1) {
            let manager = |id: UserId| {
                let records = &company.people[id.0 as usize - 1].assignment;
                records.iter().rev().find(|r| r.effective_date <= day).and_then(|r| r.data.manager)
            };
            for person in &company.people {
                let mut at = person.user.id;
                for step in 0.. {
                    assert!(step < 20, "a cycle at {at} on {day}");
                    match manager(at) {
                        Some(above) => at = above,
                        None => break,
                    }
                }
            }
        }
        for person in people.values().filter(active) {
            if let Some(manager) = person.manager(TODAY) {
                assert!(!people[&manager].has_left(TODAY), "{} reports to one who left", person.user.id);
            }
        }
    }
}

#[test]
fn every_reference_resolves_and_sequences_go_on_behind() {
    for size in SIZES {
        let DemoCompany { org, people, sequences, .. } = of(size);
        let mut most = BTreeMap::from([("users", people.len() as i64)]);
        let mut used = |kind: &'static str, id: i64| {
            let entry = most.entry(kind).or_default();
            *entry = (*entry).max(id);
        };
        let mut seen = BTreeSet::new();
        for person in &people {
            for record in &person.assignment {
                let data = &record.data;
                assert!(org.jobs.contains_key(&data.job.unwrap()));
                assert!(org.departments.contains_key(&data.department.unwrap()));
                assert!(org.locations.contains_key(&data.location.unwrap()));
                assert!(org.employee_classes.contains_key(&data.employee_class.unwrap()));
                assert!(data.manager.is_none_or(|id| (1..=people.len() as i64).contains(&id.0)));
                assert_ne!(data.manager, Some(person.user.id));
                assert!(seen.insert(("assignment", record.id)));
                used("assignment_records", record.id);
            }
            for record in &person.employee {
                assert!(seen.insert(("employee", record.id)));
                used("employee_records", record.id);
            }
            for record in &person.work_hours {
                assert!(seen.insert(("hours", record.id)));
                used("work_hour_records", record.id);
            }
            for record in &person.custom_field_records {
                assert!(org.custom_fields.contains_key(&record.field));
                assert!(seen.insert(("field", record.id.0)));
                used("custom_field_records", record.id.0);
            }
            for usage in &person.leave_usages {
                let accrual = org.leave_types[&usage.leave_type].accrual;
                assert_eq!(usage.days_remaining.is_none(), accrual == folkmoot_core::Accrual::None);
            }
        }
        used("jobs", org.jobs.keys().last().unwrap().0);
        used("departments", org.departments.keys().last().unwrap().0);
        used("locations", org.locations.keys().last().unwrap().0);
        used("employee_classes", org.employee_classes.len() as i64);
        used("custom_fields", org.custom_fields.len() as i64);
        used("leave_types", org.leave_types.len() as i64);
        for (kind, next) in sequences.entries() {
            assert_eq!(next, most.get(kind).copied().unwrap_or(0) + 1, "{kind}");
        }
    }
}

#[test]
fn histories_run_forward_from_the_hiring() {
    for size in SIZES {
        let options = options(size);
        for person in &company(&options, &seal).people {
            let hired = person.assignment[0].data.date_hired.unwrap();
            for dates in [
                person.assignment.iter().map(|r| r.effective_date).collect::<Vec<_>>(),
                person.employee.iter().map(|r| r.effective_date).collect(),
                person.work_hours.iter().map(|r| r.effective_date).collect(),
            ] {
                assert_eq!(dates[0], hired);
                assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?} of {}", person.user.id);
            }
            for record in &person.assignment {
                assert!(record.created >= person.user.created && record.created <= options.now);
                let over = record.data.status == EmploymentStatus::Terminated;
                assert_eq!(record.data.date_terminated.is_some(), over);
                assert!(record.data.pay.unwrap().rate > folkmoot_core::Fixed::ZERO);
            }
            for record in &person.employee {
                assert!(record.created >= person.user.created && record.created <= options.now);
                assert!(!record.data.first_name.is_empty() && !record.data.last_name.is_empty());
                if let Some(birth) = record.data.birthdate {
                    assert!(birth.checked_add(jiff::Span::new().years(18)).unwrap() <= hired);
                }
            }
            assert!(person.user.modified >= person.user.created && person.user.modified <= options.now);
        }
    }
}

#[test]
fn every_seed_and_every_day_of_the_year_will_do() {
    let mut waiting = 0;
    let days = [date(2026, 1, 1), date(2024, 2, 29), date(2025, 12, 31), date(2031, 3, 31)];
    for seed in 0..24 {
        let today = days[seed as usize % days.len()];
        let now = format!("{today}T00:30:00Z").parse().unwrap();
        let options = DemoOptions { people: 120 + seed as usize, seed, ..DemoOptions::new(today, now) };
        let company = company(&options, &seal);
        let mut started = 0;
        for person in &company.people {
            let dates: Vec<Date> = person.assignment.iter().map(|record| record.effective_date).collect();
            assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?} of {}", person.user.id);
            assert!(person.assignment.iter().all(|record| record.created <= now));
            started += usize::from(dates[0] <= today);
        }
        assert!(started > company.people.len() * 9 / 10);
        waiting += company.people.len() - started;
    }
    assert!(waiting > 24, "{waiting}");
}

#[test]
fn a_company_of_the_usual_size_has_something_of_everything() {
    let company = of(250);
    let people = in_force(&company);
    let count = |test: &dyn Fn(&Person) -> bool| people.values().filter(|person| test(person)).count();
    let status = |person: &Person| person.status(TODAY);
    let hired = |person: &Person| person.assignment.at(TODAY).unwrap().data.date_hired.unwrap();

    assert_eq!(count(&|p| status(p) == EmploymentStatus::Terminated), 15);
    assert!(count(&|p| status(p) == EmploymentStatus::Suspended) >= 1);
    assert!(count(&|p| hired(p) > TODAY) >= 1, "some have yet to start");
    assert!(count(&|p| p.assignment.records().len() > 1) >= 5, "some changes are to come");
    assert!(count(&|p| p.next_change(TODAY).is_some_and(|day| day == date(2027, 1, 1))) >= 1);
    assert!((8..60).contains(&count(&|p| !p.assignment.at(TODAY).unwrap().data.full_time)));
    assert!((5..=12).contains(&count(&|p| p.user.group == Group::Administrators)));
    assert!(
        company
            .people
            .iter()
            .any(|p| p.employee.windows(2).any(|w| w[0].data.last_name != w[1].data.last_name))
    );
    let records: usize = company.people.iter().map(|p| p.assignment.len()).sum();
    assert!((500..900).contains(&records), "{records}");

    let reports: BTreeSet<UserId> =
        people.values().filter(|p| !p.has_left(TODAY)).filter_map(|p| p.manager(TODAY)).collect();
    for person in people.values().filter(|person| person.user.group != Group::Administrators) {
        let leads = reports.contains(&person.user.id);
        assert_eq!(person.user.group == Group::Managers, leads, "{}", person.user.id);
    }

    for privacy in Privacy::ALL {
        let fields: Vec<_> = company.org.custom_fields.values().filter(|f| f.privacy == privacy).collect();
        assert!(!fields.is_empty());
        assert!(
            count(&|p| p.custom_field_records.iter().any(|r| fields.iter().any(|f| f.id == r.field))) > 20
        );
    }
    assert!(company.org.custom_fields.values().any(|field| field.encrypted));
    let fields: usize = company.people.iter().map(|p| p.custom_field_records.len()).sum();
    assert!(fields > 750, "{fields}");

    let text: String = company
        .people
        .iter()
        .flat_map(|p| &p.employee)
        .flat_map(|r| [r.data.first_name.as_str(), r.data.last_name.as_str()])
        .collect();
    for (script, first, last) in [
        ("Latin with marks", 'à', 'ž'),
        ("Cyrillic", 'А', 'я'),
        ("Greek", 'Α', 'ω'),
        ("Georgian", 'ა', 'ჰ'),
        ("Armenian", 'Ա', 'և'),
        ("Arabic", 'ء', 'ي'),
        ("Hebrew", 'א', 'ת'),
        ("Ethiopic", 'ሀ', 'ፚ'),
        ("Devanagari", 'अ', 'ह'),
        ("Bengali", 'অ', 'হ'),
        ("Tamil", 'அ', 'ஹ'),
        ("Han", '一', '龥'),
        ("Hiragana", 'ぁ', 'ん'),
        ("Hangul", '가', '힣'),
        ("Thai", 'ก', 'ฮ'),
    ] {
        assert!(text.chars().any(|letter| (first..=last).contains(&letter)), "{script}");
    }
}

#[test]
fn the_administrator_heads_human_resources_under_the_name_given() {
    for size in SIZES {
        let mut options = options(size);
        options.admin_username = "Zelda".into();
        let company = company(&options, &seal);
        let ada = &company.people[0];
        assert_eq!(company.admin, ada.user.id);
        assert_eq!((&ada.user.username, &company.admin_username), (&"Zelda".into(), &ada.user.username));
        assert_eq!(ada.user.group, Group::Administrators);
        assert_eq!(ada.employee[0].data.first_name, "Zelda");
        let last = ada.assignment.iter().rev().find(|record| record.effective_date <= TODAY).unwrap();
        let expected = if size == 1 { "Chief Executive Officer" } else { "Human Resources Director" };
        assert_eq!(company.org.jobs[&last.data.job.unwrap()].title, expected);
    }
}

#[test]
fn one_seed_makes_one_company_and_another_seed_another() {
    let first = of(300);
    assert_eq!(first, of(300));
    let other = company(&DemoOptions { seed: 2, ..options(300) }, &seal);
    assert_ne!(first.people, other.people);
    assert_eq!(first.org.jobs.keys().collect::<Vec<_>>(), other.org.jobs.keys().collect::<Vec<_>>());
}

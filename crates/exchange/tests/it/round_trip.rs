//! People go through a table and come back as they were.

use folkmoot_core::{
    CustomField, CustomFieldId, CustomFieldKind, CustomFieldRecord, CustomFieldRecordId, Department,
    DepartmentId, EmploymentStatus, Fixed, Gender, Group, Job, JobData, JobId, LeaveType, LeaveTypeId,
    LeaveUsage, Org, Pay, PayBasis, PersonHistory, PersonalData, Privacy, Record, Sealed, Sequences, Text,
    User, UserId, Viewer, WorkHours,
};
use folkmoot_exchange::export::{self, ExportOptions};
use folkmoot_exchange::import::{plan, read_csv};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::option;
use proptest::prelude::*;

use crate::common::{TODAY, directory, options, plan_new, to_csv};

const NAMES: [&str; 3] = ["Sales, \"inner\"", "=Development; all", "Łódź"];

fn org() -> Org {
    let now = Timestamp::UNIX_EPOCH;
    let (created, modified) = (now, now);
    let mut org = Org::default();
    for (id, name) in (1..).zip(NAMES) {
        let (name, order) = (Text::from(name), id);
        let (title, requirements) = (name.clone(), Text::default());
        org.jobs.insert(JobId(id), Job { id: JobId(id), title, requirements, created, modified });
        let department = Department { id: DepartmentId(id), name: name.clone(), order, created, modified };
        org.departments.insert(department.id, department);
        let field = CustomField {
            id: CustomFieldId(id),
            name: name.clone(),
            kind: if id == 1 { CustomFieldKind::Textarea } else { CustomFieldKind::Text },
            encrypted: false,
            // Not the order of their numbers.
            order: 10 - id,
            privacy: Privacy::AdministratorOnly,
            created,
            modified,
        };
        org.custom_fields.insert(field.id, field);
        let accrual = folkmoot_core::Accrual::Annual;
        let (action_phrase, unpaid) = (Text::default(), false);
        let leave_type =
            LeaveType { id: LeaveTypeId(id), name, accrual, action_phrase, unpaid, created, modified };
        org.leave_types.insert(leave_type.id, leave_type);
    }
    org
}

/// Text of one line: printable, quite often with what is special to tables and to spreadsheets.
fn line() -> impl Strategy<Value = Text> {
    prop_oneof!["\\PC{0,16}", "['=+@,;\"a -]{0,6}", Just(String::new())].prop_map(|text| {
        // Nothing but space is the same as nothing.
        if text.trim().is_empty() { Text::default() } else { Text::from(text) }
    })
}

fn some_line() -> impl Strategy<Value = Text> {
    line().prop_map(|text| if text.is_empty() { Text::from("x") } else { text })
}

fn day() -> impl Strategy<Value = Date> {
    (1900_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::constant(year, month, day))
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000).prop_map(|second| Timestamp::from_second(second).expect("in range"))
}

fn fixed(range: std::ops::Range<i64>) -> impl Strategy<Value = Fixed> {
    range.prop_map(Fixed::from_ten_thousandths)
}

fn personal() -> impl Strategy<Value = PersonalData> {
    let names = (some_line(), line(), some_line(), line(), line(), line());
    let address = (line(), line(), line(), line(), line(), line());
    let more = (option::of(day()), option::of(proptest::sample::select(&Gender::ALL[..])), line());
    (names, address, more).prop_map(|(names, address, (birthdate, gender, government_id))| PersonalData {
        first_name: names.0,
        middle_name: names.1,
        last_name: names.2,
        phone: names.3,
        address1: names.4,
        address2: names.5,
        city: address.0,
        state: address.1,
        country: address.2,
        postal: address.3,
        emergency_name: address.4,
        emergency_number: address.5,
        birthdate,
        gender,
        government_id: (!government_id.is_empty()).then(|| Sealed(government_id.as_bytes().into())),
    })
}

fn job() -> impl Strategy<Value = JobData> {
    let pay = (
        proptest::sample::select(&PayBasis::ALL[..]),
        fixed(0..1_000_000_000),
        proptest::sample::select(vec!["USD", "JPY", "KWD"]),
    );
    let pay =
        pay.prop_map(|(basis, rate, code)| Pay { basis, rate, currency: code.parse().expect("a code") });
    let org = (option::of(1_i64..=3), option::of(1_i64..=3));
    let status = proptest::sample::select(&EmploymentStatus::ALL[..]);
    (org, status, option::of(pay), any::<bool>(), line(), line(), day(), option::of(day())).prop_map(
        |((job, department), status, pay, full_time, phone, ext, hired, date_terminated)| JobData {
            job: job.map(JobId),
            department: department.map(DepartmentId),
            status,
            pay,
            full_time,
            phone,
            ext,
            date_hired: Some(hired),
            date_terminated,
            ..JobData::default()
        },
    )
}

fn dated<T>(effective_date: Date, (created, modified): (Timestamp, Timestamp), data: T) -> Record<T> {
    Record { id: 0, effective_date, created, modified, data }
}

fn person() -> impl Strategy<Value = PersonHistory> {
    let user = (line(), line(), line(), line(), proptest::sample::select(&Group::ALL[..]), 0_u32..9);
    let times = (moment(), moment(), moment(), moment(), moment(), moment());
    let dates = (day(), day());
    let hours = option::of((fixed(0..240_000), fixed(0..1_680_000)));
    let lists = (
        proptest::collection::btree_map(1_i64..=3, some_line(), 0..3),
        proptest::collection::btree_map(
            1_i64..=3,
            (fixed(-500_000..500_000), option::of(fixed(-500_000..500_000))),
            0..3,
        ),
        option::of("[a-z\n\"]{1,9}"),
    );
    (user, times, dates, personal(), job(), hours, lists).prop_map(
        |(user, times, dates, personal, job, hours, (custom, leave, area))| {
            let mut fields: Vec<CustomFieldRecord> = custom
                .into_iter()
                .map(|(id, content)| {
                    (id, if id == 1 { area.clone().map_or(content, Text::from) } else { content })
                })
                .filter(|(_, content)| !content.trim().is_empty())
                .map(|(id, content)| CustomFieldRecord {
                    id: CustomFieldRecordId(0),
                    field: CustomFieldId(id),
                    content,
                })
                .collect();
            fields.reverse();
            let leave = leave.into_iter().map(|(id, (days_used, days_remaining))| LeaveUsage {
                leave_type: LeaveTypeId(id),
                days_used,
                days_remaining,
            });
            PersonHistory {
                user: User {
                    id: UserId(0),
                    username: Text::default(),
                    email: Text::default(),
                    twitter_username: user.0,
                    linkedin_url: user.1,
                    blog_url: user.2,
                    nickname: user.3,
                    group: user.4,
                    picture: None,
                    badge_count: user.5,
                    password_hash: None,
                    api_key_hash: None,
                    api_key: None,
                    accepted_invite: None,
                    created: times.0,
                    modified: times.1,
                },
                employee: vec![dated(dates.0, (times.2, times.3), personal)],
                work_hours: hours
                    .map(|(a_day, a_week)| dated(dates.1, (times.4, times.5), WorkHours { a_day, a_week }))
                    .into_iter()
                    .collect(),
                assignment: vec![dated(dates.1, (times.4, times.5), job)],
                custom_field_records: fields,
                leave_usages: leave.collect(),
            }
        },
    )
}

/// Gives everybody what must be their own: numbers, names, a manager among those before them.
fn company(people: Vec<(PersonHistory, String, Option<usize>)>) -> Vec<PersonHistory> {
    let mut company: Vec<PersonHistory> = Vec::new();
    let mut custom = 1;
    for (index, (mut person, odd, manager)) in people.into_iter().enumerate() {
        let id = index as i64 + 1;
        person.user.id = UserId(id);
        person.user.username = Text::from(format!("{odd}{id}"));
        person.user.email = Text::from(format!("{odd}{id}@x.org"));
        person.employee[0].id = 10 + id;
        person.assignment[0].id = 20 + id;
        person.assignment[0].data.employee_num = Text::from(format!("{odd}#{id}"));
        person.assignment[0].data.manager =
            manager.filter(|_| index > 0).map(|manager| company[manager % index].user.id);
        for hours in &mut person.work_hours {
            hours.id = company.iter().map(|person| person.work_hours.len() as i64).sum::<i64>() + 1;
        }
        for record in &mut person.custom_field_records {
            record.id = CustomFieldRecordId(custom);
            custom += 1;
        }
        company.push(person);
    }
    let mut next = 20 + company.len() as i64;
    for person in &mut company {
        // Whoever is to leave has a record of it, numbered behind those that a table has.
        let mut end = person.assignment[0].clone();
        let date = end.data.date_terminated.filter(|&date| date > TODAY);
        if let Some(date) = date.filter(|_| end.data.status != EmploymentStatus::Terminated) {
            next += 1;
            (end.id, end.effective_date) = (next, date.max(end.effective_date));
            end.data.status = EmploymentStatus::Terminated;
            person.assignment.push(end);
        }
    }
    company
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_company_comes_back_as_it_was(
        people in proptest::collection::vec((person(), "[a-zé=+'-]{0,4}[a-z]", option::of(0_usize..99)), 1..8),
    ) {
        let people = company(people);
        let before = directory(org(), people.clone());
        let table = to_csv(&before);
        let nobody = directory(org(), Vec::new());
        let drafts = read_csv(&table);
        let again = plan(&drafts, &nobody, Sequences::default(), &options(true));
        let again = again.map_err(|faults| TestCaseError::fail(faults[0].to_string()))?;
        prop_assert_eq!(&again.org, &Org::default());
        prop_assert_eq!(&again.people, &people);
        let after = directory(org(), again.people);
        prop_assert_eq!(to_csv(&after), table.clone());

        // Into an account that has nothing of it yet, it makes whatever is missing, in the same order.
        let fresh = plan_new(&drafts, true);
        let fresh = fresh.map_err(|faults| TestCaseError::fail(faults[0].to_string()))?;
        prop_assert_eq!(to_csv(&directory(fresh.org, fresh.people)), table);
    }
}

#[test]
fn a_table_shows_nobody_what_they_may_not_see() {
    let text = "id,username,email,first_name,last_name,date_hired,pay_type,pay_rate,government_id,custom:Secret,birthdate\n\
                1,boss,boss@x.org,B,Oss,2020-01-01,ANNUAL,99999,GOV1,hidden-a,1960-01-01\n\
                2,me,me@x.org,M,E,2020-01-01,ANNUAL,11111,GOV2,hidden-b,1990-01-01\n";
    let plan = plan_new(&read_csv(text.as_bytes()), true).unwrap();
    let directory = directory(plan.org, plan.people);
    let export = |viewer: Viewer| {
        let mut out = Vec::new();
        let options = ExportOptions { opener: Some(&crate::common::Glass) };
        export::csv(&directory, &viewer, &options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let mine = export(Viewer { user: UserId(2), group: Group::Employees });
    for secret in ["99999", "GOV1", "hidden-a", "1960-01-01"] {
        assert!(!mine.contains(secret), "{secret}");
    }
    for own in ["11111", "GOV2", "hidden-b", "1990-01-01"] {
        assert!(mine.contains(own), "{own}");
    }
    let mut out = Vec::new();
    export::csv(&directory, &crate::common::ADMINISTRATOR, &ExportOptions::default(), &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("government_id"));
}

#[test]
fn a_termination_takes_effect_on_its_day() {
    let header = "username,email,first_name,last_name,date_hired,date_terminated,status,department\n";
    let row = |name: &str, rest: &str| format!("{name},{name}@x.org,A,B,{rest},Sales\n");
    let rows = [
        row("leaver", "2020-01-01,2026-03-31,"),
        row("told", "2020-01-01,2026-03-31,ACTIVE"),
        row("today", "2020-01-01,2026-01-15,"),
        row("left", "2020-01-01,2025-12-31,"),
        row("over", "2020-01-01,2026-03-31,TERMINATED"),
        row("back", "2020-01-01,2025-12-31,ACTIVE"),
        row("never", "2026-06-01,2026-03-31,"),
    ];
    let text = format!("{header}{}", rows.concat());
    let plan = plan_new(&read_csv(text.as_bytes()), true).unwrap();
    let states: Vec<Vec<String>> = plan
        .people
        .iter()
        .map(|person| {
            let states = person.assignment.iter();
            states.map(|record| format!("{} {}", record.effective_date, record.data.status.code())).collect()
        })
        .collect();
    let expected: [&[&str]; 7] = [
        &["2020-01-01 ACTIVE", "2026-03-31 TERMINATED"],
        &["2020-01-01 ACTIVE", "2026-03-31 TERMINATED"],
        &["2020-01-01 TERMINATED"],
        &["2020-01-01 TERMINATED"],
        &["2020-01-01 TERMINATED"],
        &["2020-01-01 ACTIVE"],
        &["2026-06-01 ACTIVE", "2026-06-01 TERMINATED"],
    ];
    assert_eq!(states, expected);

    let [now, then] = &plan.people[0].assignment[..] else { panic!("two records") };
    let ended = JobData { status: EmploymentStatus::Terminated, ..now.data.clone() };
    assert_eq!((&then.data, then.created), (&ended, now.created));
    assert!(plan.sequences.assignment_records > plan.people[6].assignment[1].id);
    for person in plan.people.iter().filter(|person| person.assignment.len() == 2) {
        assert!(
            person.assignment[0].id < person.assignment[1].id,
            "on the same day, the higher number holds"
        );
    }
    let last_day = Date::constant(2026, 3, 30);
    for (day, status) in [(last_day, "ACTIVE"), (last_day.tomorrow().unwrap(), "TERMINATED")] {
        let person = plan.people[0].clone().person(day);
        assert_eq!(person.assignment.at(day).unwrap().data.status.code(), status);
    }

    let before = directory(plan.org, plan.people);
    let table = to_csv(&before);
    let again = plan_new(&read_csv(&table), true).unwrap();
    assert_eq!(again.people[0].assignment.len(), 2);
    assert_eq!(to_csv(&directory(again.org, again.people)), table);
}

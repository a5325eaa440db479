//! What directories say that they take, beside what the process really takes for them. In a process of its own, so
//! that nothing else grows meanwhile.
#![cfg(target_os = "linux")]

use folkmoot_core::{
    Account, AccountId, AccountState, CustomFieldId, CustomFieldRecord, CustomFieldRecordId, Dated,
    Directory, DirectoryParts, Fixed, Group, Job, JobData, JobId, KeyHash, LeaveTypeId, LeaveUsage, Org,
    Person, PersonalData, Record, Sealed, Settings, User, UserId, WorkHours,
};
use jiff::Timestamp;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 1, 15);
/// An estimate is this near the truth, or its budget would be none.
const FACTOR: f64 = 1.3;

fn record<T>(id: i64, effective_date: Date, data: T) -> Record<T> {
    Record { id, effective_date, created: Timestamp::UNIX_EPOCH, modified: Timestamp::UNIX_EPOCH, data }
}

/// Somebody of whom much is known or little, by number.
fn person(id: i64) -> Person {
    let epoch = Timestamp::UNIX_EPOCH;
    let long = |text: &str| text.repeat(1 + (id % 3) as usize);
    let start = date(2020, 1, 1);
    let none = Fixed::from_ten_thousandths(0);
    let personal = PersonalData {
        first_name: "Wilhelmina".into(),
        last_name: long("Featherstonehaugh").into(),
        address1: long("17 Rue du Faubourg Saint-Honoré").into(),
        city: "Paris".into(),
        government_id: (id % 2 == 0).then(|| Sealed(vec![7; 60].into())),
        ..PersonalData::default()
    };
    let job = || JobData {
        job: Some(JobId(1)),
        phone: "+49 30 901820".into(),
        employee_num: format!("{id:06}").into(),
        ..JobData::default()
    };
    let jobs = (0..=id % 2).map(|n| record(id, date(2025 + n as i16, 7, 1), job()));
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&id.to_be_bytes());
    Person {
        user: User {
            id: UserId(id),
            username: format!("wilhelmina{id}").into(),
            email: long(&format!("wilhelmina{id}@folkmoot.example")).into(),
            twitter_username: "".into(),
            linkedin_url: long("https://linkedin.example/in/").into(),
            blog_url: "".into(),
            nickname: "Mina".into(),
            group: Group::Employees,
            picture: None,
            badge_count: 0,
            password_hash: (id % 5 == 0).then(|| "x".repeat(97).into()),
            api_key_hash: (id % 4 == 0).then_some(KeyHash(hash)),
            api_key: (id % 4 == 0).then(|| Sealed(vec![1; 61].into())),
            accepted_invite: None,
            created: epoch,
            modified: epoch,
        },
        employee: Dated::new(vec![record(id, start, personal)], TODAY),
        assignment: Dated::new(jobs.collect(), TODAY),
        work_hours: Dated::new(vec![record(id, start, WorkHours { a_day: none, a_week: none })], TODAY),
        custom_field_records: (0..id % 4)
            .map(|n| CustomFieldRecord {
                id: CustomFieldRecordId(id * 10 + n),
                field: CustomFieldId(n),
                content: long("what the company wants to know ").into(),
            })
            .collect(),
        leave_usages: [LeaveUsage { leave_type: LeaveTypeId(1), days_used: none, days_remaining: None }]
            .into(),
    }
}

fn directory(account: i64, people: i64) -> Directory {
    let epoch = Timestamp::UNIX_EPOCH;
    let mut org = Org::default();
    for id in (1..=20).map(JobId) {
        let requirements = "to know what is asked for, and how it is done".into();
        let job =
            Job { id, title: "Head of Operations".into(), requirements, created: epoch, modified: epoch };
        org.jobs.insert(id, job);
    }
    let account = Account {
        id: AccountId(account),
        subdomain: format!("company{account}").into(),
        name: "Company".into(),
        state: AccountState::Active,
        settings: Settings::default(),
    };
    let people = (1..=people).map(person).collect();
    Directory::new(DirectoryParts { account, org, people, revision: 1 }, TODAY)
}

/// Resident memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") << 10
}

#[test]
fn directories_say_within_a_third_what_they_take() {
    let mut all = Vec::new();
    for (what, accounts, people) in [("many small", 400, 100), ("a large", 1, 40_000)] {
        let before = resident();
        let held: Vec<Directory> = (1..=accounts).map(|account| directory(account, people)).collect();
        let taken = (resident() - before) as f64;
        let said = held.iter().map(Directory::approximate_bytes).sum::<usize>() as f64;
        println!("{what}: takes {taken}, says {said}, ratio {:.3}", taken / said);
        assert!((1.0 / FACTOR..FACTOR).contains(&(taken / said)), "{what}: takes {taken}, says {said}");
        // Kept, so that the next ones do not live in what these gave back.
        all.push(held);
    }
}

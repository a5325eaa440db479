//! A company with one of everything, to keep in a store.

use std::collections::{BTreeMap, HashSet};

use folkmoot_core::{
    Accrual, Badge, BadgeId, CompanyValue, CustomField, CustomFieldId, CustomFieldKind, CustomFieldRecord,
    CustomFieldRecordId, Department, DepartmentId, EmployeeClass, EmployeeClassId, EmploymentStatus,
    EventType, EventTypeId, Fixed, Gender, Group, Job, JobData, JobId, LeaveType, LeaveTypeId, LeaveUsage,
    Location, LocationId, Org, Pay, PayBasis, PersonHistory, PersonalData, Privacy, Record, Sequences, Text,
    User, UserId, ValueId, WorkHours,
};
use folkmoot_store::Store;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::support::{ACME, GOVERNMENT_ID, SECRET_NOTE};

pub(crate) fn moment(second: i64) -> Timestamp {
    Timestamp::from_microsecond(1_700_000_000_000_000 + second * 1_000_000 + 7).unwrap()
}

/// One of everything.
pub(crate) fn org() -> Org {
    let (created, modified) = (moment(0), moment(1));
    let field = |id, name: &str, encrypted, order| CustomField {
        id: CustomFieldId(id),
        name: name.into(),
        kind: CustomFieldKind::Textarea,
        encrypted,
        order,
        privacy: Privacy::Manager,
        created,
        modified,
    };
    let job = Job { id: JobId(1), title: "Smith".into(), requirements: "An anvil".into(), created, modified };
    let department = Department { id: DepartmentId(1), name: "Forge".into(), order: 1, created, modified };
    let location = Location { id: LocationId(1), name: "Zürich".into(), order: 2, created, modified };
    let class =
        EmployeeClass { id: EmployeeClassId(1), class: "Regular".into(), order: 3, created, modified };
    let leave = LeaveType {
        id: LeaveTypeId(1),
        name: "PTO".into(),
        accrual: Accrual::Monthly,
        action_phrase: "is away".into(),
        unpaid: false,
        created,
        modified,
    };
    Org {
        jobs: BTreeMap::from([(job.id, job)]),
        departments: BTreeMap::from([(department.id, department)]),
        locations: BTreeMap::from([(location.id, location)]),
        employee_classes: BTreeMap::from([(class.id, class)]),
        // The second comes first.
        custom_fields: [field(1, "Allergies", true, 2), field(2, "T-shirt", false, 1)]
            .into_iter()
            .map(|field| (field.id, field))
            .collect(),
        leave_types: BTreeMap::from([(leave.id, leave)]),
        event_types: BTreeMap::from([(
            EventTypeId(1),
            EventType { id: EventTypeId(1), name: "Fair".into(), order: 4, created, modified },
        )]),
        company_values: BTreeMap::from([(
            ValueId(1),
            CompanyValue { id: ValueId(1), name: "Candour".into(), order: 5, created, modified },
        )]),
        badges: BTreeMap::from([(
            BadgeId(1),
            Badge { id: BadgeId(1), name: "Mentor".into(), order: 6, created, modified },
        )]),
    }
}

pub(crate) fn encrypted() -> HashSet<CustomFieldId> {
    HashSet::from([CustomFieldId(1)])
}

pub(crate) fn sequences(people: i64) -> Sequences {
    Sequences {
        users: people + 1,
        employee_records: people * 10 + 10,
        assignment_records: people * 10 + 10,
        work_hour_records: people * 10 + 10,
        custom_field_records: people * 10 + 10,
        jobs: 2,
        departments: 2,
        locations: 2,
        employee_classes: 2,
        custom_fields: 3,
        leave_types: 2,
        event_types: 2,
        company_values: 2,
        badges: 2,
        roles: 8,
        role_assignments: 1,
        ..Sequences::default()
    }
}

pub(crate) fn crowd(store: &Store, ids: impl Iterator<Item = i64>) -> Vec<PersonHistory> {
    ids.map(|id| person(store, id)).collect()
}

/// Somebody with every field, a past, and a future.
pub(crate) fn person(store: &Store, id: i64) -> PersonHistory {
    let government_id = Some(store.keys().seal_government_id(ACME, GOVERNMENT_ID));
    let personal = |name: String| PersonalData {
        first_name: name.into(),
        middle_name: "Q".into(),
        last_name: "Ångström".into(),
        phone: "+41 1".into(),
        address1: "1 Main Street, which is a rather long name for a street".into(),
        address2: "Upstairs".into(),
        city: "Zürich".into(),
        state: "ZH".into(),
        country: "Switzerland".into(),
        postal: "8000".into(),
        birthdate: Some(date(1980, 2, 29)),
        gender: (id % 4 != 0).then(|| Gender::ALL[(id % 3) as usize]),
        government_id: government_id.clone(),
        emergency_name: "Mum".into(),
        emergency_number: "112".into(),
    };
    let job = |status| JobData {
        job: Some(JobId(1)),
        department: Some(DepartmentId(1)),
        manager: (id > 1).then_some(UserId(id / 2)),
        location: Some(LocationId(1)),
        employee_class: Some(EmployeeClassId(1)),
        status,
        pay: (id % 5 != 0).then(|| Pay {
            basis: PayBasis::Hourly,
            rate: Fixed::from_ten_thousandths(234_567),
            currency: "CHF".parse().unwrap(),
        }),
        full_time: id % 2 == 0,
        phone: "+41 2".into(),
        ext: "7".into(),
        employee_num: Text::from(format!("E{id}")),
        date_hired: Some(date(2020, 1, 1)),
        date_terminated: None,
    };
    let hours = WorkHours {
        a_day: Fixed::from_ten_thousandths(80_000),
        a_week: Fixed::from_ten_thousandths(400_000),
    };
    let custom = |n: i64, content: String| CustomFieldRecord {
        id: CustomFieldRecordId(id * 10 + n),
        field: CustomFieldId(n),
        content: content.into(),
    };
    PersonHistory {
        user: User {
            id: UserId(id),
            username: Text::from(format!("User{id}")),
            email: Text::from(format!("Person{id}@Example.org")),
            twitter_username: "chirp".into(),
            linkedin_url: "https://linkedin.example/in/somebody-with-a-name".into(),
            blog_url: "https://blog.example".into(),
            nickname: "Nick".into(),
            group: Group::ALL[(id % 3) as usize],
            picture: None,
            badge_count: id as u32,
            password_hash: Some(format!("$argon2id$v=19$PASSWORDHASH{id}").into()),
            api_key_hash: None,
            api_key: None,
            accepted_invite: (id % 2 == 0).then(|| moment(id + 3)),
            created: moment(id),
            modified: moment(id + 1),
        },
        employee: vec![
            record(id * 10, date(2020, 1, 1), personal(format!("Past{id}"))),
            record(id * 10 + 1, date(2024, 1, 1), personal(format!("Present{id}"))),
        ],
        assignment: vec![
            record(id * 10, date(2020, 1, 1), job(EmploymentStatus::Suspended)),
            record(id * 10 + 1, date(2025, 1, 1), job(EmploymentStatus::Active)),
            record(id * 10 + 2, date(2027, 1, 1), job(EmploymentStatus::Terminated)),
        ],
        work_hours: vec![record(id * 10, date(2020, 1, 1), hours)],
        custom_field_records: vec![custom(1, SECRET_NOTE.to_owned()), custom(2, format!("Size {id}"))],
        leave_usages: vec![LeaveUsage {
            leave_type: LeaveTypeId(1),
            days_used: Fixed::from_ten_thousandths(15_000),
            days_remaining: (id % 2 == 0).then(|| Fixed::from_ten_thousandths(-5_000)),
        }],
    }
}

fn record<T>(id: i64, effective_date: Date, data: T) -> Record<T> {
    Record { id, effective_date, created: moment(id), modified: moment(id + 2), data }
}

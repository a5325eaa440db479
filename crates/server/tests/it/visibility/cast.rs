//! The people of the test. Every field of every record of everybody holds a value that is found nowhere else.

use std::collections::BTreeMap;

use folkmoot_core::{
    AccountId, Accrual, CustomField, CustomFieldId, CustomFieldKind, CustomFieldRecord, CustomFieldRecordId,
    Department, DepartmentId, EmployeeClass, EmployeeClassId, EmploymentStatus, Fixed, Gender, Group, Job,
    JobData, JobId, LeaveType, LeaveTypeId, LeaveUsage, Location, LocationId, Org, Pay, PayBasis,
    PersonHistory, PersonalData, PictureKind, PictureName, Record, UserId, WorkHours,
};
use folkmoot_store::Store;
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::table::{PRIVACY, Standing};
use crate::support::person;

/// One of the people.
pub(super) struct Member {
    pub(super) standing: Standing,
    pub(super) name: &'static str,
    pub(super) status: EmploymentStatus,
}

const fn member(
    id: i64,
    name: &'static str,
    group: Group,
    status: EmploymentStatus,
    manager: Option<i64>,
) -> Member {
    Member { standing: Standing { id, group, manager }, name, status }
}

use EmploymentStatus::{Active, Suspended, Terminated};
use Group::{Administrators, Employees, Managers};

/// Each group looking at each group, up, down, across and from further above; and at those who do not work.
pub(super) const MEMBERS: [Member; 15] = [
    member(1, "ada", Administrators, Active, None),
    member(2, "mia", Managers, Active, Some(4)),
    member(3, "oto", Managers, Active, Some(1)),
    member(4, "gus", Managers, Active, Some(1)),
    member(5, "lee", Employees, Active, Some(3)),
    member(6, "eve", Employees, Active, None),
    member(7, "tia", Employees, Active, Some(2)),
    member(8, "tom", Managers, Active, Some(2)),
    member(9, "leo", Employees, Active, Some(5)),
    member(10, "sue", Employees, Suspended, Some(2)),
    member(11, "ted", Employees, Terminated, Some(2)),
    member(12, "tim", Managers, Terminated, Some(3)),
    member(13, "amy", Administrators, Active, Some(2)),
    member(14, "max", Managers, Suspended, None),
    member(15, "zoe", Employees, Active, Some(12)),
];

/// Who looks: all of these at all of the others and at themselves.
pub(super) const VIEWERS: std::ops::Range<usize> = 0..7;

pub(super) fn of(id: i64) -> &'static Member {
    &MEMBERS[id as usize - 1]
}

/// A record's place in time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Past,
    Present,
    Future,
}

impl Time {
    pub(super) const ALL: [Time; 3] = [Time::Past, Time::Present, Time::Future];

    fn number(self) -> i64 {
        self as i64
    }

    fn suffix(self) -> &'static str {
        ["-past", "", "-future"][self as usize]
    }
}

impl Member {
    pub(super) fn id(&self) -> i64 {
        self.standing.id
    }

    /// The value planted in a field of text.
    pub(super) fn text(&self, field: &str, time: Time) -> String {
        format!("planted-{field}-{}{}", self.name, time.suffix())
    }

    /// The value planted in a field that holds a date.
    pub(super) fn day(&self, field: &str, time: Time) -> Date {
        let (year, month) = match (field, time) {
            ("effective_date", Time::Past) => (2024, 3),
            ("effective_date", Time::Present) => (2025, 3),
            ("effective_date", Time::Future) => (2027, 3),
            ("birthdate", _) => (1950 + 10 * time.number() as i16, 5),
            _ => (1990 + 5 * time.number() as i16, 7),
        };
        date(year, month, self.id() as i8)
    }

    /// The value planted in a field that holds a moment.
    pub(super) fn moment(&self, field: &str, time: Time) -> Timestamp {
        let year = match field {
            "user.created" => 2001,
            "user.modified" => 2002,
            "assignment.created" => 2003,
            "assignment.modified" => 2004,
            "employee.created" => 2005,
            _ => 2006,
        };
        let text = format!("{year}-06-{:02}T0{}:00:00Z", self.id(), time.number());
        text.parse().expect("a moment")
    }

    pub(super) fn record_id(&self, kind: &str, time: Time) -> i64 {
        self.id() * 100 + if kind == "employee" { 0 } else { 50 } + time.number()
    }

    /// In the past and in the future somebody else is their manager.
    pub(super) fn manager(&self, time: Time) -> Option<i64> {
        match (time, self.standing.manager) {
            (Time::Present, manager) => manager,
            (Time::Past | Time::Future, Some(3)) => Some(2),
            (Time::Past | Time::Future, _) => Some(3),
        }
    }

    pub(super) fn status(&self, time: Time) -> EmploymentStatus {
        if time == Time::Present { self.status } else { Active }
    }

    pub(super) fn rate(&self, time: Time) -> Fixed {
        Fixed::from_ten_thousandths((70_000 + 10 * self.id() + time.number()) * 10_000 + 1_300)
    }

    pub(super) fn days(&self, leave_type: i64, remaining: bool) -> Fixed {
        let whole = 300 + 100 * leave_type + 40 * i64::from(remaining) + self.id();
        Fixed::from_ten_thousandths(whole * 10_000 + 6_250)
    }

    fn personal(&self, store: &Store, account: AccountId, time: Time) -> PersonalData {
        let text = |field| self.text(field, time).into();
        PersonalData {
            first_name: text("first_name"),
            middle_name: text("middle_name"),
            last_name: text("last_name"),
            phone: text("home_phone"),
            address1: text("address1"),
            address2: text("address2"),
            city: text("city"),
            state: text("state"),
            country: text("country"),
            postal: text("postal"),
            birthdate: Some(self.day("birthdate", time)),
            gender: Some(Gender::Other),
            government_id: Some(store.keys().seal_government_id(account, &self.text("government_id", time))),
            emergency_name: text("emergency_name"),
            emergency_number: text("emergency_number"),
        }
    }

    fn job(&self, time: Time) -> JobData {
        let text = |field| self.text(field, time).into();
        JobData {
            job: Some(JobId(1)),
            department: Some(DepartmentId(1)),
            manager: self.manager(time).map(UserId),
            location: Some(LocationId(1)),
            employee_class: Some(EmployeeClassId(1)),
            status: self.status(time),
            pay: Some(Pay {
                basis: PayBasis::Annual,
                rate: self.rate(time),
                currency: "CHF".parse().expect("a currency"),
            }),
            full_time: false,
            phone: text("work_phone"),
            ext: text("ext"),
            employee_num: text("employee_num"),
            date_hired: Some(self.day("date_hired", time)),
            date_terminated: None,
        }
    }

    pub(super) fn history(&self, store: &Store, account: AccountId) -> PersonHistory {
        let mut history = person(store, account, self.id(), "", self.standing.group);
        let text = |field| self.text(field, Time::Present).into();
        let user = &mut history.user;
        user.username = text("username");
        user.email = format!("{}@example.org", self.text("email", Time::Present)).into();
        user.twitter_username = text("twitter");
        user.linkedin_url = text("linkedin");
        user.blog_url = text("blog");
        user.badge_count = 9_000 + self.id() as u32;
        user.picture = Some(PictureName { digest: [self.id() as u8; 14], kind: PictureKind::Jpeg });
        user.created = self.moment("user.created", Time::Present);
        user.modified = self.moment("user.modified", Time::Present);
        history.employee = self.records("employee", |time| self.personal(store, account, time));
        history.assignment = self.records("assignment", |time| self.job(time));
        history.work_hours = self.records("work_hour", |_| WorkHours {
            a_day: Fixed::from_ten_thousandths(77_770),
            a_week: Fixed::from_ten_thousandths(388_850),
        });
        history.custom_field_records = (1..=4)
            .map(|field| CustomFieldRecord {
                id: CustomFieldRecordId(self.id() * 10 + field),
                field: CustomFieldId(field),
                content: self.text(&format!("custom{field}"), Time::Present).into(),
            })
            .collect();
        history.leave_usages = (1..=2)
            .map(|leave_type| LeaveUsage {
                leave_type: LeaveTypeId(leave_type),
                days_used: self.days(leave_type, false),
                days_remaining: (leave_type == 1).then(|| self.days(leave_type, true)),
            })
            .collect();
        history
    }

    fn records<T>(&self, kind: &str, data: impl Fn(Time) -> T) -> Vec<Record<T>> {
        let record = |time| Record {
            id: self.record_id(kind, time),
            effective_date: self.day("effective_date", time),
            created: self.moment(&format!("{kind}.created"), time),
            modified: self.moment(&format!("{kind}.modified"), time),
            data: data(time),
        };
        Time::ALL.map(record).into_iter().collect()
    }
}

/// The organisation that they all belong to.
pub(super) fn org() -> Org {
    let created: Timestamp = "2000-01-01T00:00:00Z".parse().expect("a moment");
    let modified = created;
    let name = |what: &str| format!("planted-{what}").into();
    let job = Job { id: JobId(1), title: name("job"), requirements: "".into(), created, modified };
    let department =
        Department { id: DepartmentId(1), name: name("department"), order: 1, created, modified };
    let location = Location { id: LocationId(1), name: name("location"), order: 1, created, modified };
    let class = EmployeeClass { id: EmployeeClassId(1), class: name("class"), order: 1, created, modified };
    let custom_fields = PRIVACY.iter().zip(1..).map(|((privacy, _), id)| CustomField {
        id: CustomFieldId(id),
        name: name(&format!("definition{id}")),
        kind: CustomFieldKind::Text,
        encrypted: id > 2,
        order: id,
        privacy: *privacy,
        created,
        modified,
    });
    let leave_types = [(1, Accrual::Monthly), (2, Accrual::None)].map(|(id, accrual)| LeaveType {
        id: LeaveTypeId(id),
        name: name(&format!("leave{id}")),
        accrual,
        action_phrase: "".into(),
        unpaid: false,
        created,
        modified,
    });
    Org {
        jobs: BTreeMap::from([(job.id, job)]),
        departments: BTreeMap::from([(department.id, department)]),
        locations: BTreeMap::from([(location.id, location)]),
        employee_classes: BTreeMap::from([(class.id, class)]),
        custom_fields: custom_fields.map(|field| (field.id, field)).collect(),
        leave_types: leave_types.into_iter().map(|leave_type| (leave_type.id, leave_type)).collect(),
        ..Org::default()
    }
}

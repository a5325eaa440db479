//! The records of people, and the organisation that they belong to. Every field of every record holds a value that is found
//! nowhere else.

use std::collections::BTreeMap;

use folkmoot_core::{
    Accrual, AssignmentRecord, CustomField, CustomFieldId, CustomFieldKind, CustomFieldRecord,
    CustomFieldRecordId, Department, DepartmentId, EmployeeRecord, EmploymentStatus, Fixed, Gender, JobData,
    LeaveType, LeaveTypeId, LeaveUsage, Location, LocationId, Org, Pay, PayBasis, PersonHistory,
    PersonalData, Privacy, Record, User, UserId,
};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::Member;

impl Member {
    /// Which records they have: of the past (0), of now (1), of the future (2). Some came this year.
    pub fn times(&self) -> impl Iterator<Item = i64> {
        i64::from(self.id % 4 == 3)..3
    }

    /// The first day of a record.
    pub fn begins(time: i64) -> Date {
        date(2025 + time as i16, 1, 1)
    }

    /// The day on which a record was written. Of some people's past it was heard late; what is to come is spoken of already.
    pub fn written(&self, time: i64) -> Date {
        match time {
            0 if self.id % 5 == 0 => date(2025, 9, 1),
            2 => date(2026, 5, 1),
            time => Self::begins(time),
        }
    }

    /// Whether they were employed, are, or will be. Some came back, and some are about to leave.
    pub fn status_at(&self, time: i64) -> EmploymentStatus {
        match time {
            1 => self.status,
            0 if self.id % 7 == 5 => EmploymentStatus::Terminated,
            2 if self.id % 6 == 4 => EmploymentStatus::Terminated,
            _ => EmploymentStatus::Active,
        }
    }

    /// The text in a field of a record of theirs: found nowhere else.
    pub fn planted(&self, field: &str, time: i64) -> String {
        format!("planted-{field}-{}-{time}", self.id)
    }

    fn personal(&self, time: i64) -> PersonalData {
        let text = |field| self.planted(field, time).into();
        PersonalData {
            first_name: text("first"),
            middle_name: text("middle"),
            last_name: text("last"),
            phone: text("home"),
            address1: text("address1"),
            address2: text("address2"),
            city: text("city"),
            state: text("state"),
            country: text("country"),
            postal: text("postal"),
            birthdate: Some(date(1950 + time as i16, 5, 1 + (self.id % 28) as i8)),
            gender: Some(Gender::Other),
            government_id: None,
            emergency_name: text("emergency"),
            emergency_number: text("emergency-number"),
        }
    }

    fn job(&self, time: i64) -> JobData {
        let text = |field| self.planted(field, time).into();
        let job = JobData {
            department: self.department.map(DepartmentId),
            location: self.location.map(LocationId),
            manager: self.manager.map(UserId),
            status: self.status_at(time),
            pay: Some(Pay {
                basis: PayBasis::Annual,
                rate: Fixed::from_ten_thousandths((70_000 + 10 * self.id + time) * 10_000),
                currency: "CHF".parse().expect("a currency"),
            }),
            phone: text("phone"),
            ext: text("ext"),
            employee_num: text("number"),
            date_hired: Some(date(1990 + time as i16, 7, 1 + (self.id % 28) as i8)),
            ..JobData::default()
        };
        if time == 1 {
            return job;
        }
        JobData {
            manager: Some(UserId(self.manager_then())),
            department: Some(DepartmentId(self.id % 4 + 1)),
            location: Some(LocationId(self.id % 3 + 1)),
            ..job
        }
    }

    /// Who was their manager, and will be.
    fn manager_then(&self) -> i64 {
        self.id % 7 + 1
    }

    /// Their manager at the time of a record.
    pub fn manager_at(&self, time: i64) -> Option<i64> {
        if time == 1 { self.manager } else { Some(self.manager_then()) }
    }

    /// The number of their employee record, and of their assignment record.
    pub fn record_id(&self, time: i64) -> i64 {
        self.id * 10 + time
    }

    fn record<T>(&self, time: i64, data: T) -> Record<T> {
        let written = self.written(time).to_zoned(TimeZone::UTC).expect("a day").timestamp();
        Record {
            id: self.record_id(time),
            effective_date: Self::begins(time),
            created: written,
            modified: written,
            data,
        }
    }

    /// Their employee record of the past, of now, or of the future.
    ///
    /// # Panics
    /// When there is no such time.
    pub fn employee(&self, time: i64) -> EmployeeRecord {
        self.record(time, self.personal(time))
    }

    /// Their assignment record of the past, of now, or of the future. Then somebody else is their manager, and they are
    /// somewhere else.
    ///
    /// # Panics
    /// When there is no such time.
    pub fn assignment(&self, time: i64) -> AssignmentRecord {
        self.record(time, self.job(time))
    }

    /// As the product's store takes them, without credentials and what is sealed.
    ///
    /// # Panics
    /// Never, with the numbers that organisations give.
    pub fn history(&self) -> PersonHistory {
        let moment = Timestamp::UNIX_EPOCH;
        PersonHistory {
            user: User {
                id: UserId(self.id),
                username: format!("user{}", self.id).into(),
                email: format!("user{}@example.org", self.id).into(),
                twitter_username: "".into(),
                linkedin_url: "".into(),
                blog_url: "".into(),
                nickname: "".into(),
                group: self.group,
                picture: None,
                badge_count: 0,
                password_hash: None,
                api_key_hash: None,
                api_key: None,
                accepted_invite: None,
                created: moment,
                modified: moment,
            },
            employee: self.times().map(|time| self.employee(time)).collect(),
            assignment: self.times().map(|time| self.assignment(time)).collect(),
            work_hours: Vec::new(),
            custom_field_records: (1..=4)
                .map(|field| CustomFieldRecord {
                    id: CustomFieldRecordId(self.id * 10 + field),
                    field: CustomFieldId(field),
                    content: self.planted(&format!("custom{field}"), 1).into(),
                })
                .collect(),
            leave_usages: vec![LeaveUsage {
                leave_type: LeaveTypeId(1),
                days_used: Fixed::from_ten_thousandths(0),
                days_remaining: None,
            }],
        }
    }
}

/// Four departments, four locations, and a custom field of each privacy.
pub fn org() -> Org {
    let (created, modified) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    let leave = LeaveType {
        id: LeaveTypeId(1),
        name: "PTO".into(),
        accrual: Accrual::None,
        action_phrase: "".into(),
        unpaid: false,
        created,
        modified,
    };
    let field = |(order, privacy): (i64, Privacy)| CustomField {
        id: CustomFieldId(order),
        name: format!("Field {order}").into(),
        kind: CustomFieldKind::Text,
        encrypted: false,
        order,
        privacy,
        created,
        modified,
    };
    let department =
        |order| Department { id: DepartmentId(order), name: "D".into(), order, created, modified };
    let location = |order| Location { id: LocationId(order), name: "L".into(), order, created, modified };
    Org {
        departments: (1..=4).map(department).map(|item| (item.id, item)).collect(),
        locations: (1..=4).map(location).map(|item| (item.id, item)).collect(),
        custom_fields: (1..).zip(Privacy::ALL).map(field).map(|item| (item.id, item)).collect(),
        leave_types: BTreeMap::from([(leave.id, leave)]),
        ..Org::default()
    }
}

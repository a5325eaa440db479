//! People: the user and the records that have no meaning without it (`users.md`).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    CustomFieldRecord, Dated, DepartmentId, EmployeeClassId, Fixed, JobId, KeyHash, LeaveUsage, LocationId,
    Pay, PictureName, Record, Sealed, Text, UserId,
};

/// A user with everything that belongs to it, as far as it is held in memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The user itself.
    pub user: User,
    /// Personal data, dated.
    pub employee: Dated<PersonalData>,
    /// Job data, dated.
    pub assignment: Dated<JobData>,
    /// Working hours, dated.
    pub work_hours: Dated<WorkHours>,
    /// Values of custom fields, in the order in which the account shows the fields.
    pub custom_field_records: Box<[CustomFieldRecord]>,
    /// Leave taken and left, by leave type in order of creation.
    pub leave_usages: Box<[LeaveUsage]>,
}

impl Person {
    /// Whether they have left, on `as_of`.
    pub fn has_left(&self, as_of: Date) -> bool {
        self.status(as_of) == EmploymentStatus::Terminated
    }

    /// Their employment status on `as_of`; somebody without any job data counts as active.
    pub fn status(&self, as_of: Date) -> EmploymentStatus {
        self.assignment.at(as_of).map_or(EmploymentStatus::Active, |record| record.data.status)
    }

    /// Their manager on `as_of`.
    pub fn manager(&self, as_of: Date) -> Option<UserId> {
        self.assignment.at(as_of).and_then(|record| record.data.manager)
    }

    /// The first day after `as_of` on which another of their records takes effect.
    pub fn next_change(&self, as_of: Date) -> Option<Date> {
        let dates = [
            self.employee.next_change(as_of),
            self.assignment.next_change(as_of),
            self.work_hours.next_change(as_of),
        ];
        dates.into_iter().flatten().min()
    }

    /// The newest day up to `as_of` on which one of their records took effect.
    pub fn in_effect_since(&self, as_of: Date) -> Option<Date> {
        let dates = [
            self.employee.in_effect_since(as_of),
            self.assignment.in_effect_since(as_of),
            self.work_hours.in_effect_since(as_of),
        ];
        dates.into_iter().flatten().max()
    }
}

/// The part of a user that is not dated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its identifier.
    pub id: UserId,
    /// The name to log in with; unique in the account, whatever its case.
    pub username: Text,
    /// The e-mail address; unique in the account, whatever its case.
    pub email: Text,
    /// Twitter name, without `@`.
    pub twitter_username: Text,
    /// Address of a LinkedIn page.
    pub linkedin_url: Text,
    /// Address of a blog.
    pub blog_url: Text,
    /// What they like to be called; empty when they gave nothing.
    pub nickname: Text,
    /// The group, which in versions 1 and 2 says what they may do.
    pub group: Group,
    /// Their profile picture.
    pub picture: Option<PictureName>,
    /// How many badges they hold.
    pub badge_count: u32,
    /// Password hash in PHC string format.
    pub password_hash: Option<Box<str>>,
    /// Keyed hash of the API key, by which it is found.
    pub api_key_hash: Option<KeyHash>,
    /// The API key, sealed, to be shown to its owner.
    pub api_key: Option<Sealed>,
    /// When they last accepted an invitation, by choosing a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_invite: Option<Timestamp>,
    /// When the user was created.
    pub created: Timestamp,
    /// When the user was last changed.
    pub modified: Timestamp,
}

/// An employee record: one dated version of personal data.
pub type EmployeeRecord = Record<PersonalData>;

/// An assignment record: one dated version of job data.
pub type AssignmentRecord = Record<JobData>;

/// One dated version of working hours.
pub type WorkHourRecord = Record<WorkHours>;

/// What an employee record says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// First name.
    pub first_name: Text,
    /// Middle name.
    pub middle_name: Text,
    /// Last name.
    pub last_name: Text,
    /// Home phone.
    pub phone: Text,
    /// Address, first line.
    pub address1: Text,
    /// Address, second line.
    pub address2: Text,
    /// City.
    pub city: Text,
    /// State or province.
    pub state: Text,
    /// Country, as written by the account.
    pub country: Text,
    /// Postal code.
    pub postal: Text,
    /// Date of birth.
    pub birthdate: Option<Date>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Social security or other government number, sealed.
    pub government_id: Option<Sealed>,
    /// Whom to call in an emergency.
    pub emergency_name: Text,
    /// The emergency contact's phone.
    pub emergency_number: Text,
}

/// What an assignment record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobData {
    /// The job.
    pub job: Option<JobId>,
    /// The department.
    pub department: Option<DepartmentId>,
    /// The manager.
    pub manager: Option<UserId>,
    /// The location.
    pub location: Option<LocationId>,
    /// The employee class.
    pub employee_class: Option<EmployeeClassId>,
    /// Employed, suspended or terminated.
    pub status: EmploymentStatus,
    /// What they are paid.
    pub pay: Option<Pay>,
    /// Full time, as opposed to part time.
    pub full_time: bool,
    /// Work phone.
    pub phone: Text,
    /// Work phone's extension.
    pub ext: Text,
    /// Employee number.
    pub employee_num: Text,
    /// The day they were hired.
    pub date_hired: Option<Date>,
    /// The day they left.
    pub date_terminated: Option<Date>,
}

impl Default for JobData {
    fn default() -> Self {
        JobData {
            job: None,
            department: None,
            manager: None,
            location: None,
            employee_class: None,
            status: EmploymentStatus::Active,
            pay: None,
            full_time: true,
            phone: Text::default(),
            ext: Text::default(),
            employee_num: Text::default(),
            date_hired: None,
            date_terminated: None,
        }
    }
}

/// What a work-hour record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkHours {
    /// Hours a day (`hours`).
    pub a_day: Fixed,
    /// Hours a week (`standard_hours`).
    pub a_week: Fixed,
}

/// Employment status, `employee_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmploymentStatus {
    /// Employed.
    Active,
    /// Employed, without access.
    Suspended,
    /// Gone; a rehire stays possible.
    Terminated,
}

impl EmploymentStatus {
    /// Every status.
    pub const ALL: [EmploymentStatus; 3] =
        [EmploymentStatus::Active, EmploymentStatus::Suspended, EmploymentStatus::Terminated];

    /// v2's spelling.
    pub const fn code(self) -> &'static str {
        match self {
            EmploymentStatus::Active => "ACTIVE",
            EmploymentStatus::Suspended => "SUSPENDED",
            EmploymentStatus::Terminated => "TERMINATED",
        }
    }

    /// v1's number, also the stored form.
    pub const fn number(self) -> i64 {
        match self {
            EmploymentStatus::Active => 0,
            EmploymentStatus::Suspended => 1,
            EmploymentStatus::Terminated => 2,
        }
    }

    /// From v1's number.
    pub fn from_number(number: i64) -> Option<EmploymentStatus> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }

    /// From v2's spelling, in any case.
    pub fn from_code(code: &str) -> Option<EmploymentStatus> {
        Self::ALL.into_iter().find(|status| status.code().eq_ignore_ascii_case(code))
    }
}

/// Gender, v1's `gender_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gender {
    /// 1.
    Male,
    /// 2.
    Female,
    /// 3.
    Other,
}

impl Gender {
    /// Every gender the original's code list can say.
    pub const ALL: [Gender; 3] = [Gender::Male, Gender::Female, Gender::Other];

    /// The word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Gender::Male => "MALE",
            Gender::Female => "FEMALE",
            Gender::Other => "OTHER",
        }
    }

    /// v1's number, also the stored form.
    pub const fn number(self) -> i64 {
        match self {
            Gender::Male => 1,
            Gender::Female => 2,
            Gender::Other => 3,
        }
    }

    /// From v1's number.
    pub fn from_number(number: i64) -> Option<Gender> {
        Self::ALL.into_iter().find(|gender| gender.number() == number)
    }

    /// From the word, in any case.
    pub fn from_code(code: &str) -> Option<Gender> {
        Self::ALL.into_iter().find(|gender| gender.code().eq_ignore_ascii_case(code))
    }
}

/// The group a user belongs to: what versions 1 and 2 know of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Group {
    /// Sees what everybody sees, and oneself.
    Employees,
    /// Also sees private items of those they manage.
    Managers,
    /// Sees everything but other people's API keys.
    Administrators,
}

impl Group {
    /// Every group.
    pub const ALL: [Group; 3] = [Group::Employees, Group::Managers, Group::Administrators];

    /// The name, as v2's `group` shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Group::Employees => "Employees",
            Group::Managers => "Managers",
            Group::Administrators => "Administrators",
        }
    }

    /// v1's `group_id`, also the stored form.
    pub const fn number(self) -> i64 {
        match self {
            Group::Administrators => 1,
            Group::Managers => 2,
            Group::Employees => 3,
        }
    }

    /// From v1's `group_id`.
    pub fn from_number(number: i64) -> Option<Group> {
        Self::ALL.into_iter().find(|group| group.number() == number)
    }

    /// From its name, in any case, in the plural or v1's singular.
    pub fn from_name(name: &str) -> Option<Group> {
        Self::ALL.into_iter().find(|group| {
            let plural = group.name();
            plural.eq_ignore_ascii_case(name) || plural[..plural.len() - 1].eq_ignore_ascii_case(name)
        })
    }
}

/// A person with every record they ever had: the form in which people enter the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHistory {
    /// The user itself.
    pub user: User,
    /// Personal data, in any order.
    pub employee: Vec<EmployeeRecord>,
    /// Job data, in any order.
    pub assignment: Vec<AssignmentRecord>,
    /// Working hours, in any order.
    pub work_hours: Vec<WorkHourRecord>,
    /// Values of custom fields.
    pub custom_field_records: Vec<CustomFieldRecord>,
    /// Leave taken and left.
    pub leave_usages: Vec<LeaveUsage>,
}

impl PersonHistory {
    /// The person as held in memory from the day `as_of` on.
    pub fn person(self, as_of: Date) -> Person {
        Person {
            user: self.user,
            employee: Dated::new(self.employee, as_of),
            assignment: Dated::new(self.assignment, as_of),
            work_hours: Dated::new(self.work_hours, as_of),
            custom_field_records: self.custom_field_records.into_boxed_slice(),
            leave_usages: self.leave_usages.into_boxed_slice(),
        }
    }
}

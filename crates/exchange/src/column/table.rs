//! The rows of the table of columns.

use folkmoot_core::{Audience, Field};

use super::{Column, Place, Slot};

macro_rules! keys {
    ($($key:ident $about:literal;)*) => {
        /// A value of the user or of one of its records.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Key {
            $(#[doc = $about] $key,)*
        }

        impl Key {
            /// Every key.
            pub(crate) const ALL: &[Key] = &[$(Key::$key,)*];
            /// How many there are.
            pub(crate) const COUNT: usize = Key::ALL.len();
        }
    };
}

keys! {
    Id "The user's number.";
    Username "Username.";
    Token "API key.";
    Email "E-mail address.";
    Twitter "Twitter name.";
    Linkedin "Address of a LinkedIn page.";
    Blog "Address of a blog.";
    Nickname "Nickname.";
    DisplayName "The name to show, which is made of others.";
    Avatar "Address of the picture, which is not imported.";
    Created "When the user was created.";
    Modified "When the user was changed.";
    AssignmentId "The assignment record's number.";
    AssignmentEffective "The day from which it counts.";
    AssignmentCurrent "Whether it is in force, which its date says.";
    Status "Employment status.";
    FullTime "Whether employment is full time.";
    WorkPhone "Work phone.";
    Ext "Work phone's extension.";
    EmployeeNum "Employee number.";
    Hired "The day they were hired.";
    Terminated "The day they left.";
    AssignmentCreated "When the assignment record was written.";
    AssignmentModified "When it was corrected.";
    Manager "The manager, by any name.";
    ManagerId "The manager's number.";
    ManagerUsername "The manager's username.";
    ManagerEmail "The manager's e-mail address.";
    ManagerUrl "The manager's address.";
    AssignmentUrl "The assignment record's address.";
    PayType "What the pay rate is for.";
    PayLabel "The same in words.";
    PayRate "The pay rate.";
    PayCurrency "Its currency.";
    HoursDay "Hours a day.";
    HoursWeek "Hours a week.";
    EmployeeId "The employee record's number.";
    EmployeeEffective "The day from which it counts.";
    EmployeeCurrent "Whether it is in force, which its date says.";
    FirstName "First name.";
    LastName "Last name.";
    MiddleName "Middle name.";
    HomePhone "Home phone.";
    Address1 "Address, first line.";
    Address2 "Address, second line.";
    City "City.";
    State "State or province.";
    Country "Country.";
    Postal "Postal code.";
    Birthdate "Date of birth.";
    Gender "Gender.";
    GovernmentId "Government number.";
    EmergencyName "Whom to call in an emergency.";
    EmergencyNumber "Their phone.";
    EmployeeCreated "When the employee record was written.";
    EmployeeModified "When it was corrected.";
    EmployeeUrl "The employee record's address.";
    Group "Group.";
    BadgeCount "Badges held.";
    Url "The user's address.";
}

/// The kinds of things of the organisation that a person's data name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OrgKind {
    /// Jobs.
    Job,
    /// Departments.
    Department,
    /// Locations.
    Location,
    /// Employee classes.
    EmployeeClass,
    /// Custom fields.
    CustomField,
    /// Leave types.
    LeaveType,
}

impl OrgKind {
    /// Every kind.
    pub(crate) const ALL: [OrgKind; 6] = [
        OrgKind::Job,
        OrgKind::Department,
        OrgKind::Location,
        OrgKind::EmployeeClass,
        OrgKind::CustomField,
        OrgKind::LeaveType,
    ];

    /// What one is called.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            OrgKind::Job => "job",
            OrgKind::Department => "department",
            OrgKind::Location => "location",
            OrgKind::EmployeeClass => "employee class",
            OrgKind::CustomField => "custom field",
            OrgKind::LeaveType => "leave type",
        }
    }

    /// The key under which a document has its name.
    pub(crate) const fn name_key(self) -> &'static str {
        match self {
            OrgKind::Job => "title",
            OrgKind::EmployeeClass => "class",
            _ => "name",
        }
    }
}

const fn key(key: Key, field: Field, aliases: &'static [&'static str]) -> Column {
    Column { slot: Slot::Key(key), place: Place::Field(field), aliases }
}

const fn part(key: Key, field: Field, part: &'static str, aliases: &'static [&'static str]) -> Column {
    Column { slot: Slot::Key(key), place: Place::Part(field, part), aliases }
}

const fn beyond(key: Key, path: &'static str, audience: Audience) -> Column {
    Column { slot: Slot::Key(key), place: Place::Beyond(path, audience), aliases: &[] }
}

const fn org(kind: OrgKind, field: Field, aliases: &'static [&'static str]) -> Column {
    Column { slot: Slot::Org(kind), place: Place::Field(field), aliases }
}

/// Every column of a fixed name, in the order in which they are exported.
pub(crate) const COLUMNS: &[Column] = &[
    key(Key::Id, Field::Id, &["user_id"]),
    key(Key::Username, Field::Username, &["user_name", "login"]),
    key(Key::Token, Field::ApiKey, &[]),
    key(Key::Email, Field::Email, &["e_mail", "email_address"]),
    key(Key::Twitter, Field::TwitterUsername, &["twitter"]),
    key(Key::Linkedin, Field::LinkedinUrl, &["linkedin"]),
    key(Key::Blog, Field::BlogUrl, &["blog"]),
    beyond(Key::Nickname, "nickname", Audience::Details),
    key(Key::DisplayName, Field::DisplayName, &[]),
    key(Key::Avatar, Field::Avatar, &[]),
    key(Key::Created, Field::Created, &[]),
    key(Key::Modified, Field::Modified, &[]),
    key(Key::AssignmentId, Field::AssignmentId, &[]),
    key(Key::AssignmentEffective, Field::AssignmentEffectiveDate, &[]),
    key(Key::AssignmentCurrent, Field::AssignmentCurrent, &[]),
    key(Key::Status, Field::EmployeeStatus, &["status", "employment_status"]),
    key(Key::FullTime, Field::FullTime, &[]),
    key(Key::WorkPhone, Field::WorkPhone, &["work_phone"]),
    key(Key::Ext, Field::Extension, &["extension"]),
    key(Key::EmployeeNum, Field::EmployeeNumber, &["employee_number", "employee_no"]),
    key(Key::Hired, Field::DateHired, &["hire_date", "hired"]),
    key(Key::Terminated, Field::DateTerminated, &[]),
    key(Key::AssignmentCreated, Field::AssignmentCreated, &[]),
    key(Key::AssignmentModified, Field::AssignmentModified, &[]),
    org(OrgKind::Job, Field::Job, &["job_title"]),
    org(OrgKind::Department, Field::Department, &[]),
    key(Key::Manager, Field::Manager, &[]),
    part(Key::ManagerId, Field::Manager, "id", &["manager_id"]),
    part(Key::ManagerUsername, Field::Manager, "username", &["manager_username"]),
    part(Key::ManagerEmail, Field::Manager, "email", &["manager_email"]),
    part(Key::ManagerUrl, Field::Manager, "url", &[]),
    org(OrgKind::EmployeeClass, Field::EmployeeClass, &["class"]),
    org(OrgKind::Location, Field::Location, &[]),
    key(Key::AssignmentUrl, Field::AssignmentUrl, &[]),
    part(Key::PayType, Field::PayInfo, "type", &["pay_type"]),
    part(Key::PayLabel, Field::PayInfo, "label", &[]),
    part(Key::PayRate, Field::PayInfo, "rate", &["pay_rate"]),
    part(Key::PayCurrency, Field::PayInfo, "currency", &[]),
    key(Key::HoursDay, Field::Hours, &[]),
    key(Key::HoursWeek, Field::StandardHours, &[]),
    key(Key::EmployeeId, Field::EmployeeId, &[]),
    key(Key::EmployeeEffective, Field::EmployeeEffectiveDate, &["effective_date"]),
    key(Key::EmployeeCurrent, Field::EmployeeCurrent, &[]),
    key(Key::FirstName, Field::FirstName, &[]),
    key(Key::LastName, Field::LastName, &[]),
    key(Key::MiddleName, Field::MiddleName, &[]),
    key(Key::HomePhone, Field::HomePhone, &["home_phone"]),
    key(Key::Address1, Field::Address1, &["address"]),
    key(Key::Address2, Field::Address2, &[]),
    key(Key::City, Field::City, &[]),
    key(Key::State, Field::State, &[]),
    key(Key::Country, Field::Country, &[]),
    key(Key::Postal, Field::Postal, &["postal_code"]),
    key(Key::Birthdate, Field::Birthdate, &["date_of_birth"]),
    key(Key::Gender, Field::Gender, &[]),
    key(Key::GovernmentId, Field::GovernmentId, &[]),
    key(Key::EmergencyName, Field::EmergencyName, &[]),
    key(Key::EmergencyNumber, Field::EmergencyNumber, &[]),
    key(Key::EmployeeCreated, Field::EmployeeCreated, &[]),
    key(Key::EmployeeModified, Field::EmployeeModified, &[]),
    key(Key::EmployeeUrl, Field::EmployeeUrl, &[]),
    key(Key::Group, Field::Group, &[]),
    key(Key::BadgeCount, Field::BadgeCount, &["badges"]),
    key(Key::Url, Field::Url, &[]),
];

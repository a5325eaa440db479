//! What the standard roles show, and what each field takes: written down once more, by hand, from the specification
//! (`org.md`, 'Roles (v3)'; `users.md`, 'Who sees what') and decision 17, and from nothing else.

use folkmoot_core::{ManagementStyle, SalaryAudience};

/// The standard roles, in the order of the columns below.
pub const ROLES: [&str; 7] = [
    "employee",
    "manager",
    "hr_administrator",
    "system_administrator",
    "office_manager",
    "regional_payroll",
    "regional_recruiter",
];

const O: &str = "";
const SELF: &str = "self";
/// Those whom the account's management style says.
const MINE: &str = "managed";
const ALL: &str = "everyone";

/// Of whom each role shows what; with the settings that an account has at first.
#[rustfmt::skip]
pub const SHOWS: [(&str, [&str; 7]); 11] = [
    //                                             employee manager hr   system office payroll recruiter
    ("basic_information.view_details",            [SELF,    MINE,   ALL, ALL,   ALL,   ALL,    O]),
    ("basic_information.view_employment",         [SELF,    MINE,   ALL, ALL,   ALL,   ALL,    ALL]),
    ("sensitive_information.view_birthday",       [SELF,    MINE,   ALL, ALL,   O,     ALL,    O]),
    ("leave_management.view_balances",            [SELF,    MINE,   ALL, ALL,   O,     ALL,    O]),
    ("sensitive_information.view_compensation",   [SELF,    MINE,   ALL, ALL,   O,     ALL,    O]),
    ("sensitive_information.view_government_id",  [SELF,    O,      ALL, ALL,   O,     ALL,    O]),
    ("access_control.view",                       [SELF,    MINE,   ALL, ALL,   O,     O,      O]),
    ("privacy.view_employee_items",               [SELF,    MINE,   ALL, ALL,   O,     O,      O]),
    ("privacy.view_manager_items",                [O,       MINE,   ALL, ALL,   O,     O,      O]),
    ("privacy.view_administrator_items",          [O,       O,      ALL, ALL,   O,     O,      O]),
    ("basic_information.view_former",             [O,       MINE,   ALL, ALL,   O,     ALL,    O]),
];

/// Whom a manager manages, by the account's management style.
pub(super) const MANAGED: [(ManagementStyle, &str); 4] = [
    (ManagementStyle::AllUsers, "everyone_else"),
    (ManagementStyle::DirectReportsAndEmployees, "direct_reports_and_employees"),
    (ManagementStyle::DirectReports, "direct_reports"),
    (ManagementStyle::WholeLine, "all_reports"),
];

/// Whose pay Employee and Manager show, by the account's salary setting.
pub(super) const SALARY: [(SalaryAudience, [&str; 2]); 4] = [
    (SalaryAudience::Administrators, [O, O]),
    (SalaryAudience::Managers, [O, MINE]),
    (SalaryAudience::EmployeeAndManager, [SELF, MINE]),
    (SalaryAudience::Everyone, [ALL, MINE]),
];

/// The roles of each group: Employees, Managers, Administrators.
pub(super) const OF_GROUP: [&[&str]; 3] =
    [&["employee"], &["employee", "manager"], &["employee", "system_administrator"]];

const PUBLIC: &str = "";
const DETAILS: &str = "basic_information.view_details";
const EMPLOYMENT: &str = "basic_information.view_employment";

/// What it takes to be shown each field of a full user that has one value.
#[rustfmt::skip]
pub const FIELDS: [(&str, &str); 51] = [
    ("id", PUBLIC),
    ("username", PUBLIC),
    ("api_key", "oneself"),
    ("email", PUBLIC),
    ("twitter_username", PUBLIC),
    ("linkedin_url", PUBLIC),
    ("blog_url", PUBLIC),
    ("display_name", PUBLIC),
    ("avatar", PUBLIC),
    ("created", PUBLIC),
    ("modified", PUBLIC),
    ("assignment_record.id", PUBLIC),
    ("assignment_record.current", PUBLIC),
    ("assignment_record.employee_status", EMPLOYMENT),
    ("assignment_record.full_time", EMPLOYMENT),
    ("assignment_record.phone", PUBLIC),
    ("assignment_record.ext", PUBLIC),
    ("assignment_record.employee_num", EMPLOYMENT),
    ("assignment_record.date_hired", EMPLOYMENT),
    ("assignment_record.created", PUBLIC),
    ("assignment_record.modified", PUBLIC),
    ("assignment_record.job", PUBLIC),
    ("assignment_record.department", PUBLIC),
    ("assignment_record.manager", PUBLIC),
    ("assignment_record.employee_class", PUBLIC),
    ("assignment_record.location", PUBLIC),
    ("assignment_record.url", PUBLIC),
    ("assignment_record.pay_info", "sensitive_information.view_compensation"),
    ("employee_record.id", PUBLIC),
    ("employee_record.effective_date", DETAILS),
    ("employee_record.current", PUBLIC),
    ("employee_record.first_name", PUBLIC),
    ("employee_record.last_name", PUBLIC),
    ("employee_record.middle_name", DETAILS),
    ("employee_record.phone", DETAILS),
    ("employee_record.address1", DETAILS),
    ("employee_record.address2", DETAILS),
    ("employee_record.city", DETAILS),
    ("employee_record.state", DETAILS),
    ("employee_record.country", DETAILS),
    ("employee_record.postal", DETAILS),
    ("employee_record.birthdate", "sensitive_information.view_birthday"),
    ("employee_record.emergency_name", DETAILS),
    ("employee_record.emergency_number", DETAILS),
    ("employee_record.created", PUBLIC),
    ("employee_record.modified", PUBLIC),
    ("employee_record.url", PUBLIC),
    ("group", "access_control.view"),
    ("leave_usages", "leave_management.view_balances"),
    ("badge_count", PUBLIC),
    ("url", PUBLIC),
];

/// What it takes to be shown a value of a custom field, by the field's number: one for each privacy.
pub const CUSTOM: [(i64, &str); 4] = [
    (1, PUBLIC),
    (2, "privacy.view_employee_items"),
    (3, "privacy.view_manager_items"),
    (4, "privacy.view_administrator_items"),
];

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

/// What version 3 does not have of a full user.
pub const NOT_IN_V3: [&str; 2] = ["group", "badge_count"];

/// What version 3 has more.
pub const MORE_IN_V3: [(&str, &str); 8] = [
    ("assignment_record.hours", EMPLOYMENT),
    ("assignment_record.standard_hours", EMPLOYMENT),
    ("employee_record.government_id", "sensitive_information.view_government_id"),
    ("kudos_received", PUBLIC),
    ("values_supported", PUBLIC),
    ("kudos_given", PUBLIC),
    ("goals", PUBLIC),
    ("leave_requests", PUBLIC),
];

/// A user of version 1, in lists. The numbers of records, and `netsuite_id`, are told in JSON alone.
#[rustfmt::skip]
pub const FIRST_USER: [(&str, &str); 16] = [
    ("id", PUBLIC),
    ("netsuite_id", PUBLIC),
    ("username", PUBLIC),
    ("group_id", "access_control.view"),
    ("access", EMPLOYMENT),
    ("accepted_invite", PUBLIC),
    ("email", PUBLIC),
    ("twitter_username", PUBLIC),
    ("linkedin_url", PUBLIC),
    ("blog_url", PUBLIC),
    ("created", PUBLIC),
    ("modified", PUBLIC),
    ("full_name", PUBLIC),
    ("group_name", "access_control.view"),
    ("current_employee_record_id", PUBLIC),
    ("current_assignment_record_id", PUBLIC),
];

/// What a full user of version 1 has besides.
pub const FIRST_USER_ALONE: [(&str, &str); 6] = [
    ("incomplete_goal_count", PUBLIC),
    ("skills_count", PUBLIC),
    ("notes_received", PUBLIC),
    ("kudos_received", PUBLIC),
    ("values_supported", PUBLIC),
    ("api_key", "oneself"),
];

/// An assignment record of version 1.
pub const FIRST_ASSIGNMENT: [(&str, &str); 18] = [
    ("id", PUBLIC),
    ("user_id", PUBLIC),
    ("effective_date", EMPLOYMENT),
    ("job_id", PUBLIC),
    ("department_id", PUBLIC),
    ("manager_id", PUBLIC),
    ("employee_class_id", PUBLIC),
    ("status", EMPLOYMENT),
    ("pay_type", "sensitive_information.view_compensation"),
    ("pay_rate", "sensitive_information.view_compensation"),
    ("full_time", EMPLOYMENT),
    ("phone", PUBLIC),
    ("ext", PUBLIC),
    ("employee_num", EMPLOYMENT),
    ("date_hired", EMPLOYMENT),
    ("date_terminated", EMPLOYMENT),
    ("created", PUBLIC),
    ("modified", PUBLIC),
];

/// An employee record of version 1.
pub const FIRST_EMPLOYEE: [(&str, &str); 20] = [
    ("id", PUBLIC),
    ("user_id", PUBLIC),
    ("effective_date", DETAILS),
    ("first_name", PUBLIC),
    ("middle_name", DETAILS),
    ("last_name", PUBLIC),
    ("phone", DETAILS),
    ("address1", DETAILS),
    ("address2", DETAILS),
    ("city", DETAILS),
    ("state", DETAILS),
    ("country", DETAILS),
    ("postal", DETAILS),
    ("birthdate", "sensitive_information.view_birthday"),
    ("gender_id", "sensitive_information.view_government_id"),
    ("government_id", "sensitive_information.view_government_id"),
    ("emergency_name", DETAILS),
    ("emergency_number", DETAILS),
    ("created", PUBLIC),
    ("modified", PUBLIC),
];

/// What it takes to be shown records that are not in force, by their kind.
pub const HISTORY: [(&str, &str); 2] = [("employee", DETAILS), ("assignment", EMPLOYMENT)];

/// What it takes to be shown somebody who has left.
pub(super) const LEAVERS: &str = "basic_information.view_former";

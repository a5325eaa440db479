//! 'Who sees what' of `users.md`, written down once more: by hand, from the specification, and from nothing else.

use folkmoot_core::{Group, ManagementStyle, Privacy, SalaryAudience};

const Y: bool = true;
const N: bool = false;

/// The columns of the table: everyone, oneself, their managers, administrators.
pub(super) type Columns = [bool; 4];

const EVERYONE: Columns = [Y, Y, Y, Y];
const PRIVATE: Columns = [N, Y, Y, Y];
const SEALED: Columns = [N, Y, N, Y];

/// By what a field is shown.
pub(super) enum Rule {
    By(Columns),
    /// By the account's salary setting.
    Salary,
    /// Each value by its own privacy.
    Privacy,
}

use Rule::By;

/// Every key of a full user, in the order in which it is served.
pub(super) const FULL_USER: &[(&str, Rule)] = &[
    ("id", By(EVERYONE)),
    ("username", By(EVERYONE)),
    ("api_key", By([N, Y, N, N])),
    ("email", By(EVERYONE)),
    ("twitter_username", By(EVERYONE)),
    ("linkedin_url", By(EVERYONE)),
    ("blog_url", By(EVERYONE)),
    ("display_name", By(EVERYONE)),
    ("avatar", By(EVERYONE)),
    ("created", By(EVERYONE)),
    ("modified", By(EVERYONE)),
    ("assignment_record.id", By(EVERYONE)),
    ("assignment_record.current", By(EVERYONE)),
    ("assignment_record.employee_status", By(PRIVATE)),
    ("assignment_record.full_time", By(PRIVATE)),
    ("assignment_record.phone", By(EVERYONE)),
    ("assignment_record.ext", By(EVERYONE)),
    ("assignment_record.employee_num", By(PRIVATE)),
    ("assignment_record.date_hired", By(PRIVATE)),
    ("assignment_record.created", By(EVERYONE)),
    ("assignment_record.modified", By(EVERYONE)),
    ("assignment_record.job", By(EVERYONE)),
    ("assignment_record.department", By(EVERYONE)),
    ("assignment_record.manager", By(EVERYONE)),
    ("assignment_record.employee_class", By(EVERYONE)),
    ("assignment_record.location", By(EVERYONE)),
    ("assignment_record.url", By(EVERYONE)),
    ("assignment_record.pay_info", Rule::Salary),
    ("employee_record.id", By(EVERYONE)),
    ("employee_record.effective_date", By(PRIVATE)),
    ("employee_record.current", By(EVERYONE)),
    ("employee_record.first_name", By(EVERYONE)),
    ("employee_record.last_name", By(EVERYONE)),
    ("employee_record.middle_name", By(PRIVATE)),
    ("employee_record.phone", By(PRIVATE)),
    ("employee_record.address1", By(PRIVATE)),
    ("employee_record.address2", By(PRIVATE)),
    ("employee_record.city", By(PRIVATE)),
    ("employee_record.state", By(PRIVATE)),
    ("employee_record.country", By(PRIVATE)),
    ("employee_record.postal", By(PRIVATE)),
    ("employee_record.birthdate", By(PRIVATE)),
    ("employee_record.emergency_name", By(PRIVATE)),
    ("employee_record.emergency_number", By(PRIVATE)),
    ("employee_record.created", By(EVERYONE)),
    ("employee_record.modified", By(EVERYONE)),
    ("employee_record.url", By(EVERYONE)),
    ("custom_field_records", Rule::Privacy),
    ("group", By(PRIVATE)),
    ("leave_usages", By(PRIVATE)),
    ("badge_count", By(EVERYONE)),
    ("url", By(EVERYONE)),
];

/// What version 3 does not have of it.
pub(super) const NOT_IN_V3: [&str; 2] = ["group", "badge_count"];

/// What version 3 has more than it: after which key it is served.
pub(super) const MORE_IN_V3: &[(&str, &str, Rule)] = &[
    ("assignment_record.date_hired", "assignment_record.hours", By(PRIVATE)),
    ("assignment_record.hours", "assignment_record.standard_hours", By(PRIVATE)),
    ("employee_record.birthdate", "employee_record.government_id", By(SEALED)),
    ("leave_usages", "kudos_received", By(EVERYONE)),
    ("kudos_received", "values_supported", By(EVERYONE)),
    ("values_supported", "kudos_given", By(EVERYONE)),
    ("kudos_given", "goals", By(EVERYONE)),
    ("goals", "leave_requests", By(EVERYONE)),
];

/// A user of version 1 in XML, in lists.
pub(super) const FIRST_USER_XML: &[(&str, Rule)] = &[
    ("id", By(EVERYONE)),
    ("username", By(EVERYONE)),
    ("group_id", By(PRIVATE)),
    ("access", By(PRIVATE)),
    ("accepted_invite", By(EVERYONE)),
    ("email", By(EVERYONE)),
    ("twitter_username", By(EVERYONE)),
    ("linkedin_url", By(EVERYONE)),
    ("blog_url", By(EVERYONE)),
    ("created", By(EVERYONE)),
    ("modified", By(EVERYONE)),
    ("full_name", By(EVERYONE)),
    ("group_name", By(PRIVATE)),
];

/// A user of version 1 in JSON, in lists.
pub(super) const FIRST_USER_JSON: &[(&str, Rule)] = &[
    ("id", By(EVERYONE)),
    ("netsuite_id", By(EVERYONE)),
    ("username", By(EVERYONE)),
    ("email", By(EVERYONE)),
    ("twitter_username", By(EVERYONE)),
    ("linkedin_url", By(EVERYONE)),
    ("blog_url", By(EVERYONE)),
    ("created", By(EVERYONE)),
    ("modified", By(EVERYONE)),
    ("full_name", By(EVERYONE)),
    ("current_employee_record_id", By(EVERYONE)),
    ("current_assignment_record_id", By(EVERYONE)),
    ("group_id", By(PRIVATE)),
    ("access", By(PRIVATE)),
    ("accepted_invite", By(EVERYONE)),
    ("group_name", By(PRIVATE)),
];

/// What a full user of version 1 has besides.
pub(super) const FIRST_USER_MORE: &[(&str, Rule)] = &[
    ("incomplete_goal_count", By(EVERYONE)),
    ("skills_count", By(EVERYONE)),
    ("notes_received", By(EVERYONE)),
    ("kudos_received", By(EVERYONE)),
    ("values_supported", By(EVERYONE)),
    ("api_key", By([N, Y, N, N])),
];

/// An assignment record of version 1.
pub(super) const FIRST_ASSIGNMENT: &[(&str, Rule)] = &[
    ("id", By(EVERYONE)),
    ("user_id", By(EVERYONE)),
    ("effective_date", By(PRIVATE)),
    ("job_id", By(EVERYONE)),
    ("department_id", By(EVERYONE)),
    ("manager_id", By(EVERYONE)),
    ("employee_class_id", By(EVERYONE)),
    ("status", By(PRIVATE)),
    ("pay_type", Rule::Salary),
    ("pay_rate", Rule::Salary),
    ("full_time", By(PRIVATE)),
    ("phone", By(EVERYONE)),
    ("ext", By(EVERYONE)),
    ("employee_num", By(PRIVATE)),
    ("date_hired", By(PRIVATE)),
    ("date_terminated", By(PRIVATE)),
    ("created", By(EVERYONE)),
    ("modified", By(EVERYONE)),
];

/// An employee record of version 1.
pub(super) const FIRST_EMPLOYEE: &[(&str, Rule)] = &[
    ("id", By(EVERYONE)),
    ("user_id", By(EVERYONE)),
    ("effective_date", By(PRIVATE)),
    ("first_name", By(EVERYONE)),
    ("middle_name", By(PRIVATE)),
    ("last_name", By(EVERYONE)),
    ("phone", By(PRIVATE)),
    ("address1", By(PRIVATE)),
    ("address2", By(PRIVATE)),
    ("city", By(PRIVATE)),
    ("state", By(PRIVATE)),
    ("country", By(PRIVATE)),
    ("postal", By(PRIVATE)),
    ("birthdate", By(PRIVATE)),
    ("gender_id", By(SEALED)),
    ("government_id", By(SEALED)),
    ("emergency_name", By(PRIVATE)),
    ("emergency_number", By(PRIVATE)),
    ("created", By(EVERYONE)),
    ("modified", By(EVERYONE)),
];

/// Who sees what somebody is paid, by the account's salary setting.
pub(super) const SALARY: [(SalaryAudience, Columns); 4] = [
    (SalaryAudience::Administrators, [N, N, N, Y]),
    (SalaryAudience::Managers, [N, N, Y, Y]),
    (SalaryAudience::EmployeeAndManager, [N, Y, Y, Y]),
    (SalaryAudience::Everyone, [Y, Y, Y, Y]),
];

/// Who sees a value of a custom field, by the field's privacy.
pub(super) const PRIVACY: [(Privacy, Columns); 4] = [
    (Privacy::Everyone, [Y, Y, Y, Y]),
    (Privacy::EmployeeAndManager, [N, Y, Y, Y]),
    (Privacy::Manager, [N, N, Y, Y]),
    (Privacy::AdministratorOnly, [N, N, N, Y]),
];

/// Who may know of a custom field at all: Employees, Managers, Administrators.
pub(super) const DEFINITIONS: [(Privacy, [bool; 3]); 4] = [
    (Privacy::Everyone, [Y, Y, Y]),
    (Privacy::EmployeeAndManager, [Y, Y, Y]),
    (Privacy::Manager, [N, Y, Y]),
    (Privacy::AdministratorOnly, [N, N, Y]),
];

/// Who sees somebody who has left.
pub(super) const LEAVERS: Columns = [N, N, Y, Y];

/// Who sees records that are history, or yet to come.
pub(super) const HISTORY: Columns = [N, Y, Y, Y];

/// A person as far as it decides who sees what of them.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) id: i64,
    pub(super) group: Group,
    pub(super) manager: Option<i64>,
}

/// Which columns of the table the viewer is in.
pub(super) fn roles(
    style: ManagementStyle,
    viewer: Standing,
    target: Standing,
    manager_of: impl Fn(i64) -> Option<i64>,
) -> Columns {
    let oneself = viewer.id == target.id;
    let direct = target.manager == Some(viewer.id);
    let mut line = Vec::new();
    let mut above = target.manager;
    while let Some(id) = above {
        line.push(id);
        above = manager_of(id);
    }
    let by_style = match style {
        ManagementStyle::AllUsers => true,
        ManagementStyle::DirectReportsAndEmployees => direct || target.group == Group::Employees,
        ManagementStyle::DirectReports => direct,
        ManagementStyle::WholeLine => line.contains(&viewer.id),
    };
    // The group Employees manages nobody; and nobody is their own manager.
    let manages = by_style && viewer.group != Group::Employees && !oneself;
    [true, oneself, manages, viewer.group == Group::Administrators]
}

pub(super) fn sees(columns: Columns, roles: Columns) -> bool {
    columns.iter().zip(roles).any(|(&shown, is)| shown && is)
}

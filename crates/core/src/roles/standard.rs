//! The seven standard roles, as data (`org.md`, 'Roles (v3)').

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Right::{
    ApiAccess, ApproveLeaveRequests, CreateEmployee, CreateEvents, CreateLeaveRequests, CreatePerformance,
    DefineRoles, DeleteEvents, ModifyBadges, ModifyBirthday, ModifyCompensation, ModifyDetails,
    ModifyEmployeeItems, ModifyEvents, ModifyFeatures, ModifyGovernmentId, ModifyHiring, ModifyIncidents,
    ModifyIntegrations, ModifyJobBoard, ModifyLeaveRequests, ModifyManagerItems, ModifyPerformance,
    ModifySystemConfiguration, ModifyValues, ReadSystemLogs, UseCalendar, UseDirectory, UseOrgChart,
    ViewAccess, ViewBirthday, ViewCompensation, ViewDetails, ViewEmployeeItems, ViewEmployment, ViewEvents,
    ViewFormer, ViewGovernmentId, ViewHiring, ViewIncidents, ViewLeaveBalances, ViewLeaveRequests,
    ViewManagerItems, ViewPerformance, ViewReports, WebLogin,
};
use super::{PermissionGroup, Relationship, Right, Rights, Role};
use crate::{Group, ManagementStyle, RoleId, SalaryAudience, Settings};

/// A role that every account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardRole {
    /// What everybody may do with what is theirs.
    Employee,
    /// What a manager sees and does, of those whom the account's management style says.
    Manager,
    /// Everything about people.
    HrAdministrator,
    /// Everything.
    SystemAdministrator,
    /// The office: details of people, the calendar, badges and values.
    OfficeManager,
    /// Pay, government numbers and leave balances; to be limited to a region.
    RegionalPayroll,
    /// Applicants and openings; to be limited to a region.
    RegionalRecruiter,
}

use StandardRole::{
    Employee, HrAdministrator, Manager, OfficeManager, RegionalPayroll, RegionalRecruiter,
    SystemAdministrator,
};

impl StandardRole {
    /// Each of them, in the order of their numbers in a new account.
    pub const ALL: [StandardRole; 7] = [
        Employee,
        Manager,
        HrAdministrator,
        SystemAdministrator,
        OfficeManager,
        RegionalPayroll,
        RegionalRecruiter,
    ];

    /// The word for it, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Employee => "employee",
            Manager => "manager",
            HrAdministrator => "hr_administrator",
            SystemAdministrator => "system_administrator",
            OfficeManager => "office_manager",
            RegionalPayroll => "regional_payroll",
            RegionalRecruiter => "regional_recruiter",
        }
    }

    /// From the word.
    pub fn from_code(code: &str) -> Option<StandardRole> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The name that it has at first.
    pub const fn name(self) -> &'static str {
        match self {
            Employee => "Employee",
            Manager => "Manager",
            HrAdministrator => "HR Administrator",
            SystemAdministrator => "System Administrator",
            OfficeManager => "Office Manager",
            RegionalPayroll => "Regional Payroll",
            RegionalRecruiter => "Regional Recruiter",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Employee => "What everybody may see and do of their own",
            Manager => "What managers may see and do of those whom they manage",
            HrAdministrator => "Everything about people",
            SystemAdministrator => "Everything",
            OfficeManager => "People's details, the calendar, badges and values",
            RegionalPayroll => {
                "Pay, government numbers and leave balances, of a region if limited to its locations"
            }
            RegionalRecruiter => "Applicants and openings, of a region if limited to its locations",
        }
    }

    /// The roles that stand for a group.
    pub const fn of_group(group: Group) -> &'static [StandardRole] {
        match group {
            Group::Employees => &[Employee],
            Group::Managers => &[Employee, Manager],
            Group::Administrators => &[Employee, SystemAdministrator],
        }
    }

    /// Whether a group stands on it, so that it cannot be deleted.
    pub const fn is_of_a_group(self) -> bool {
        matches!(self, Employee | Manager | SystemAdministrator)
    }

    /// The role as a new account has it.
    pub fn role(self, now: Timestamp, settings: Settings) -> Role {
        Role {
            id: RoleId(self as i64 + 1),
            name: self.name().into(),
            description: self.description().into(),
            standard: Some(self),
            assign_to_new: self == Employee,
            own_permissions: false,
            permission_groups: self.permission_groups(settings),
            created: now,
            modified: now,
        }
    }

    /// What it allows under these settings, as long as nobody has changed it.
    pub fn permission_groups(self, settings: Settings) -> Vec<PermissionGroup> {
        match self {
            Employee => employee(settings.salary_audience),
            Manager => manager(settings),
            HrAdministrator => vec![within(Relationship::Everyone, Rights::ALL.without(NOT_FOR_HR))],
            SystemAdministrator => vec![within(Relationship::Everyone, Rights::ALL)],
            OfficeManager => vec![within(Relationship::Everyone, OFFICE)],
            RegionalPayroll => vec![within(Relationship::Everyone, PAYROLL)],
            RegionalRecruiter => vec![within(Relationship::Everyone, RECRUITING)],
        }
    }
}

fn within(relationship: Relationship, rights: Rights) -> PermissionGroup {
    PermissionGroup { departments: [].into(), locations: [].into(), relationship, rights }
}

/// `rights`, and to see pay where `sees_pay`.
const fn with_pay(rights: &[Right], sees_pay: bool) -> Rights {
    let pay = if sees_pay { Rights::of(&[ViewCompensation]) } else { Rights::NONE };
    Rights::of(rights).and(pay)
}

fn employee(salary: SalaryAudience) -> Vec<PermissionGroup> {
    let own = &[
        WebLogin,
        ApiAccess,
        UseCalendar,
        UseDirectory,
        UseOrgChart,
        ViewEmployeeItems,
        ModifyEmployeeItems,
        ViewBirthday,
        ModifyBirthday,
        ViewGovernmentId,
        ViewDetails,
        ModifyDetails,
        ViewEmployment,
        ViewAccess,
        ViewLeaveRequests,
        CreateLeaveRequests,
        ViewLeaveBalances,
        ViewPerformance,
    ];
    let of_everyone = salary == SalaryAudience::Everyone;
    let own_pay = of_everyone || salary == SalaryAudience::EmployeeAndManager;
    vec![
        within(Relationship::Oneself, with_pay(own, own_pay)),
        within(Relationship::Everyone, with_pay(&[ViewEvents], of_everyone)),
    ]
}

fn manager(settings: Settings) -> Vec<PermissionGroup> {
    let managed = match settings.management_style {
        ManagementStyle::AllUsers => Relationship::EveryoneElse,
        ManagementStyle::DirectReportsAndEmployees => Relationship::DirectReportsAndEmployees,
        ManagementStyle::DirectReports => Relationship::DirectReports,
        ManagementStyle::WholeLine => Relationship::AllReports,
    };
    let rights = &[
        ViewEmployeeItems,
        ModifyEmployeeItems,
        ViewManagerItems,
        ModifyManagerItems,
        ViewBirthday,
        ViewDetails,
        ViewEmployment,
        ViewFormer,
        ViewAccess,
        ViewLeaveRequests,
        CreateLeaveRequests,
        ModifyLeaveRequests,
        ApproveLeaveRequests,
        ViewLeaveBalances,
        ViewPerformance,
        CreatePerformance,
        ModifyPerformance,
        ViewIncidents,
    ];
    let mut rights = with_pay(rights, settings.salary_audience != SalaryAudience::Administrators);
    if settings.managers_edit_pay {
        rights = rights.and(Rights::of(&[ModifyCompensation]));
    }
    vec![within(managed, rights)]
}

/// What is about the system and not about people.
const NOT_FOR_HR: Rights =
    Rights::of(&[ReadSystemLogs, ModifySystemConfiguration, ModifyFeatures, ModifyIntegrations, DefineRoles]);

const OFFICE: Rights = Rights::of(&[
    WebLogin,
    ApiAccess,
    UseCalendar,
    UseDirectory,
    UseOrgChart,
    ModifyBadges,
    ModifyValues,
    ViewDetails,
    ModifyDetails,
    ViewEmployment,
    ViewLeaveRequests,
    ViewEvents,
    CreateEvents,
    ModifyEvents,
    DeleteEvents,
    ViewIncidents,
    ModifyIncidents,
]);

const PAYROLL: Rights = Rights::of(&[
    WebLogin,
    ApiAccess,
    ViewReports,
    ViewBirthday,
    ViewCompensation,
    ModifyCompensation,
    ViewGovernmentId,
    ModifyGovernmentId,
    ViewDetails,
    ViewEmployment,
    ViewFormer,
    ViewLeaveBalances,
]);

const RECRUITING: Rights = Rights::of(&[
    WebLogin,
    ApiAccess,
    ModifyJobBoard,
    ViewEmployment,
    CreateEmployee,
    ViewHiring,
    ModifyHiring,
]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Right::AssignRoles;

    #[test]
    fn a_standard_role_is_found_by_its_own_code_alone() {
        for role in StandardRole::ALL {
            assert_eq!(StandardRole::from_code(role.code()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.code());
        }
        assert_eq!(StandardRole::from_code("Employee"), None);
    }

    #[test]
    fn only_a_system_administrator_defines_roles() {
        for role in StandardRole::ALL {
            let all = role.role(Timestamp::UNIX_EPOCH, Settings::default()).rights();
            assert_eq!(all.has(DefineRoles), role == SystemAdministrator, "{role:?}");
            assert_eq!(
                all.has(AssignRoles),
                matches!(role, SystemAdministrator | HrAdministrator),
                "{role:?}"
            );
        }
    }
}

//! Accounts: one company each, with its settings.

use serde::{Deserialize, Serialize};

use crate::{AccountId, Text};

/// An account: one company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// The first label of its host name, in lower case.
    pub subdomain: Text,
    /// The company's name.
    pub name: Text,
    /// What the company has set.
    pub settings: Settings,
}

/// What a company decides for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whose private items a manager sees.
    pub management_style: ManagementStyle,
    /// Who sees salaries.
    pub salary_audience: SalaryAudience,
    /// What `display_name` is made of.
    pub display_name: DisplayNameStyle,
}

/// Whose private items a manager sees (`users.md`, 'management style').
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManagementStyle {
    /// All users'.
    AllUsers,
    /// Direct reports', and those of everyone whose group is Employees.
    DirectReportsAndEmployees,
    /// Direct reports' only.
    #[default]
    DirectReports,
    /// Those of the whole line below.
    WholeLine,
}

impl ManagementStyle {
    /// Every style.
    pub const ALL: [ManagementStyle; 4] = [
        ManagementStyle::AllUsers,
        ManagementStyle::DirectReportsAndEmployees,
        ManagementStyle::DirectReports,
        ManagementStyle::WholeLine,
    ];
}

/// Who sees salaries, next to administrators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SalaryAudience {
    /// Nobody else.
    Administrators,
    /// Those who manage the person.
    Managers,
    /// The person and those who manage them.
    #[default]
    EmployeeAndManager,
    /// Everyone.
    Everyone,
}

impl SalaryAudience {
    /// Every choice.
    pub const ALL: [SalaryAudience; 4] = [
        SalaryAudience::Administrators,
        SalaryAudience::Managers,
        SalaryAudience::EmployeeAndManager,
        SalaryAudience::Everyone,
    ];
}

/// What `display_name` is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DisplayNameStyle {
    /// First and last name.
    #[default]
    FirstAndLast,
    /// The nickname where there is one, else the first name; and the last name.
    NicknameAndLast,
}

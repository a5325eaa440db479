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
    /// Whether it is served.
    #[serde(default)]
    pub state: AccountState,
    /// What the company has set.
    pub settings: Settings,
}

/// Whether an account is served, as its operator decides (`http.md`, Errors).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountState {
    /// It is.
    #[default]
    Active,
    /// Nobody may use it until it is made active again.
    Suspended,
    /// It is being worked on, and comes back by itself: clients are asked to try later.
    Maintenance,
    /// It is to be removed, and answers as if it had never been there.
    Deleted,
}

impl AccountState {
    /// Every state.
    pub const ALL: [AccountState; 4] =
        [AccountState::Active, AccountState::Suspended, AccountState::Maintenance, AccountState::Deleted];

    /// The word for it, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            AccountState::Active => "active",
            AccountState::Suspended => "suspended",
            AccountState::Maintenance => "maintenance",
            AccountState::Deleted => "deleted",
        }
    }

    /// From the word.
    pub fn from_code(code: &str) -> Option<AccountState> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
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
    /// Whether those who manage somebody may change their pay.
    pub managers_edit_pay: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_from_its_own_word_alone() {
        for state in AccountState::ALL {
            assert_eq!(AccountState::from_code(state.code()), Some(state));
        }
        assert_eq!(AccountState::from_code("Active"), None);
        assert_eq!(AccountState::from_code(""), None);
        assert_eq!(AccountState::default(), AccountState::Active);
    }
}

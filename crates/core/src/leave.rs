//! Leave types and what people have used of them (`leave.md`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Fixed, LeaveTypeId, Text};

/// A leave type, such as 'PTO'.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveType {
    /// Its identifier.
    pub id: LeaveTypeId,
    /// The name.
    pub name: Text,
    /// How it accrues.
    pub accrual: Accrual,
    /// What somebody on such leave is said to be doing.
    pub action_phrase: Text,
    /// Whether it is unpaid.
    pub unpaid: bool,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// What a user has used, and has left, of a leave type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveUsage {
    /// The leave type.
    pub leave_type: LeaveTypeId,
    /// Days used.
    pub days_used: Fixed,
    /// Days left; `None` for a type that only tracks usage.
    pub days_remaining: Option<Fixed>,
}

/// How much of a leave type somebody gets, where that is not what the type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveQuota {
    /// The leave type.
    pub leave_type: LeaveTypeId,
    /// Days a year; `None` for as many as the type says.
    pub quota: Option<Fixed>,
    /// Days that can be carried over into the next year; `None` for as many as the type says.
    pub carry_over: Option<Fixed>,
}

/// How often leave accrues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Accrual {
    /// Never: the type only tracks usage.
    None,
    /// Every week.
    Weekly,
    /// Every second week.
    Biweekly,
    /// Twice a month.
    Semimonthly,
    /// Every month.
    Monthly,
    /// Every year.
    Annual,
}

impl Accrual {
    /// Every schedule.
    pub const ALL: [Accrual; 6] = [
        Accrual::None,
        Accrual::Weekly,
        Accrual::Biweekly,
        Accrual::Semimonthly,
        Accrual::Monthly,
        Accrual::Annual,
    ];

    /// The API's word for it, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            Accrual::None => "NONE",
            Accrual::Weekly => "WEEKLY",
            Accrual::Biweekly => "BIWEEKLY",
            Accrual::Semimonthly => "SEMIMONTHLY",
            Accrual::Monthly => "MONTHLY",
            Accrual::Annual => "ANNUAL",
        }
    }

    /// From the API's word, in any case.
    pub fn from_code(code: &str) -> Option<Accrual> {
        Self::ALL.into_iter().find(|accrual| accrual.code().eq_ignore_ascii_case(code))
    }
}

//! Changes to people, as typed values that cannot be malformed (`users.md`, History): what is sent, what becomes of it on
//! the day on which it takes effect, and who may do so.

mod patch;
mod plan;
mod rights;

use jiff::civil::Date;
pub use patch::{JobPatch, Patch, PersonalPatch, UserPatch, WorkHoursPatch};
pub use plan::plan;
pub use rights::{WriteField, may_withdraw, may_write, may_write_anything};

use crate::{CustomFieldId, CustomFieldRecordId, Fixed, LeaveQuota, LeaveTypeId, PayrollProviderId, Text};

/// A value, and the key under which the caller sent it: faults name the field so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<T> {
    /// The key, as the caller spelled it.
    pub key: Box<str>,
    /// The value.
    pub value: T,
}

/// What is sent to add or change a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserEdit {
    /// Of the user itself.
    pub user: UserPatch,
    /// Personal data.
    pub employee: DatedEdit<PersonalPatch>,
    /// Job data.
    pub assignment: DatedEdit<JobPatch>,
    /// Working hours; they take effect with the job data.
    pub work_hours: WorkHoursPatch,
    /// Values of custom fields.
    pub custom_fields: Vec<CustomFieldEdit>,
    /// What payroll providers call them.
    pub payroll: Vec<PayrollEdit>,
    /// How much leave they get.
    pub leave_quotas: Vec<LeaveQuotaEdit>,
}

impl UserEdit {
    /// Whether nothing is sent that could change anything.
    pub fn is_empty(&self) -> bool {
        self.user.is_empty()
            && self.employee.patch.is_empty()
            && self.assignment.patch.is_empty()
            && self.work_hours.is_empty()
            && self.custom_fields.is_empty()
            && self.payroll.is_empty()
            && self.leave_quotas.is_empty()
    }
}

/// A change of dated data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatedEdit<P> {
    /// The first day on which it counts; else today.
    pub effective_date: Option<Sent<Date>>,
    /// The change.
    pub patch: P,
}

/// A value for a custom field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomFieldEdit {
    /// Which.
    pub of: Sent<CustomFieldTarget>,
    /// The value; empty for none.
    pub content: Sent<Text>,
}

/// What a payroll provider is to call somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayrollEdit {
    /// The provider.
    pub provider: Sent<PayrollProviderId>,
    /// Their identifier there; empty for none.
    pub payroll_id: Sent<Text>,
}

/// How much of a leave type somebody is to get: what is not sent stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveQuotaEdit {
    /// The leave type.
    pub leave_type: Sent<LeaveTypeId>,
    /// Days a year; `None` for as many as the type says.
    pub quota: Option<Sent<Option<Fixed>>>,
    /// Days that can be carried over; `None` for as many as the type says.
    pub carry_over: Option<Sent<Option<Fixed>>>,
}

impl LeaveQuotaEdit {
    /// What somebody gets after this who has got `before`.
    pub fn applied_to(&self, before: Option<LeaveQuota>) -> LeaveQuota {
        let value = |sent: &Option<Sent<Option<Fixed>>>, before: Option<Fixed>| {
            sent.as_ref().map_or(before, |sent| sent.value)
        };
        LeaveQuota {
            leave_type: self.leave_type.value,
            quota: value(&self.quota, before.and_then(|before| before.quota)),
            carry_over: value(&self.carry_over, before.and_then(|before| before.carry_over)),
        }
    }
}

/// How a custom field is named: PUT's `id` means the record, or where there is none of that number, the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomFieldTarget {
    /// By its definition's number.
    Field(CustomFieldId),
    /// By the record's number, or the definition's.
    RecordOrField(CustomFieldRecordId),
}

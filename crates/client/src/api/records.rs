//! The dated records that belong to a user: personal data and job data.

use jiff::{Timestamp, civil::Date};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    Accrual, Api, AssignmentChange, Done, EmployeeChange, EmploymentStatus, Id, PayBasis, Tagged, Write,
    form::Form, read,
};
use crate::{client::segment, error::Result};

/// Another object in a few words. What the server does not say is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Reference {
    /// Its id.
    pub id: Id,
    /// Its name, title or class.
    #[serde(
        default,
        alias = "title",
        alias = "class",
        alias = "display_name",
        deserialize_with = "read::plain"
    )]
    pub name: String,
    /// Its address, relative to the account.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
}

/// What somebody is paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PayInfo {
    /// What it is counted by.
    #[serde(default, rename = "type")]
    pub basis: Option<PayBasis>,
    /// What that is called.
    #[serde(default, deserialize_with = "read::text")]
    pub label: Option<String>,
    /// How much: a decimal, exactly as it is kept.
    #[serde(default, deserialize_with = "read::text")]
    pub rate: Option<String>,
    /// Of which currency.
    #[serde(default, deserialize_with = "read::text")]
    pub currency: Option<String>,
}

/// Job data from a day on. A field is nothing when it is empty, and when the caller may not see it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AssignmentRecord {
    /// The id.
    pub id: Id,
    /// The first day on which it counts, where the server says it.
    #[serde(default, deserialize_with = "read::date")]
    pub effective_date: Option<Date>,
    /// Whether it is in force.
    #[serde(default, deserialize_with = "read::boolean")]
    pub current: Option<bool>,
    /// Whether they are employed.
    #[serde(default)]
    pub employee_status: Option<EmploymentStatus>,
    /// Whether they work full time.
    #[serde(default, deserialize_with = "read::boolean")]
    pub full_time: Option<bool>,
    /// The work phone.
    #[serde(default, deserialize_with = "read::text")]
    pub phone: Option<String>,
    /// Its extension.
    #[serde(default, deserialize_with = "read::text")]
    pub ext: Option<String>,
    /// The employee number.
    #[serde(default, deserialize_with = "read::text")]
    pub employee_num: Option<String>,
    /// The day of hire.
    #[serde(default, deserialize_with = "read::date")]
    pub date_hired: Option<Date>,
    /// Hours a day, a decimal; version 3 says it.
    #[serde(default, deserialize_with = "read::text")]
    pub hours: Option<String>,
    /// Hours a week, a decimal; version 3 says it.
    #[serde(default, deserialize_with = "read::text")]
    pub standard_hours: Option<String>,
    /// When it was made.
    #[serde(default, deserialize_with = "read::moment")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "read::moment")]
    pub modified: Option<Timestamp>,
    /// The job.
    #[serde(default)]
    pub job: Option<Reference>,
    /// The department.
    #[serde(default)]
    pub department: Option<Reference>,
    /// The manager.
    #[serde(default)]
    pub manager: Option<Reference>,
    /// The class of employees.
    #[serde(default)]
    pub employee_class: Option<Reference>,
    /// The location.
    #[serde(default)]
    pub location: Option<Reference>,
    /// Its address, relative to the account.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
    /// The pay.
    #[serde(default)]
    pub pay_info: Option<PayInfo>,
}

macro_rules! employee_record {
    ($($(#[$doc:meta])* $field:ident)*) => {
        /// Personal data from a day on. A field is nothing when the caller may not see it.
        #[derive(Clone, Debug, Deserialize)]
        #[non_exhaustive]
        pub struct EmployeeRecord {
            /// The id; a partial user's record has none but in its address.
            #[serde(default, deserialize_with = "read::id")]
            pub id: Option<Id>,
            /// The first day on which it counts.
            #[serde(default, deserialize_with = "read::date")]
            pub effective_date: Option<Date>,
            /// Whether it is in force.
            #[serde(default, deserialize_with = "read::boolean")]
            pub current: Option<bool>,
            $(
                $(#[$doc])*
                #[serde(default, deserialize_with = "read::text")]
                pub $field: Option<String>,
            )*
            /// The date of birth.
            #[serde(default, deserialize_with = "read::date")]
            pub birthdate: Option<Date>,
            /// The government's number for them; version 3 says it.
            #[serde(default, deserialize_with = "read::secret")]
            pub government_id: Option<SecretString>,
            /// When it was made.
            #[serde(default, deserialize_with = "read::moment")]
            pub created: Option<Timestamp>,
            /// When it was last changed.
            #[serde(default, deserialize_with = "read::moment")]
            pub modified: Option<Timestamp>,
        }
    };
}

employee_record! {
    /// The given name.
    first_name
    /// The family name.
    last_name
    /// The middle name.
    middle_name
    /// The phone at home.
    phone
    /// The first line of the address.
    address1
    /// The second line of the address.
    address2
    /// The city.
    city
    /// The state or province.
    state
    /// The country.
    country
    /// The postal code.
    postal
    /// Whom to call in an emergency.
    emergency_name
    /// Their number.
    emergency_number
    /// Its address, relative to the account.
    url
}

/// What a custom field holds for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct CustomFieldRecord {
    /// The id.
    pub id: Id,
    /// The value.
    #[serde(default, deserialize_with = "read::plain")]
    pub content: String,
    /// The field.
    #[serde(default)]
    pub custom_field: Option<Reference>,
}

/// Leave used and left.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct LeaveUsage {
    /// Of which type.
    pub leave_type: LeaveTypeReference,
    /// Days used, a decimal.
    #[serde(default, deserialize_with = "read::text")]
    pub days_used: Option<String>,
    /// Days left, a decimal; nothing where none are counted.
    #[serde(default, deserialize_with = "read::text")]
    pub days_remaining: Option<String>,
}

/// A type of leave in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct LeaveTypeReference {
    /// Its id.
    pub id: Id,
    /// Its name.
    #[serde(default, deserialize_with = "read::plain")]
    pub name: String,
    /// How it accrues.
    #[serde(default)]
    pub accrual: Option<Accrual>,
}

/// Which of somebody's records are asked for: all, if nothing is said.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct History {
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
}

impl History {
    /// All of them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those that were, or will be, in force on a day.
    pub fn as_of(mut self, day: Date) -> Self {
        self.as_of = Some(day);
        self
    }

    /// As it was known at a moment: without what has been changed since.
    pub fn known_at(mut self, moment: Timestamp) -> Self {
        self.known_at = Some(moment);
        self
    }

    pub(super) fn query(&self) -> Vec<(&'static str, String)> {
        let as_of = self.as_of.map(|day| ("as_of", day.to_string()));
        let known_at = self.known_at.map(|moment| ("known_at", moment.to_string()));
        as_of.into_iter().chain(known_at).collect()
    }
}

impl<'a> Api<'a> {
    /// An employee record, past and future ones included.
    ///
    /// # Errors
    /// When there is no such record, or not for this caller.
    pub async fn employee_record(self, id: impl Into<Id>) -> Result<Tagged<EmployeeRecord>> {
        self.read(&employee(&id.into()), &[]).await
    }

    /// An assignment record, past and future ones included.
    ///
    /// # Errors
    /// When there is no such record, or not for this caller.
    pub async fn assignment_record(self, id: impl Into<Id>) -> Result<Tagged<AssignmentRecord>> {
        self.read(&assignment(&id.into()), &[]).await
    }

    /// Corrects what an employee record was wrong in from the beginning, the day included from which on it counts; `reason`
    /// is for the audit trail. Where things have changed, that is a change of the user instead.
    pub fn correct_employee_record(
        self,
        id: impl Into<Id>,
        change: EmployeeChange,
        reason: &str,
    ) -> Write<'a, EmployeeRecord> {
        let id = id.into();
        Write::put(self, employee(&id), correction(change.0, Some(&id), reason))
    }

    /// Withdraws an employee record that should not have been entered, unless it is their only one.
    pub fn withdraw_employee_record(self, id: impl Into<Id>, reason: &str) -> Write<'a, Done> {
        Write::delete(self, employee(&id.into())).with_form(correction(Form::default(), None, reason))
    }

    /// Corrects what an assignment record was wrong in from the beginning, likewise. Hours are kept by themselves, and are
    /// refused here.
    pub fn correct_assignment_record(
        self,
        id: impl Into<Id>,
        change: AssignmentChange,
        reason: &str,
    ) -> Write<'a, AssignmentRecord> {
        let id = id.into();
        Write::put(self, assignment(&id), correction(change.0, Some(&id), reason))
    }

    /// Withdraws an assignment record that should not have been entered, unless it is their only one.
    pub fn withdraw_assignment_record(self, id: impl Into<Id>, reason: &str) -> Write<'a, Done> {
        Write::delete(self, assignment(&id.into())).with_form(correction(Form::default(), None, reason))
    }
}

fn correction(mut form: Form, id: Option<&Id>, reason: &str) -> Form {
    if let Some(id) = id {
        form.add("id", id.as_str());
    }
    form.add("reason", reason);
    form
}

fn employee(id: &Id) -> String {
    format!("employee_records/{}.json", segment(id.as_str()))
}

fn assignment(id: &Id) -> String {
    format!("assignment_records/{}.json", segment(id.as_str()))
}

//! Patches: for each field what is sent for it, if anything.

use jiff::civil::Date;

use super::{Sent, WriteField};
use crate::{
    DepartmentId, EmployeeClassId, EmploymentStatus, Fixed, Gender, Group, JobData, JobId, LocationId, Pay,
    PersonalData, Sealed, Text, User, UserId, WorkHours,
};

/// A change of `Data`, field by field.
pub trait Patch: Clone {
    /// What is changed.
    type Data: Clone;

    /// Whether nothing is sent.
    fn is_empty(&self) -> bool;

    /// The part that makes a difference to `data`.
    #[must_use]
    fn differing_from(&self, data: &Self::Data) -> Self;

    /// The part about fields in which `one` and `other` agree.
    #[must_use]
    fn where_same(&self, one: &Self::Data, other: &Self::Data) -> Self;

    /// Puts what is sent into `data`.
    fn apply(&self, data: &mut Self::Data);

    /// What is sent, and under which keys.
    fn sent(&self) -> impl Iterator<Item = (WriteField, &str)>;
}

macro_rules! patch {
    ($(#[$doc:meta])* $patch:ident of $data:ident { $($field:ident: $type:ty => $write:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the fields are those of what is changed")]
        pub struct $patch {
            $(pub $field: Option<Sent<$type>>,)*
        }

        impl Patch for $patch {
            type Data = $data;

            fn is_empty(&self) -> bool {
                $(self.$field.is_none())&&*
            }

            fn differing_from(&self, data: &$data) -> Self {
                $patch { $($field: self.$field.clone().filter(|sent| sent.value != data.$field),)* }
            }

            fn where_same(&self, one: &$data, other: &$data) -> Self {
                $patch { $($field: self.$field.clone().filter(|_| one.$field == other.$field),)* }
            }

            fn apply(&self, data: &mut $data) {
                $(if let Some(sent) = &self.$field {
                    data.$field = sent.value.clone();
                })*
            }

            fn sent(&self) -> impl Iterator<Item = (WriteField, &str)> {
                [$(self.$field.as_ref().map(|sent| (WriteField::$write, &*sent.key)),)*].into_iter().flatten()
            }
        }

        impl $patch {
            /// Whether nothing is sent.
            pub fn is_empty(&self) -> bool {
                Patch::is_empty(self)
            }
        }
    };
}

patch! {
    /// A change of the part of a user that is not dated.
    UserPatch of User {
        username: Text => Username,
        email: Text => Contact,
        twitter_username: Text => Contact,
        linkedin_url: Text => Contact,
        blog_url: Text => Contact,
        nickname: Text => Contact,
        group: Group => Group,
    }
}

patch! {
    /// A change of personal data.
    PersonalPatch of PersonalData {
        first_name: Text => Personal,
        middle_name: Text => Personal,
        last_name: Text => Personal,
        phone: Text => Personal,
        address1: Text => Personal,
        address2: Text => Personal,
        city: Text => Personal,
        state: Text => Personal,
        country: Text => Personal,
        postal: Text => Personal,
        birthdate: Option<Date> => Personal,
        gender: Option<Gender> => GovernmentId,
        government_id: Option<Sealed> => GovernmentId,
        emergency_name: Text => Personal,
        emergency_number: Text => Personal,
    }
}

patch! {
    /// A change of job data.
    JobPatch of JobData {
        job: Option<JobId> => Employment,
        department: Option<DepartmentId> => Employment,
        manager: Option<UserId> => Employment,
        location: Option<LocationId> => Employment,
        employee_class: Option<EmployeeClassId> => Employment,
        status: EmploymentStatus => Employment,
        pay: Option<Pay> => Pay,
        full_time: bool => Employment,
        phone: Text => WorkPhone,
        ext: Text => WorkPhone,
        employee_num: Text => Employment,
        date_hired: Option<Date> => Employment,
        date_terminated: Option<Date> => Employment,
    }
}

patch! {
    /// A change of working hours.
    WorkHoursPatch of WorkHours {
        a_day: Fixed => Employment,
        a_week: Fixed => Employment,
    }
}

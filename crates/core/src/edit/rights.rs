//! Who may change what of somebody (`users.md`, v1 shapes: what employees may edit of themselves).

use crate::{Directory, HistoryOf, Person, Privacy, Right, Rights, Viewer};

/// Kinds of fields, by who may change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteField {
    /// The name to log in with.
    Username,
    /// E-mail address, links, the name to be called by.
    Contact,
    /// The group.
    Group,
    /// Name, home phone, address, date of birth, emergency contact.
    Personal,
    /// Government number and gender.
    GovernmentId,
    /// Job, department, manager, location, class, status, hours, dates.
    Employment,
    /// Work phone and extension.
    WorkPhone,
    /// Pay.
    Pay,
    /// How much leave they get.
    LeaveBalance,
    /// The value of a custom field of this privacy.
    Custom(Privacy),
}

impl WriteField {
    /// The right over somebody that it takes to change fields of this kind.
    pub const fn needs(self) -> Right {
        match self {
            WriteField::Username | WriteField::Employment => Right::ModifyEmployment,
            WriteField::Group => Right::AssignRoles,
            // What anybody can read of somebody is not for their manager to say.
            WriteField::Contact
            | WriteField::Personal
            | WriteField::WorkPhone
            | WriteField::Custom(Privacy::Everyone) => Right::ModifyDetails,
            WriteField::GovernmentId => Right::ModifyGovernmentId,
            WriteField::Pay => Right::ModifyCompensation,
            WriteField::LeaveBalance => Right::ModifyLeaveBalances,
            WriteField::Custom(Privacy::EmployeeAndManager) => Right::ModifyEmployeeItems,
            WriteField::Custom(Privacy::Manager) => Right::ModifyManagerItems,
            WriteField::Custom(Privacy::AdministratorOnly) => Right::ModifyAdministratorItems,
        }
    }
}

/// Each of the rights by which something of somebody is changed.
const CHANGING: Rights = Rights::of(&[
    Right::ModifyEmployment,
    Right::AssignRoles,
    Right::ModifyDetails,
    Right::ModifyGovernmentId,
    Right::ModifyCompensation,
    Right::ModifyLeaveBalances,
    Right::ModifyEmployeeItems,
    Right::ModifyManagerItems,
    Right::ModifyAdministratorItems,
]);

/// Whether `viewer` may change fields of this kind of `person`, whom they know of.
pub fn may_write(viewer: &Viewer, directory: &Directory, person: &Person, field: WriteField) -> bool {
    viewer.may(directory, field.needs(), person)
}

/// Whether `viewer` may withdraw records of `person`, or say that they count from another day: those who see all of them and
/// may change everything that they say.
pub fn may_withdraw(viewer: &Viewer, directory: &Directory, person: &Person, of: HistoryOf) -> bool {
    const PERSONAL: &[WriteField] = &[WriteField::Personal, WriteField::GovernmentId];
    const JOB: &[WriteField] = &[WriteField::Employment, WriteField::WorkPhone, WriteField::Pay];
    let kinds: &[&[WriteField]] = match of {
        HistoryOf::Personal => &[PERSONAL],
        HistoryOf::Job => &[JOB],
        HistoryOf::All => &[PERSONAL, JOB],
    };
    let mut fields = kinds.iter().copied().flatten();
    viewer.history(directory, person, of).is_some()
        && fields.all(|field| may_write(viewer, directory, person, *field))
}

/// Whether there is anything of `person` that `viewer` may change.
pub fn may_write_anything(viewer: &Viewer, directory: &Directory, person: &Person) -> bool {
    viewer.rights_over(directory, person).has_any(CHANGING)
}

//! The domain of Folkmoot: people and their dated records, the organisation, who may see what, and the
//! [`Directory`] snapshot that every read is answered from.
//!
//! Nothing here does I/O, knows the time of day or draws random numbers: those come in as parameters.

mod account;
mod ambient;
mod change;
mod custom_field;
mod dated;
mod directory;
mod fields;
mod fixed;
mod ids;
mod leave;
mod org;
mod pay;
mod person;
mod picture;
mod rules;
mod secret;
mod sequences;
mod visibility;

pub use account::{Account, DisplayNameStyle, ManagementStyle, SalaryAudience, Settings};
pub use ambient::{Clock, RandomSource};
pub use change::{Action, Actor, Object, Source};
pub use custom_field::{CustomField, CustomFieldKind, CustomFieldRecord, Privacy};
pub use dated::{Dated, Record};
pub use directory::{CHUNK_SIZE, Chunk, Directory, DirectoryParts, PersonChange};
pub use fields::{Audience, FIELDS, Field, FieldFact};
pub use fixed::{Fixed, ParseFixedError};
pub use ids::{
    AccountId, AssignmentRecordId, CustomFieldId, CustomFieldRecordId, DepartmentId, EmployeeClassId,
    EmployeeRecordId, JobId, LeaveTypeId, LocationId, UserId, WorkHourRecordId,
};
pub use leave::{Accrual, LeaveType, LeaveUsage};
pub use org::{Department, EmployeeClass, Job, Location, Org};
pub use pay::{Currency, Pay, PayBasis};
pub use person::{
    AssignmentRecord, EmployeeRecord, EmploymentStatus, Gender, Group, JobData, Person, PersonHistory,
    PersonalData, User, WorkHourRecord, WorkHours,
};
pub use picture::{PictureKind, PictureName};
pub use rules::{RuleError, check_email, check_username, fold_identifier};
pub use secret::{ApiKey, KeyHash, Sealed};
pub use sequences::Sequences;
pub use visibility::{
    AssignmentView, CustomFieldRecordView, EmployeeView, FullUser, LeaveUsageView, Mask, PartialUser,
    Relation, Shown, Viewer, Visible,
};

/// Text of a person's record. Most names and numbers fit inside the value, without an allocation of their own.
pub type Text = compact_str::CompactString;

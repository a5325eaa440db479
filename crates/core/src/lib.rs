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
mod durations;
mod edit;
mod fields;
mod fixed;
mod footprint;
mod hook;
mod ids;
mod leave;
mod mobile_device;
mod moment;
mod org;
mod pay;
mod payroll;
mod person;
mod picture;
mod roles;
mod roster;
mod rules;
mod secret;
mod sequences;
mod visibility;

pub use account::{Account, AccountState, DisplayNameStyle, ManagementStyle, SalaryAudience, Settings};
pub use ambient::{Clock, RandomSource};
pub use change::{Action, Actor, Object, Origin, RequestId, Source};
pub use custom_field::{CustomField, CustomFieldKind, CustomFieldRecord, Privacy};
pub use dated::{Dated, Record, Superseded};
pub use directory::{CHUNK_SIZE, Chunk, Directory, DirectoryParts, PersonChange};
pub use durations::Durations;
pub use edit::{
    CustomFieldEdit, CustomFieldTarget, DatedEdit, JobPatch, LeaveQuotaEdit, Patch, PayrollEdit,
    PersonalPatch, Sent, UserEdit, UserPatch, WorkHoursPatch, WriteField, may_withdraw, may_write,
    may_write_anything, plan,
};
pub use fields::{Audience, FIELDS, FIELDS_BEYOND, Field, FieldFact};
pub use fixed::{Fixed, ParseFixedError};
pub use hook::{Hook, ParseHookError};
pub use ids::{
    AccountId, AssignmentRecordId, BadgeId, CustomFieldId, CustomFieldRecordId, DepartmentId,
    EmployeeClassId, EmployeeRecordId, EventTypeId, JobId, LeaveTypeId, LocationId, PayrollProviderId,
    RoleAssignmentId, RoleId, UserId, ValueId, WebHookId, WorkHourRecordId,
};
pub use leave::{Accrual, LeaveQuota, LeaveType, LeaveUsage};
pub use mobile_device::{MobileDevice, MobileSystem};
pub use moment::Moment;
pub use org::{Badge, CompanyValue, Department, EmployeeClass, EventType, Job, Location, Org};
pub use pay::{Currency, Pay, PayBasis};
pub use payroll::PayrollUser;
pub use person::{
    AssignmentRecord, EmployeeRecord, EmploymentStatus, Gender, Group, JobData, Person, PersonHistory,
    PersonalData, User, WorkHourRecord, WorkHours,
};
pub use picture::{PictureKind, PictureName};
pub use roles::{
    Access, Assigned, Card, PermissionGroup, RIGHTS, Reach, Relationship, Right, RightFact, Rights, Role,
    RoleChange, RoleRefusal, StandardRole,
};
pub use roster::{OnRoster, Roster};
pub use rules::{
    LARGEST_AREA, LONGEST_LINE, LONGEST_REASON, LONGEST_URL, RuleError, check_area, check_email, check_line,
    check_reason, check_username, fold_identifier, needs_area,
};
pub use secret::{ApiKey, KeyHash, Sealed};
pub use sequences::Sequences;
pub use visibility::{
    AssignmentView, Counts, CustomFieldRecordView, EmployeeView, Explanation, FieldExplained, FullUser,
    Happening, HeldRoles, History, HistoryOf, LeaveUsageView, ListedUser, Mask, Needs, Part, PartialUser,
    Reason, Shown, Sight, SystemInfo, Touched, Viewer, Visible,
};

/// Text of a person's record. Most names and numbers fit inside the value, without an allocation of their own.
pub type Text = compact_str::CompactString;

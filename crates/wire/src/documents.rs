//! What is served, in whichever version it was asked for. Everything here takes [`Visible`] values, so nothing can be
//! written that its viewer may not see.

use folkmoot_core::{
    ApiKey, AssignmentView, Badge, CompanyValue, CustomField, Department, EmployeeClass, EmployeeView,
    EventType, FullUser, Job, LeaveType, ListedUser, Location, PartialUser, PayrollUser, PictureName,
    SystemInfo, UserId, Visible,
};

use crate::v1::{self, Name};
use crate::{ApiMajor, Emit, Render, Style, v2};

/// What was sealed and has been opened for its reader. It is written only where the view shows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opened<'a> {
    /// The API key.
    pub api_key: Option<&'a ApiKey>,
    /// The government number of the employee record in force.
    pub government_id: Option<&'a str>,
    /// What payroll providers call them: nothing secret, but read only for documents that show it.
    pub payroll: &'a [PayrollUser],
}

/// An object that version 1 nests once more where it is by itself and not in a list.
pub trait Entity: Render {
    /// What it is called in XML.
    const ELEMENT: &'static str;
    /// What version 1 calls it in JSON.
    const MODEL: &'static str;

    /// The version that it is written in.
    fn version(&self) -> ApiMajor;
}

/// An object by itself: the whole of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Alone<T>(pub T);

impl<T: Entity> Render for Alone<T> {
    fn render<E: Emit>(&self, out: &mut E) {
        match self.0.version() {
            ApiMajor::V1 => v1::alone(Name::new(T::ELEMENT, T::MODEL), out, |out| self.0.render(out)),
            ApiMajor::V2 | ApiMajor::V3 => self.0.render(out),
        }
    }
}

macro_rules! entities {
    ($($document:ident = $element:literal $model:literal)*) => {$(
        impl Entity for $document<'_> {
            const ELEMENT: &'static str = $element;
            const MODEL: &'static str = $model;

            fn version(&self) -> ApiMajor {
                self.style.version
            }
        }
    )*};
}

entities! {
    JobDocument = "job" "Job"
    DepartmentDocument = "department" "Department"
    LocationDocument = "location" "Location"
    EmployeeClassDocument = "employee_class" "EmployeeClass"
    CustomFieldDocument = "custom_field" "CustomField"
    LeaveTypeDocument = "leave_type" "LeaveType"
    EventTypeDocument = "event_type" "EventType"
    ValueDocument = "value" "Value"
    BadgeDocument = "badge" "Badge"
    AssignmentRecordDocument = "assignment_record" "AssignmentRecord"
    EmployeeRecordDocument = "employee_record" "EmployeeRecord"
}

macro_rules! organisation {
    ($($(#[$doc:meta])* $document:ident($object:ty) = $function:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $document<'a> {
            /// The object.
            pub object: Visible<&'a $object>,
            /// How it is spelled.
            pub style: Style<'a>,
        }

        impl Render for $document<'_> {
            fn render<E: Emit>(&self, out: &mut E) {
                match self.style.version {
                    ApiMajor::V1 => v1::$function(self.object.get(), out),
                    ApiMajor::V2 | ApiMajor::V3 => v2::$function(self.object.get(), self.style, out),
                }
            }
        }
    )*};
}

organisation! {
    /// A job.
    JobDocument(Job) = job
    /// A department.
    DepartmentDocument(Department) = department
    /// A location.
    LocationDocument(Location) = location
    /// An employee class.
    EmployeeClassDocument(EmployeeClass) = employee_class
    /// The definition of a custom field.
    CustomFieldDocument(CustomField) = custom_field
    /// A leave type.
    LeaveTypeDocument(LeaveType) = leave_type
    /// A type of events.
    EventTypeDocument(EventType) = event_type
    /// A value of the company.
    ValueDocument(CompanyValue) = value
    /// A badge.
    BadgeDocument(Badge) = badge
}

/// A partial user, as in the lists of versions 2 and 3.
#[derive(Clone, Copy, Debug)]
pub struct PartialUserDocument<'a> {
    /// The user.
    pub user: &'a Visible<PartialUser<'a>>,
    /// How it is spelled.
    pub style: Style<'a>,
}

impl Render for PartialUserDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        v2::partial_user(self.user, self.style, true, out);
    }
}

/// A user as version 1 lists it.
#[derive(Clone, Copy, Debug)]
pub struct ListedUserDocument<'a> {
    /// The user.
    pub user: &'a Visible<ListedUser<'a>>,
}

impl Render for ListedUserDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        v1::listed_user(self.user, out);
    }
}

/// A full user.
#[derive(Clone, Copy, Debug)]
pub struct FullUserDocument<'a> {
    /// The user.
    pub user: &'a Visible<FullUser<'a>>,
    /// What of it has been opened.
    pub opened: Opened<'a>,
    /// How it is spelled.
    pub style: Style<'a>,
}

impl Render for FullUserDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        match self.style.version {
            ApiMajor::V1 => v1::full_user(self.user, self.opened, out),
            ApiMajor::V2 | ApiMajor::V3 => v2::full_user(self.user, self.opened, self.style, out),
        }
    }
}

/// An assignment record.
#[derive(Clone, Copy, Debug)]
pub struct AssignmentRecordDocument<'a> {
    /// The record.
    pub record: &'a Visible<AssignmentView<'a>>,
    /// How it is spelled.
    pub style: Style<'a>,
}

impl Render for AssignmentRecordDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        match self.style.version {
            ApiMajor::V1 => v1::assignment(self.record, out),
            ApiMajor::V2 | ApiMajor::V3 => v2::assignment(self.record, self.style, out),
        }
    }
}

/// An employee record.
#[derive(Clone, Copy, Debug)]
pub struct EmployeeRecordDocument<'a> {
    /// The record.
    pub record: &'a Visible<EmployeeView<'a>>,
    /// Its government number, opened; written only where the view shows it.
    pub government_id: Option<&'a str>,
    /// How it is spelled.
    pub style: Style<'a>,
}

impl Render for EmployeeRecordDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        match self.style.version {
            ApiMajor::V1 => v1::employee(self.record, self.government_id, out),
            ApiMajor::V2 | ApiMajor::V3 => v2::employee(self.record, self.government_id, self.style, out),
        }
    }
}

/// The answer to a change of picture: where it is now. The original had none, so it is the same in every version.
#[derive(Clone, Copy, Debug)]
pub struct AvatarDocument<'a> {
    /// Whose picture it is.
    pub user: UserId,
    /// The picture.
    pub picture: Option<PictureName>,
    /// How it is spelled.
    pub style: Style<'a>,
}

impl Render for AvatarDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        out.begin_object();
        out.key("id");
        out.integer(self.user.0);
        self.style.avatar(self.user, self.picture, out);
        self.style.url("users", self.user.0, out);
        out.end_object();
    }
}

/// What an account is and has (`misc.md`), the same in every version.
#[derive(Clone, Copy, Debug)]
pub struct SystemInfoDocument<'a> {
    /// What is said of the account.
    pub info: &'a Visible<SystemInfo<'a>>,
    /// The names of the features that it has.
    pub features: &'a [&'a str],
    /// How it is spelled.
    pub style: Style<'a>,
}

impl Render for SystemInfoDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        let SystemInfo { company, leave_types } = self.info.get();
        out.begin_object();
        out.key("company");
        out.begin_object();
        out.key("name");
        out.string(company);
        out.end_object();
        out.key("enabled_features");
        out.begin_list();
        for feature in self.features {
            out.string(feature);
        }
        out.end_array();
        out.key("leave_types");
        out.begin_list();
        for leave_type in leave_types {
            v2::leave_type_reference(leave_type, self.style, out);
        }
        out.end_array();
        out.end_object();
    }
}

//! What those who follow the change log are told of it: that something happened to an object which they may see, in a
//! part of it which they may see. What it was before and after is not told at all.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Visible;
use crate::{
    Action, Audience, CustomFieldId, Directory, Mask, Object, Person, Right, Rights, RoleId, UserId, Viewer,
};

/// An entry of the change log, as it is told to those who follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Its place in the log.
    pub revision: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What kind of object changed.
    pub object: Object,
    /// Which one.
    pub object_id: i64,
    /// What was done to it.
    pub action: Action,
    /// Who did it, if it was a user, and one whom the viewer may see.
    pub actor: Option<UserId>,
}

/// How much of an object a change touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// All of it: it was added or deleted.
    Whole,
    /// Some parts of it.
    Parts(Vec<Part>),
}

/// A part of what is known of somebody that a change touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Something undated that is shown to this audience.
    Of(Audience),
    /// Something in a dated record.
    Dated {
        /// To whom it is shown once it counts.
        audience: Audience,
        /// To whom such records are shown that are not in force.
        history: Audience,
        /// When it counts.
        counts: Counts,
    },
    /// The value of a custom field.
    CustomField(CustomFieldId),
    /// Something that has no audience.
    Unknown,
}

/// When something in a dated record counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// From this day on.
    From(Date),
    /// For a time before it was written alone: of today something else had been said already.
    Before,
}

impl Counts {
    fn has_begun(self, as_of: Date) -> bool {
        match self {
            Counts::From(day) => day <= as_of,
            Counts::Before => false,
        }
    }
}

/// To whom records of this kind are shown that are not in force.
fn history_of(object: Object) -> Audience {
    match object {
        Object::AssignmentRecord | Object::WorkHourRecord => Audience::Employment,
        _ => Audience::Details,
    }
}

impl Part {
    /// The part that the change log calls `name`, in an object of this kind; nothing for what follows from other parts. In
    /// a record it counts when `counts` says.
    pub fn named(object: Object, name: &str, counts: Counts) -> Option<Part> {
        use Audience::{Birthday, Details, Employment, Everyone, GovernmentId, LeaveBalance, OwnKey, Pay};
        let audience = match (object, name) {
            // Why something was corrected is told in the audit trail alone.
            (_, "id" | "user_id" | "created" | "modified" | "reason") => return None,
            (
                Object::User,
                "username" | "email" | "twitter_username" | "linkedin_url" | "blog_url" | "nickname"
                | "picture" | "badge_count" | "accepted_invite",
            )
            | (
                Object::AssignmentRecord,
                "job" | "department" | "manager" | "location" | "employee_class" | "phone" | "ext",
            )
            | (Object::EmployeeRecord, "first_name" | "last_name") => Everyone,
            (Object::User, "group") => Audience::Group,
            (Object::User, "api_key" | "api_key_hash" | "password" | "password_hash") => OwnKey,
            (Object::AssignmentRecord, "pay") | (Object::User, "payroll_users") => Pay,
            (Object::EmployeeRecord, "government_id" | "gender") => GovernmentId,
            (Object::EmployeeRecord, "birthdate") => Birthday,
            (Object::User, "leave_usages" | "leave_quotas") => LeaveBalance,
            (
                Object::AssignmentRecord,
                "status" | "full_time" | "employee_num" | "date_hired" | "date_terminated" | "effective_date",
            )
            | (Object::WorkHourRecord, "a_day" | "a_week" | "effective_date") => Employment,
            (
                Object::EmployeeRecord,
                "middle_name" | "phone" | "address1" | "address2" | "city" | "state" | "country" | "postal"
                | "emergency_name" | "emergency_number" | "effective_date",
            ) => Details,
            _ => return Some(Part::Unknown),
        };
        Some(if object.is_record() {
            Part::Dated { audience, history: history_of(object), counts }
        } else {
            Part::Of(audience)
        })
    }
}

impl Viewer {
    /// What the viewer is told of an entry of the change log, which touched so much of an object of `owner`'s: of
    /// themselves, or of a record of theirs.
    pub fn happening(
        &self,
        directory: &Directory,
        happening: Happening,
        owner: Option<UserId>,
        touched: &Touched,
    ) -> Option<Visible<Happening>> {
        let over_all = self.rights_over_all(directory);
        let seen = over_all == Rights::ALL
            || match happening.object {
                Object::Config => over_all.has(Right::ModifySystemConfiguration),
                Object::WebHook => over_all.has(Right::ModifyIntegrations),
                Object::Role => self.role(directory, RoleId(happening.object_id)).is_some(),
                // Whose it was is told of nowhere else once it is gone.
                Object::RoleAssignment => over_all.has(Right::ViewAccess),
                // The organisation is no secret within an account.
                Object::Job
                | Object::Department
                | Object::Location
                | Object::EmployeeClass
                | Object::LeaveType
                | Object::EventType
                | Object::Value
                | Object::Badge => true,
                Object::CustomField => {
                    self.custom_field(directory, CustomFieldId(happening.object_id)).is_some()
                }
                Object::User | Object::EmployeeRecord | Object::AssignmentRecord | Object::WorkHourRecord => {
                    let person = owner.and_then(|owner| directory.person(owner));
                    person.is_some_and(|person| self.is_told(directory, person, happening, touched))
                }
            };
        let actor = happening.actor.filter(|&actor| self.sees_actor(directory, actor));
        seen.then_some(Visible(Happening { actor, ..happening }))
    }

    fn is_told(
        &self,
        directory: &Directory,
        person: &Person,
        happening: Happening,
        touched: &Touched,
    ) -> bool {
        let (mask, as_of) = (self.mask(directory, person), directory.as_of());
        if person.has_left(as_of) && !mask.sees_leavers() {
            return false;
        }
        // How many records somebody has is part of their history, whatever the records say.
        if happening.object.is_record() && !mask.sees(history_of(happening.object)) {
            return false;
        }
        match touched {
            Touched::Whole => true,
            Touched::Parts(parts) => parts.iter().any(|part| match part {
                Part::Of(audience) => mask.sees(*audience),
                Part::Dated { audience, history, counts } => {
                    mask.sees(*audience) && (mask.sees(*history) || counts.has_begun(as_of))
                }
                Part::CustomField(id) => {
                    let field = directory.org().custom_fields.get(id);
                    field.is_some_and(|field| mask.sees_privacy(field.privacy))
                }
                Part::Unknown => false,
            }),
        }
    }

    fn sees_actor(&self, directory: &Directory, actor: UserId) -> bool {
        let seen = |person: &Person| {
            let mask: Mask = self.mask(directory, person);
            !person.has_left(directory.as_of()) || mask.sees_leavers()
        };
        // Of somebody who was deleted, nothing is known but that they were there.
        directory
            .person(actor)
            .map_or_else(|| self.rights_over_all(directory).has(Right::ViewFormer), |person| seen(person))
    }
}

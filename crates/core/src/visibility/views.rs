//! The reduced forms of a user: what a viewer may see of it, and nothing else.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Visible;
use crate::{
    AssignmentRecord, AssignmentRecordId, CustomField, CustomFieldRecordId, Department, Directory,
    DisplayNameStyle, EmployeeClass, EmployeeRecord, EmployeeRecordId, EmploymentStatus, Field, Fixed,
    Gender, Group, Job, LeaveType, Location, Mask, Pay, Person, PictureName, Sealed, User, UserId, Viewer,
    WorkHours,
};

/// A field's value, or nothing at all: what is hidden is absent, not null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown<T> {
    /// The viewer sees it.
    Yes(T),
    /// The viewer may not even know that there is one.
    No,
}

impl<T> Shown<T> {
    /// The value, if it is shown.
    pub fn value(self) -> Option<T> {
        match self {
            Shown::Yes(value) => Some(value),
            Shown::No => None,
        }
    }
}

impl Mask {
    fn show<T>(self, field: Field, value: T) -> Shown<T> {
        if self.sees(field.audience()) { Shown::Yes(value) } else { Shown::No }
    }
}

/// A user as it appears in lists and inside other objects. Everything in it is for everyone.
#[derive(Clone, Copy, Debug)]
pub struct PartialUser<'a> {
    /// The user's number.
    pub id: UserId,
    /// The name to log in with.
    pub username: &'a str,
    /// The e-mail address.
    pub email: &'a str,
    /// The profile picture, if any.
    pub avatar: Option<PictureName>,
    /// The name to show.
    pub display_name: DisplayName<'a>,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// The number of the employee record in force.
    pub employee_record: Option<EmployeeRecordId>,
}

/// The name to show, put together when it is written.
#[derive(Clone, Copy, Debug)]
pub struct DisplayName<'a> {
    given: &'a str,
    last: &'a str,
    fallback: &'a str,
}

impl fmt::Display for DisplayName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.given, self.last) {
            ("", "") => f.write_str(self.fallback),
            (given, "") => f.write_str(given),
            ("", last) => f.write_str(last),
            (given, last) => write!(f, "{given} {last}"),
        }
    }
}

impl<'a> PartialUser<'a> {
    /// What everyone in the account sees of `person`.
    pub fn of(directory: &Directory, person: &'a Person) -> Visible<PartialUser<'a>> {
        let record = person.employee.at(directory.as_of());
        let name = record
            .map_or(("", ""), |record| (record.data.first_name.as_str(), record.data.last_name.as_str()));
        Self::named(directory, &person.user, name, record.map(|record| EmployeeRecordId(record.id)))
    }

    /// `user` under the first and last name that the employee record says.
    pub(super) fn named(
        directory: &Directory,
        user: &'a User,
        (first_name, last_name): (&'a str, &'a str),
        employee_record: Option<EmployeeRecordId>,
    ) -> Visible<PartialUser<'a>> {
        let nickname = user.nickname.as_str();
        let by_nickname = directory.account().settings.display_name == DisplayNameStyle::NicknameAndLast;
        let given = if by_nickname && !nickname.is_empty() { nickname } else { first_name };
        Visible(PartialUser {
            id: user.id,
            username: &user.username,
            email: &user.email,
            avatar: user.picture,
            display_name: DisplayName { given, last: last_name, fallback: &user.username },
            first_name,
            last_name,
            employee_record,
        })
    }
}

/// A user as version 1 lists it.
#[derive(Clone, Copy, Debug)]
pub struct ListedUser<'a> {
    /// What every list shows.
    pub public: PartialUser<'a>,
    /// Twitter name.
    pub twitter_username: &'a str,
    /// Address of a LinkedIn page.
    pub linkedin_url: &'a str,
    /// Address of a blog.
    pub blog_url: &'a str,
    /// When they accepted an invitation.
    pub accepted_invite: Option<Timestamp>,
    /// When the user was created.
    pub created: Timestamp,
    /// When the user was last changed.
    pub modified: Timestamp,
    /// The group.
    pub group: Shown<Group>,
    /// Whether they work and may log in.
    pub status: Shown<EmploymentStatus>,
    /// The number of the assignment record in force.
    pub assignment_record: Option<AssignmentRecordId>,
}

impl<'a> ListedUser<'a> {
    /// What is listed of `person` to somebody who sees their group, or their status, or neither.
    pub(super) fn of(
        directory: &Directory,
        person: &'a Person,
        group: Shown<Group>,
        status: Shown<EmploymentStatus>,
    ) -> Visible<ListedUser<'a>> {
        let assignment = person.assignment.at(directory.as_of()).map(|record| AssignmentRecordId(record.id));
        Self::under(PartialUser::of(directory, person), &person.user, group, status, assignment)
    }

    /// `user`, of whom lists show `public`.
    pub(super) fn under(
        public: Visible<PartialUser<'a>>,
        user: &'a User,
        group: Shown<Group>,
        status: Shown<EmploymentStatus>,
        assignment_record: Option<AssignmentRecordId>,
    ) -> Visible<ListedUser<'a>> {
        Visible(ListedUser {
            public: *public,
            twitter_username: &user.twitter_username,
            linkedin_url: &user.linkedin_url,
            blog_url: &user.blog_url,
            accepted_invite: user.accepted_invite,
            created: user.created,
            modified: user.modified,
            group,
            status,
            assignment_record,
        })
    }
}

/// A full user, reduced to what the viewer may see.
#[derive(Clone, Debug)]
pub struct FullUser<'a> {
    /// What everyone sees.
    pub public: Visible<PartialUser<'a>>,
    /// The sealed API key, or none, for its owner.
    pub api_key: Shown<Option<&'a Sealed>>,
    /// Twitter name.
    pub twitter_username: &'a str,
    /// Address of a LinkedIn page.
    pub linkedin_url: &'a str,
    /// Address of a blog.
    pub blog_url: &'a str,
    /// When they accepted an invitation.
    pub accepted_invite: Option<Timestamp>,
    /// When the user was created.
    pub created: Timestamp,
    /// When the user was last changed.
    pub modified: Timestamp,
    /// The assignment record in force.
    pub assignment_record: Option<Visible<AssignmentView<'a>>>,
    /// The employee record in force.
    pub employee_record: Option<Visible<EmployeeView<'a>>>,
    /// Those values of custom fields that the viewer may see.
    pub custom_field_records: Vec<CustomFieldRecordView<'a>>,
    /// The group.
    pub group: Shown<Group>,
    /// Whether they work and may log in, as their assignment record says; somebody without one does.
    pub status: Shown<EmploymentStatus>,
    /// Whose identifiers with payroll providers are shown; they are shown with what somebody is paid.
    pub payroll: Shown<UserId>,
    /// Leave used and left.
    pub leave_usages: Shown<Vec<LeaveUsageView<'a>>>,
    /// How many badges they hold.
    pub badge_count: u32,
}

impl<'a> FullUser<'a> {
    /// What `viewer` sees of `person`; `None` when they may not know of them, as of somebody who has left.
    pub fn of(
        directory: &'a Directory,
        viewer: &Viewer,
        person: &'a Person,
    ) -> Option<Visible<FullUser<'a>>> {
        let mask = viewer.mask(directory, person);
        Self::on(directory, directory.as_of(), viewer, mask, person)
    }

    /// What `viewer`, to whom `mask` is shown, sees of `person` as they are on the day `as_of`. What is not theirs alone,
    /// as their manager's name, is as in `directory`.
    pub(super) fn on(
        directory: &'a Directory,
        as_of: Date,
        viewer: &Viewer,
        mask: Mask,
        person: &'a Person,
    ) -> Option<Visible<FullUser<'a>>> {
        if person.has_left(as_of) && !mask.sees_leavers() {
            return None;
        }
        let user = &person.user;
        let employee = person.employee.at(as_of);
        let name = employee
            .map_or(("", ""), |record| (record.data.first_name.as_str(), record.data.last_name.as_str()));
        let public =
            PartialUser::named(directory, user, name, employee.map(|record| EmployeeRecordId(record.id)));
        let org = directory.org();
        let custom_field_records = person.custom_field_records.iter().filter_map(|record| {
            let field = org.custom_fields.get(&record.field)?;
            let view = CustomFieldRecordView { id: record.id, content: &record.content, custom_field: field };
            mask.sees_privacy(field.privacy).then_some(view)
        });
        let leave_usages = || {
            let usages = person.leave_usages.iter().filter_map(|usage| {
                let leave_type = org.leave_types.get(&usage.leave_type)?;
                Some(LeaveUsageView {
                    leave_type,
                    days_used: usage.days_used,
                    days_remaining: usage.days_remaining,
                })
            });
            usages.collect()
        };
        Some(Visible(FullUser {
            public,
            api_key: mask.show(Field::ApiKey, user.api_key.as_ref()),
            twitter_username: &user.twitter_username,
            linkedin_url: &user.linkedin_url,
            blog_url: &user.blog_url,
            accepted_invite: user.accepted_invite,
            created: user.created,
            modified: user.modified,
            assignment_record: person
                .assignment
                .at(as_of)
                .map(|record| AssignmentView::of((directory, as_of), viewer, mask, person, record, true)),
            employee_record: employee
                .map(|record| EmployeeView::of(mask, user.id, record, record.effective_date <= as_of)),
            custom_field_records: custom_field_records.collect(),
            group: mask.show(Field::Group, user.group),
            status: mask.show(Field::EmployeeStatus, person.status(as_of)),
            payroll: mask.show(Field::PayInfo, user.id),
            leave_usages: if mask.sees(Field::LeaveUsages.audience()) {
                Shown::Yes(leave_usages())
            } else {
                Shown::No
            },
            badge_count: user.badge_count,
        }))
    }
}

/// An assignment record, reduced to what the viewer may see.
#[derive(Clone, Debug)]
pub struct AssignmentView<'a> {
    /// The record's number.
    pub id: AssignmentRecordId,
    /// Whose it is.
    pub user: UserId,
    /// The first day on which it counts.
    pub effective_date: Shown<Date>,
    /// Whether it is in force.
    pub current: bool,
    /// Active, suspended or terminated.
    pub employee_status: Shown<EmploymentStatus>,
    /// Whether employment is full time.
    pub full_time: Shown<bool>,
    /// Work phone.
    pub phone: &'a str,
    /// Work phone's extension.
    pub ext: &'a str,
    /// Employee number.
    pub employee_num: Shown<&'a str>,
    /// The day they were hired.
    pub date_hired: Shown<Option<Date>>,
    /// The day they left.
    pub date_terminated: Shown<Option<Date>>,
    /// Hours worked a day, known of the present alone.
    pub hours: Shown<Option<Fixed>>,
    /// Hours worked a week, likewise.
    pub standard_hours: Shown<Option<Fixed>>,
    /// When the record was written.
    pub created: Timestamp,
    /// When the record was last corrected.
    pub modified: Timestamp,
    /// The job.
    pub job: Option<&'a Job>,
    /// The department.
    pub department: Option<&'a Department>,
    /// The manager.
    pub manager: Option<Visible<PartialUser<'a>>>,
    /// The employee class.
    pub employee_class: Option<&'a EmployeeClass>,
    /// The location.
    pub location: Option<&'a Location>,
    /// What they are paid.
    pub pay_info: Shown<Option<Pay>>,
}

impl<'a> AssignmentView<'a> {
    /// `record` of `person`, which is `in_force` on the day `as_of`; the manager is as in `directory`.
    pub(super) fn of(
        (directory, as_of): (&'a Directory, Date),
        viewer: &Viewer,
        mask: Mask,
        person: &Person,
        record: &'a AssignmentRecord,
        in_force: bool,
    ) -> Visible<AssignmentView<'a>> {
        let org = directory.org();
        let job_data = &record.data;
        // Who may not be known of is not known as a manager either.
        let known = |person: &&'a Arc<Person>| {
            !person.has_left(directory.as_of()) || viewer.mask(directory, person).sees_leavers()
        };
        let manager = job_data.manager.and_then(|id| directory.person(id)).filter(known);
        let hours: Option<WorkHours> =
            person.work_hours.at(as_of).filter(|_| in_force).map(|record| record.data);
        Visible(AssignmentView {
            id: AssignmentRecordId(record.id),
            user: person.user.id,
            effective_date: mask.show(Field::AssignmentEffectiveDate, record.effective_date),
            current: in_force && record.effective_date <= as_of,
            employee_status: mask.show(Field::EmployeeStatus, job_data.status),
            full_time: mask.show(Field::FullTime, job_data.full_time),
            phone: &job_data.phone,
            ext: &job_data.ext,
            employee_num: mask.show(Field::EmployeeNumber, job_data.employee_num.as_str()),
            date_hired: mask.show(Field::DateHired, job_data.date_hired),
            date_terminated: mask.show(Field::DateTerminated, job_data.date_terminated),
            hours: mask.show(Field::Hours, hours.map(|hours| hours.a_day)),
            standard_hours: mask.show(Field::StandardHours, hours.map(|hours| hours.a_week)),
            created: record.created,
            modified: record.modified,
            job: job_data.job.and_then(|id| org.jobs.get(&id)),
            department: job_data.department.and_then(|id| org.departments.get(&id)),
            manager: manager.map(|person| PartialUser::of(directory, person)),
            employee_class: job_data.employee_class.and_then(|id| org.employee_classes.get(&id)),
            location: job_data.location.and_then(|id| org.locations.get(&id)),
            pay_info: mask.show(Field::PayInfo, job_data.pay),
        })
    }
}

/// An employee record, reduced to what the viewer may see.
#[derive(Clone, Debug)]
pub struct EmployeeView<'a> {
    /// The record's number.
    pub id: EmployeeRecordId,
    /// Whose it is.
    pub user: UserId,
    /// The first day on which it counts.
    pub effective_date: Shown<Date>,
    /// Whether it is in force.
    pub current: bool,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// Middle name.
    pub middle_name: Shown<&'a str>,
    /// Home phone.
    pub phone: Shown<&'a str>,
    /// Address, first line.
    pub address1: Shown<&'a str>,
    /// Address, second line.
    pub address2: Shown<&'a str>,
    /// City.
    pub city: Shown<&'a str>,
    /// State or province.
    pub state: Shown<&'a str>,
    /// Country.
    pub country: Shown<&'a str>,
    /// Postal code.
    pub postal: Shown<&'a str>,
    /// Date of birth.
    pub birthdate: Shown<Option<Date>>,
    /// Gender.
    pub gender: Shown<Option<Gender>>,
    /// The sealed government number, or none.
    pub government_id: Shown<Option<&'a Sealed>>,
    /// Whom to call in an emergency.
    pub emergency_name: Shown<&'a str>,
    /// The emergency contact's phone.
    pub emergency_number: Shown<&'a str>,
    /// When the record was written.
    pub created: Timestamp,
    /// When the record was last corrected.
    pub modified: Timestamp,
}

impl<'a> EmployeeView<'a> {
    pub(super) fn of(
        mask: Mask,
        user: UserId,
        record: &'a EmployeeRecord,
        current: bool,
    ) -> Visible<EmployeeView<'a>> {
        let data = &record.data;
        Visible(EmployeeView {
            id: EmployeeRecordId(record.id),
            user,
            effective_date: mask.show(Field::EmployeeEffectiveDate, record.effective_date),
            current,
            first_name: &data.first_name,
            last_name: &data.last_name,
            middle_name: mask.show(Field::MiddleName, data.middle_name.as_str()),
            phone: mask.show(Field::HomePhone, data.phone.as_str()),
            address1: mask.show(Field::Address1, data.address1.as_str()),
            address2: mask.show(Field::Address2, data.address2.as_str()),
            city: mask.show(Field::City, data.city.as_str()),
            state: mask.show(Field::State, data.state.as_str()),
            country: mask.show(Field::Country, data.country.as_str()),
            postal: mask.show(Field::Postal, data.postal.as_str()),
            birthdate: mask.show(Field::Birthdate, data.birthdate),
            gender: mask.show(Field::Gender, data.gender),
            government_id: mask.show(Field::GovernmentId, data.government_id.as_ref()),
            emergency_name: mask.show(Field::EmergencyName, data.emergency_name.as_str()),
            emergency_number: mask.show(Field::EmergencyNumber, data.emergency_number.as_str()),
            created: record.created,
            modified: record.modified,
        })
    }
}

/// A user's value of a custom field that the viewer may see.
#[derive(Clone, Copy, Debug)]
pub struct CustomFieldRecordView<'a> {
    /// The record's number.
    pub id: CustomFieldRecordId,
    /// The value.
    pub content: &'a str,
    /// The field's definition.
    pub custom_field: &'a CustomField,
}

/// What has been used, and is left, of a leave type.
#[derive(Clone, Copy, Debug)]
pub struct LeaveUsageView<'a> {
    /// The leave type.
    pub leave_type: &'a LeaveType,
    /// Days used.
    pub days_used: Fixed,
    /// Days left; `None` for a type that only tracks usage.
    pub days_remaining: Option<Fixed>,
}

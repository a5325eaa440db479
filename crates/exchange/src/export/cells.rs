//! The cells of one person.

use folkmoot_core::{EmploymentStatus, FullUser, Gender, Group, Mask, Pay, Visible};
use folkmoot_wire::time;
use jiff::civil::Date;

use super::ExportOptions;
use super::line::Line;
use crate::column::{Column, Key, OrgKind, Slot};

/// The keys that only say in other words what others say; and the API key, which is for its owner alone.
macro_rules! derived {
    () => {
        Key::Token
            | Key::DisplayName
            | Key::Avatar
            | Key::AssignmentCurrent
            | Key::Manager
            | Key::ManagerId
            | Key::ManagerEmail
            | Key::ManagerUrl
            | Key::AssignmentUrl
            | Key::PayLabel
            | Key::EmployeeCurrent
            | Key::EmployeeUrl
            | Key::Url
    };
}

/// Whether a column is exported.
pub(super) fn exported(slot: Slot) -> bool {
    !matches!(slot, Slot::Key(derived!()))
}

/// A person, as far as the viewer sees them.
pub(super) struct Cells<'a> {
    pub(super) full: &'a Visible<FullUser<'a>>,
    /// For the columns beyond a full user, each of which is asked of the mask.
    pub(super) person: &'a folkmoot_core::Person,
    pub(super) mask: Mask,
    pub(super) as_of: Date,
}

impl Cells<'_> {
    /// Writes the cell of `column`.
    pub(super) fn write(&self, column: &Column, options: &ExportOptions<'_>, line: &mut Line) {
        if !self.mask.sees(column.audience()) {
            return line.text("");
        }
        match column.slot {
            Slot::Key(key) => self.value(key, options, line),
            Slot::Org(kind) => line.text(self.named(kind)),
        }
    }

    fn value(&self, key: Key, options: &ExportOptions<'_>, line: &mut Line) {
        let full = self.full.get();
        let assignment = full.assignment_record.as_ref().map(Visible::get);
        let employee = full.employee_record.as_ref().map(Visible::get);
        let own_assignment = self.person.assignment.at(self.as_of);
        let own_employee = self.person.employee.at(self.as_of);
        let pay = || assignment.and_then(|record| record.pay_info.value().flatten());
        let hours = || self.person.work_hours.at(self.as_of).map(|record| record.data);
        let gender = || own_employee.and_then(|record| record.data.gender);
        macro_rules! of {
            ($record:ident, $field:ident) => {
                $record.map(|record| record.$field)
            };
        }
        macro_rules! shown {
            ($record:ident, $field:ident) => {
                $record.and_then(|record| record.$field.value())
            };
        }
        match key {
            Key::Id => line.plain(Some(full.public.id)),
            Key::Username => line.text(full.public.username),
            Key::Email => line.text(full.public.email),
            Key::Twitter => line.text(full.twitter_username),
            Key::Linkedin => line.text(full.linkedin_url),
            Key::Blog => line.text(full.blog_url),
            Key::Nickname => line.text(&self.person.user.nickname),
            Key::Created => line.plain(Some(time::timestamp(full.created))),
            Key::Modified => line.plain(Some(time::timestamp(full.modified))),
            Key::AssignmentId => line.plain(of!(assignment, id)),
            Key::AssignmentEffective => date(own_assignment.map(|record| record.effective_date), line),
            Key::Status => line.plain(shown!(assignment, employee_status).map(EmploymentStatus::code)),
            Key::FullTime => line.plain(shown!(assignment, full_time)),
            Key::WorkPhone => text(of!(assignment, phone), line),
            Key::Ext => text(of!(assignment, ext), line),
            Key::EmployeeNum => text(shown!(assignment, employee_num), line),
            Key::Hired => date(shown!(assignment, date_hired).flatten(), line),
            Key::Terminated => date(own_assignment.and_then(|record| record.data.date_terminated), line),
            Key::AssignmentCreated => moment(of!(assignment, created), line),
            Key::AssignmentModified => moment(of!(assignment, modified), line),
            Key::ManagerUsername => {
                let manager = assignment.and_then(|record| record.manager.as_ref());
                text(manager.map(|manager| manager.username), line);
            }
            Key::PayType => line.plain(pay().map(|pay| pay.basis.code())),
            Key::PayRate => line.plain(pay().as_ref().map(Pay::spelled_rate)),
            Key::PayCurrency => line.plain(pay().map(|pay| pay.currency)),
            Key::HoursDay => line.plain(hours().map(|hours| hours.a_day.with_places(0))),
            Key::HoursWeek => line.plain(hours().map(|hours| hours.a_week.with_places(0))),
            Key::EmployeeId => line.plain(of!(employee, id)),
            Key::EmployeeEffective => date(shown!(employee, effective_date), line),
            Key::FirstName => text(of!(employee, first_name), line),
            Key::LastName => text(of!(employee, last_name), line),
            Key::MiddleName => text(shown!(employee, middle_name), line),
            Key::HomePhone => text(shown!(employee, phone), line),
            Key::Address1 => text(shown!(employee, address1), line),
            Key::Address2 => text(shown!(employee, address2), line),
            Key::City => text(shown!(employee, city), line),
            Key::State => text(shown!(employee, state), line),
            Key::Country => text(shown!(employee, country), line),
            Key::Postal => text(shown!(employee, postal), line),
            Key::Birthdate => date(shown!(employee, birthdate).flatten(), line),
            Key::Gender => line.plain(gender().map(Gender::code)),
            Key::GovernmentId => {
                let sealed = own_employee.and_then(|record| record.data.government_id.as_ref());
                let opened = options.opener.zip(sealed).and_then(|(opener, sealed)| opener.open(sealed));
                line.text(&opened.unwrap_or_default());
            }
            Key::EmergencyName => text(shown!(employee, emergency_name), line),
            Key::EmergencyNumber => text(shown!(employee, emergency_number), line),
            Key::EmployeeCreated => moment(of!(employee, created), line),
            Key::EmployeeModified => moment(of!(employee, modified), line),
            Key::Group => line.plain(full.group.value().map(Group::name)),
            Key::BadgeCount => line.plain(Some(full.badge_count)),
            derived!() => line.text(""),
        }
    }

    fn named(&self, kind: OrgKind) -> &str {
        let Some(record) = self.full.assignment_record.as_ref() else { return "" };
        let name = match kind {
            OrgKind::Job => record.job.map(|job| &job.title),
            OrgKind::Department => record.department.map(|department| &department.name),
            OrgKind::Location => record.location.map(|location| &location.name),
            OrgKind::EmployeeClass => record.employee_class.map(|class| &class.class),
            OrgKind::CustomField | OrgKind::LeaveType => None,
        };
        name.map_or("", |name| name.as_str())
    }
}

fn text(text: Option<&str>, line: &mut Line) {
    line.text(text.unwrap_or_default());
}

fn date(date: Option<Date>, line: &mut Line) {
    line.plain(date.map(time::date));
}

fn moment(moment: Option<jiff::Timestamp>, line: &mut Line) {
    line.plain(moment.map(time::timestamp));
}

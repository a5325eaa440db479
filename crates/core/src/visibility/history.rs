//! What a viewer sees of people at another moment than now. Who they are today decides it, and what the person is to them
//! today: nobody sees more by asking for a day on which they were a manager.

use super::{AssignmentView, EmployeeView, FullUser, ListedUser, PartialUser, Shown, Visible};
use crate::{
    AssignmentRecord, Audience, Directory, EmployeeRecord, EmploymentStatus, Field, Mask, Moment, OnRoster,
    Person, Viewer,
};

/// The right of a viewer to the history of somebody: their past, and what is to come. Only [`Viewer::history`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    viewer: Viewer,
    directory: &'a Directory,
    mask: Mask,
}

/// What a history is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryOf {
    /// Personal data: employee records.
    Personal,
    /// Job data: assignment records.
    Job,
    /// Both, as in a full user.
    All,
}

impl HistoryOf {
    /// By the rule for a single record that is not in force.
    fn is_seen(self, mask: Mask) -> bool {
        let (personal, job) = (mask.sees(Audience::Details), mask.sees(Audience::Employment));
        match self {
            HistoryOf::Personal => personal,
            HistoryOf::Job => job,
            HistoryOf::All => personal && job,
        }
    }
}

impl Viewer {
    /// Whether there could be anybody whose history the viewer sees.
    pub fn sees_some_history(&self, directory: &Directory) -> bool {
        HistoryOf::All.is_seen(self.mask_anywhere(directory))
    }

    /// The viewer's right to a history of `person`, who is as they are today. Those who have left have one for those
    /// alone who may know of them.
    pub fn history<'a>(
        &self,
        directory: &'a Directory,
        person: &Person,
        of: HistoryOf,
    ) -> Option<History<'a>> {
        let mask = self.mask(directory, person);
        let hidden_leaver = person.has_left(directory.as_of()) && !mask.sees_leavers();
        (of.is_seen(mask) && !hidden_leaver).then_some(History { viewer: *self, directory, mask })
    }
}

impl<'a> History<'a> {
    /// The audiences that the viewer belongs to.
    pub fn mask(&self) -> Mask {
        self.mask
    }

    /// `person` as they were at `moment`; `None` where they had left, for those who may not know of leavers.
    pub fn full_user(&self, person: &'a Person, moment: Moment) -> Option<Visible<FullUser<'a>>> {
        FullUser::on(self.directory, moment.day, &self.viewer, self.mask, person)
    }

    /// The employee record `record` of `person`, who is as they were on that day.
    pub fn employee_record(
        &self,
        person: &Person,
        record: &'a EmployeeRecord,
        moment: Moment,
    ) -> Visible<EmployeeView<'a>> {
        let in_force = person.employee.at(moment.day).is_some_and(|current| current.id == record.id);
        let current = in_force && record.effective_date <= moment.day;
        EmployeeView::of(self.mask, person.user.id, record, current)
    }

    /// The assignment record `record` of `person`, who is as they were on that day.
    pub fn assignment_record(
        &self,
        person: &Person,
        record: &'a AssignmentRecord,
        moment: Moment,
    ) -> Visible<AssignmentView<'a>> {
        let in_force = person.assignment.at(moment.day).is_some_and(|current| current.id == record.id);
        let days = (self.directory, moment.day);
        AssignmentView::of(days, &self.viewer, self.mask, person, record, in_force)
    }

    /// `person` in a list of another day, on which the roster says `then` of them; `None` if they had left.
    pub fn listed(&self, person: &'a Person, then: &'a OnRoster) -> Option<Visible<ListedUser<'a>>> {
        if then.status == EmploymentStatus::Terminated {
            return None;
        }
        let user = &person.user;
        let name = (then.first_name.as_str(), then.last_name.as_str());
        let public = PartialUser::named(self.directory, user, name, then.employee);
        let shown = |field: Field| self.mask.sees(field.audience());
        let group = if shown(Field::Group) { Shown::Yes(user.group) } else { Shown::No };
        let status = if shown(Field::EmployeeStatus) { Shown::Yes(then.status) } else { Shown::No };
        Some(ListedUser::under(public, user, group, status, then.assignment))
    }
}

impl<'a> ListedUser<'a> {
    /// What every list shows of them, in the versions whose lists show no more.
    pub fn partial(user: &Visible<ListedUser<'a>>) -> Visible<PartialUser<'a>> {
        Visible(user.public)
    }
}

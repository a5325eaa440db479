//! What a viewer sees of objects other than full users: records by their own address, and the organisation.

use super::{AssignmentView, EmployeeView, Visible};
use crate::{
    AssignmentRecord, CustomField, CustomFieldId, Department, DepartmentId, Directory, EmployeeClass,
    EmployeeClassId, EmployeeRecord, Group, Job, JobId, LeaveType, LeaveTypeId, Location, LocationId, Person,
    Privacy, Viewer,
};

impl Viewer {
    /// The employee record `record` of `person`. A record other than the one in force is history, or yet to come,
    /// and is shown only to those who see the person's personal data.
    pub fn employee_record<'a>(
        &self,
        directory: &'a Directory,
        person: &'a Person,
        record: &'a EmployeeRecord,
    ) -> Option<Visible<EmployeeView<'a>>> {
        let as_of = directory.as_of();
        let in_force = person.employee.at(as_of).is_some_and(|current| current.id == record.id);
        let mask = self.record_mask(directory, person, in_force)?;
        Some(EmployeeView::of(mask, record, in_force && record.effective_date <= as_of))
    }

    /// The assignment record `record` of `person`, by the same rule.
    pub fn assignment_record<'a>(
        &self,
        directory: &'a Directory,
        person: &'a Person,
        record: &'a AssignmentRecord,
    ) -> Option<Visible<AssignmentView<'a>>> {
        let in_force = person.assignment.at(directory.as_of()).is_some_and(|current| current.id == record.id);
        let mask = self.record_mask(directory, person, in_force)?;
        Some(AssignmentView::of(directory, self, mask, record, in_force))
    }

    fn record_mask(&self, directory: &Directory, person: &Person, in_force: bool) -> Option<crate::Mask> {
        let mask = self.mask(directory, person);
        let hidden_leaver = person.has_left(directory.as_of()) && !mask.sees_leavers();
        let hidden_history = !in_force && !mask.sees(crate::Audience::Personal);
        (!hidden_leaver && !hidden_history).then_some(mask)
    }

    /// A job. The organisation is no secret within an account.
    pub fn job<'a>(&self, directory: &'a Directory, id: JobId) -> Option<Visible<&'a Job>> {
        directory.org().jobs.get(&id).map(Visible)
    }

    /// All jobs, in order of creation.
    pub fn jobs<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a Job>> {
        directory.org().jobs.values().map(Visible).collect()
    }

    /// A department.
    pub fn department<'a>(
        &self,
        directory: &'a Directory,
        id: DepartmentId,
    ) -> Option<Visible<&'a Department>> {
        directory.org().departments.get(&id).map(Visible)
    }

    /// All departments, in their order.
    pub fn departments<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a Department>> {
        in_order(directory.org().departments.values(), |department| department.order)
    }

    /// A location.
    pub fn location<'a>(&self, directory: &'a Directory, id: LocationId) -> Option<Visible<&'a Location>> {
        directory.org().locations.get(&id).map(Visible)
    }

    /// All locations, in their order.
    pub fn locations<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a Location>> {
        in_order(directory.org().locations.values(), |location| location.order)
    }

    /// An employee class.
    pub fn employee_class<'a>(
        &self,
        directory: &'a Directory,
        id: EmployeeClassId,
    ) -> Option<Visible<&'a EmployeeClass>> {
        directory.org().employee_classes.get(&id).map(Visible)
    }

    /// All employee classes, in their order.
    pub fn employee_classes<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a EmployeeClass>> {
        in_order(directory.org().employee_classes.values(), |class| class.order)
    }

    /// The definition of a custom field. Even its name can give something away, so it is shown only to those who
    /// could see a value of it: of somebody they manage, or their own.
    pub fn custom_field<'a>(
        &self,
        directory: &'a Directory,
        id: CustomFieldId,
    ) -> Option<Visible<&'a CustomField>> {
        let field = directory.org().custom_fields.get(&id)?;
        self.sees_definition(field).then_some(Visible(field))
    }

    /// The definitions of custom fields that the viewer may see, in their order.
    pub fn custom_fields<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a CustomField>> {
        let fields = directory.org().custom_fields.values().filter(|field| self.sees_definition(field));
        in_order(fields, |field| field.order)
    }

    fn sees_definition(&self, field: &CustomField) -> bool {
        match field.privacy {
            Privacy::Everyone | Privacy::EmployeeAndManager => true,
            Privacy::Manager => self.group != Group::Employees,
            Privacy::AdministratorOnly => self.group == Group::Administrators,
        }
    }

    /// A leave type.
    pub fn leave_type<'a>(
        &self,
        directory: &'a Directory,
        id: LeaveTypeId,
    ) -> Option<Visible<&'a LeaveType>> {
        directory.org().leave_types.get(&id).map(Visible)
    }

    /// All leave types, in order of creation.
    pub fn leave_types<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a LeaveType>> {
        directory.org().leave_types.values().map(Visible).collect()
    }
}

fn in_order<'a, T>(items: impl Iterator<Item = &'a T>, order: impl Fn(&T) -> i64) -> Vec<Visible<&'a T>> {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|item| order(item));
    items.into_iter().map(Visible).collect()
}

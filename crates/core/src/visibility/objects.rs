//! What a viewer sees of objects other than full users: records by their own address, and the organisation.

use super::{AssignmentView, EmployeeView, Visible};
use crate::{
    AssignmentRecord, Audience, Badge, BadgeId, CompanyValue, CustomField, CustomFieldId, Department,
    DepartmentId, Directory, EmployeeClass, EmployeeClassId, EmployeeRecord, EventType, EventTypeId, Job,
    JobId, LeaveType, LeaveTypeId, Location, LocationId, Mask, Person, Privacy, Right, Role,
    RoleAssignmentId, RoleId, UserId, ValueId, Viewer,
};

/// What everybody may know of the account (`misc.md`).
#[derive(Clone, Debug)]
pub struct SystemInfo<'a> {
    /// The company's name.
    pub company: &'a str,
    /// Its leave types, in order of creation.
    pub leave_types: Vec<&'a LeaveType>,
}

/// The roles that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRoles {
    /// Who.
    pub user: UserId,
    /// Each role with the number of its assignment; none for a role that follows from the group.
    pub roles: Vec<(Option<RoleAssignmentId>, RoleId)>,
}

impl Viewer {
    /// What the viewer may know of the account.
    pub fn system_info<'a>(&self, directory: &'a Directory) -> Visible<SystemInfo<'a>> {
        let leave_types = directory.org().leave_types.values().collect();
        Visible(SystemInfo { company: &directory.account().name, leave_types })
    }

    /// The employee record `record` of `person`. A record other than the one in force is history, or yet to come,
    /// and is shown only to those who see the person's personal details.
    pub fn employee_record<'a>(
        &self,
        directory: &'a Directory,
        person: &'a Person,
        record: &'a EmployeeRecord,
    ) -> Option<Visible<EmployeeView<'a>>> {
        let as_of = directory.as_of();
        let in_force = person.employee.at(as_of).is_some_and(|current| current.id == record.id);
        let mask = self.record_mask(directory, person, in_force, Audience::Details)?;
        Some(EmployeeView::of(mask, person.user.id, record, in_force && record.effective_date <= as_of))
    }

    /// The assignment record `record` of `person`, by the same rule, with employment details.
    pub fn assignment_record<'a>(
        &self,
        directory: &'a Directory,
        person: &'a Person,
        record: &'a AssignmentRecord,
    ) -> Option<Visible<AssignmentView<'a>>> {
        let in_force = person.assignment.at(directory.as_of()).is_some_and(|current| current.id == record.id);
        let mask = self.record_mask(directory, person, in_force, Audience::Employment)?;
        Some(AssignmentView::of((directory, directory.as_of()), self, mask, person, record, in_force))
    }

    fn record_mask(
        &self,
        directory: &Directory,
        person: &Person,
        in_force: bool,
        history: Audience,
    ) -> Option<Mask> {
        let mask = self.mask(directory, person);
        let hidden_leaver = person.has_left(directory.as_of()) && !mask.sees_leavers();
        let hidden_history = !in_force && !mask.sees(history);
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

    /// A type of events.
    pub fn event_type<'a>(
        &self,
        directory: &'a Directory,
        id: EventTypeId,
    ) -> Option<Visible<&'a EventType>> {
        directory.org().event_types.get(&id).map(Visible)
    }

    /// All types of events, in their order.
    pub fn event_types<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a EventType>> {
        in_order(directory.org().event_types.values(), |event_type| event_type.order)
    }

    /// A value of the company.
    pub fn value<'a>(&self, directory: &'a Directory, id: ValueId) -> Option<Visible<&'a CompanyValue>> {
        directory.org().company_values.get(&id).map(Visible)
    }

    /// All of the company's values, in their order.
    pub fn values<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a CompanyValue>> {
        in_order(directory.org().company_values.values(), |value| value.order)
    }

    /// A badge.
    pub fn badge<'a>(&self, directory: &'a Directory, id: BadgeId) -> Option<Visible<&'a Badge>> {
        directory.org().badges.get(&id).map(Visible)
    }

    /// All badges, in their order.
    pub fn badges<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a Badge>> {
        in_order(directory.org().badges.values(), |badge| badge.order)
    }

    /// The definition of a custom field. Even its name can give something away, so it is shown only to those who
    /// could see a value of it: of somebody they manage, or their own.
    pub fn custom_field<'a>(
        &self,
        directory: &'a Directory,
        id: CustomFieldId,
    ) -> Option<Visible<&'a CustomField>> {
        let field = directory.org().custom_fields.get(&id)?;
        sees_definition(self.mask_anywhere(directory), field).then_some(Visible(field))
    }

    /// The definitions of custom fields that the viewer may see, in their order.
    pub fn custom_fields<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a CustomField>> {
        let mask = self.mask_anywhere(directory);
        let fields = directory.org().custom_fields.values().filter(|field| sees_definition(mask, field));
        in_order(fields, |field| field.order)
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

    /// A role. One's own are shown to everybody; all of them to those who give roles or define them.
    pub fn role<'a>(&self, directory: &'a Directory, id: RoleId) -> Option<Visible<&'a Role>> {
        let role = directory.access().role(id)?;
        self.sees_role(directory, role).then_some(Visible(role))
    }

    /// The roles that the viewer may see, in order of creation.
    pub fn roles<'a>(&self, directory: &'a Directory) -> Vec<Visible<&'a Role>> {
        directory.access().roles().filter(|role| self.sees_role(directory, role)).map(Visible).collect()
    }

    fn sees_role(&self, directory: &Directory, role: &Role) -> bool {
        let rights = self.rights_anywhere(directory);
        rights.has(Right::AssignRoles)
            || rights.has(Right::DefineRoles)
            || directory.access().held(self.user, self.group).contains(&role.id)
    }

    /// What roles `person` holds, to those who may know.
    pub fn roles_of(&self, directory: &Directory, person: &Person) -> Option<Visible<HeldRoles>> {
        let mask = self.record_mask(directory, person, true, Audience::Group)?;
        let user = person.user.id;
        let access = directory.access();
        let roles = match access.assigned(user) {
            Some(assigned) => assigned.iter().map(|(id, role)| (Some(id), role)).collect(),
            None => access.held(user, person.user.group).iter().map(|role| (None, *role)).collect(),
        };
        mask.sees(Audience::Group).then_some(Visible(HeldRoles { user, roles }))
    }
}

fn sees_definition(anywhere: Mask, field: &CustomField) -> bool {
    // Whoever has nothing to see of theirs is still asked for what they tell.
    field.privacy == Privacy::EmployeeAndManager || anywhere.sees_privacy(field.privacy)
}

fn in_order<'a, T>(items: impl Iterator<Item = &'a T>, order: impl Fn(&T) -> i64) -> Vec<Visible<&'a T>> {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|item| order(item));
    items.into_iter().map(Visible).collect()
}

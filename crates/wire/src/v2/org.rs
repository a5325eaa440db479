//! The organisation: jobs, departments, locations, employee classes, custom fields, leave types,
//! types of events, values and badges.

use folkmoot_core::{
    Badge, CompanyValue, CustomField, Department, EmployeeClass, EventType, Job, LeaveType, Location,
};

use crate::{Emit, Style};

macro_rules! objects {
    ($($function:ident($object:ty) at $collection:literal |$item:ident, $out:ident| $members:block)*) => {$(
        pub(crate) fn $function<E: Emit>($item: &$object, style: Style<'_>, $out: &mut E) {
            $out.begin_object();
            $out.key("id");
            $out.integer($item.id.0);
            $members
            $out.key("created");
            $out.timestamp($item.created);
            $out.key("modified");
            $out.timestamp($item.modified);
            style.url($collection, $item.id.0, $out);
            $out.end_object();
        }
    )*};
}

objects! {
    job(Job) at "jobs" |job, out| {
        out.key("title");
        out.string(&job.title);
        out.key("requirements");
        out.string(&job.requirements);
    }

    department(Department) at "departments" |department, out| {
        out.key("name");
        out.string(&department.name);
        out.key("order");
        out.integer(department.order);
    }

    location(Location) at "locations" |location, out| {
        out.key("name");
        out.string(&location.name);
        out.key("order");
        out.integer(location.order);
    }

    event_type(EventType) at "event_types" |event_type, out| {
        out.key("name");
        out.string(&event_type.name);
        out.key("order");
        out.integer(event_type.order);
    }

    value(CompanyValue) at "values" |value, out| {
        out.key("name");
        out.string(&value.name);
        out.key("image");
        out.begin_object();
        out.key("url");
        out.null();
        out.end_object();
        out.key("order");
        out.integer(value.order);
    }

    badge(Badge) at "badges" |badge, out| {
        out.key("name");
        out.string(&badge.name);
        out.key("order");
        out.integer(badge.order);
    }

    employee_class(EmployeeClass) at "employee_classes" |class, out| {
        out.key("class");
        out.string(&class.class);
        out.key("order");
        out.integer(class.order);
    }

    custom_field(CustomField) at "custom_fields" |field, out| {
        out.key("name");
        out.string(&field.name);
        out.key("type");
        out.string(field.kind.code());
        out.key("encrypted");
        out.boolean(field.encrypted);
        out.key("order");
        out.integer(field.order);
        out.key("visibility");
        out.string(field.privacy.name());
    }

    leave_type(LeaveType) at "leave_types" |leave_type, out| {
        out.key("name");
        out.string(&leave_type.name);
        out.key("accrual");
        out.string(leave_type.accrual.code());
        out.key("action_phrase");
        out.string(&leave_type.action_phrase);
        out.key("unpaid");
        out.boolean(leave_type.unpaid);
    }
}

//! The organisation: jobs, departments, locations, employee classes, custom fields, leave types.

use folkmoot_core::{CustomField, Department, EmployeeClass, Job, LeaveType, Location, Visible};

use super::Style;
use crate::{Emit, Render};

macro_rules! documents {
    ($($(#[$doc:meta])* $document:ident($object:ty) at $collection:literal |$item:ident, $out:ident| $members:block)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $document<'a> {
            /// The object.
            pub object: Visible<&'a $object>,
            /// How it is spelled.
            pub style: Style<'a>,
        }

        impl Render for $document<'_> {
            fn render<E: Emit>(&self, $out: &mut E) {
                let $item: &$object = self.object.get();
                $out.begin_object();
                $out.key("id");
                $out.integer($item.id.0);
                $members
                $out.key("created");
                $out.timestamp($item.created);
                $out.key("modified");
                $out.timestamp($item.modified);
                self.style.url($collection, $item.id.0, $out);
                $out.end_object();
            }
        }
    )*};
}

documents! {
    /// A job.
    JobDocument(Job) at "jobs" |job, out| {
        out.key("title");
        out.string(&job.title);
        out.key("requirements");
        out.string(&job.requirements);
    }

    /// A department.
    DepartmentDocument(Department) at "departments" |department, out| {
        out.key("name");
        out.string(&department.name);
        out.key("order");
        out.integer(department.order);
    }

    /// A location.
    LocationDocument(Location) at "locations" |location, out| {
        out.key("name");
        out.string(&location.name);
        out.key("order");
        out.integer(location.order);
    }

    /// An employee class.
    EmployeeClassDocument(EmployeeClass) at "employee_classes" |class, out| {
        out.key("class");
        out.string(&class.class);
        out.key("order");
        out.integer(class.order);
    }

    /// The definition of a custom field.
    CustomFieldDocument(CustomField) at "custom_fields" |field, out| {
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

    /// A leave type.
    LeaveTypeDocument(LeaveType) at "leave_types" |leave_type, out| {
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

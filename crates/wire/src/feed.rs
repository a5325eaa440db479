//! The change feed's shape, the same in every version of the API. Like everything else that is shown, it takes
//! [`Visible`] values.

use folkmoot_core::{Happening, Object, Visible};

use crate::{Emit, Render};

/// An entry of the change log, for those who follow it.
#[derive(Clone, Copy, Debug)]
pub struct ChangeDocument(pub Visible<Happening>);

impl Render for ChangeDocument {
    fn render<E: Emit>(&self, out: &mut E) {
        let Happening { revision, at, object, object_id, action, actor } = *self.0.get();
        out.begin_object();
        out.key("revision");
        out.integer(revision.cast_signed());
        out.key("at");
        out.timestamp(at);
        out.key("object");
        out.string(object.code());
        out.key("object_id");
        out.integer(object_id);
        out.key("action");
        out.string(action.code());
        out.key("url");
        object_url(object, object_id, out);
        out.key("actor_id");
        match actor {
            Some(actor) => out.integer(actor.0),
            None => out.null(),
        }
        out.end_object();
    }
}

/// Where an object is read, or `null`.
pub fn object_url<E: Emit>(object: Object, id: i64, out: &mut E) {
    let collection = match object {
        Object::User => "users",
        Object::Job => "jobs",
        Object::Department => "departments",
        Object::Location => "locations",
        Object::EmployeeClass => "employee_classes",
        Object::CustomField => "custom_fields",
        Object::LeaveType => "leave_types",
        Object::EmployeeRecord => "employee_records",
        Object::AssignmentRecord => "assignment_records",
        Object::EventType => "event_types",
        Object::Value => "values",
        Object::Badge => "badges",
        Object::Role => "roles",
        Object::WebHook => "webhooks",
        Object::Config | Object::WorkHourRecord | Object::RoleAssignment => return out.null(),
    };
    let suffix = out.format().suffix();
    out.string_from(format_args!("/{collection}/{id}.{suffix}"));
}

/// A piece of the log, and from where to ask for the next.
#[derive(Clone, Copy, Debug)]
pub struct FeedDocument<'a, T> {
    /// The revision up to which the log was looked through: to be asked from next, also when nothing was shown.
    pub next: u64,
    /// Whether there was more to look through already.
    pub more: bool,
    /// What the entries are called.
    pub key: &'static str,
    /// What each is called in XML.
    pub item: &'static str,
    /// The entries.
    pub items: &'a [T],
}

impl<T: Render> Render for FeedDocument<'_, T> {
    fn render<E: Emit>(&self, out: &mut E) {
        let FeedDocument { next, more, key, item, items } = *self;
        out.begin_object();
        out.key("next");
        out.integer(next.cast_signed());
        out.key("more");
        out.boolean(more);
        out.key(key);
        out.begin_array(item);
        for entry in items {
            entry.render(out);
        }
        out.end_array();
        out.end_object();
    }
}

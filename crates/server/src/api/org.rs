//! The organisation: lists and single objects (`org.md`). None of it is dated: asked about another moment, it is as it is now.

use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{
    BadgeId, CustomFieldId, DepartmentId, EmployeeClassId, EventTypeId, JobId, LeaveTypeId, LocationId,
    ValueId, Visible,
};
use folkmoot_wire::documents::{
    Alone, BadgeDocument, CustomFieldDocument, DepartmentDocument, EmployeeClassDocument, EventTypeDocument,
    JobDocument, LeaveTypeDocument, LocationDocument, ValueDocument,
};
use folkmoot_wire::{List, Render, Style};
use http::Response;

use super::id;
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::respond::{self, Keep};

macro_rules! resources {
    ($($(#[$doc:meta])* $name:literal $item:literal $root:literal: $list:ident, $one:ident, $id:ident, $document:ident;)*) => {$(
        #[doc = concat!("`GET /", $root, "`: all that the viewer may see.")]
        pub(crate) async fn $list(mut request: Api) -> Response<Body> {
            if let Err(refusal) = request.look() {
                return refusal.into_response(request.format);
            }
            let objects = request.viewer.$list(&request.directory);
            list(&request, $root, $item, objects, |object, style| $document { object, style })
        }

        #[doc = concat!("`GET /", $root, "/{id}`.")]
        pub(crate) async fn $one(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
            if let Err(refusal) = request.look() {
                return refusal.into_response(request.format);
            }
            let Some(id) = id::number(&segment) else {
                return Refusal::invalid_id($name).into_response(request.refusal_format());
            };
            let Some(object) = request.viewer.$one(&request.directory, $id(id)) else {
                return Refusal::not_found($name).into_response(request.refusal_format());
            };
            let style = request.style();
            respond::object(&request, tag(&request, $item, id), Keep::Yes, $item, || Alone($document { object, style }))
        }
    )*};
}

resources! {
    "Job" "job" "jobs": jobs, job, JobId, JobDocument;
    "Department" "department" "departments": departments, department, DepartmentId, DepartmentDocument;
    "Location" "location" "locations": locations, location, LocationId, LocationDocument;
    "Employee Class" "employee_class" "employee_classes":
        employee_classes, employee_class, EmployeeClassId, EmployeeClassDocument;
    "Event Type" "event_type" "event_types": event_types, event_type, EventTypeId, EventTypeDocument;
    "Value" "value" "values": values, value, ValueId, ValueDocument;
    "Badge" "badge" "badges": badges, badge, BadgeId, BadgeDocument;
    "Custom Field" "custom_field" "custom_fields": custom_fields, custom_field, CustomFieldId, CustomFieldDocument;
    "Leave Type" "leave_type" "leave_types": leave_types, leave_type, LeaveTypeId, LeaveTypeDocument;
}

fn list<'a, T, D: Render>(
    request: &'a Api,
    root: &'static str,
    item: &'static str,
    objects: Vec<Visible<&'a T>>,
    document: impl Fn(Visible<&'a T>, Style<'a>) -> D,
) -> Response<Body> {
    let style = request.style();
    let items: Vec<D> = objects.into_iter().map(|object| document(object, style)).collect();
    respond::object(request, tag(request, root, 0), Keep::Yes, root, || List { item, items: &items })
}

/// What is seen of the organisation depends on what the viewer could see of anybody.
pub(super) fn tag(request: &Api, object: &str, id: i64) -> EntityTag {
    let mask = request.viewer.mask_anywhere(&request.directory);
    EntityTag(request.app.store.keys().entity_tag(&request.identity(object, id, mask, &[])))
}

//! Changing the organisation (`org.md`): `POST`, `PUT` and `DELETE` of jobs, departments, locations, employee classes,
//! custom fields, types of events, values and badges, by administrators.

use axum::Extension;
use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{
    Badge, BadgeId, CompanyValue, CustomField, CustomFieldId, CustomFieldKind, Department, DepartmentId,
    EmployeeClass, EmployeeClassId, EventType, EventTypeId, Job, JobId, Location, LocationId, Org, Privacy,
    Right, Sent, Sequences, Text, ValueId,
};
use folkmoot_store::OrgItem;
use folkmoot_wire::input::{CustomFieldInput, Faults, JobInput, NamedInput};
use folkmoot_wire::{ErrorCode, Form, Success};
use http::Response;
use jiff::Timestamp;

use super::{id, org};
use crate::context::Api;
use crate::error::Refusal;
use crate::once::Once;
use crate::respond;

/// Only administrators may, and who else has the right.
fn may_change(request: &Api, right: Right) -> Result<(), Refusal> {
    if request.viewer.rights_anywhere(&request.directory).has(right) {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::Access, "Only administrators may change the organisation."))
}

/// The kinds of objects, each by what differs.
macro_rules! kinds {
    ($($name:literal $item:literal $root:literal at $order:ident: $create:ident, $update:ident, $delete:ident, $show:ident,
       $kind:ident: $data:ident($id:ident) in $items:ident by $right:ident, $read:expr, $apply:ident;)*) => {$(
        #[doc = concat!("`POST /", $root, "`.")]
        pub(crate) async fn $create(mut request: Api, form: Option<Extension<Form>>) -> Response<Body> {
            let format = request.format;
            let made = async {
                may_change(&request, Right::$right)?;
                let Extension(form) = form.unwrap_or_default();
                let mut faults = Faults::default();
                let input = $read(&form, &mut faults);
                let once = Once::of(&request, concat!("add a ", $item), None, &form)?;
                let store = request.app.store.clone();
                let mut tx = request.context.begin_current(&store).await?;
                if let Some(made) = once.made(&mut tx).await? {
                    return Ok(made);
                }
                request.must_expect(org::tag(&request, $root, 0))?;
                let context = &mut request.context;
                let mut next = tx.sequences().await?;
                let number = Sequences::take(&mut next.$items);
                let org = context.directory.org();
                let last = org.$items.values().map($order).max().unwrap_or(0);
                let made = $apply(None, input, $id(number), last.saturating_add(1), tx.now(), org, &mut faults);
                let made = made.filter(|_| faults.is_empty()).ok_or_else(|| Refusal::faults(faults))?;
                tx.add_org_item(&OrgItem::$kind(made)).await?;
                tx.set_sequences(&next).await?;
                once.note(&mut tx, number).await?;
                context.commit(tx).await?;
                Ok(number)
            };
            match made.await {
                Ok(number) => {
                    request.answers_a_change();
                    org::$show(request, Path(number.to_string())).await
                }
                Err(refusal) => Refusal::into_response(refusal, format),
            }
        }

        #[doc = concat!("`PUT /", $root, "/{id}`.")]
        pub(crate) async fn $update(
            mut request: Api,
            Path(segment): Path<String>,
            form: Option<Extension<Form>>,
        ) -> Response<Body> {
            let format = request.format;
            let changed = async {
                let number = id::number(&segment).ok_or_else(|| Refusal::invalid_id($name))?;
                may_change(&request, Right::$right)?;
                let Extension(form) = form.unwrap_or_default();
                let mut faults = Faults::default();
                let input = $read(&form, &mut faults);
                let once = Once::of(&request, concat!("change a ", $item), Some(number), &form)?;
                let context = &mut request.context;
                let store = context.app.store.clone();
                let mut tx = context.begin_current(&store).await?;
                if once.made(&mut tx).await?.is_some() {
                    return Ok(());
                }
                let before = context.directory.org().$items.get(&$id(number)).cloned();
                let before = before.ok_or_else(|| Refusal::not_found($name))?;
                id::must_match(&form, number)?;
                request.must_expect(org::tag(&request, $item, number))?;
                let context = &mut request.context;
                let (order, org) = ($order(&before), context.directory.org());
                let after = $apply(Some(&before), input, $id(number), order, tx.now(), org, &mut faults);
                let after = after.filter(|_| faults.is_empty()).ok_or_else(|| Refusal::faults(faults))?;
                if after != before {
                    let after = $data { modified: tx.now(), ..after };
                    tx.change_org_item(&OrgItem::$kind(before), &OrgItem::$kind(after)).await?;
                }
                // Also what changes nothing is made once: it is not to undo what somebody else does meanwhile.
                once.note(&mut tx, number).await?;
                context.commit(tx).await
            };
            match changed.await {
                Ok(()) => {
                    request.answers_a_change();
                    org::$show(request, Path(segment)).await
                }
                Err(refusal) => Refusal::into_response(refusal, format),
            }
        }

        #[doc = concat!("`DELETE /", $root, "/{id}`.")]
        pub(crate) async fn $delete(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
            let format = request.format;
            let deleted = async {
                let number = id::number(&segment).ok_or_else(|| Refusal::invalid_id($name))?;
                may_change(&request, Right::$right)?;
                let once = Once::of(&request, concat!("delete a ", $item), Some(number), &Form::default())?;
                let gone = |request: &Api| respond::success(format, request.version, &Success::deleted($name, request.version));
                let context = &mut request.context;
                let store = context.app.store.clone();
                let mut tx = context.begin_current(&store).await?;
                if once.made(&mut tx).await?.is_some() {
                    return Ok(gone(&request));
                }
                let item = context.directory.org().$items.get(&$id(number)).cloned();
                let item = item.ok_or_else(|| Refusal::not_found($name))?;
                request.must_expect(org::tag(&request, $item, number))?;
                let context = &mut request.context;
                if !tx.delete_org_item(&OrgItem::$kind(item)).await? {
                    return Err(Refusal::new(ErrorCode::Delete, concat!($name, " is in use, or its history needs it."))
                        .with_status(http::StatusCode::CONFLICT));
                }
                once.note(&mut tx, number).await?;
                context.commit(tx).await?;
                Ok(gone(&request))
            };
            deleted.await.unwrap_or_else(|refusal| Refusal::into_response(refusal, format))
        }
    )*};
}

kinds! {
    "Job" "job" "jobs" at job_order: create_job, update_job, delete_job, job,
        Job: Job(JobId) in jobs by ModifySystemTypes, JobInput::read, job;
    "Department" "department" "departments" at department_order: create_department, update_department, delete_department, department,
        Department: Department(DepartmentId) in departments by ModifySystemTypes, named, department;
    "Location" "location" "locations" at location_order: create_location, update_location, delete_location, location,
        Location: Location(LocationId) in locations by ModifySystemTypes, named, location;
    "Employee Class" "employee_class" "employee_classes" at class_order: create_employee_class, update_employee_class, delete_employee_class, employee_class,
        EmployeeClass: EmployeeClass(EmployeeClassId) in employee_classes by ModifySystemTypes, class, employee_class;
    "Event Type" "event_type" "event_types" at event_type_order: create_event_type, update_event_type, delete_event_type, event_type,
        EventType: EventType(EventTypeId) in event_types by ModifySystemTypes, named, event_type;
    "Value" "value" "values" at value_order: create_value, update_value, delete_value, value,
        Value: CompanyValue(ValueId) in company_values by ModifyValues, named, company_value;
    "Badge" "badge" "badges" at badge_order: create_badge, update_badge, delete_badge, badge,
        Badge: Badge(BadgeId) in badges by ModifyBadges, named, badge;
    "Custom Field" "custom_field" "custom_fields" at field_order: create_custom_field, update_custom_field, delete_custom_field, custom_field,
        CustomField: CustomField(CustomFieldId) in custom_fields by ModifySystemTypes, CustomFieldInput::read, custom_field;
}

fn named(form: &Form, faults: &mut Faults) -> NamedInput {
    NamedInput::read(form, "name", faults)
}

fn class(form: &Form, faults: &mut Faults) -> NamedInput {
    NamedInput::read(form, "class", faults)
}

const fn job_order(_: &Job) -> i64 {
    0
}

const fn department_order(item: &Department) -> i64 {
    item.order
}

const fn location_order(item: &Location) -> i64 {
    item.order
}

const fn class_order(item: &EmployeeClass) -> i64 {
    item.order
}

const fn event_type_order(item: &EventType) -> i64 {
    item.order
}

const fn value_order(item: &CompanyValue) -> i64 {
    item.order
}

const fn badge_order(item: &Badge) -> i64 {
    item.order
}

const fn field_order(item: &CustomField) -> i64 {
    item.order
}

/// The name after a change: there must be one, and no other may have it, whatever its case.
fn name(
    key: &str,
    sent: Option<Sent<Text>>,
    before: Option<&Text>,
    mut others: impl Iterator<Item = Text>,
    faults: &mut Faults,
) -> Option<Text> {
    let Some(sent) = sent else {
        if before.is_none() && faults.is_empty() {
            faults.tell(key, "is required");
        }
        return before.cloned();
    };
    if others.any(|other| other.to_lowercase() == sent.value.to_lowercase()) {
        faults.tell(&sent.key, "is another's already");
    }
    Some(sent.value)
}

fn value<T>(sent: Option<Sent<T>>, otherwise: T) -> T {
    sent.map_or(otherwise, |sent| sent.value)
}

fn job(
    before: Option<&Job>,
    input: JobInput,
    id: JobId,
    _order: i64,
    now: Timestamp,
    org: &Org,
    faults: &mut Faults,
) -> Option<Job> {
    let others = org.jobs.values().filter(|other| other.id != id).map(|other| other.title.clone());
    let title = name("title", input.title, before.map(|job| &job.title), others, faults)?;
    let requirements = before.map_or_else(Text::default, |job| job.requirements.clone());
    let (created, modified) = before.map_or((now, now), |job| (job.created, job.modified));
    Some(Job { id, title, requirements: value(input.requirements, requirements), created, modified })
}

/// What all kinds that are a name with a place among others have in common.
macro_rules! named_kinds {
    ($($apply:ident: $kind:ident($id:ident) in $items:ident by $name:ident;)*) => {$(
        fn $apply(
            before: Option<&$kind>,
            input: NamedInput,
            id: $id,
            order: i64,
            now: Timestamp,
            org: &Org,
            faults: &mut Faults,
        ) -> Option<$kind> {
            let others = org.$items.values().filter(|other| other.id != id).map(|other| other.$name.clone());
            let $name = name(stringify!($name), input.name, before.map(|item| &item.$name), others, faults)?;
            let (created, modified) = before.map_or((now, now), |item| (item.created, item.modified));
            Some($kind { id, $name, order: value(input.order, order), created, modified })
        }
    )*};
}

named_kinds! {
    department: Department(DepartmentId) in departments by name;
    location: Location(LocationId) in locations by name;
    employee_class: EmployeeClass(EmployeeClassId) in employee_classes by class;
    event_type: EventType(EventTypeId) in event_types by name;
    company_value: CompanyValue(ValueId) in company_values by name;
    badge: Badge(BadgeId) in badges by name;
}

fn custom_field(
    before: Option<&CustomField>,
    input: CustomFieldInput,
    id: CustomFieldId,
    order: i64,
    now: Timestamp,
    org: &Org,
    faults: &mut Faults,
) -> Option<CustomField> {
    let others = org.custom_fields.values().filter(|other| other.id != id).map(|other| other.name.clone());
    let name = name("name", input.name, before.map(|field| &field.name), others, faults)?;
    if let (Some(before), Some(sent)) = (before, &input.encrypted)
        && before.encrypted != sent.value
    {
        // Values are stored one way or the other; a field that is to be the other is another field.
        faults.tell(&sent.key, "cannot be changed any more");
    }
    let (kind, encrypted, privacy) = before.map_or(
        // What nobody has thought about is not for everyone to see.
        (CustomFieldKind::Text, false, Privacy::EmployeeAndManager),
        |field| (field.kind, field.encrypted, field.privacy),
    );
    let (created, modified) = before.map_or((now, now), |field| (field.created, field.modified));
    Some(CustomField {
        id,
        name,
        kind: value(input.kind, kind),
        encrypted: value(input.encrypted, encrypted),
        order: value(input.order, order),
        privacy: value(input.privacy, privacy),
        created,
        modified,
    })
}

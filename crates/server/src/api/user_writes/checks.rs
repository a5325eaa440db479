//! What a change must meet before it is made.

use std::collections::BTreeMap;

use folkmoot_core::{
    CustomField, CustomFieldEdit, CustomFieldId, CustomFieldRecord, CustomFieldTarget, Directory, Patch,
    Person, Right, Sent, Text, UserEdit, UserId, WriteField, may_write, may_write_anything,
};
use folkmoot_wire::ErrorCode;
use folkmoot_wire::input::{Faults, PayInput};

use crate::context::Context;
use crate::error::Refusal;

/// Refuses whoever can change nothing of somebody before what they send is looked at.
pub(in crate::api) fn may_change_anything(request: &Context, person: &Person) -> Result<(), Refusal> {
    if may_write_anything(&request.viewer, &request.directory, person) {
        return Ok(());
    }
    let message = "Only they themselves, who manages them, and administrators may change somebody's data.";
    Err(Refusal::new(ErrorCode::Access, message))
}

/// The custom field that an edit means, and the record that there is of it.
pub(super) fn target<'a>(
    fields: &'a BTreeMap<CustomFieldId, CustomField>,
    records: &'a [CustomFieldRecord],
    edit: &CustomFieldEdit,
) -> Option<(&'a CustomField, Option<&'a CustomFieldRecord>)> {
    let of = |field: CustomFieldId| records.iter().find(|record| record.field == field);
    match edit.of.value {
        CustomFieldTarget::Field(field) => Some((fields.get(&field)?, of(field))),
        CustomFieldTarget::RecordOrField(id) => {
            if let Some(record) = records.iter().find(|record| record.id == id) {
                return Some((fields.get(&record.field)?, Some(record)));
            }
            let field = CustomFieldId(id.0);
            Some((fields.get(&field)?, of(field)))
        }
    }
}

/// Refuses what the viewer may not change, field by field. What they may not know of is to them as if it did not exist.
pub(in crate::api) fn refuse_denied(
    request: &Context,
    person: &Person,
    edit: &UserEdit,
    pay: &PayInput,
    government_id: Option<&Sent<Text>>,
    password: Option<&Sent<Box<str>>>,
) -> Result<(), Refusal> {
    let (viewer, directory) = (&request.viewer, &*request.directory);
    let sent = edit.user.sent().chain(edit.employee.patch.sent());
    let sent = sent.chain(edit.assignment.patch.sent()).chain(edit.work_hours.sent());
    let sent = sent.chain(pay.key().map(|key| (WriteField::Pay, key)));
    let sent = sent.chain(edit.payroll.iter().map(|payroll| (WriteField::Pay, &*payroll.provider.key)));
    let quotas = edit.leave_quotas.iter();
    let sent = sent.chain(quotas.map(|quota| (WriteField::LeaveBalance, &*quota.leave_type.key)));
    let sent = sent.chain(government_id.map(|sent| (WriteField::GovernmentId, &*sent.key)));
    let mut denied: Vec<&str> =
        sent.filter(|(field, _)| !may_write(viewer, directory, person, *field)).map(|(_, key)| key).collect();
    let knows_all_fields = viewer.rights_anywhere(directory).has(Right::ViewAdministratorItems);
    for custom in &edit.custom_fields {
        let found = target(&directory.org().custom_fields, &person.custom_field_records, custom);
        let allowed = found.is_some_and(|(field, _)| {
            may_write(viewer, directory, person, WriteField::Custom(field.privacy))
        });
        if !allowed && (found.is_some() || !knows_all_fields) {
            denied.push(&custom.of.key);
        }
    }
    if let Some(password) = password.filter(|_| viewer.user != person.user.id) {
        denied.push(&password.key);
    }
    if let Some(group) = &edit.user.group
        && viewer.may_set_group(directory, Some(person), group.value).is_err()
        && !denied.contains(&&*group.key)
    {
        denied.push(&group.key);
    }
    if denied.is_empty() {
        return Ok(());
    }
    let messages = denied.into_iter().map(|key| format!("{key} may not be changed by you."));
    Err(Refusal::with_messages(ErrorCode::Access, messages))
}

/// Tells of what refers to nothing.
pub(in crate::api) fn check_references(
    directory: &Directory,
    id: Option<UserId>,
    edit: &UserEdit,
    faults: &mut Faults,
) {
    let org = directory.org();
    let patch = &edit.assignment.patch;
    let mut check = |key: Option<&str>, is_there: bool, what: &str| {
        if let (Some(key), false) = (key, is_there) {
            faults.tell(key, format_args!("is the number of no {what}"));
        }
    };
    macro_rules! check_references {
        ($($field:ident in $items:ident: $what:literal;)*) => {$(
            if let Some(Sent { key, value: Some(number) }) = &patch.$field {
                check(Some(key), org.$items.contains_key(number), $what);
            }
        )*};
    }
    check_references! {
        job in jobs: "job";
        department in departments: "department";
        location in locations: "location";
        employee_class in employee_classes: "employee class";
    }
    for quota in &edit.leave_quotas {
        check(
            Some(&quota.leave_type.key),
            org.leave_types.contains_key(&quota.leave_type.value),
            "leave type",
        );
    }
    if let Some(Sent { key, value: Some(manager) }) = &patch.manager {
        check(Some(key), directory.person(*manager).is_some(), "user");
        if id.is_some_and(|id| is_below(directory, *manager, id)) {
            faults.tell(key, "would make somebody their own manager");
        }
    }
    for custom in &edit.custom_fields {
        let CustomFieldTarget::Field(field) = custom.of.value else { continue };
        if !org.custom_fields.contains_key(&field) {
            faults.tell(&custom.of.key, "is the number of no custom field");
        }
    }
}

/// Whether `person` is `above`, or reports to them directly or through others.
pub(in crate::api) fn is_below(directory: &Directory, person: UserId, above: UserId) -> bool {
    const DEEPEST: usize = 256;
    let mut at = Some(person);
    for _ in 0..DEEPEST {
        match at {
            None => return false,
            Some(id) if id == above => return true,
            Some(id) => at = directory.person(id).and_then(|person| person.manager(directory.as_of())),
        }
    }
    // A line of managers that goes on for ever: whoever is added to it would be part of it.
    true
}

pub(in crate::api) fn check_password(password: &Sent<Box<str>>, faults: &mut Faults) {
    const SHORTEST: usize = 10;
    const LONGEST: usize = 1024;
    if password.value.chars().count() < SHORTEST {
        faults.tell(&password.key, format_args!("needs at least {SHORTEST} characters"));
    } else if password.value.len() > LONGEST {
        faults.tell(&password.key, format_args!("has more than {LONGEST} bytes"));
    }
}

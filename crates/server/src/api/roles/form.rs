//! Roles as forms give them: `role_id[]=12`, and the definition of a role.
//!
//! ```text
//! name=Regional+HR&description=…&assign_to_new=0&copy_of=3
//! permission_groups[0][departments][]=5
//! permission_groups[0][locations][]=1
//! permission_groups[0][relationship]=all_reports
//! permission_groups[0][cards][privacy][]=view_manager_items
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;

use folkmoot_core::{
    DepartmentId, Directory, LocationId, Org, PermissionGroup, RIGHTS, Relationship, Right, Rights, Role,
    RoleId, Text, fold_identifier,
};
use folkmoot_wire::{ErrorCode, Form, FormValue};
use http::StatusCode;

use crate::error::Refusal;

const LONGEST_NAME: usize = 100;
const LONGEST_DESCRIPTION: usize = 1000;
const MOST_GROUPS: usize = 50;

/// Everything that is wrong with a form.
#[derive(Default)]
struct Faults(Vec<Cow<'static, str>>);

impl Faults {
    fn add(&mut self, key: &str, what: &str) {
        self.0.push(format!("{key}: {what}.").into());
    }

    fn none(self) -> Result<(), Refusal> {
        let (code, status) = (ErrorCode::Validation, StatusCode::BAD_REQUEST);
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Error { code, status, messages: self.0 }) }
    }
}

/// The numbers that `role_id[]` names.
pub(super) fn role_ids(form: &Form) -> Result<Vec<RoleId>, Refusal> {
    let Some(value) = form.get("role_id") else {
        return Err(Refusal::validation("role_id: is missing."));
    };
    let mut faults = Faults::default();
    let mut ids = Vec::new();
    for element in value.elements() {
        match element.text().and_then(|text| text.parse().ok()) {
            Some(id) if !ids.contains(&id) => ids.push(id),
            Some(_) => {}
            None => faults.add(element.key(), "is the number of a role"),
        }
    }
    faults.none().map(|()| ids)
}

/// The role of which a new one is to be a copy.
pub(super) fn copy_of(form: &Form) -> Result<Option<RoleId>, Refusal> {
    let Some(value) = form.get("copy_of").filter(|value| !value.is_blank()) else { return Ok(None) };
    let id = value.text().and_then(|text| text.parse().ok());
    id.map(Some).ok_or_else(|| Refusal::validation("copy_of: is the number of a role."))
}

/// `role` with what the form says of it.
pub(super) fn apply(form: &Form, mut role: Role, directory: &Directory) -> Result<Role, Refusal> {
    let mut faults = Faults::default();
    let mut others = directory.access().roles().filter(|other| other.id != role.id);
    if let Some(value) = form.get("name") {
        role.name = text(value, LONGEST_NAME, &mut faults).unwrap_or_default();
    }
    if role.name.trim().is_empty() {
        faults.add("name", "is required");
    } else if others.any(|other| fold_identifier(&other.name) == fold_identifier(&role.name)) {
        faults.add("name", "is the name of another role");
    }
    if let Some(value) = form.get("description") {
        role.description = text(value, LONGEST_DESCRIPTION, &mut faults).unwrap_or_default();
    }
    if let Some(value) = form.get("assign_to_new") {
        match value.boolean() {
            Some(assign) => role.assign_to_new = assign,
            None => faults.add(value.key(), "is 1 or 0"),
        }
    }
    match (form.get("permission_groups"), role.standard) {
        (None, _) => {}
        // As it was before anybody changed it.
        (Some(value), Some(standard)) if value.is_blank() => {
            role.permission_groups = standard.permission_groups(directory.account().settings);
            role.own_permissions = false;
        }
        (Some(value), _) => {
            role.permission_groups = permission_groups(value, directory.org(), &mut faults);
            role.own_permissions = true;
        }
    }
    if role.permission_groups.is_empty() {
        faults.add("permission_groups", "one at least is required");
    }
    faults.none().map(|()| role)
}

fn text(value: &FormValue, longest: usize, faults: &mut Faults) -> Option<Text> {
    let text = value.text().map(str::trim);
    match text {
        Some(text) if text.chars().count() > longest => {
            faults.add(value.key(), &format!("has {longest} characters at most"));
        }
        Some(text) if text.contains(char::is_control) => faults.add(value.key(), "is plain text"),
        Some(text) => return Some(text.into()),
        None => faults.add(value.key(), "is a text"),
    }
    None
}

fn permission_groups(value: &FormValue, org: &Org, faults: &mut Faults) -> Vec<PermissionGroup> {
    let FormValue::List(groups) = value else {
        faults.add("permission_groups", "is a list: permission_groups[0][relationship], and so on");
        return Vec::new();
    };
    if groups.len() > MOST_GROUPS {
        faults.add("permission_groups", &format!("has {MOST_GROUPS} at most"));
        return Vec::new();
    }
    (0..).zip(groups).map(|(number, group)| permission_group(number, group, org, faults)).collect()
}

fn permission_group(number: usize, group: &FormValue, org: &Org, faults: &mut Faults) -> PermissionGroup {
    let at = |name: &str| format!("permission_groups[{number}][{name}]");
    let named = |name: &str| group.get(name).filter(|value| !value.is_blank());
    let departments = ids(named("departments"), faults, "department", |id| {
        org.departments.contains_key(&DepartmentId(id)).then_some(DepartmentId(id))
    });
    let locations = ids(named("locations"), faults, "location", |id| {
        org.locations.contains_key(&LocationId(id)).then_some(LocationId(id))
    });
    let relationship = named("relationship").and_then(FormValue::text).and_then(Relationship::from_code);
    if relationship.is_none() {
        let known = Relationship::ALL.map(Relationship::code).join(", ");
        faults.add(&at("relationship"), &format!("is one of {known}"));
    }
    let mut rights = Rights::NONE;
    match named("cards") {
        None => faults.add(&at("cards"), "one action at least is required"),
        Some(cards) => {
            for leaf in cards.leaves() {
                match right(&leaf.key, &leaf.text) {
                    Some(right) => rights = rights.and(Rights::of(&[right])),
                    None => faults.add(&leaf.key, "is no action of that card"),
                }
            }
        }
    }
    PermissionGroup {
        departments,
        locations,
        relationship: relationship.unwrap_or(Relationship::Oneself),
        rights,
    }
}

fn ids<T: Ord>(
    value: Option<&FormValue>,
    faults: &mut Faults,
    what: &str,
    find: impl Fn(i64) -> Option<T>,
) -> BTreeSet<T> {
    let mut found = BTreeSet::new();
    for element in value.into_iter().flat_map(FormValue::elements) {
        match element.text().and_then(|text| text.parse().ok()).and_then(&find) {
            Some(id) => drop(found.insert(id)),
            None => faults.add(element.key(), &format!("is the number of a {what}")),
        }
    }
    found
}

/// The right that `permission_groups[0][cards][privacy][]=view_manager_items` names.
fn right(key: &str, action: &str) -> Option<Right> {
    let card = key.split_once("[cards][")?.1.split_once(']')?.0;
    let fact = RIGHTS.iter().find(|fact| fact.card.code() == card && fact.action == action)?;
    Some(fact.right)
}

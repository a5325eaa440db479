//! What the account has of one kind, by name.

use std::collections::HashMap;

use folkmoot_core::Org;

use crate::column::OrgKind;

/// What the account has of one kind.
pub(super) struct Known<'a> {
    names: HashMap<i64, &'a str>,
    exact: HashMap<&'a str, Vec<i64>>,
    folded: HashMap<String, Vec<i64>>,
}

impl<'a> Known<'a> {
    pub(super) fn of(org: &'a Org, kind: OrgKind) -> Known<'a> {
        let items: Vec<(i64, &str)> = match kind {
            OrgKind::Job => org.jobs.values().map(|job| (job.id.0, job.title.as_str())).collect(),
            OrgKind::Department => org.departments.values().map(|it| (it.id.0, it.name.as_str())).collect(),
            OrgKind::Location => org.locations.values().map(|it| (it.id.0, it.name.as_str())).collect(),
            OrgKind::EmployeeClass => {
                org.employee_classes.values().map(|it| (it.id.0, it.class.as_str())).collect()
            }
            OrgKind::CustomField => {
                org.custom_fields.values().map(|it| (it.id.0, it.name.as_str())).collect()
            }
            OrgKind::LeaveType => org.leave_types.values().map(|it| (it.id.0, it.name.as_str())).collect(),
        };
        let mut known = Known { names: HashMap::new(), exact: HashMap::new(), folded: HashMap::new() };
        for (id, name) in items {
            known.names.insert(id, name);
            known.exact.entry(name.trim()).or_default().push(id);
            known.folded.entry(name.trim().to_lowercase()).or_default().push(id);
        }
        known
    }

    /// The name of number `id`.
    pub(super) fn name_of(&self, id: i64) -> Option<&'a str> {
        self.names.get(&id).copied()
    }

    /// The number of what is called `name`: spelled just so or, failing that, whatever the case.
    pub(super) fn named(&self, name: &str, kind: OrgKind) -> Result<Option<i64>, String> {
        let found = self.exact.get(name).or_else(|| self.folded.get(&name.to_lowercase()));
        match found.map(Vec::as_slice) {
            None | Some([]) => Ok(None),
            Some([id]) => Ok(Some(*id)),
            Some([one, other, ..]) => {
                Err(format!("can mean {} {one} or {other} of the account", kind.noun()))
            }
        }
    }
}

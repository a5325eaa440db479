//! What stands where in a full user.

use std::collections::HashMap;

use folkmoot_core::Field;

use crate::column::{COLUMNS, Key, OrgKind, Slot};
use crate::import::suggest::nearest;

/// What a member of a user is, or of an object in it.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// A value.
    Key(Key),
    /// Something of the organisation.
    Org(OrgKind),
    /// An object of more of them.
    Object,
    /// The manager.
    Manager,
    /// Values of custom fields.
    CustomFieldRecords,
    /// Leave.
    LeaveUsages,
    /// What is understood and not imported.
    Ignored,
}

/// Every place of a full user, by its path.
pub(super) struct Places(HashMap<String, Place>);

/// What a partial user has besides, inside another; and the picture, which is imported by other means.
const IGNORED: [&str; 5] = [
    "avatar",
    "assignment_record.manager.avatar",
    "assignment_record.manager.display_name",
    "assignment_record.manager.employee_record",
    "assignment_record.manager.assignment_record",
];

impl Places {
    pub(super) fn new() -> Places {
        let mut places: HashMap<String, Place> = HashMap::new();
        for column in COLUMNS {
            let place = match column.slot {
                Slot::Key(Key::Manager) => Place::Manager,
                Slot::Key(key) => Place::Key(key),
                Slot::Org(kind) => Place::Org(kind),
            };
            places.insert(column.path(), place);
        }
        for path in ["assignment_record", "employee_record", Field::PayInfo.path()] {
            places.insert(path.to_owned(), Place::Object);
        }
        for path in IGNORED {
            places.insert(path.to_owned(), Place::Ignored);
        }
        places.insert(Field::CustomFieldRecords.path().to_owned(), Place::CustomFieldRecords);
        places.insert(Field::LeaveUsages.path().to_owned(), Place::LeaveUsages);
        Places(places)
    }

    pub(super) fn get(&self, path: &str) -> Option<Place> {
        self.0.get(path).copied()
    }

    /// The path that `path` most likely is a slip of: another member of the same object.
    pub(super) fn guess(&self, path: &str) -> Option<&str> {
        let split = |path: &str| path.rfind('.').map_or(0, |dot| dot + 1);
        let (parent, name) = path.split_at(split(path));
        let mut siblings: Vec<&str> = self.0.keys().map(String::as_str).collect();
        siblings.retain(|known| known.split_at(split(known)).0 == parent);
        siblings.sort_unstable();
        let guess = nearest(name, siblings.iter().map(|known| &known[parent.len()..]))?;
        siblings.into_iter().find(|known| &known[parent.len()..] == guess)
    }
}

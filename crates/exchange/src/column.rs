//! The one table of columns: by which name a value is called in a file, and what it is of a user. The names are
//! those of core's [`FIELDS`](folkmoot_core::FIELDS); import and export read the same table.

mod table;

use folkmoot_core::{Audience, Field};

pub(crate) use table::{COLUMNS, Key, OrgKind};

/// What a single value of a file is, of those that have a fixed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    /// A value of the user or of one of its records.
    Key(Key),
    /// The name of something of the organisation.
    Org(OrgKind),
}

/// A column: a slot with its names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// What it holds.
    pub slot: Slot,
    /// Where it is in a full user.
    pub place: Place,
    /// Other names for it.
    pub aliases: &'static [&'static str],
}

/// Where a column is in a full user.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// One of core's fields.
    Field(Field),
    /// A part of one of core's fields, by the name of the part.
    Part(Field, &'static str),
    /// A field of the user that version 2 does not show, and who may see it.
    Beyond(&'static str, Audience),
}

impl Column {
    /// The column of a slot.
    pub(crate) fn of(slot: Slot) -> &'static Column {
        // The table holds every slot, which a test makes sure of.
        COLUMNS.iter().find(|column| column.slot == slot).unwrap_or(&COLUMNS[0])
    }

    /// Its full name: the path in a full user, parts separated by dots.
    pub(crate) fn path(&self) -> String {
        match self.place {
            Place::Field(field) => field.path().to_owned(),
            Place::Part(field, part) => format!("{}.{part}", field.path()),
            Place::Beyond(path, _) => path.to_owned(),
        }
    }

    /// To whom it is shown.
    pub(crate) fn audience(&self) -> Audience {
        match self.place {
            Place::Field(field) | Place::Part(field, _) => field.audience(),
            Place::Beyond(_, audience) => audience,
        }
    }
}

/// A name as it is compared: without regard to case, spaces and hyphens the same as underscores.
pub(crate) fn normalise(name: &str) -> String {
    let fold = |c: char| if c == ' ' || c == '-' { '_' } else { c };
    name.trim().chars().flat_map(char::to_lowercase).map(fold).collect()
}

/// The prefixes of a column that holds a custom field; the name of the field follows.
pub(crate) const CUSTOM_PREFIXES: [&str; 2] = ["custom_field_records.", "custom:"];
/// The prefix of a column that holds days of a leave type; the name of the type follows, then [`DAYS_USED`] or
/// [`DAYS_REMAINING`].
pub(crate) const LEAVE_PREFIX: &str = "leave_usages.";
/// Ends the name of a column of leave used.
pub(crate) const DAYS_USED: &str = "days_used";
/// Ends the name of a column of leave left.
pub(crate) const DAYS_REMAINING: &str = "days_remaining";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use folkmoot_core::{FIELDS, FIELDS_BEYOND};

    use super::*;

    #[test]
    fn every_field_of_a_full_user_has_a_column() {
        // Lists have columns of their own making; a picture is no text.
        let lists = [Field::CustomFieldRecords, Field::LeaveUsages];
        for fact in FIELDS.iter().chain(FIELDS_BEYOND).filter(|fact| !lists.contains(&fact.field)) {
            let covers = |column: &Column| match column.place {
                Place::Field(field) | Place::Part(field, _) => field == fact.field,
                Place::Beyond(..) => false,
            };
            assert!(COLUMNS.iter().any(covers), "{}", fact.path);
        }
    }

    #[test]
    fn no_slot_path_or_alias_is_listed_twice() {
        let slots: HashSet<Slot> = COLUMNS.iter().map(|column| column.slot).collect();
        assert_eq!(slots.len(), COLUMNS.len());
        // Those of which a person has a list have no column of a fixed name.
        assert_eq!(slots.len(), Key::COUNT + OrgKind::ALL.len() - 2, "every slot has its row");
        let paths = COLUMNS.iter().map(Column::path);
        let aliases = COLUMNS.iter().flat_map(|column| column.aliases.iter().map(|&alias| alias.to_owned()));
        let names: Vec<String> = paths.chain(aliases).collect();
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|name| normalise(name) == *name));
    }

    #[test]
    fn names_compare_without_case_and_spaces() {
        assert_eq!(normalise(" First Name "), "first_name");
        assert_eq!(normalise("E-Mail"), "e_mail");
    }
}

//! The names by which columns go.

use std::collections::HashMap;

use folkmoot_core::Text;

use crate::column::{COLUMNS, CUSTOM_PREFIXES, DAYS_REMAINING, DAYS_USED, LEAVE_PREFIX, Slot, normalise};
use crate::import::suggest::nearest;

/// What a name is found to mean.
pub(super) enum Meaning {
    /// A column of a fixed name.
    Slot(Slot),
    /// A custom field, by name.
    Custom(Text),
    /// A leave type, by name; whether it is days used, and not those left.
    Leave(Text, bool),
    /// Any of several, by their full names.
    Ambiguous(Vec<String>),
    /// Nothing that is known.
    Unknown,
}

/// Every name that a column can go by.
pub(super) struct Dictionary {
    /// Full names and aliases.
    names: HashMap<String, Slot>,
    /// Last parts of full names, and whose they are.
    tails: HashMap<String, Vec<(String, Slot)>>,
}

impl Dictionary {
    pub(super) fn new() -> Dictionary {
        let mut names = HashMap::new();
        let mut tails: HashMap<String, Vec<(String, Slot)>> = HashMap::new();
        for column in COLUMNS {
            let path = column.path();
            let tail = path.rsplit('.').next().unwrap_or_default().to_owned();
            names.insert(path.clone(), column.slot);
            for &alias in column.aliases {
                names.insert(alias.to_owned(), column.slot);
            }
            tails.entry(tail).or_default().push((path, column.slot));
        }
        Dictionary { names, tails }
    }

    pub(super) fn meaning(&self, spelled: &str) -> Meaning {
        for prefix in CUSTOM_PREFIXES {
            if let Some(title) = after(spelled, prefix) {
                return Meaning::Custom(Text::from(title.trim()));
            }
        }
        if let Some((title, part)) = after(spelled, LEAVE_PREFIX).and_then(|rest| rest.rsplit_once('.')) {
            match normalise(part).as_str() {
                DAYS_USED => return Meaning::Leave(Text::from(title.trim()), true),
                DAYS_REMAINING => return Meaning::Leave(Text::from(title.trim()), false),
                _ => return Meaning::Unknown,
            }
        }
        let name = normalise(spelled);
        if let Some(&slot) = self.names.get(&name) {
            return Meaning::Slot(slot);
        }
        match self.tails.get(&name).map(Vec::as_slice) {
            None => Meaning::Unknown,
            Some([(_, slot)]) => Meaning::Slot(*slot),
            Some(several) => Meaning::Ambiguous(several.iter().map(|(path, _)| path.clone()).collect()),
        }
    }

    /// The known name that `name` most likely is a slip of. Of names that are equally near, which are listed in the
    /// order of the table, it is the first.
    pub(super) fn guess(&self, name: &str) -> Option<(String, Slot)> {
        let mut known: Vec<&str> = self.names.keys().map(String::as_str).collect();
        known.extend(self.tails.iter().filter(|(_, of)| of.len() == 1).map(|(tail, _)| tail.as_str()));
        known.sort_unstable();
        let guess = nearest(name, known.into_iter())?;
        match self.meaning(guess) {
            Meaning::Slot(slot) => Some((guess.to_owned(), slot)),
            _ => None,
        }
    }
}

/// What follows `prefix`, whatever its case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    // Spaces stand for underscores in every name.
    (normalise(start) == prefix).then(|| &text[prefix.len()..])
}

//! The header: which column holds what.

use std::collections::{HashMap, HashSet};

use folkmoot_core::Text;
use folkmoot_wire::Position;

use super::dictionary::{Dictionary, Meaning};
use super::scan::Cell;
use crate::column::{Column, Key, OrgKind, Slot, normalise};
use crate::import::draft::{Definition, Drafts, Reference};
use crate::import::{Fault, REQUIRED};

/// A column of the file.
pub(super) struct Heading {
    pub(super) at: Position,
    /// Its name, as the file spells it.
    pub(super) name: u32,
    pub(super) target: Target,
}

/// What the cells of a column are.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// A value.
    Key(Key),
    /// The name of something of the organisation.
    Org(OrgKind),
    /// A custom field's value.
    Custom(Reference),
    /// Days used of a leave type.
    LeaveUsed(Reference),
    /// Days left of a leave type.
    LeaveLeft(Reference),
    /// Nothing that is read: the heading is at fault.
    Nothing,
    /// The heading is empty, and so its cells must be.
    Unnamed,
}

/// How many unknown headings are guessed at: a file with more is not one of ours.
const MOST_GUESSES: usize = 100;

/// Reads the header. Its faults go to the drafts; `None` when it names nothing at all that is known.
pub(super) fn read(cells: &[Cell<'_>], drafts: &mut Drafts) -> Option<Vec<Heading>> {
    let dictionary = Dictionary::new();
    let start = cells.first().map_or(Position { line: 1, column: 1 }, |cell| cell.at);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut excused: HashSet<Key> = HashSet::new();
    let mut guesses = 0;
    let mut faults = Vec::new();
    let mut headings = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        let spelled = String::from_utf8_lossy(&cell.bytes);
        let spelled = spelled.trim();
        let name = drafts.names.number_of(spelled);
        let mut fault = |message: String| {
            faults.push(Fault::new(cell.at, spelled, message));
            Target::Nothing
        };
        let mut first_time = |identity: String| match seen.get(&identity) {
            None => {
                seen.insert(identity, index);
                Ok(())
            }
            Some(first) => Err(format!("is already column {}", first + 1)),
        };
        let mut reference = |kind, title: &Text| {
            let definition = Definition { name: title.clone(), id: None, accrual: None };
            Reference { kind, definition: drafts.define(kind, definition), at: cell.at, name }
        };
        let target = if spelled.is_empty() {
            Target::Unnamed
        } else if std::str::from_utf8(&cell.bytes).is_err() {
            fault("is not UTF-8 text".to_owned())
        } else {
            match dictionary.meaning(spelled) {
                Meaning::Slot(slot) => match (first_time(format!("{slot:?}")), slot) {
                    (Err(message), _) => fault(message),
                    (Ok(()), Slot::Key(key)) => Target::Key(key),
                    (Ok(()), Slot::Org(kind)) => Target::Org(kind),
                },
                Meaning::Custom(title) => match first_time(format!("custom {}", title.to_lowercase())) {
                    _ if title.is_empty() => fault("names no custom field".to_owned()),
                    Err(message) => fault(message),
                    Ok(()) => Target::Custom(reference(OrgKind::CustomField, &title)),
                },
                Meaning::Leave(title, used) => {
                    match first_time(format!("leave {used} {}", title.to_lowercase())) {
                        _ if title.is_empty() => fault("names no leave type".to_owned()),
                        Err(message) => fault(message),
                        Ok(()) if used => Target::LeaveUsed(reference(OrgKind::LeaveType, &title)),
                        Ok(()) => Target::LeaveLeft(reference(OrgKind::LeaveType, &title)),
                    }
                }
                Meaning::Ambiguous(paths) => fault(format!("can mean {}", paths.join(" or "))),
                Meaning::Unknown => {
                    guesses += 1;
                    let guess =
                        if guesses > MOST_GUESSES { None } else { dictionary.guess(&normalise(spelled)) };
                    match guess {
                        Some((guess, slot)) => {
                            if let Slot::Key(key) = slot {
                                excused.insert(key);
                            }
                            fault(format!("is not a known column; did you mean {guess}?"))
                        }
                        None => fault("is not a known column".to_owned()),
                    }
                }
            }
        };
        headings.push(Heading { at: cell.at, name, target });
    }
    if headings.iter().all(|heading| matches!(heading.target, Target::Nothing | Target::Unnamed)) {
        let message = "the first row names no column that is known; it must be a header with names such as \
                       username, email, first_name, last_name, date_hired";
        drafts.faults.push(Fault::new(start, "", message));
        return None;
    }
    let has = |key| headings.iter().any(|heading| matches!(heading.target, Target::Key(of) if of == key));
    for key in REQUIRED {
        if !has(key) && !excused.contains(&key) {
            let path = Column::of(Slot::Key(key)).path();
            let name = path.rsplit('.').next().unwrap_or(&path);
            faults.push(Fault::new(start, name, "is required, and there is no such column"));
        }
    }
    drafts.faults.append(&mut faults);
    Some(headings)
}

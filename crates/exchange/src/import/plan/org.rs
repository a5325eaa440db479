//! Jobs, departments, custom fields and whatever else people's data name: found in the account, or made.

mod existing;
mod make;

use std::collections::{HashMap, HashSet};

use folkmoot_core::{Accrual, CustomField, CustomFieldId, CustomFieldKind, Org, Sequences};

use self::existing::Known;
use super::numbers::number;
use super::report::Report;
use crate::column::OrgKind;
use crate::import::ImportOptions;
use crate::import::draft::{Definition, Drafts, Reference};
use folkmoot_core::{LONGEST_LINE, check_line, needs_area};

/// What the file's definitions come to.
pub(super) struct Organisation<'a> {
    /// What is new.
    pub(super) new: Org,
    existing: &'a Org,
    /// By kind and number of the definition: its number in the account, or why it has none.
    numbers: [Vec<Result<i64, String>>; OrgKind::ALL.len()],
}

/// Something that the account lacks.
struct New {
    id: Option<i64>,
    name: String,
    accrual: Option<Accrual>,
    /// The first of the definitions that are this.
    definition: u32,
}

/// What the values of custom fields and leave types show of how they must be made.
#[derive(Default)]
struct Seen {
    /// Custom fields with a value that one line does not hold.
    areas: HashSet<u32>,
    /// Leave types of which somebody has days left.
    accruing: HashSet<u32>,
}

impl<'a> Organisation<'a> {
    /// Finds or makes whatever the file defines. Why something can be neither is told by [`Organisation::find`],
    /// wherever it is referred to.
    pub(super) fn of(
        drafts: &Drafts,
        existing: &'a Org,
        options: &ImportOptions<'_>,
        sequences: &mut Sequences,
    ) -> Organisation<'a> {
        let seen = Seen::in_values(drafts);
        let mut new = Org::default();
        let numbers = OrgKind::ALL.map(|kind| {
            let definitions = &drafts.definitions[kind as usize].list;
            let mut resolver = Resolver::new(Known::of(existing, kind), options.keep_ids, kind);
            let found: Vec<Result<Found, String>> = definitions
                .iter()
                .enumerate()
                .map(|(index, definition)| resolver.resolve(index as u32, definition))
                .collect();
            let made = make::all(resolver.new, kind, &seen, existing, &mut new, options.now, sequences);
            let number = |found| match found {
                Found::There(id) => id,
                Found::New(index) => made[index],
            };
            found.into_iter().map(|found| found.map(number)).collect()
        });
        Organisation { new, existing, numbers }
    }

    /// The number of what is referred to. Why there is none is told at the reference.
    pub(super) fn find(&self, reference: &Reference, report: &mut Report<'_>) -> Option<i64> {
        match &self.numbers[reference.kind as usize][reference.definition as usize] {
            Ok(id) => Some(*id),
            Err(message) => {
                report.tell_at(reference.at, reference.name, message);
                None
            }
        }
    }

    /// A custom field, be it new or not.
    pub(super) fn custom_field(&self, id: CustomFieldId) -> Option<&CustomField> {
        self.existing.custom_fields.get(&id).or_else(|| self.new.custom_fields.get(&id))
    }

    /// The kind of a custom field.
    pub(super) fn kind_of(&self, id: CustomFieldId) -> CustomFieldKind {
        self.custom_field(id).map_or(CustomFieldKind::Text, |field| field.kind)
    }
}

impl Seen {
    fn in_values(drafts: &Drafts) -> Seen {
        let mut seen = Seen::default();
        for draft in &drafts.people {
            let areas = draft.custom.iter().filter(|custom| needs_area(&custom.content.text));
            seen.areas.extend(areas.map(|custom| custom.field.definition));
            let accruing = draft.leave.iter().filter(|leave| leave.left.is_some());
            seen.accruing.extend(accruing.map(|leave| leave.leave_type.definition));
        }
        seen
    }
}

enum Found {
    /// In the account.
    There(i64),
    /// Among what is new, by its place.
    New(usize),
}

/// Resolves the definitions of one kind.
struct Resolver<'a> {
    known: Known<'a>,
    keep_ids: bool,
    kind: OrgKind,
    new: Vec<New>,
    new_by_id: HashMap<i64, usize>,
    new_by_name: HashMap<String, usize>,
}

impl<'a> Resolver<'a> {
    fn new(known: Known<'a>, keep_ids: bool, kind: OrgKind) -> Resolver<'a> {
        Resolver {
            known,
            keep_ids,
            kind,
            new: Vec::new(),
            new_by_id: HashMap::new(),
            new_by_name: HashMap::new(),
        }
    }

    fn resolve(&mut self, index: u32, definition: &Definition) -> Result<Found, String> {
        let name = definition.name.trim();
        check_line(name, LONGEST_LINE).map_err(|error| error.to_string())?;
        let id = match &definition.id {
            Some(given) if self.keep_ids => {
                Some(number(&given.text).map_err(|message| format!("has an id that {message}"))?)
            }
            _ => None,
        };
        let accrual = match &definition.accrual {
            Some(given) => {
                let accrual = Accrual::from_code(given.text.trim());
                Some(accrual.ok_or(
                    "has an accrual that is not one of NONE, WEEKLY, BIWEEKLY, SEMIMONTHLY, MONTHLY, ANNUAL",
                )?)
            }
            None => None,
        };
        let there = self.known.named(name, self.kind)?;
        let folded = name.to_lowercase();
        let place = match (id, there) {
            (None, Some(id)) => return Ok(Found::There(id)),
            (None, None) => self.new_by_name.get(&folded).copied(),
            (Some(id), there) => {
                match self.known.name_of(id) {
                    Some(known) if known.trim().to_lowercase() == folded => return Ok(Found::There(id)),
                    Some(known) => {
                        return Err(format!("has number {id}, which is that of {known:?} in the account"));
                    }
                    None => {}
                }
                if let Some(there) = there {
                    return Err(format!("has number {id}, but number {there} in the account"));
                }
                let place = self.new_by_id.get(&id).copied();
                if let Some(other) = place.map(|place| &self.new[place])
                    && other.name.to_lowercase() != folded
                {
                    return Err(format!("has number {id}, which is that of {:?} as well", other.name));
                }
                // One that was only named before has its number now.
                let nameless = self.new_by_name.get(&folded).copied();
                place.or_else(|| nameless.filter(|&place| self.new[place].id.is_none()))
            }
        };
        let Some(place) = place else {
            let place = self.new.len();
            self.new.push(New { id, name: name.to_owned(), accrual, definition: index });
            self.new_by_id.extend(id.map(|id| (id, place)));
            self.new_by_name.entry(folded).or_insert(place);
            return Ok(Found::New(place));
        };
        let new = &mut self.new[place];
        if let (Some(one), Some(other)) = (new.accrual, accrual)
            && one != other
        {
            return Err(format!("has accrual {}, and {} elsewhere in the file", other.code(), one.code()));
        }
        new.accrual = new.accrual.or(accrual);
        if new.id.is_none() {
            new.id = id;
            self.new_by_id.extend(id.map(|id| (id, place)));
        }
        Ok(Found::New(place))
    }
}

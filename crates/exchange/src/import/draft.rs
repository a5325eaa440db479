//! What a file says, before it is checked against an account.

use std::collections::{HashMap, HashSet};

use folkmoot_core::{Text, fold_identifier};
use folkmoot_wire::Position;

use super::Fault;
use crate::column::{Key, OrgKind};

/// The people of a file, each value with its place in it, and what is wrong with the file as such.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    pub(crate) people: Vec<Draft>,
    /// What the file names of the organisation, each once, by [`OrgKind`].
    pub(crate) definitions: [Definitions; OrgKind::ALL.len()],
    pub(crate) names: Names,
    pub(crate) faults: Vec<Fault>,
    /// Whatever may have been the username, e-mail address or number of somebody whose row could not be read: those
    /// who name them as their manager are not to blame.
    pub(crate) lost: HashSet<Text>,
    pub(crate) form: Form,
}

impl Drafts {
    /// What is wrong with the file, whatever the account.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many people the file holds, as far as they could be read.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether the file holds nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub(crate) fn define(&mut self, kind: OrgKind, definition: Definition) -> u32 {
        self.definitions[kind as usize].index_of(definition)
    }

    pub(crate) fn lose(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.lost.insert(fold_identifier(text));
        }
    }
}

/// Of which form a file is, where that decides what it must say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// A table: what is required is required of the header, and of each row under it.
    #[default]
    Table,
    /// A document of the API, whose lists hold partial users.
    Document,
}

/// A value as the file has it.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) at: Position,
    /// The field as the file spells it.
    pub(crate) name: u32,
    pub(crate) text: Text,
}

/// One person of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// Where the person begins.
    pub(crate) at: Position,
    pub(crate) values: Vec<(Key, Given)>,
    /// The job, department and so on.
    pub(crate) org: Vec<Reference>,
    pub(crate) custom: Vec<CustomDraft>,
    pub(crate) leave: Vec<LeaveDraft>,
    /// What is required and missing because of a fault that is told already.
    pub(crate) excused: Vec<Key>,
}

impl Draft {
    pub(crate) fn get(&self, key: Key) -> Option<&Given> {
        self.values.iter().find(|(of, _)| *of == key).map(|(_, given)| given)
    }
}

/// Where a person's data name something of the organisation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    pub(crate) kind: OrgKind,
    /// Which of the [`Definitions`] of that kind.
    pub(crate) definition: u32,
    pub(crate) at: Position,
    pub(crate) name: u32,
}

/// A value of a custom field.
#[derive(Clone, Debug)]
pub(crate) struct CustomDraft {
    pub(crate) field: Reference,
    pub(crate) id: Option<Given>,
    pub(crate) content: Given,
}

/// Leave used and left.
#[derive(Clone, Debug)]
pub(crate) struct LeaveDraft {
    pub(crate) leave_type: Reference,
    pub(crate) used: Option<Given>,
    pub(crate) left: Option<Given>,
}

/// Something of the organisation, as the file tells of it.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: Text,
    /// Its number, if the file gives one.
    pub(crate) id: Option<Given>,
    /// How a leave type accrues, if the file says so.
    pub(crate) accrual: Option<Given>,
}

/// Things of one kind, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definitions {
    pub(crate) list: Vec<Definition>,
    by_content: HashMap<(Text, Text, Text), u32>,
}

impl Definitions {
    fn index_of(&mut self, definition: Definition) -> u32 {
        let text = |given: &Option<Given>| given.as_ref().map_or_else(Text::default, |id| id.text.clone());
        let content = (definition.name.clone(), text(&definition.id), text(&definition.accrual));
        let list = &mut self.list;
        *self.by_content.entry(content).or_insert_with(|| {
            list.push(definition);
            list.len() as u32 - 1
        })
    }
}

/// Field names as the file spells them, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    list: Vec<Text>,
    numbers: HashMap<Text, u32>,
}

impl Names {
    pub(crate) fn number_of(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(Text::from(name));
        self.numbers.insert(Text::from(name), number);
        number
    }

    pub(crate) fn spelled(&self, number: u32) -> &str {
        self.list.get(number as usize).map_or("", Text::as_str)
    }
}

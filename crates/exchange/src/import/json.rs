//! Reading JSON files: the API's own documents.

mod list;
mod places;

use std::collections::HashSet;

use folkmoot_core::Text;
use folkmoot_wire::{Node, Value};

use self::places::{Place, Places};
use super::draft::{Definition, Draft, Drafts, Form, Given, Reference};
use super::{Fault, REQUIRED};
use crate::column::{Key, OrgKind};

/// Reads a JSON file: one user or a list of users, full or partial, as version 2 of the API answers them, or an object
/// whose `users` is such a list. The faults are kept in the drafts, and [`plan`](super::plan()) tells them along with
/// its own.
pub fn read_json(bytes: &[u8]) -> Drafts {
    let drafts = Drafts { form: Form::Document, ..Drafts::default() };
    let mut reader = Reader { drafts, places: Places::new(), guesses: 0 };
    match folkmoot_wire::json::read(bytes) {
        Ok(document) => reader.document(&document),
        Err(fault) => {
            reader.drafts.faults.push(Fault { at: fault.at, field: String::new(), message: fault.message });
        }
    }
    reader.drafts
}

struct Reader {
    drafts: Drafts,
    places: Places,
    guesses: usize,
}

/// How many unknown keys are guessed at: a file with more is not one of ours.
const MOST_GUESSES: usize = 100;

impl Reader {
    fn fault(&mut self, node: &Node, field: &str, message: impl std::fmt::Display) {
        self.drafts.faults.push(Fault::new(node.at, field, message));
    }

    fn document(&mut self, document: &Node) {
        match &document.value {
            Value::Array(users) => self.users(users),
            Value::Object(members) if members.iter().any(|(key, _)| &**key == "users") => {
                for (key, node) in self.members(members, "") {
                    match (key, &node.value) {
                        ("users", Value::Array(users)) => self.users(users),
                        ("users", _) => self.fault(node, key, "is not a list of users"),
                        _ => self.fault(node, key, "is not known next to a list of users"),
                    }
                }
            }
            Value::Object(_) => self.user(document),
            _ => self.fault(document, "", "the document is neither a user nor a list of users"),
        }
    }

    fn users(&mut self, users: &[Node]) {
        for user in users {
            match user.value {
                Value::Object(_) => self.user(user),
                _ => self.fault(user, "", "is not a user"),
            }
        }
    }

    fn user(&mut self, node: &Node) {
        let mut draft = Draft { at: node.at, ..Draft::default() };
        self.object(node, "", &mut draft);
        self.drafts.people.push(draft);
    }

    /// The members of an object, each key once.
    fn members<'a>(&mut self, members: &'a [(Box<str>, Node)], path: &str) -> Vec<(&'a str, &'a Node)> {
        let mut seen = HashSet::with_capacity(members.len());
        let mut once = Vec::with_capacity(members.len());
        for (key, member) in members {
            if seen.insert(&**key) {
                once.push((&**key, member));
            } else {
                self.fault(member, &join(path, key), "is given twice");
            }
        }
        once
    }

    /// Reads the members of an object of the user, which is at `path`.
    fn object(&mut self, node: &Node, path: &str, draft: &mut Draft) {
        let members = match &node.value {
            Value::Object(members) => members,
            Value::Null => return,
            _ => {
                draft.excused.extend(REQUIRED);
                return self.fault(node, path, "is not an object");
            }
        };
        for (key, member) in self.members(members, path) {
            let path = join(path, key);
            match self.places.get(&path) {
                Some(Place::Ignored) => {}
                Some(Place::Object) => self.object(member, &path, draft),
                // A manager is an object, or somebody's name as in a table.
                Some(Place::Manager) if matches!(member.value, Value::Object(_)) => {
                    self.object(member, &path, draft);
                }
                Some(Place::Manager) => self.value(member, &path, Key::Manager, draft),
                Some(Place::Key(key)) => self.value(member, &path, key, draft),
                Some(Place::Org(kind)) => {
                    if let Some(reference) = self.reference(member, &path, kind) {
                        draft.org.push(reference);
                    }
                }
                Some(Place::CustomFieldRecords) => self.custom_field_records(member, &path, draft),
                Some(Place::LeaveUsages) => self.leave_usages(member, &path, draft),
                None => self.unknown(member, &path, draft),
            }
        }
    }

    fn unknown(&mut self, node: &Node, path: &str, draft: &mut Draft) {
        self.guesses += 1;
        let guess = if self.guesses > MOST_GUESSES { None } else { self.places.guess(path) };
        let message = match guess {
            Some(guess) => {
                if let Some(Place::Key(key)) = self.places.get(guess) {
                    draft.excused.push(key);
                }
                format!("is not a field of a user; did you mean {guess}?")
            }
            None => "is not a field of a user".to_owned(),
        };
        self.fault(node, path, message);
    }

    fn value(&mut self, node: &Node, path: &str, key: Key, draft: &mut Draft) {
        let is_boolean = matches!(key, Key::FullTime | Key::AssignmentCurrent | Key::EmployeeCurrent);
        let given = if let (Value::Bool(value), true) = (&node.value, is_boolean) {
            let name = self.drafts.names.number_of(path);
            Some(Given { at: node.at, name, text: Text::from(if *value { "true" } else { "false" }) })
        } else {
            self.given(node, path)
        };
        match given {
            Some(given) => draft.values.push((key, given)),
            None if node.is_null() => {}
            None => draft.excused.push(key),
        }
    }

    /// The text of a string or number; nothing of a null, and of anything else a fault.
    fn given(&mut self, node: &Node, path: &str) -> Option<Given> {
        match (&node.value, node.text()) {
            (Value::Null, _) => None,
            (_, Some(text)) => {
                Some(Given { at: node.at, name: self.drafts.names.number_of(path), text: Text::from(text) })
            }
            (Value::Bool(_), None) => {
                self.fault(node, path, "is true or false where a text or number is expected");
                None
            }
            _ => {
                self.fault(node, path, "is a list or object where a single value is expected");
                None
            }
        }
    }

    /// Something of the organisation: an object with its number and name, or only its name.
    fn reference(&mut self, node: &Node, path: &str, kind: OrgKind) -> Option<Reference> {
        let mut name = None;
        let (mut id, mut url, mut accrual) = (None, None, None);
        match &node.value {
            Value::Null => return None,
            Value::Object(members) => {
                for (key, member) in self.members(members, path) {
                    let path = join(path, key);
                    match key {
                        "id" => id = self.given(member, &path),
                        "url" => url = self.given(member, &path),
                        "accrual" if kind == OrgKind::LeaveType => accrual = self.given(member, &path),
                        key if key == kind.name_key() => name = self.given(member, &path),
                        _ => self.fault(member, &path, format!("is not a field of a {}", kind.noun())),
                    }
                }
            }
            _ => name = Some(self.given(node, path)?),
        }
        let Some(name) = name.filter(|name| !name.text.trim().is_empty()) else {
            self.fault(node, &join(path, kind.name_key()), "is required");
            return None;
        };
        let (at, spelled) = (name.at, name.name);
        let definition = Definition { name: name.text, id: id.or(url), accrual };
        Some(Reference { kind, definition: self.drafts.define(kind, definition), at, name: spelled })
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

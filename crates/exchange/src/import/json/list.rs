//! The lists of a full user: values of custom fields, and leave.

use folkmoot_wire::{Node, Value};

use super::{Reader, join};
use crate::column::{DAYS_REMAINING, DAYS_USED, OrgKind};
use crate::import::draft::{CustomDraft, Draft, Given, LeaveDraft};

impl Reader {
    /// The items of a list, each with its members.
    fn items<'a>(&mut self, node: &'a Node, path: &str) -> Vec<(&'a Node, Vec<(&'a str, &'a Node)>)> {
        let items = match &node.value {
            Value::Array(items) => items,
            Value::Null => return Vec::new(),
            _ => {
                self.fault(node, path, "is not a list");
                return Vec::new();
            }
        };
        let mut objects = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Value::Object(members) => objects.push((item, self.members(members, path))),
                _ => self.fault(item, path, "holds something that is not an object"),
            }
        }
        objects
    }

    pub(super) fn custom_field_records(&mut self, node: &Node, path: &str, draft: &mut Draft) {
        for (item, members) in self.items(node, path) {
            let (mut id, mut content) = (None, None);
            let mut field = None;
            let mut broken = false;
            for (key, member) in members {
                let path = join(path, key);
                match key {
                    "id" => id = self.given(member, &path),
                    "content" => content = Some((self.given(member, &path), member.at)),
                    "custom_field" => {
                        field = self.reference(member, &path, OrgKind::CustomField);
                        broken = field.is_none() && !member.is_null();
                    }
                    _ => self.fault(member, &path, "is not a field of a custom field record"),
                }
            }
            let Some(field) = field else {
                if !broken {
                    self.fault(item, &join(path, "custom_field"), "is required");
                }
                continue;
            };
            // A record without content is still a record, which has a number.
            let (given, at) = content.unwrap_or((None, item.at));
            let name = self.drafts.names.number_of(&join(path, "content"));
            let content = given.unwrap_or(Given { at, name, text: folkmoot_core::Text::default() });
            draft.custom.push(CustomDraft { field, id, content });
        }
    }

    pub(super) fn leave_usages(&mut self, node: &Node, path: &str, draft: &mut Draft) {
        for (item, members) in self.items(node, path) {
            let (mut used, mut left) = (None, None);
            let mut leave_type = None;
            let mut broken = false;
            for (key, member) in members {
                let path = join(path, key);
                match key {
                    DAYS_USED => used = self.given(member, &path),
                    DAYS_REMAINING => left = self.given(member, &path),
                    "leave_type" => {
                        leave_type = self.reference(member, &path, OrgKind::LeaveType);
                        broken = leave_type.is_none() && !member.is_null();
                    }
                    _ => self.fault(member, &path, "is not a field of a leave usage"),
                }
            }
            match leave_type {
                Some(leave_type) => draft.leave.push(LeaveDraft { leave_type, used, left }),
                None if broken => {}
                None => self.fault(item, &join(path, "leave_type"), "is required"),
            }
        }
    }
}

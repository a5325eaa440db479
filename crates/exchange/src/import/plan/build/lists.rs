//! What a person has many of: values of custom fields, and leave.

use std::collections::HashSet;

use folkmoot_core::{
    CustomFieldId, CustomFieldKind, CustomFieldRecord, CustomFieldRecordId, Fixed, LeaveTypeId, LeaveUsage,
    Sequences,
};
use folkmoot_wire::time;

use super::Builder;
use crate::import::draft::{Draft, Given};
use crate::import::plan::numbers::Kept;
use crate::import::plan::report::Report;
use folkmoot_core::{LONGEST_LINE, check_area, check_line};

impl Builder<'_, '_> {
    /// Values of custom fields, in the order in which the account shows the fields.
    pub(super) fn custom_field_records(&mut self, draft: &Draft, kept: &Kept) -> Vec<CustomFieldRecord> {
        let mut seen = HashSet::new();
        let mut records = Vec::with_capacity(draft.custom.len());
        for (index, custom) in draft.custom.iter().enumerate() {
            let Some(field) = self.organisation.find(&custom.field, self.report).map(CustomFieldId) else {
                continue;
            };
            if !seen.insert(field) {
                self.report.tell_at(custom.field.at, custom.field.name, "is given twice");
                continue;
            }
            check_content(&custom.content, self.organisation.kind_of(field), self.report);
            let id = kept.custom.get(index).copied().flatten();
            let id = id.unwrap_or_else(|| Sequences::take(&mut self.sequences.custom_field_records));
            let content = custom.content.text.clone();
            records.push(CustomFieldRecord { id: CustomFieldRecordId(id), field, content });
        }
        let order = |record: &CustomFieldRecord| {
            (self.organisation.custom_field(record.field).map_or(i64::MAX, |field| field.order), record.field)
        };
        records.sort_by_key(order);
        records
    }

    /// Leave used and left, by leave type in order of creation.
    pub(super) fn leave_usages(&mut self, draft: &Draft) -> Vec<LeaveUsage> {
        let mut seen = HashSet::new();
        let mut usages = Vec::with_capacity(draft.leave.len());
        for leave in &draft.leave {
            let Some(leave_type) = self.organisation.find(&leave.leave_type, self.report).map(LeaveTypeId)
            else {
                continue;
            };
            if !seen.insert(leave_type) {
                self.report.tell_at(leave.leave_type.at, leave.leave_type.name, "is given twice");
                continue;
            }
            let used = leave.used.as_ref().and_then(|given| days(given, self.report));
            let days_remaining = leave.left.as_ref().and_then(|given| days(given, self.report));
            usages.push(LeaveUsage { leave_type, days_used: used.unwrap_or(Fixed::ZERO), days_remaining });
        }
        usages.sort_by_key(|usage| usage.leave_type);
        usages
    }
}

fn days(given: &Given, report: &mut Report<'_>) -> Option<Fixed> {
    match given.text.trim().parse() {
        Ok(days) => Some(days),
        Err(error) => {
            report.tell(given, error);
            None
        }
    }
}

/// Whether a value suits the kind of its field.
fn check_content(content: &Given, kind: CustomFieldKind, report: &mut Report<'_>) {
    let text = content.text.as_str();
    let mut tell = |message: &dyn std::fmt::Display| report.tell(content, message);
    if kind == CustomFieldKind::Textarea {
        if let Err(message) = check_area(text) {
            tell(&message);
        }
        return;
    }
    if let Err(error) = check_line(text, LONGEST_LINE) {
        return tell(&error);
    }
    if text.is_empty() {
        return;
    }
    match kind {
        CustomFieldKind::Date => {
            if let Err(error) = time::parse_date(text) {
                tell(&error);
            }
        }
        CustomFieldKind::Number => {
            if let Err(error) = text.trim().parse::<Fixed>() {
                tell(&error);
            }
        }
        CustomFieldKind::Text | CustomFieldKind::Select | CustomFieldKind::Textarea => {}
    }
}

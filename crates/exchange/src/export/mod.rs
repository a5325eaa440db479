//! People to files, as a viewer sees them.

mod cells;
mod documents;
mod line;

use std::collections::HashMap;
use std::io::{self, Write};

use folkmoot_core::{Directory, FullUser, LeaveUsageView, Sealed, Shown, Viewer};

use self::cells::{Cells, exported};
pub use self::documents::documents;
use self::line::Line;
use crate::column::{COLUMNS, CUSTOM_PREFIXES, Column, DAYS_REMAINING, DAYS_USED, Key, LEAVE_PREFIX, Slot};

/// Opens what the store has sealed, for an export that is to contain it.
pub trait Opener {
    /// The text that was sealed, or `None` when it cannot be opened.
    fn open(&self, sealed: &Sealed) -> Option<String>;
}

/// What an export contains.
#[derive(Clone, Copy, Default)]
pub struct ExportOptions<'a> {
    /// Opens government numbers. Without it they are left out, column and all.
    pub opener: Option<&'a dyn Opener>,
}

/// Writes everybody whom `viewer` may know of as CSV, with an empty cell for whatever they may not see.
///
/// The columns are those that [`read_csv`](crate::import::read_csv) knows by their full names, one for each custom
/// field and two for each leave type. Left out are what others give (addresses, the name to show, the label of a pay
/// type) and API keys. The file is RFC 4180 in UTF-8; the byte order mark tells spreadsheets so. Texts that a
/// spreadsheet would take for a formula have an apostrophe before them, which reading takes away again.
///
/// Of dated records there is the one in force. Those to come are left out, but a termination whose date the record in
/// force has as its `date_terminated` is made again, with a new number, when the table is imported.
///
/// # Errors
/// When `out` does.
pub fn csv(
    directory: &Directory,
    viewer: &Viewer,
    options: &ExportOptions<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let has = |column: &&Column| {
        exported(column.slot) && (column.slot != Slot::Key(Key::GovernmentId) || options.opener.is_some())
    };
    let columns: Vec<&Column> = COLUMNS.iter().filter(has).collect();
    let fields = viewer.custom_fields(directory);
    let leave_types = viewer.leave_types(directory);
    let mut line = Line::default();
    for column in &columns {
        line.text(&column.path());
    }
    for field in &fields {
        line.text(&format!("{}{}", CUSTOM_PREFIXES[0], field.name));
    }
    for leave_type in &leave_types {
        for part in [DAYS_USED, DAYS_REMAINING] {
            line.text(&format!("{LEAVE_PREFIX}{}.{part}", leave_type.name));
        }
    }
    out.write_all("\u{feff}".as_bytes())?;
    out.write_all(line.end())?;

    let field_at: HashMap<_, _> = fields.iter().enumerate().map(|(at, field)| (field.id, at)).collect();
    let leave_at: HashMap<_, _> = leave_types.iter().enumerate().map(|(at, it)| (it.id, at)).collect();
    for person in directory.people() {
        let Some(full) = FullUser::of(directory, viewer, person) else { continue };
        let view =
            Cells { full: &full, person, mask: viewer.mask(directory, person), as_of: directory.as_of() };
        for column in &columns {
            view.write(column, options, &mut line);
        }
        let mut contents = vec![""; fields.len()];
        for record in &full.custom_field_records {
            if let Some(&at) = field_at.get(&record.custom_field.id) {
                contents[at] = record.content;
            }
        }
        for content in contents {
            line.text(content);
        }
        let mut usages = vec![None; leave_types.len()];
        let leave: &[LeaveUsageView<'_>] = match &full.leave_usages {
            Shown::Yes(usages) => usages,
            Shown::No => &[],
        };
        for usage in leave {
            if let Some(&at) = leave_at.get(&usage.leave_type.id) {
                usages[at] = Some(usage);
            }
        }
        for usage in usages {
            line.plain(usage.map(|usage| usage.days_used.with_places(1)));
            line.plain(usage.and_then(|usage| usage.days_remaining).map(|days| days.with_places(1)));
        }
        out.write_all(line.end())?;
    }
    out.flush()
}

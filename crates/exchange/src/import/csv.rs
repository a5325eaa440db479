//! Reading CSV files.

mod dictionary;
mod header;
mod scan;

use folkmoot_core::Text;

use self::header::{Heading, Target};
use self::scan::{Cell, Scanner};
use super::draft::{CustomDraft, Definition, Draft, Drafts, Form, Given, LeaveDraft, Reference};
use super::{Fault, Position, REQUIRED};
use crate::guard;

/// Reads a CSV file: RFC 4180 in UTF-8, with a comma, semicolon or tab between cells, which the header tells. A byte
/// order mark and empty rows are skipped. The faults are kept in the drafts, and [`plan`](super::plan()) tells them
/// along with its own.
pub fn read_csv(bytes: &[u8]) -> Drafts {
    let mut drafts = Drafts { form: Form::Table, ..Drafts::default() };
    let start = Position { line: 1, column: 1 };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        drafts.faults.push(Fault::new(start, "", "the file is UTF-16; save it as CSV in UTF-8"));
        return drafts;
    }
    let mut scanner = Scanner::new(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let mut cells = Vec::new();
    let headings = loop {
        match scanner.row(&mut cells) {
            Ok(true) if is_blank(&cells) => {}
            Ok(true) => match header::read(&cells, &mut drafts) {
                Some(headings) => break headings,
                None => return drafts,
            },
            Ok(false) => {
                drafts.faults.push(Fault::new(start, "", "the file is empty"));
                return drafts;
            }
            Err(broken) => {
                drafts.faults.push(Fault::new(broken.at, "", format!("a heading {}", broken.message)));
                return drafts;
            }
        }
    };
    let mut reader = Reader { unnamed_told: vec![false; headings.len()], headings, drafts };
    loop {
        let at = scanner.position();
        match scanner.row(&mut cells) {
            Ok(false) => break,
            Ok(true) if is_blank(&cells) => {}
            Ok(true) => reader.row(at, &cells),
            Err(broken) => {
                let column = cells.iter().position(|cell| cell.at == broken.at);
                let name = column.and_then(|column| reader.headings.get(column));
                let name = name.map_or("", |heading| reader.drafts.names.spelled(heading.name)).to_owned();
                reader.drafts.faults.push(Fault::new(broken.at, &name, broken.message));
                reader.lose(&cells);
            }
        }
    }
    reader.drafts
}

fn is_blank(cells: &[Cell<'_>]) -> bool {
    cells.iter().all(|cell| cell.bytes.trim_ascii().is_empty())
}

struct Reader {
    headings: Vec<Heading>,
    /// Which headings without a name were told to have cells under them.
    unnamed_told: Vec<bool>,
    drafts: Drafts,
}

impl Reader {
    fn row(&mut self, at: Position, cells: &[Cell<'_>]) {
        if cells.len() != self.headings.len() {
            let message = format!(
                "the row has {} cells where the header has {}; is a cell that contains the delimiter not in quotes?",
                cells.len(),
                self.headings.len()
            );
            self.drafts.faults.push(Fault::new(at, "", message));
            self.lose(cells);
            return;
        }
        let mut draft = Draft { at, ..Draft::default() };
        for (column, cell) in cells.iter().enumerate() {
            let Heading { at: heading_at, name, target } = self.headings[column];
            let Ok(text) = std::str::from_utf8(&cell.bytes) else {
                let spelled = self.drafts.names.spelled(name);
                self.drafts.faults.push(Fault::new(cell.at, spelled, "is not UTF-8 text"));
                continue;
            };
            let text = guard::lower(text);
            let is_empty = text.trim().is_empty();
            let given = || Given { at: cell.at, name, text: Text::from(text) };
            match target {
                // That it is empty is said of something required; of all else it is the same as nothing.
                Target::Key(key) if !is_empty || REQUIRED.contains(&key) => draft.values.push((key, given())),
                _ if is_empty => {}
                Target::Org(kind) => {
                    let definition = Definition { name: Text::from(text.trim()), id: None, accrual: None };
                    let definition = self.drafts.define(kind, definition);
                    draft.org.push(Reference { kind, definition, at: cell.at, name });
                }
                Target::Custom(field) => {
                    draft.custom.push(CustomDraft { field, id: None, content: given() });
                }
                Target::LeaveUsed(of) => leave_of(&mut draft, of).used = Some(given()),
                Target::LeaveLeft(of) => leave_of(&mut draft, of).left = Some(given()),
                Target::Unnamed if !self.unnamed_told[column] => {
                    self.unnamed_told[column] = true;
                    let message = format!(
                        "the column has no name, but cells with something in them (line {})",
                        at.line
                    );
                    self.drafts.faults.push(Fault::new(heading_at, "", message));
                }
                Target::Key(_) | Target::Unnamed | Target::Nothing => {}
            }
        }
        self.drafts.people.push(draft);
    }

    /// Remembers what stood in a row that is not read.
    fn lose(&mut self, cells: &[Cell<'_>]) {
        for cell in cells {
            if let Ok(text) = std::str::from_utf8(&cell.bytes) {
                self.drafts.lose(text.trim_matches('"'));
            }
        }
    }
}

fn leave_of(draft: &mut Draft, leave_type: Reference) -> &mut LeaveDraft {
    let found = draft.leave.iter().position(|leave| leave.leave_type.definition == leave_type.definition);
    let index = found.unwrap_or_else(|| {
        draft.leave.push(LeaveDraft { leave_type, used: None, left: None });
        draft.leave.len() - 1
    });
    &mut draft.leave[index]
}

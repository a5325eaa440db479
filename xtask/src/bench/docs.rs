//! The tables in the documentation, between markers.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::Subject;
use crate::run;

const PAGE: &str = "docs/performance.md";

/// Puts the tables in `folder` into the page.
pub(super) fn write(folder: &Path) -> Result<()> {
    let path = run::root().join(PAGE);
    let mut page = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
    let mut written = 0;
    for subject in Subject::ALL {
        let name = subject.name();
        if let Ok(table) = fs::read_to_string(folder.join(format!("{name}.md"))) {
            page =
                replaced(&page, name, &table).with_context(|| format!("{PAGE} has no markers for {name}"))?;
            written += 1;
        }
    }
    ensure!(written > 0, "nothing was measured yet: run `cargo xtask bench`");
    fs::write(&path, page)?;
    println!("{written} tables written to {PAGE}");
    Ok(())
}

/// The page with `text` between the markers called `name`; `None` when it has no such markers.
fn replaced(page: &str, name: &str, text: &str) -> Option<String> {
    let (open, close) = (format!("<!-- bench:{name} -->"), format!("<!-- /bench:{name} -->"));
    let start = page.find(&open)? + open.len();
    let end = start + page[start..].find(&close)?;
    Some(format!("{}\n{}\n{}", &page[..start], text.trim(), &page[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let page = "A\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nB\n";
        let new = replaced(page, "a", "\nnew\n").unwrap();
        assert_eq!(new, "A\n<!-- bench:a -->\nnew\n<!-- /bench:a -->\nB\n");
        assert_eq!(replaced(&new, "a", "new"), Some(new.clone()));
        assert_eq!(replaced(page, "b", "new"), None);
    }
}

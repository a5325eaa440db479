//! Tables in Markdown.

use std::fmt;

/// A table; the first column is text, the others are figures.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Table {
        Table { head: head.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [impl Into<String>; N]) {
        debug_assert_eq!(N, self.head.len());
        self.rows.push(cells.map(Into::into).to_vec());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, cells: &[String]| writeln!(f, "| {} |", cells.join(" | "));
        line(f, &self.head)?;
        writeln!(f, "| --- |{}", " ---: |".repeat(self.head.len().saturating_sub(1)))?;
        self.rows.iter().try_for_each(|row| line(f, row))
    }
}

/// A whole number with its thousands apart.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let groups =
        digits.as_bytes()[first..].chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let mut parts: Vec<_> = std::iter::once(digits[..first].to_owned()).chain(groups).collect();
    parts.retain(|part| !part.is_empty());
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_to_the_right() {
        let mut table = Table::new(["what", "figure"]);
        table.row(["a".to_owned(), thousands(1_234_567)]);
        assert_eq!(table.to_string(), "| what | figure |\n| --- | ---: |\n| a | 1,234,567 |\n");
    }

    #[test]
    fn thousands_are_apart() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (123_456, "123,456")];
        for (number, text) in cases {
            assert_eq!(thousands(number), text);
        }
    }
}

//! Guarding text against spreadsheets.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula: a name such as
//! `=HYPERLINK(…)`, which anybody can give themselves, would then run on the computer of whoever opens the file, and
//! a phone number such as `+18001234567` would silently lose its plus. Hence a text that begins with one of these
//! (or with a tab or line break, which some programs skip) is written with an apostrophe before it, which
//! spreadsheets show or hide but never calculate with; reading takes it away again. A text that has apostrophes of
//! its own before such a character gets one more, so that every text reads back as it was. Numbers and dates are
//! written as they are: a negative number is no danger, and must stay one.

/// Whether a text would be taken for a formula if it were not for the apostrophes before it.
fn is_formula(text: &str) -> bool {
    // The full-width forms are what East Asian input methods make of the same keys, and some programs follow.
    let first = text.trim_start_matches('\'').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

/// Whether an apostrophe must be written before the text.
pub(crate) fn needs_raising(text: &str) -> bool {
    is_formula(text)
}

/// The text without the apostrophe that guards it.
pub(crate) fn lower(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raise(text: &str) -> String {
        if needs_raising(text) { format!("'{text}") } else { text.to_owned() }
    }

    #[test]
    fn what_looks_like_a_formula_is_raised() {
        assert_eq!(raise("=1+1"), "'=1+1");
        assert_eq!(raise("+1 800 123 4567"), "'+1 800 123 4567");
        assert_eq!(raise("'=x"), "''=x");
        for harmless in ["", "O'Hara", "'tis", "a=b", "1-2"] {
            assert_eq!(raise(harmless), harmless);
        }
        assert_eq!(lower("+1 800"), "+1 800", "what people type is taken as it is");
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text in "['=+@x\t-]{0,6}|.*") {
            let raised = raise(&text);
            prop_assert_eq!(lower(&raised), &text);
            prop_assert!(!raised.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        }
    }
}

//! The number in a resource's address.

use folkmoot_wire::{ErrorCode, Form};

use crate::error::Refusal;

/// The number that `segment` gives, with or without a suffix: `7.json`. No sign, no leading zero, nothing else.
pub(crate) fn number(segment: &str) -> Option<i64> {
    let digits = stem(segment);
    let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// The segment without the suffix that says the format.
pub(crate) fn stem(segment: &str) -> &str {
    segment.strip_suffix(".json").or_else(|| segment.strip_suffix(".xml")).unwrap_or(segment)
}

/// Refuses a form that is not about the object in the address: PUT carries its number (`http.md`, Form input).
///
/// # Errors
/// `ID_MISMATCH`.
pub(crate) fn must_match(form: &Form, id: i64) -> Result<(), Refusal> {
    match form.text("id").map(str::trim) {
        Some(text) if text.parse() == Ok(id) => Ok(()),
        Some(_) => Err(Refusal::new(ErrorCode::IdMismatch, format!("id is not the {id} of the address."))),
        None => Err(Refusal::new(ErrorCode::IdMismatch, format!("id is missing; it is to be {id}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers() {
        assert_eq!(number("7.json"), Some(7));
        assert_eq!(number("7.xml"), Some(7));
        assert_eq!(number("7"), Some(7));
        for bad in
            ["", ".json", "0", "07", "-7", "+7", "7.5", "٧", "99999999999999999999", "7.json.xml", " 7"]
        {
            assert_eq!(number(bad), None, "{bad:?}");
        }
    }
}

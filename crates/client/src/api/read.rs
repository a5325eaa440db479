//! Reading with tolerance: servers spell one value as a number, a string or nothing at all.

use jiff::{Timestamp, civil::Date};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

/// A text, which may have come as a number; surrounding blanks are not part of it.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.trim().to_owned())),
        Value::Number(number) => Ok(Some(number.to_string())),
        // Never the value itself: it may be anybody's secret.
        _ => Err(de::Error::custom("a list or an object where a text belongs")),
    }
}

/// A text that is empty where there is none.
pub(crate) fn plain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text(deserializer)?.unwrap_or_default())
}

/// A truth value, spelled in any way.
pub(crate) fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Bool(truth) => Ok(Some(truth)),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if matches!(text.as_str(), "1" | "true") => Ok(Some(true)),
        Value::String(text) if matches!(text.as_str(), "0" | "false") => Ok(Some(false)),
        Value::Number(number) if matches!(number.as_i64(), Some(0 | 1)) => {
            Ok(Some(number.as_i64() == Some(1)))
        }
        _ => Err(de::Error::custom("neither true nor false")),
    }
}

/// A truth value that is false where there is none.
pub(crate) fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(boolean(deserializer)?.unwrap_or_default())
}

/// A whole number, which may have come as a string.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = text(deserializer)?.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| de::Error::custom("not a whole number"))
}

/// A day; the ways in which servers spell that there is none are nothing.
pub(crate) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    match text(deserializer)?.as_deref() {
        None | Some("" | "0000-00-00") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| de::Error::custom("not a date")),
    }
}

/// A moment.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    match text(deserializer)?.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| de::Error::custom("not a moment")),
    }
}

/// A secret; an empty one is none.
pub(crate) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(text(deserializer)?.filter(|text| !text.is_empty()).map(SecretString::from))
}

/// An id that may be `null` or empty.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<super::Id>, D::Error> {
    Ok(text(deserializer)?.filter(|text| !text.is_empty()).map(super::Id::from))
}

/// A list that may be `null`.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_value_is_read_in_every_spelling() {
        for (value, expected) in [(json!(12), "12"), (json!("12 "), "12"), (json!("0042"), "0042")] {
            assert_eq!(text(value).unwrap().as_deref(), Some(expected));
        }
        for (value, expected) in [
            (json!(true), Some(true)),
            (json!("1"), Some(true)),
            (json!(0), Some(false)),
            (json!(""), None),
            (json!(null), None),
        ] {
            assert_eq!(boolean(value).unwrap(), expected);
        }
        for none in [json!(null), json!(""), json!("0000-00-00")] {
            assert_eq!(date(none).unwrap(), None);
        }
        assert_eq!(date(json!("2013-09-30")).unwrap().unwrap().to_string(), "2013-09-30");
        assert_eq!(moment(json!("2013-09-30T14:39:21+00:00")).unwrap().unwrap().as_second(), 1_380_551_961);
        assert_eq!(number(json!("-5")).unwrap(), Some(-5));
    }

    #[test]
    fn nonsense_is_refused_and_never_repeated() {
        assert!(text(json!({"key": "570675"})).is_err_and(|error| !error.to_string().contains("570675")));
        assert!(boolean(json!("perhaps")).is_err());
        assert!(number(json!("7x")).is_err());
        assert!(date(json!("yesterday")).is_err());
        assert!(moment(json!("noon")).is_err());
    }
}

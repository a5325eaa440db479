//! Identifiers.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

/// What names an object: text, whether the server spells it as a number or as a string.
///
/// ```
/// use folkmoot_client::api::Id;
///
/// let ids: Vec<Id> = serde_json::from_str(r#"[7, "7"]"#)?;
/// assert_eq!(ids, [Id::from(7), Id::from("7")]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);

impl Id {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl From<String> for Id {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<i64> for Id {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

impl From<&Id> for Id {
    fn from(id: &Id) -> Self {
        id.clone()
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match super::read::text(deserializer)?.filter(|id| !id.is_empty()) {
            Some(id) => Ok(Self(id)),
            None => Err(de::Error::custom("an empty id")),
        }
    }
}

//! The body of a change: a form, whose values may be secrets.

use std::fmt;

use bytes::Bytes;
use secrecy::{ExposeSecret as _, SecretString};

/// The fields that are sent. `Debug` tells their names alone.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, SecretString)>);

impl Form {
    /// Adds a field.
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), SecretString::from(value.into())));
    }

    /// Adds a field whose value nobody is to see.
    pub(crate) fn add_secret(&mut self, name: impl Into<String>, value: SecretString) {
        self.0.push((name.into(), value));
    }

    /// Adds the fields of a part: `name` becomes `part[name]`.
    pub(crate) fn add_below(&mut self, part: &str, fields: Self) {
        self.0.extend(fields.0.into_iter().map(|(name, value)| (format!("{part}[{name}]"), value)));
    }

    /// How many names end like this.
    pub(crate) fn count(&self, end: &str) -> usize {
        self.0.iter().filter(|(name, _)| name.ends_with(end)).count()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn encode(&self) -> Bytes {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.expose_secret()));
        folkmoot_wire::form::encode(pairs).into()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A value as a form spells it.
pub(crate) trait Spelled {
    /// The text.
    fn spelled(self) -> String;
}

impl Spelled for bool {
    fn spelled(self) -> String {
        if self { "1" } else { "0" }.to_owned()
    }
}

impl<T: Spelled> Spelled for Option<T> {
    /// Nothing is an empty value, which takes away what there was.
    fn spelled(self) -> String {
        self.map(T::spelled).unwrap_or_default()
    }
}

macro_rules! spelled {
    ($($type:ty)*) => {$(
        impl Spelled for $type {
            fn spelled(self) -> String {
                self.to_string()
            }
        }
    )*};
}

spelled! {
    &str String i64 super::Id &super::Id jiff::civil::Date
    super::EmploymentStatus super::PayBasis super::Group super::Gender super::FieldKind super::Privacy
}

/// A builder of a change: what is not said stays as it is.
macro_rules! change {
    ($(#[$doc:meta])* $change:ident { $($(#[$field_doc:meta])* $method:ident($type:ty) = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        #[must_use]
        pub struct $change(pub(crate) $crate::api::form::Form);

        impl $change {
            /// A change of nothing yet.
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$field_doc])*
                pub fn $method(mut self, value: $type) -> Self {
                    self.0.add($name, $crate::api::form::Spelled::spelled(value));
                    self
                }
            )*
        }

        impl From<$change> for $crate::api::form::Form {
            fn from(change: $change) -> Self {
                change.0
            }
        }
    };
}
pub(crate) use change;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_brackets_and_values_are_never_shown() {
        let mut inner = Form::default();
        inner.add("phone", "+49 30");
        let mut form = Form::default();
        form.add_below("assignment_record", inner);
        form.add_secret("password", "tr0ub4dor&3".into());
        assert_eq!(form.encode(), "assignment_record[phone]=%2B49+30&password=tr0ub4dor%263");
        assert_eq!(format!("{form:?}"), r#"["assignment_record[phone]", "password"]"#);
    }
}

//! Form input: `application/x-www-form-urlencoded` with PHP style nested keys (`http.md`, 'Form input').

mod build;
mod fault;
mod urlencoded;

use std::slice;

pub use fault::{FormError, FormFault};
pub use urlencoded::encode;

/// How much a form may hold. The size of the whole body is the caller's to bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many pairs of key and value.
    pub max_pairs: usize,
    /// How many parts a key may have: `a[b][]` has three.
    pub max_depth: usize,
    /// How many bytes a decoded key may have.
    pub max_key_len: usize,
    /// How many bytes a decoded value may have.
    pub max_value_len: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pairs: 1000, max_depth: 8, max_key_len: 512, max_value_len: 1 << 20 }
    }
}

/// A form, its fields in the order in which they came first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(Box<str>, FormValue)>,
}

/// A value of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormValue {
    /// What was sent under one key.
    Text(Leaf),
    /// The elements of `name[]` or `name[0]`, in the order in which they came first.
    List(Vec<FormValue>),
    /// The members of `name[member]`, in the order in which they came first.
    Map(Vec<(Box<str>, FormValue)>),
}

/// A text and its whole key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The key as the caller spelled it, as `assignment_record[phone]`: faults name the field so.
    pub key: Box<str>,
    /// The text.
    pub text: Box<str>,
}

impl Form {
    /// Reads a body. A key that comes again replaces its text, as in PHP (a check box follows a hidden field of its
    /// name); each `[]` begins an element of its own.
    ///
    /// # Errors
    /// When a limit is passed, an encoding or a key is malformed, or a name is used in two shapes (`a=1&a[b]=2`).
    pub fn parse(body: &[u8], limits: &Limits) -> Result<Self, FormError> {
        build::form(urlencoded::decode(body, limits)?, limits)
    }

    /// Puts a form together from pairs that are decoded already, as the parts of a multipart body are.
    ///
    /// # Errors
    /// As [`Form::parse`].
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
        limits: &Limits,
    ) -> Result<Self, FormError> {
        build::form(urlencoded::check(pairs, limits)?, limits)
    }

    /// The field called `name`, without brackets.
    pub fn get(&self, name: &str) -> Option<&FormValue> {
        member(&self.fields, name)
    }

    /// The text of the field called `name`, if that is no list or map.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// The value below a path of names and, in lists, element numbers (counted from 0).
    pub fn at(&self, path: &[&str]) -> Option<&FormValue> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.get(first)?, |value, name| value.get(name))
    }

    /// The fields and their names.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &FormValue)> {
        self.fields.iter().map(|(name, value)| (&**name, value))
    }

    /// Every text of the form, with its whole key.
    pub fn leaves(&self) -> Leaves<'_> {
        Leaves { open: vec![Branch::Members(self.fields.iter())] }
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

impl FormValue {
    /// The text, if this is no list or map.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(leaf) => Some(&leaf.text),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The truth value that `1`, `0`, `true` or `false` spells.
    pub fn boolean(&self) -> Option<bool> {
        match self.text()? {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        }
    }

    /// A map's member, or a list's element by its number (counted from 0).
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => member(members, name),
            Self::List(elements) => elements.get(name.parse::<usize>().ok()?),
            Self::Text(_) => None,
        }
    }

    /// The elements that name something: those of a list that are not blank. A text or map that is not blank counts
    /// as a list of itself, since `location[id]=1` can mean only that.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        let all = match self {
            Self::List(elements) => elements.as_slice(),
            Self::Text(_) | Self::Map(_) => slice::from_ref(self),
        };
        all.iter().filter(|element| !element.is_blank())
    }

    /// Whether this names nothing: an empty text, `null`, or only such things. Alone it clears a list.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(leaf) => matches!(&*leaf.text, "" | "null"),
            Self::List(elements) => elements.iter().all(Self::is_blank),
            Self::Map(members) => members.iter().all(|(_, value)| value.is_blank()),
        }
    }

    /// Every text below here, with its whole key.
    pub fn leaves(&self) -> Leaves<'_> {
        Leaves { open: vec![Branch::Elements(slice::from_ref(self).iter())] }
    }

    /// The key that stands first in this value, as the caller spelled it: the name for a fault of the whole value.
    pub fn key(&self) -> &str {
        self.leaves().next().map_or("", |leaf| &*leaf.key)
    }
}

fn member<'a>(members: &'a [(Box<str>, FormValue)], name: &str) -> Option<&'a FormValue> {
    members.iter().find(|(other, _)| **other == *name).map(|(_, value)| value)
}

/// An iterator over the texts of a form.
#[derive(Clone, Debug)]
pub struct Leaves<'a> {
    open: Vec<Branch<'a>>,
}

#[derive(Clone, Debug)]
enum Branch<'a> {
    Members(slice::Iter<'a, (Box<str>, FormValue)>),
    Elements(slice::Iter<'a, FormValue>),
}

impl<'a> Iterator for Leaves<'a> {
    type Item = &'a Leaf;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let value = match self.open.last_mut()? {
                Branch::Members(members) => members.next().map(|(_, value)| value),
                Branch::Elements(elements) => elements.next(),
            };
            match value {
                Some(FormValue::Text(leaf)) => return Some(leaf),
                Some(FormValue::List(elements)) => self.open.push(Branch::Elements(elements.iter())),
                Some(FormValue::Map(members)) => self.open.push(Branch::Members(members.iter())),
                None => drop(self.open.pop()),
            }
        }
    }
}

#[cfg(test)]
mod tests;

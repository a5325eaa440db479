//! From pairs to the tree that their keys spell, in time linear in their number.

use std::collections::HashMap;
use std::mem;

use super::fault::{FormError, FormFault};
use super::urlencoded::Pair;
use super::{Form, FormValue, Leaf, Limits};

/// The tree's top.
const ROOT: usize = 0;

/// A child's name in its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Name<'a> {
    Member(&'a str),
    Element(u64),
}

/// One part of a key.
#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Named(Name<'a>),
    /// `[]`
    Next,
}

/// What a node turned out to be.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Not known yet: nothing is below it.
    New,
    /// The text of the pair with this number.
    Text(usize),
    /// A list, and the number that the next `[]` takes.
    List(u64),
    Map,
}

#[derive(Debug)]
struct Slot<'a> {
    name: Name<'a>,
    shape: Shape,
    children: Vec<usize>,
}

/// The nodes of the tree, and one index from a parent and a name to the child: a linear search in each parent would
/// be quadratic in the number of fields.
#[derive(Debug)]
struct Tree<'a> {
    slots: Vec<Slot<'a>>,
    index: HashMap<(usize, Name<'a>), usize>,
}

/// The form that some pairs make.
pub(super) fn form(pairs: Vec<Pair>, limits: &Limits) -> Result<Form, FormError> {
    let (keys, mut texts): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
    let root = Slot { name: Name::Member(""), shape: Shape::Map, children: Vec::new() };
    let mut tree = Tree { slots: vec![root], index: HashMap::with_capacity(keys.len()) };
    for (pair, key) in keys.iter().enumerate() {
        tree.insert(key, pair, limits).map_err(|fault| FormError::new(key.as_bytes(), fault))?;
    }
    Ok(Form { fields: tree.members(ROOT, &keys, &mut texts) })
}

impl<'a> Tree<'a> {
    fn insert(&mut self, key: &'a str, pair: usize, limits: &Limits) -> Result<(), FormFault> {
        let mut at = ROOT;
        for (depth, part) in parts(key).enumerate() {
            let part = part?;
            if depth == limits.max_depth {
                return Err(FormFault::TooDeep(limits.max_depth));
            }
            at = self.child(at, part)?;
        }
        match &mut self.slots[at].shape {
            shape @ (Shape::New | Shape::Text(_)) => {
                *shape = Shape::Text(pair);
                Ok(())
            }
            Shape::List(_) | Shape::Map => Err(FormFault::Conflict),
        }
    }

    fn child(&mut self, parent: usize, part: Part<'a>) -> Result<usize, FormFault> {
        let shape = &mut self.slots[parent].shape;
        if let Shape::New = shape {
            *shape = match part {
                Part::Named(Name::Member(_)) => Shape::Map,
                Part::Named(Name::Element(_)) | Part::Next => Shape::List(0),
            };
        }
        let name = match (shape, part) {
            (Shape::Map, Part::Named(name @ Name::Member(_))) => name,
            (Shape::List(next), Part::Named(name @ Name::Element(number))) => {
                *next = (*next).max(number + 1);
                name
            }
            (Shape::List(next), Part::Next) => {
                *next += 1;
                Name::Element(*next - 1)
            }
            _ => return Err(FormFault::Conflict),
        };
        let fresh = self.slots.len();
        let child = *self.index.entry((parent, name)).or_insert(fresh);
        if child == fresh {
            self.slots.push(Slot { name, shape: Shape::New, children: Vec::new() });
            self.slots[parent].children.push(child);
        }
        Ok(child)
    }

    /// Recursion is as deep as keys may be.
    fn value(&self, at: usize, keys: &[String], texts: &mut [String]) -> FormValue {
        match self.slots[at].shape {
            Shape::Text(pair) => FormValue::Text(Leaf {
                key: keys[pair].as_str().into(),
                text: mem::take(&mut texts[pair]).into(),
            }),
            Shape::Map => FormValue::Map(self.members(at, keys, texts)),
            Shape::New | Shape::List(_) => {
                let elements = self.slots[at].children.iter();
                FormValue::List(elements.map(|&child| self.value(child, keys, texts)).collect())
            }
        }
    }

    fn members(&self, at: usize, keys: &[String], texts: &mut [String]) -> Vec<(Box<str>, FormValue)> {
        let children = self.slots[at].children.iter();
        let named = children.filter_map(|&child| match self.slots[child].name {
            Name::Member(name) => Some((name.into(), self.value(child, keys, texts))),
            Name::Element(_) => None,
        });
        named.collect()
    }
}

/// The parts of a key: `a[b][]` is `a`, `b` and the next element.
fn parts(key: &str) -> impl Iterator<Item = Result<Part<'_>, FormFault>> {
    let bracket = key.find('[').unwrap_or(key.len());
    let (name, mut rest) = key.split_at(bracket);
    let first = if name.is_empty() {
        Err(FormFault::NoName)
    } else if name.contains(']') {
        Err(FormFault::Brackets)
    } else {
        Ok(Part::Named(Name::Member(name)))
    };
    let others = std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let inside = rest.strip_prefix('[').and_then(|inside| inside.split_once(']'));
        let Some((part, after)) = inside.filter(|(part, _)| !part.contains('[')) else {
            rest = "";
            return Some(Err(FormFault::Brackets));
        };
        rest = after;
        Some(Ok(bracketed(part)))
    });
    std::iter::once(first).chain(others)
}

fn bracketed(part: &str) -> Part<'_> {
    if part.is_empty() {
        return Part::Next;
    }
    // Only a number as PHP would spell it is an index: `[007]` is a name.
    let canonical = part == "0" || (!part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit()));
    match part.parse::<u32>() {
        Ok(number) if canonical => Part::Named(Name::Element(number.into())),
        _ => Part::Named(Name::Member(part)),
    }
}

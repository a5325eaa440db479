//! One ordered value tree for documents that come in: JSON and XML read into the same shape, each node with
//! the place it was read from, so that a fault can name its line and column.

use std::fmt;

/// A place in a text, both counted from 1; columns count Unicode scalar values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A value and where it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where its first character stood.
    pub at: Position,
}

/// A value of a document. Numbers keep their spelling: a pay rate must not pass through a float.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`; in XML an empty element.
    Null,
    /// `true` or `false`; XML has no such type and reads `1` and `0` as strings.
    Bool(bool),
    /// A number, spelled as it came.
    Number(Box<str>),
    /// A string; in XML the text of an element without child elements.
    String(Box<str>),
    /// A list; in XML an element whose children repeat one name.
    Array(Vec<Node>),
    /// Members in the order in which they came. A repeated key keeps every occurrence.
    Object(Vec<(Box<str>, Node)>),
}

impl Node {
    /// The member called `key`, if this is an object that has it (the first one, when it is repeated).
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Object(members) => members.iter().find(|(name, _)| &**name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// Whether this is `null` (or, in XML, an empty element).
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The text of a string or the spelling of a number: clients meet identifiers as both.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The integer that a number, or a string of digits, spells.
    pub fn integer(&self) -> Option<i64> {
        self.text()?.trim().parse().ok()
    }

    /// The truth value of a boolean, or of `1`, `0`, `true`, `false` in a string or number.
    pub fn boolean(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            _ => match self.text()? {
                "1" | "true" => Some(true),
                "0" | "false" => Some(false),
                _ => None,
            },
        }
    }

    /// The items of a list. An object with one member, or null, is what a list of one or none may look like in
    /// XML: the member's value alone, and nothing.
    pub fn items(&self) -> Option<Vec<&Node>> {
        match &self.value {
            Value::Array(items) => Some(items.iter().collect()),
            Value::Object(members) if members.len() == 1 => Some(vec![&members[0].1]),
            Value::Null => Some(Vec::new()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(value: Value) -> Node {
        Node { value, at: Position { line: 1, column: 1 } }
    }

    #[test]
    fn scalars_are_read_across_the_formats() {
        let string = |text: &str| node(Value::String(text.into()));
        assert_eq!(string(" 42 ").integer(), Some(42));
        assert_eq!(node(Value::Number("7".into())).integer(), Some(7));
        assert_eq!(node(Value::Number("7.5".into())).integer(), None);
        assert_eq!(string("1").boolean(), Some(true));
        assert_eq!(node(Value::Bool(false)).boolean(), Some(false));
        assert_eq!(string("yes").boolean(), None);
    }

    #[test]
    fn a_repeated_member_is_found_at_its_first() {
        let one = |text: &str| node(Value::String(text.into()));
        let object = node(Value::Object(vec![("a".into(), one("x")), ("a".into(), one("y"))]));
        assert_eq!(object.get("a").and_then(Node::text), Some("x"));
        assert_eq!(object.get("b"), None);
        assert_eq!(object.items(), None);
        assert_eq!(node(Value::Null).items(), Some(Vec::new()));
        assert_eq!(node(Value::Array(vec![one("x")])).items().map(|items| items.len()), Some(1));
    }
}

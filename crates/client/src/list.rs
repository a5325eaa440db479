//! The list of all users, read one at a time: never the whole document as a tree.

use serde::de::{Deserializer as _, Error as _, SeqAccess, Visitor};
use serde_json::Value;

use crate::{
    builder::Format,
    document::Xml,
    error::{Error, Result},
    user::User,
};

/// Reads the users of a list. Anything but a list is an error, so that an error page never looks like
/// an account without employees.
pub(crate) fn users(format: Format, bytes: &[u8]) -> Result<Vec<User>> {
    match format {
        Format::Json => {
            let mut reader = serde_json::Deserializer::from_slice(bytes);
            let users = reader.deserialize_seq(Users).map_err(|e| Error::Unreadable(e.to_string()))?;
            reader.end().map_err(|e| Error::Unreadable(e.to_string()))?;
            Ok(users)
        }
        Format::Xml => xml_users(bytes),
    }
}

struct Users;

impl<'de> Visitor<'de> for Users {
    type Value = Vec<User>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of users")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Vec<User>, A::Error> {
        let mut users = Vec::new();
        while let Some(item) = items.next_element::<Value>()? {
            users.push(User::from_document(&item).map_err(A::Error::custom)?);
        }
        Ok(users)
    }
}

fn xml_users(bytes: &[u8]) -> Result<Vec<User>> {
    let mut xml = Xml::new(bytes)?;
    let (root, empty) = xml.root()?;
    if root != "users" {
        return Err(Error::Unreadable(format!("expected <users>, found <{root}>")));
    }
    let mut users = Vec::new();
    while let Some((_, empty)) = if empty { None } else { xml.child()? } {
        let document = if empty { Value::Null } else { xml.content(1)? };
        users.push(User::from_document(&document)?);
    }
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_carry_the_same_list() {
        let json = br#"[{"id":"1","username":"auser","avatar":{"url":" https://s3.test/f5.jpg"}},{"id":2}]"#;
        let xml =
            b"<users><user><id>1</id><username>auser</username><avatar><url> https://s3.test/f5.jpg</url>\
            </avatar></user><user><id>2</id></user></users>";
        let json = users(Format::Json, json).unwrap();
        let xml = users(Format::Xml, xml).unwrap();
        assert_eq!(json.len(), 2);
        for (a, b) in json.iter().zip(&xml) {
            assert_eq!((&a.id, &a.username, &a.avatar), (&b.id, &b.username, &b.avatar));
        }
    }

    #[test]
    fn an_empty_list_is_not_an_error_and_an_error_is_not_an_empty_list() {
        assert!(users(Format::Json, b"[]").unwrap().is_empty());
        assert!(users(Format::Xml, b"<users/>").unwrap().is_empty());
        assert!(users(Format::Xml, b"<users></users>").unwrap().is_empty());
        for bad in [&b"{}"[..], b"", b"null", b"<html></html>", b"[{\"id\":1}", b"[{\"id\":1}] x", b"[{}]"] {
            assert!(users(Format::Json, bad).is_err(), "{bad:?}");
        }
        for bad in [&b"<error><code>ERROR</code></error>"[..], b"<users><user><id>1</id></user>", b""] {
            assert!(users(Format::Xml, bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_a_server_wrote_does_not_reach_a_terminal_as_it_is() {
        for bad in ["<\u{9b}2J/>", "<users><a></\x1b[2J>", "<users><user>&\x1b[2J;</user></users>"] {
            let fault = users(Format::Xml, bad.as_bytes()).unwrap_err().to_string();
            assert!(!fault.contains(char::is_control), "{fault:?}");
        }
    }
}

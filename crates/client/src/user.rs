//! A user as servers send one: partial or full, ids as numbers or strings, keys that may be missing.

use secrecy::SecretString;
use serde_json::Value;

use crate::error::{Error, Result};

/// Where a user's picture is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Avatar {
    /// The server did not say: not in this representation, or not to this caller.
    #[default]
    Unknown,
    /// There is no picture.
    None,
    /// The URL, relative to the account or absolute, without stray white space.
    Url(String),
}

/// The job data of a full user, as far as the server shows it. All values are spelled as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The id of the assignment record.
    pub id: Option<String>,
    /// The employee number.
    pub employee_number: Option<String>,
    /// `ACTIVE`, `SUSPENDED` or `TERMINATED`.
    pub status: Option<String>,
    /// The job's title.
    pub job: Option<String>,
    /// The department's name.
    pub department: Option<String>,
    /// The location's name.
    pub location: Option<String>,
    /// The manager's user id.
    pub manager_id: Option<String>,
    /// The manager's display name.
    pub manager: Option<String>,
    /// The day of hire.
    pub date_hired: Option<String>,
    /// The work phone.
    pub phone: Option<String>,
    /// Its extension.
    pub extension: Option<String>,
}

/// A user, partial or full.
#[derive(Clone, Debug, Default)]
pub struct User {
    /// The id, as text: servers send numbers and strings.
    pub id: String,
    /// The username; empty when the server sent none.
    pub username: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// The picture.
    pub avatar: Avatar,
    /// The user's own URL.
    pub url: Option<String>,
    /// The API key, which a server shows to its owner only.
    pub api_key: Option<SecretString>,
    /// The group: `Employees`, `Managers` or `Administrators`.
    pub group: Option<String>,
    /// When the user was last changed.
    pub modified: Option<String>,
    /// The job data of a full user.
    pub assignment: Option<Box<Assignment>>,
}

impl User {
    /// The employee number, where it is known.
    pub fn employee_number(&self) -> Option<&str> {
        self.assignment.as_ref()?.employee_number.as_deref()
    }

    /// Reads a user out of a document of any version, JSON or XML.
    pub(crate) fn from_document(document: &Value) -> Result<Self> {
        // The first version wraps a single user once more: `{"User": {…}}`, `<user><user/></user>`.
        let inner =
            ["User", "user"].iter().find_map(|key| document.get(key)).filter(|inner| inner.is_object());
        let user = inner.unwrap_or(document);
        let Some(id) = text(user.get("id")).filter(|id| !id.is_empty()) else {
            return Err(Error::Unreadable("a user without id".to_owned()));
        };
        let record = user.get("employee_record");
        Ok(Self {
            id,
            username: text(user.get("username")).unwrap_or_default(),
            email: filled(user.get("email")),
            display_name: filled(user.get("display_name")).or_else(|| filled(user.get("full_name"))),
            first_name: filled(record.and_then(|record| record.get("first_name"))),
            last_name: filled(record.and_then(|record| record.get("last_name"))),
            avatar: avatar(user.get("avatar")),
            url: filled(user.get("url")),
            api_key: filled(user.get("api_key")).map(SecretString::from),
            group: filled(user.get("group")),
            modified: filled(user.get("modified")),
            assignment: user.get("assignment_record").and_then(assignment),
        })
    }
}

fn avatar(value: Option<&Value>) -> Avatar {
    match value {
        None => Avatar::Unknown,
        Some(Value::Object(members)) => match members.get("url") {
            None => Avatar::Unknown,
            Some(url) => url_of(url),
        },
        Some(other) => url_of(other),
    }
}

/// No URL contains white space, but the vendor's own example of one does, where a line was broken.
fn url_of(value: &Value) -> Avatar {
    let url: String = value.as_str().unwrap_or_default().split_ascii_whitespace().collect();
    if url.is_empty() { Avatar::None } else { Avatar::Url(url) }
}

fn assignment(value: &Value) -> Option<Box<Assignment>> {
    let field = |key: &str| filled(value.get(key));
    let named = |key: &str, name: &str| filled(value.get(key).and_then(|object| object.get(name)));
    let assignment = Assignment {
        id: field("id"),
        employee_number: field("employee_num"),
        status: field("employee_status"),
        job: named("job", "title"),
        department: named("department", "name"),
        location: named("location", "name"),
        manager_id: named("manager", "id"),
        manager: named("manager", "display_name"),
        date_hired: field("date_hired"),
        phone: field("phone"),
        extension: field("ext"),
    };
    (assignment != Assignment::default()).then(|| Box::new(assignment))
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn filled(value: Option<&Value>) -> Option<String> {
    text(value).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> User {
        User::from_document(value).unwrap()
    }

    #[test]
    fn ids_come_as_numbers_and_strings() {
        assert_eq!(read(&json!({"id": 7})).id, "7");
        assert_eq!(read(&json!({"id": " 7 "})).id, "7");
        assert!(User::from_document(&json!({"username": "a"})).is_err());
        assert!(User::from_document(&json!({"id": null})).is_err());
    }

    #[test]
    fn an_avatar_is_unknown_absent_or_a_url_without_white_space() {
        let avatar = |value: Value| read(&value).avatar;
        assert_eq!(avatar(json!({"id": 1})), Avatar::Unknown);
        assert_eq!(avatar(json!({"id": 1, "avatar": {}})), Avatar::Unknown);
        assert_eq!(avatar(json!({"id": 1, "avatar": null})), Avatar::None);
        assert_eq!(avatar(json!({"id": 1, "avatar": {"url": null}})), Avatar::None);
        assert_eq!(avatar(json!({"id": 1, "avatar": {"url": " \n"}})), Avatar::None);
        let broken = json!({"id": 1, "avatar": {"url": "https://s3.test/\nf5d3.jpg "}});
        assert_eq!(avatar(broken), Avatar::Url("https://s3.test/f5d3.jpg".to_owned()));
    }

    #[test]
    fn a_full_user_has_its_assignment_and_never_shows_its_key() {
        let user = read(&json!({
            "id": 7, "username": "alice", "api_key": "570675830ab61a31ef57f70ca335f64374b56281",
            "assignment_record": {"id": 100, "employee_num": 15, "job": {"title": "Software Engineer"},
                "manager": {"id": 6, "display_name": "George Black"}},
            "employee_record": {"first_name": "Alice", "last_name": "McDonald"},
        }));
        assert_eq!(user.employee_number(), Some("15"));
        assert_eq!(user.assignment.as_ref().unwrap().manager_id.as_deref(), Some("6"));
        assert_eq!(user.last_name.as_deref(), Some("McDonald"));
        assert!(!format!("{user:?}").contains("570675"));
    }

    #[test]
    fn the_first_version_wraps_a_user_once_more() {
        let user = read(&json!({"User": {"id": "7", "full_name": "Alice McDonald"}, "EmployeeRecord": {}}));
        assert_eq!((user.id.as_str(), user.display_name.as_deref()), ("7", Some("Alice McDonald")));
    }
}

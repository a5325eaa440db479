//! Users: the people of the account.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    Api, AssignmentRecord, CustomFieldRecord, Done, EmployeeRecord, Explanation, Group, History, Id,
    LeaveUsage, RoleAssignment, Tagged, UserChange, Write, form::Form, read,
};
use crate::{client::segment, error::Result};

/// Where a picture is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Picture {
    /// Its address, absolute or relative to the account, for [`crate::Client::fetch`]; nothing when there is none.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
}

/// A user: partial in lists, in full by themselves. A field is nothing when it is empty, when the representation has
/// none, and when the caller may not see it.
///
/// ```
/// use folkmoot_client::api::{EmploymentStatus, Person};
///
/// let person: Person = serde_json::from_str(
///     r#"{"id": 7, "username": "alice", "email": "alice@example.com", "something": "newer than this client",
///         "assignment_record": {"id": 100, "employee_status": "ACTIVE", "ext": 888,
///             "job": {"id": 3, "title": "Software Engineer"},
///             "pay_info": {"type": "ANNUAL", "rate": "65346.30", "currency": "USD"}}}"#,
/// )?;
/// let assignment = person.assignment_record.expect("shown to this caller");
/// assert_eq!(assignment.employee_status, Some(EmploymentStatus::Active));
/// assert_eq!(assignment.ext.as_deref(), Some("888"));
/// assert_eq!(assignment.pay_info.and_then(|pay| pay.rate).as_deref(), Some("65346.30"));
/// assert_eq!(person.employee_record.is_none(), true);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// The id.
    pub id: Id,
    /// The username.
    #[serde(default, deserialize_with = "read::plain")]
    pub username: String,
    /// The API key, shown to its owner alone.
    #[serde(default, deserialize_with = "read::secret")]
    pub api_key: Option<SecretString>,
    /// The e-mail address.
    #[serde(default, deserialize_with = "read::text")]
    pub email: Option<String>,
    /// The name on Twitter.
    #[serde(default, deserialize_with = "read::text")]
    pub twitter_username: Option<String>,
    /// The page at LinkedIn.
    #[serde(default, deserialize_with = "read::text")]
    pub linkedin_url: Option<String>,
    /// The blog.
    #[serde(default, deserialize_with = "read::text")]
    pub blog_url: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "read::text")]
    pub display_name: Option<String>,
    /// The picture.
    #[serde(default)]
    pub avatar: Option<Picture>,
    /// When the user was made.
    #[serde(default, deserialize_with = "read::moment")]
    pub created: Option<Timestamp>,
    /// When the user was last changed.
    #[serde(default, deserialize_with = "read::moment")]
    pub modified: Option<Timestamp>,
    /// The job data in force.
    #[serde(default)]
    pub assignment_record: Option<Box<AssignmentRecord>>,
    /// The personal data in force.
    #[serde(default)]
    pub employee_record: Option<Box<EmployeeRecord>>,
    /// What custom fields hold for them.
    #[serde(default, deserialize_with = "read::list")]
    pub custom_field_records: Vec<CustomFieldRecord>,
    /// The group.
    #[serde(default)]
    pub group: Option<Group>,
    /// Leave used and left.
    #[serde(default)]
    pub leave_usages: Option<Vec<LeaveUsage>>,
    /// How many badges they hold.
    #[serde(default, deserialize_with = "read::number")]
    pub badge_count: Option<i64>,
    /// Their address, relative to the account.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
}

/// The people of the account; made by [`Api::users`].
#[derive(Clone, Copy, Debug)]
pub struct Users<'a> {
    api: Api<'a>,
}

impl<'a> Users<'a> {
    pub(super) fn new(api: Api<'a>) -> Self {
        Self { api }
    }

    /// Everybody who has not left, in order of creation.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn list(&self) -> Result<Vec<Person>> {
        Ok(self.api.read("users.json", &[]).await?.value)
    }

    /// Somebody, in full.
    ///
    /// # Errors
    /// When there is nobody such, or not for this caller: 404 `NOT_FOUND`.
    pub async fn get(&self, id: impl Into<Id>) -> Result<Tagged<Person>> {
        self.api.read(&path(&id.into(), ""), &[]).await
    }

    /// Oneself, in full.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn me(&self) -> Result<Tagged<Person>> {
        self.api.read("users/me.json", &[]).await
    }

    /// Oneself, in full, with an API key, which is made if there is none.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn me_with_api_key(&self) -> Result<Tagged<Person>> {
        self.api.read("users/me.json", &[("requireApiKey", "true".to_owned())]).await
    }

    /// Adds somebody: needed are username, e-mail address, first and last name and date of hire.
    pub fn create(&self, change: UserChange) -> Write<'a, Person> {
        Write::post(self.api, "users.json", change)
    }

    /// Changes what is said, and nothing else.
    pub fn update(&self, id: impl Into<Id>, change: UserChange) -> Write<'a, Person> {
        let id = id.into();
        let mut form = Form::from(change);
        form.add("id", id.as_str());
        Write::put(self.api, path(&id, ""), form)
    }

    /// Deletes somebody for good, with their history. Who has left is terminated instead
    /// ([`super::AssignmentChange::status`]).
    pub fn delete(&self, id: impl Into<Id>) -> Write<'a, Done> {
        Write::delete(self.api, path(&id.into(), ""))
    }

    /// Which role shows `viewer` each field of somebody, or what is lacking.
    ///
    /// # Errors
    /// When the caller may not assign roles to both.
    pub async fn explain(&self, id: impl Into<Id>, viewer: impl Into<Id>) -> Result<Explanation> {
        let query = [("viewer", viewer.into().to_string())];
        Ok(self.api.read(&path(&id.into(), "/explain"), &query).await?.value)
    }

    /// The roles that somebody has.
    ///
    /// # Errors
    /// When there is nobody such, or not for this caller.
    pub async fn roles(&self, id: impl Into<Id>) -> Result<Vec<RoleAssignment>> {
        Ok(self.api.read(&path(&id.into(), "/roles"), &[]).await?.value)
    }

    /// Gives somebody roles; answered with all that they have then.
    pub fn add_roles(&self, id: impl Into<Id>, roles: &[Id]) -> Write<'a, Vec<RoleAssignment>> {
        // Who has a role already does not get it twice.
        Write::post(self.api, path(&id.into(), "/roles"), role_ids(roles)).idempotent()
    }

    /// Gives somebody these roles and no others.
    pub fn set_roles(&self, id: impl Into<Id>, roles: &[Id]) -> Write<'a, Vec<RoleAssignment>> {
        Write::put(self.api, path(&id.into(), "/roles"), role_ids(roles))
    }

    /// Takes roles from somebody.
    pub fn remove_roles(&self, id: impl Into<Id>, roles: &[Id]) -> Write<'a, Vec<RoleAssignment>> {
        let query = roles.iter().map(|role| ("role_id[]", role.to_string())).collect();
        Write::delete(self.api, path(&id.into(), "/roles")).with_query(query)
    }

    /// Somebody's employee records.
    ///
    /// # Errors
    /// When there is nobody such, or the caller may not see their history.
    pub async fn employee_records(&self, id: impl Into<Id>, which: &History) -> Result<Vec<EmployeeRecord>> {
        Ok(self.api.read(&path(&id.into(), "/employee_records"), &which.query()).await?.value)
    }

    /// Somebody's assignment records.
    ///
    /// # Errors
    /// When there is nobody such, or the caller may not see their history.
    pub async fn assignment_records(
        &self,
        id: impl Into<Id>,
        which: &History,
    ) -> Result<Vec<AssignmentRecord>> {
        Ok(self.api.read(&path(&id.into(), "/assignment_records"), &which.query()).await?.value)
    }
}

fn role_ids(roles: &[Id]) -> Form {
    let mut form = Form::default();
    for role in roles {
        form.add("role_id[]", role.as_str());
    }
    if roles.is_empty() {
        // An empty element alone is the empty list.
        form.add("role_id", "");
    }
    form
}

fn path(id: &Id, below: &str) -> String {
    format!("users/{}{below}.json", segment(id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_user_and_a_full_one_are_read() {
        let partial = r#"{"id": 6, "username": "george", "avatar": {"url": null}, "email": "g@example.com",
            "display_name": "George Black",
            "employee_record": {"first_name": "George", "last_name": "Black", "url": "/employee_records/3.json"},
            "url": "/users/6.json"}"#;
        let george: Person = serde_json::from_str(partial).unwrap();
        assert_eq!(george.avatar, Some(Picture::default()));
        assert_eq!(george.employee_record.unwrap().first_name.as_deref(), Some("George"));
        let full = r#"{"id": "7", "api_key": "570675830ab61a31ef57f70ca335f64374b56281", "group": "Employees",
            "employee_record": {"id": 9, "government_id": "078-05-1120", "birthdate": "1980-01-02"},
            "custom_field_records": [{"id": "5", "content": 42, "custom_field": {"id": 9, "name": "Shoe"}}],
            "leave_usages": [{"leave_type": {"id": 1, "name": "Sick", "accrual": "NONE"}, "days_used": "5.0"}]}"#;
        let alice: Person = serde_json::from_str(full).unwrap();
        assert_eq!(alice.group, Some(Group::Employees));
        assert_eq!(alice.custom_field_records[0].content, "42");
        assert_eq!(alice.leave_usages.as_ref().unwrap()[0].days_remaining, None);
        let shown = format!("{alice:?}");
        assert!(!shown.contains("570675") && !shown.contains("078-05"), "{shown}");
    }
}

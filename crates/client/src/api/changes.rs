//! Following changes: page by page, waiting for the next one, or as a stream.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Action, Api, ChangeStream, Id, read};
use crate::{error::Result, transport::Patience};

/// That something has happened to an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// The account's revision that it made.
    pub revision: u64,
    /// When.
    #[serde(default, deserialize_with = "read::moment")]
    pub at: Option<Timestamp>,
    /// To what kind of object, such as `User`.
    #[serde(default, deserialize_with = "read::plain")]
    pub object: String,
    /// To which.
    pub object_id: Id,
    /// What.
    pub action: Action,
    /// Where the object is read, relative to the account.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
    /// Who did it; nothing where no user did.
    #[serde(default, deserialize_with = "read::id")]
    pub actor_id: Option<Id>,
}

/// A part of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// From where to ask next, also when there are no entries.
    pub next: u64,
    /// Whether there is more already.
    pub more: bool,
    /// The entries.
    pub entries: Vec<T>,
}

#[derive(Deserialize)]
struct Document<T> {
    next: u64,
    #[serde(default, deserialize_with = "read::truth")]
    more: bool,
    #[serde(alias = "changes")]
    entries: Vec<T>,
}

impl<T> From<Document<T>> for Page<T> {
    fn from(Document { next, more, entries }: Document<T>) -> Self {
        Self { next, more, entries }
    }
}

/// What has happened, as far as the caller may know; made by [`Api::changes`].
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    api: Api<'a>,
    limit: Option<u32>,
}

impl<'a> Changes<'a> {
    pub(super) fn new(api: Api<'a>) -> Self {
        Self { api, limit: None }
    }

    /// How many entries a page has at most: 100 if nothing is said, and no more than 1000.
    #[must_use]
    pub fn limit(mut self, most: u32) -> Self {
        self.limit = Some(most);
        self
    }

    fn query(&self, since: u64) -> Vec<(&'static str, String)> {
        let limit = self.limit.map(|limit| ("limit", limit.to_string()));
        std::iter::once(("since", since.to_string())).chain(limit).collect()
    }

    /// What has happened after a revision; 0 for everything.
    ///
    /// # Errors
    /// 400 `VALIDATION_ERROR` when the account is not that far: it was restored, or is another.
    pub async fn since(&self, revision: u64) -> Result<Page<Change>> {
        let page: Document<Change> = self.api.read("changes.json", &self.query(revision)).await?.value;
        Ok(page.into())
    }

    /// What has happened after a revision, as soon as there is something, or nothing after `wait` (a minute at most).
    ///
    /// # Errors
    /// As [`Self::since`].
    pub async fn wait(&self, revision: u64, wait: Duration) -> Result<Page<Change>> {
        let mut query = self.query(revision);
        query.push(("wait", wait.as_secs().to_string()));
        let page = self.api.read_waiting::<Document<Change>>("changes.json", &query, Patience::Waiting(wait));
        Ok(page.await?.value.into())
    }

    /// What happens after a revision, one change after the other, for as long as one listens.
    pub fn follow(&self, revision: u64) -> ChangeStream<'a> {
        ChangeStream::new(self.api, revision)
    }
}

/// An entry of the change log, for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// The account's revision that it made.
    pub revision: u64,
    /// When.
    #[serde(default, deserialize_with = "read::moment")]
    pub at: Option<Timestamp>,
    /// Who did it; nothing where no user did.
    #[serde(default, deserialize_with = "read::id")]
    pub actor_id: Option<Id>,
    /// By which way it came, such as `api`.
    #[serde(default, deserialize_with = "read::text")]
    pub source: Option<String>,
    /// From which address.
    #[serde(default, deserialize_with = "read::text")]
    pub address: Option<String>,
    /// By which request.
    #[serde(default, deserialize_with = "read::text")]
    pub request: Option<String>,
    /// To what kind of object.
    #[serde(default, deserialize_with = "read::plain")]
    pub object: String,
    /// To which.
    pub object_id: Id,
    /// What.
    pub action: Action,
    /// Where the object is read, relative to the account.
    #[serde(default, deserialize_with = "read::text")]
    pub url: Option<String>,
    /// What the object was before, as it is kept.
    #[serde(default)]
    pub before: Value,
    /// What it was then.
    #[serde(default)]
    pub after: Value,
    /// What ties it to the entry before.
    #[serde(default, deserialize_with = "read::text")]
    pub hash: Option<String>,
}

/// Which entries of the change log are asked for.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct AuditQuery(Vec<(&'static str, String)>);

impl AuditQuery {
    /// All, from the first.
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.0.push((name, value.to_string()));
        self
    }

    /// What is after a revision: go on from [`Page::next`].
    pub fn since(self, revision: u64) -> Self {
        self.with("since", &revision)
    }

    /// Of one kind of object, such as `User`.
    pub fn object(self, kind: &str) -> Self {
        self.with("object", &kind)
    }

    /// Of the object with this id.
    pub fn object_id(self, id: impl Into<Id>) -> Self {
        self.with("object_id", &id.into())
    }

    /// What this user did.
    pub fn actor(self, id: impl Into<Id>) -> Self {
        self.with("actor", &id.into())
    }

    /// So many at most: 100 if nothing is said, and no more than 1000.
    pub fn limit(self, most: u32) -> Self {
        self.with("limit", &most)
    }
}

impl Api<'_> {
    /// The change log with everything that it says, for administrators.
    ///
    /// # Errors
    /// 403 `ACCESS_ERROR` for everybody else.
    pub async fn audit(self, query: &AuditQuery) -> Result<Page<AuditEntry>> {
        let page: Document<AuditEntry> = self.read("audit.json", &query.0).await?.value;
        Ok(page.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_whatever_its_entries_are_called() {
        let changes = r#"{"next": 812, "more": false, "changes": [{"revision": 811, "at": "2026-01-15T12:00:00+00:00",
            "object": "User", "object_id": 7, "action": "Edit", "url": "/users/7.json", "actor_id": null}]}"#;
        let page = Page::from(serde_json::from_str::<Document<Change>>(changes).unwrap());
        assert_eq!((page.next, page.more, page.entries[0].revision), (812, false, 811));
        assert_eq!((&page.entries[0].action, &page.entries[0].actor_id), (&Action::Edit, &None));
        let audit = r#"{"next": 1, "more": true, "entries": [{"revision": 1, "object": "User", "object_id": 7,
            "action": "Add", "before": null, "after": {"email": "a"}, "hash": null}]}"#;
        let page = Page::from(serde_json::from_str::<Document<AuditEntry>>(audit).unwrap());
        assert_eq!((page.more, &page.entries[0].after["email"]), (true, &Value::from("a")));
    }
}

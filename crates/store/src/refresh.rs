//! Bringing a directory up to date from the change log: after one's own write as after anybody else's.

use std::collections::BTreeSet;

use folkmoot_core::{Directory, Object, PersonChange, UserId};
use jiff::civil::Date;

use crate::db::each_backend;
use crate::{Store, StoreResult};

/// Beyond this many changed people, reading everybody in a few sweeps is quicker than one by one.
const ONE_BY_ONE: usize = 200;

impl Store {
    /// The directory at the newest revision and on the day `as_of`; `None` when it is that already.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn refresh(&self, directory: &Directory, as_of: Date) -> StoreResult<Option<Directory>> {
        let account = directory.account().id;
        let due = directory.next_change().is_some_and(|date| date <= as_of);
        let dated = (due || directory.as_of() > as_of).then(|| directory.on(as_of));
        let revision = self.revision(account).await?;
        if revision == directory.revision() {
            return Ok(dated);
        }
        let changed: Vec<(String, i64)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT DISTINCT object, object_id FROM changes
                 WHERE account_id = $1 AND revision > $2 AND revision <= $3",
            )
            .bind(account.0)
            .bind(directory.revision().cast_signed())
            .bind(revision.cast_signed())
            .fetch_all(executor)
            .await?
        );
        let user = Object::User.code();
        let people: BTreeSet<UserId> =
            changed.iter().filter(|(object, _)| object == user).map(|(_, id)| UserId(*id)).collect();
        if people.len() > ONE_BY_ONE {
            return self.load_directory(account, as_of).await.map(|fresh| Some(fresh.replacing(directory)));
        }
        let mut next = dated.unwrap_or_else(|| directory.clone());
        if changed.iter().any(|(object, _)| object != user) {
            let (definition, org) = (self.account(account).await?, self.load_org(account).await?);
            next = next.with_org(definition, org, revision);
        }
        let mut changes = Vec::with_capacity(people.len());
        for id in people {
            let found = self.load_people(account, next.org(), id, id).await?.pop();
            changes.push(match found {
                Some(person) => PersonChange::Put(Box::new(person.person(as_of))),
                None => PersonChange::Removed(id),
            });
        }
        // Should more have been committed meanwhile, these people are newer than `revision` says; the next refresh
        // reads them once more.
        Ok(Some(next.with_changes(changes, revision)))
    }
}

//! Bringing a directory up to date from the change log: after one's own write as after anybody else's.

use std::collections::BTreeSet;

use folkmoot_core::{AccountId, Action, Directory, Object, PersonChange, UserId};
use jiff::civil::Date;

use crate::db::each_backend;
use crate::load::Whom;
use crate::{Store, StoreResult, rows};

/// Beyond this many readings, reading everybody in a few sweeps is quicker.
const READINGS: usize = 200;
/// Changed people whose numbers are no further apart are read together, with those between them.
const NEIGHBOURS: i64 = 16;

/// What the change log says has changed.
#[derive(Debug)]
pub(crate) struct Changes {
    /// The newest revision.
    pub(crate) revision: u64,
    pub(crate) somebody_was_deleted: bool,
    people: BTreeSet<UserId>,
    /// Whether settings or the organisation changed.
    organisation: bool,
    /// Whether roles changed, or who holds which.
    access: bool,
    /// Whether custom fields changed in a way that can change the order of everybody's values.
    fields: bool,
}

impl Changes {
    /// Whether it is quicker to read what has changed than all of `people`.
    pub(crate) fn are_few(&self, people: u64) -> bool {
        let everybody = self.people.len() as u64 > people / 2 && self.people.len() > READINGS;
        !self.fields && !everybody && self.readings().len() <= READINGS
    }

    /// Those who changed, as they are read: neighbours in one sweep where they are many, others by their numbers.
    fn readings(&self) -> Vec<Whom> {
        let (mut readings, mut others) = (Vec::new(), Vec::new());
        for (first, last) in self.runs() {
            let changed = self.people.range(first..=last);
            if changed.clone().count() > rows::AMONG {
                readings.push(Whom::Range(first, last));
            } else {
                others.extend(changed);
            }
        }
        readings.extend(others.chunks(rows::AMONG).map(Whom::these));
        readings
    }

    /// Those who changed, as runs of numbers from first to last.
    fn runs(&self) -> Vec<(UserId, UserId)> {
        let mut runs: Vec<(UserId, UserId)> = Vec::new();
        for &id in &self.people {
            match runs.last_mut() {
                Some((_, last)) if id.0 - last.0 <= NEIGHBOURS => *last = id,
                _ => runs.push((id, id)),
            }
        }
        runs
    }
}

impl Store {
    /// The directory at the newest revision and on the day `as_of`; `None` when it is that already.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn refresh(&self, directory: &Directory, as_of: Date) -> StoreResult<Option<Directory>> {
        let account = directory.account().id;
        let dated = directory.is_due(as_of).then(|| directory.on(as_of));
        if self.revision(account).await? == directory.revision() {
            return Ok(dated);
        }
        let changes = self.changes_since(account, directory.revision()).await?;
        if !changes.are_few(directory.len() as u64) {
            return self.load_rows(account, as_of).await.map(|fresh| Some(fresh.replacing(directory)));
        }
        self.take_up(dated.unwrap_or_else(|| directory.clone()), &changes).await.map(Some)
    }

    /// The directory at `revision`, which this process has just made, or at a later one, and on the day `as_of`; `None`
    /// when it is that already. Where all that lies between is known here, nothing is read.
    ///
    /// # Errors
    /// Those of [`Store::refresh`].
    pub async fn refresh_to(
        &self,
        directory: &Directory,
        revision: u64,
        as_of: Date,
    ) -> StoreResult<Option<Directory>> {
        if !directory.is_due(as_of)
            && let Some(next) = self.effects.applied_to(directory, revision)
        {
            return Ok(Some(next));
        }
        self.refresh(directory, as_of).await
    }

    pub(crate) async fn changes_since(&self, account: AccountId, since: u64) -> StoreResult<Changes> {
        let revision = self.revision(account).await?;
        let changed: Vec<(String, i64, String)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT DISTINCT object, object_id, action FROM changes
                 WHERE account_id = $1 AND revision > $2 AND revision <= $3",
            )
            .bind(account.0)
            .bind(since.cast_signed())
            .bind(revision.cast_signed())
            .fetch_all(executor)
            .await?
        );
        let user = Object::User.code();
        let (people, others): (Vec<_>, Vec<_>) = changed
            .into_iter()
            .filter(|(object, ..)| !is_elsewhere(object))
            .partition(|(object, ..)| object == user);
        let of_access = [Object::Role.code(), Object::RoleAssignment.code()];
        let (access, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|(object, ..)| of_access.contains(&object.as_str()));
        let reorders =
            |object: &str, action: &str| object == Object::CustomField.code() && action != Action::Add.code();
        Ok(Changes {
            revision,
            somebody_was_deleted: people.iter().any(|(.., action)| action == Action::Delete.code()),
            people: people.into_iter().map(|(_, id, _)| UserId(id)).collect(),
            access: !access.is_empty(),
            organisation: !others.is_empty(),
            fields: others.iter().any(|(object, _, action)| reorders(object, action)),
        })
    }

    /// `directory` after `changes`, and after whatever was committed meanwhile: rows are read over several connections,
    /// and only when nothing was committed between them are they one state. Under writes without a pause this gives
    /// up after a few turns; then people are newer than the revision says, and the next refresh reads them once more.
    pub(crate) async fn take_up(&self, directory: Directory, changes: &Changes) -> StoreResult<Directory> {
        const TURNS: usize = 4;
        let account = directory.account().id;
        let mut next = self.take_up_once(directory, changes).await?;
        for _ in 0..TURNS {
            let changes = self.changes_since(account, next.revision()).await?;
            if changes.revision == next.revision() {
                break;
            }
            next = self.take_up_once(next, &changes).await?;
        }
        Ok(next)
    }

    async fn take_up_once(&self, directory: Directory, changes: &Changes) -> StoreResult<Directory> {
        let account = directory.account().id;
        let mut next = directory;
        if changes.organisation {
            let (definition, org) = (self.account(account).await?, self.load_org(account).await?);
            next = next.with_org(definition, org, changes.revision);
        }
        if changes.access {
            let access = self.load_access(account, next.account().settings).await?;
            next = next.with_access(access, changes.revision);
        }
        let mut people = Vec::with_capacity(changes.people.len());
        for whom in changes.readings() {
            let found = self.load_people(account, next.org(), &whom).await?;
            let mut gone: BTreeSet<UserId> = match whom {
                Whom::Range(first, last) => changes.people.range(first..=last).copied().collect(),
                Whom::Among(users) => users.into_iter().collect(),
            };
            for person in found {
                if gone.remove(&person.user.id) {
                    people.push(PersonChange::Put(Box::new(person.person(next.as_of()))));
                }
            }
            people.extend(gone.into_iter().map(PersonChange::Removed));
        }
        Ok(next.with_changes(people, changes.revision))
    }
}

/// Whether a directory says nothing of objects of this kind itself: records are read with their users, of whom the log
/// says that they changed too.
fn is_elsewhere(object: &str) -> bool {
    Object::from_code(object).is_some_and(|object| object.is_record() || object == Object::WebHook)
}

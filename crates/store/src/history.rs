//! People at another moment than now, from all their records.

use std::collections::BTreeMap;

use folkmoot_core::{
    AccountId, AssignmentRecordId, EmployeeRecordId, EmploymentStatus, Moment, OnRoster, Org, PersonHistory,
    Record, Roster, Superseded, Text, UserId,
};
use futures_util::TryStreamExt;

use crate::db::each_backend;
use crate::load::Whom;
use crate::{Store, StoreResult, rows};

/// What lists tell of somebody's name, row by row.
const NAMES: &str = "SELECT user_id, id, effective_date, created, first_name, last_name FROM employee_records
     WHERE account_id = $1 ORDER BY user_id, effective_date, id";
/// Whether people are there, row by row.
const STATUSES: &str = "SELECT user_id, id, effective_date, created, status FROM assignment_records
     WHERE account_id = $1 ORDER BY user_id, effective_date, id";

/// Versions of names that are not believed any more.
const SUPERSEDED_NAMES: &str =
    "SELECT user_id, record_id, effective_date, created, since, until, first_name, last_name
     FROM superseded_employee_records WHERE account_id = $1 AND since <= $2";
/// Versions of whether people are there that are not believed any more.
const SUPERSEDED_STATUSES: &str = "SELECT user_id, record_id, effective_date, created, since, until, status
     FROM superseded_assignment_records WHERE account_id = $1 AND since <= $2";

/// A first and a last name.
type Name = (Text, Text);

impl Store {
    /// Somebody with the records that were believed at the moment, each kind in order of effect; `None` when there is
    /// nobody. `org` says in which order values of custom fields are shown.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn person_at(
        &self,
        account: AccountId,
        user: UserId,
        org: &Org,
        moment: Moment,
    ) -> StoreResult<Option<PersonHistory>> {
        let Some(mut history) = self.load_people(account, org, &Whom::one(user)).await?.pop() else {
            return Ok(None);
        };
        self.as_believed(account, &mut history, moment).await?;
        Ok(Some(history))
    }

    /// Everybody who was there at the moment. Read as a stream: past records are let go of one by one.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn roster(&self, account: AccountId, moment: Moment) -> StoreResult<Roster> {
        // One view: what is corrected meanwhile is not to be missing in both of what there is and what there was.
        let mut view = self.db.snapshot().await?;
        let mut names = Sweep::<Name>::new(moment);
        let mut statuses = Sweep::<EmploymentStatus>::new(moment);
        if let Some(at) = moment.known_at {
            // Corrections are few beside what there is.
            let at = at.as_microsecond();
            each_backend!(in &mut view, executor => {
                let mut rows = sqlx::query_as::<_, (i64, i64, String, i64, i64, i64, String, String)>(SUPERSEDED_NAMES)
                    .bind(account.0)
                    .bind(at)
                    .fetch(executor);
                while let Some((user, id, from, created, since, until, first, last)) = rows.try_next().await? {
                    let record = row(id, &from, created, (first.into(), last.into()))?;
                    names.supersede(UserId(user), version(record, since, until)?);
                }
            });
            each_backend!(in &mut view, executor => {
                let mut rows = sqlx::query_as::<_, (i64, i64, String, i64, i64, i64, i64)>(SUPERSEDED_STATUSES)
                    .bind(account.0)
                    .bind(at)
                    .fetch(executor);
                while let Some((user, id, from, created, since, until, status)) = rows.try_next().await? {
                    let record = row(id, &from, created, employed(status, id)?)?;
                    statuses.supersede(UserId(user), version(record, since, until)?);
                }
            });
        }
        each_backend!(in &mut view, executor => {
            let mut rows = sqlx::query_as::<_, (i64, i64, String, i64, String, String)>(NAMES)
                .bind(account.0)
                .fetch(executor);
            while let Some((user, id, from, created, first, last)) = rows.try_next().await? {
                names.add(UserId(user), row(id, &from, created, (first.into(), last.into()))?);
            }
        });
        each_backend!(in &mut view, executor => {
            let mut rows = sqlx::query_as::<_, (i64, i64, String, i64, i64)>(STATUSES)
                .bind(account.0)
                .fetch(executor);
            while let Some((user, id, from, created, status)) = rows.try_next().await? {
                statuses.add(UserId(user), row(id, &from, created, employed(status, id)?)?);
            }
        });
        Ok(merged(names.finish(), statuses.finish()))
    }
}

fn row<T>(id: i64, from: &str, created: i64, data: T) -> StoreResult<Record<T>> {
    let created = rows::moment(created)?;
    Ok(Record { id, effective_date: rows::day(from)?, created, modified: created, data })
}

fn version<T>(record: Record<T>, since: i64, until: i64) -> StoreResult<Superseded<T>> {
    Ok(Superseded { record, since: rows::moment(since)?, until: rows::moment(until)? })
}

fn employed(status: i64, record: i64) -> StoreResult<EmploymentStatus> {
    rows::known("status in assignment record", record, EmploymentStatus::from_number(status))
}

/// Goes through records in order of their users, and keeps of each the one in force.
struct Sweep<T> {
    moment: Moment,
    user: Option<UserId>,
    records: Vec<Record<T>>,
    /// What was superseded, of those who have not been come to yet.
    superseded: BTreeMap<UserId, Vec<Superseded<T>>>,
    found: Vec<(UserId, Record<T>)>,
}

impl<T: Clone> Sweep<T> {
    fn new(moment: Moment) -> Sweep<T> {
        let (records, superseded, found) = (Vec::new(), BTreeMap::new(), Vec::new());
        Sweep { moment, user: None, records, superseded, found }
    }

    /// Notes a version; all of them come before the records.
    fn supersede(&mut self, user: UserId, version: Superseded<T>) {
        self.superseded.entry(user).or_default().push(version);
    }

    fn add(&mut self, user: UserId, record: Record<T>) {
        if self.user != Some(user) {
            self.settle();
            self.user = Some(user);
        }
        self.records.push(record);
    }

    fn settle(&mut self) {
        let Some(user) = self.user.take() else { return };
        let superseded = self.superseded.remove(&user).unwrap_or_default();
        let records = self.moment.believed(std::mem::take(&mut self.records), superseded);
        if let Some(record) = self.moment.in_force(&records) {
            self.found.push((user, record.clone()));
        }
    }

    fn finish(mut self) -> Vec<(UserId, Record<T>)> {
        self.settle();
        // Of whom every record was withdrawn.
        while let Some((user, _)) = self.superseded.first_key_value() {
            self.user = Some(*user);
            self.settle();
        }
        self.found.sort_by_key(|(user, _)| *user);
        self.found
    }
}

/// Everybody of whom there is either, both being in order of users.
fn merged(names: Vec<(UserId, Record<Name>)>, statuses: Vec<(UserId, Record<EmploymentStatus>)>) -> Roster {
    let mut people = Vec::with_capacity(names.len().max(statuses.len()));
    let mut statuses = statuses.into_iter().peekable();
    let person = |user, name: Option<Record<Name>>, status: Option<Record<EmploymentStatus>>| {
        let employee = name.as_ref().map(|record| EmployeeRecordId(record.id));
        let (first_name, last_name) = name.map(|record| record.data).unwrap_or_default();
        OnRoster {
            user,
            employee,
            first_name,
            last_name,
            assignment: status.as_ref().map(|record| AssignmentRecordId(record.id)),
            status: status.map_or(EmploymentStatus::Active, |record| record.data),
        }
    };
    for (user, name) in names {
        while let Some((other, status)) = statuses.next_if(|(other, _)| *other < user) {
            people.push(person(other, None, Some(status)));
        }
        let status = statuses.next_if(|(other, _)| *other == user).map(|(_, status)| status);
        people.push(person(user, Some(name), status));
    }
    people.extend(statuses.map(|(user, status)| person(user, None, Some(status))));
    Roster::new(people)
}

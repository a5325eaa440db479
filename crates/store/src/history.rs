//! People at another moment than now, from all their records.

use folkmoot_core::{
    AccountId, AssignmentRecordId, EmployeeRecordId, EmploymentStatus, Moment, OnRoster, Org, PersonHistory,
    Record, Roster, Text, UserId,
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

/// A first and a last name.
type Name = (Text, Text);

impl Store {
    /// Somebody with the records that had been written by the moment, each kind in order of effect; `None` when there is
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
        history.employee = moment.believed(history.employee);
        history.assignment = moment.believed(history.assignment);
        history.work_hours = moment.believed(history.work_hours);
        Ok(Some(history))
    }

    /// Everybody who was there at the moment. Read as a stream: past records are let go of one by one.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn roster(&self, account: AccountId, moment: Moment) -> StoreResult<Roster> {
        let mut names = Sweep::<Name>::new(moment);
        each_backend!(read &self.db, executor => {
            let mut rows = sqlx::query_as::<_, (i64, i64, String, i64, String, String)>(NAMES)
                .bind(account.0)
                .fetch(executor);
            while let Some((user, id, from, created, first, last)) = rows.try_next().await? {
                names.add(UserId(user), row(id, &from, created, (first.into(), last.into()))?);
            }
        });
        let mut statuses = Sweep::<EmploymentStatus>::new(moment);
        each_backend!(read &self.db, executor => {
            let mut rows = sqlx::query_as::<_, (i64, i64, String, i64, i64)>(STATUSES)
                .bind(account.0)
                .fetch(executor);
            while let Some((user, id, from, created, status)) = rows.try_next().await? {
                let status = EmploymentStatus::from_number(status);
                let status = rows::known("status in assignment record", id, status)?;
                statuses.add(UserId(user), row(id, &from, created, status)?);
            }
        });
        Ok(merged(names.finish(), statuses.finish()))
    }
}

fn row<T>(id: i64, from: &str, created: i64, data: T) -> StoreResult<Record<T>> {
    let created = rows::moment(created)?;
    Ok(Record { id, effective_date: rows::day(from)?, created, modified: created, data })
}

/// Goes through records in order of their users, and keeps of each the one in force.
struct Sweep<T> {
    moment: Moment,
    user: Option<UserId>,
    records: Vec<Record<T>>,
    found: Vec<(UserId, Record<T>)>,
}

impl<T: Clone> Sweep<T> {
    fn new(moment: Moment) -> Sweep<T> {
        Sweep { moment, user: None, records: Vec::new(), found: Vec::new() }
    }

    fn add(&mut self, user: UserId, record: Record<T>) {
        if self.user != Some(user) {
            self.settle();
            self.user = Some(user);
        }
        self.records.push(record);
    }

    fn settle(&mut self) {
        let records = self.moment.believed(std::mem::take(&mut self.records));
        if let (Some(user), Some(record)) = (self.user, self.moment.in_force(&records)) {
            self.found.push((user, record.clone()));
        }
    }

    fn finish(mut self) -> Vec<(UserId, Record<T>)> {
        self.settle();
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

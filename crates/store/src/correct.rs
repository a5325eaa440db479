//! Correcting and withdrawing dated records (`users.md`, History): an act of its own, which says why. What a record said is
//! kept with the time for which it was believed, so that nothing is written over.

use folkmoot_core::{
    AccountId, Action, AssignmentRecord, EmployeeRecord, JobData, Moment, Object, PersonHistory,
    PersonalData, Record, Superseded, UserId,
};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::change_people::Owned;
use crate::db::each_backend;
use crate::load::read_all;
use crate::table::{Cell, Table, cells};
use crate::write_people::{assignment_row, employee_row};
use crate::{PersonAddition, Store, StoreError, StoreResult, Tx, rows, tables};

/// What becomes of a record.
#[derive(Clone, Debug)]
pub enum Correction<'a> {
    /// Of personal data.
    Employee {
        /// The record as this transaction has it.
        before: &'a EmployeeRecord,
        /// What it is to be, if it is not withdrawn; when it was written, and corrected, is for the store to say.
        after: Option<EmployeeRecord>,
    },
    /// Of job data.
    Assignment {
        /// The record as this transaction has it.
        before: &'a AssignmentRecord,
        /// What it is to be, if it is not withdrawn; when it was written, and corrected, is for the store to say.
        after: Option<AssignmentRecord>,
    },
}

/// Records of one kind, and where they and their versions are kept.
struct Kind<T> {
    object: Object,
    table: &'static Table,
    superseded: &'static Table,
    row: for<'r> fn(AccountId, UserId, &'r Record<T>) -> Vec<Cell<'r>>,
    told: Told<T>,
}

type Version<'a, T> = Owned<'a, Record<T>>;
/// What the change log may say of a record before it was corrected, and after that.
type Told<T> = fn(&Version<'_, T>, Option<&Version<'_, T>>) -> (Value, Option<Value>);

const EMPLOYEE: Kind<PersonalData> = Kind {
    object: Object::EmployeeRecord,
    table: &tables::EMPLOYEE_RECORDS,
    superseded: &tables::SUPERSEDED_EMPLOYEE_RECORDS,
    row: employee_row,
    told: without_government_id,
};

const ASSIGNMENT: Kind<JobData> = Kind {
    object: Object::AssignmentRecord,
    table: &tables::ASSIGNMENT_RECORDS,
    superseded: &tables::SUPERSEDED_ASSIGNMENT_RECORDS,
    row: assignment_row,
    told: |before, after| (value(before), after.map(value)),
};

impl Tx<'_> {
    /// Corrects or withdraws one of `user`'s records, for this reason. What it said goes to where superseded versions are,
    /// as what was believed until now.
    ///
    /// # Errors
    /// [`StoreError::NoUser`]; when the database fails, or refuses what refers to nothing.
    pub async fn correct_record(
        &mut self,
        user: UserId,
        correction: Correction<'_>,
        reason: &str,
    ) -> StoreResult<()> {
        match correction {
            Correction::Employee { before, after } => {
                self.supersede(&EMPLOYEE, user, before, after, reason).await
            }
            Correction::Assignment { before, after } => {
                self.supersede(&ASSIGNMENT, user, before, after, reason).await
            }
        }
    }

    async fn supersede<T: Sync + Serialize>(
        &mut self,
        kind: &Kind<T>,
        user: UserId,
        before: &Record<T>,
        after: Option<Record<T>>,
        reason: &str,
    ) -> StoreResult<()> {
        let account = self.account;
        let owner = self.user(user).await?.ok_or(StoreError::NoUser)?;
        let since = self.believed_since(kind, before).await?;
        // A clock that was set back does not make it end before it began.
        let until = self.now.max(since);
        let row = (kind.row)(account, user, before);
        let mut version = cells![
            account.0,
            self.next_revision(),
            since.as_microsecond(),
            until.as_microsecond(),
            self.actor_id(),
        ];
        version.extend(row.iter().skip(1).cloned());
        self.insert(kind.superseded, &[version]).await?;
        let after = after.map(|after| Record { created: before.created, modified: until, ..after });
        match &after {
            Some(after) => self.update(kind.table, &row, &(kind.row)(account, user, after)).await?,
            None => self.withdraw(kind.table, before.id).await?,
        }
        let is = after.as_ref().map(|after| Owned::new(user, after));
        let (was, is) = (kind.told)(&Owned::new(user, before), is.as_ref());
        let action = if is.is_some() { Action::Edit } else { Action::Delete };
        let mut is = is.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        is["reason"] = reason.into();
        self.log(kind.object, before.id, action, Some(was.to_string()), Some(is.to_string()));
        // The user's entry comes last, as in every change of somebody.
        self.change_person(&owner, owner.clone(), &PersonAddition::default(), |_| true).await
    }

    /// Since when what `record` says has been believed.
    async fn believed_since<T>(&mut self, kind: &Kind<T>, record: &Record<T>) -> StoreResult<Timestamp> {
        let account = self.account.0;
        let table = kind.superseded.name;
        let query = format!("SELECT MAX(until) FROM {table} WHERE account_id = $1 AND record_id = $2");
        let last: Option<i64> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_scalar(AssertSqlSafe(query)).bind(account).bind(record.id).fetch_one(executor).await?
        );
        last.map_or(Ok(record.created), rows::moment)
    }

    async fn withdraw(&mut self, table: &'static Table, id: i64) -> StoreResult<()> {
        let account = self.account.0;
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query(table.delete_one).bind(account).bind(id).execute(executor).await?.rows_affected()
        );
        Ok(())
    }
}

impl Store {
    /// Leaves of somebody's records those that were believed at the moment, as they were then, each kind in order of effect.
    pub(crate) async fn as_believed(
        &self,
        account: AccountId,
        history: &mut PersonHistory,
        moment: Moment,
    ) -> StoreResult<()> {
        let id = history.user.id.0;
        let (mut employee, mut assignment) = (Vec::new(), Vec::new());
        // What is believed now is what there is.
        if moment.known_at.is_some() {
            employee = read_all!(
                &self.db,
                rows::SUPERSEDED_EMPLOYEE_RECORD,
                [account.0, id, id],
                rows::superseded_employee_record
            );
            assignment = read_all!(
                &self.db,
                rows::SUPERSEDED_ASSIGNMENT_RECORD,
                [account.0, id, id],
                rows::superseded_assignment_record
            );
        }
        history.employee = moment.believed(std::mem::take(&mut history.employee), versions(employee));
        history.assignment = moment.believed(std::mem::take(&mut history.assignment), versions(assignment));
        history.work_hours = moment.believed(std::mem::take(&mut history.work_hours), Vec::new());
        Ok(())
    }

    /// The employee record with this number as it was when it was withdrawn, and whose it was.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn withdrawn_employee_record(
        &self,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<(UserId, EmployeeRecord)>> {
        let Some(user) = self.owner_of_versions(&EMPLOYEE, account, id).await? else { return Ok(None) };
        let query = rows::SUPERSEDED_EMPLOYEE_RECORD;
        let found = read_all!(&self.db, query, [account.0, user, user], rows::superseded_employee_record);
        Ok(last_version(found, id))
    }

    /// The assignment record with this number as it was when it was withdrawn, and whose it was.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn withdrawn_assignment_record(
        &self,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<(UserId, AssignmentRecord)>> {
        let Some(user) = self.owner_of_versions(&ASSIGNMENT, account, id).await? else { return Ok(None) };
        let query = rows::SUPERSEDED_ASSIGNMENT_RECORD;
        let found = read_all!(&self.db, query, [account.0, user, user], rows::superseded_assignment_record);
        Ok(last_version(found, id))
    }

    async fn owner_of_versions<T>(
        &self,
        kind: &Kind<T>,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<i64>> {
        let table = kind.superseded.name;
        let query = format!(
            "SELECT user_id FROM {table} WHERE account_id = $1 AND record_id = $2 ORDER BY id LIMIT 1"
        );
        Ok(each_backend!(read &self.db, executor =>
            sqlx::query_scalar(AssertSqlSafe(query)).bind(account.0).bind(id).fetch_optional(executor).await?
        ))
    }
}

fn versions<T>(found: Vec<(UserId, Superseded<T>)>) -> Vec<Superseded<T>> {
    found.into_iter().map(|(_, version)| version).collect()
}

fn last_version<T>(found: Vec<(UserId, Superseded<T>)>, id: i64) -> Option<(UserId, Record<T>)> {
    let of_record = found.into_iter().rfind(|(_, version)| version.record.id == id);
    of_record.map(|(user, version)| (user, version.record))
}

fn value<T: Serialize>(owned: &Version<'_, T>) -> Value {
    serde_json::to_value(owned).unwrap_or_default()
}

/// The number itself is not for the log; whether it was corrected is.
fn without_government_id(
    before: &Version<'_, PersonalData>,
    after: Option<&Version<'_, PersonalData>>,
) -> (Value, Option<Value>) {
    let number = |owned: &Version<'_, PersonalData>| owned.record.data.government_id.clone();
    let told = |owned, number: Value| {
        let mut told = value(owned);
        told["data"]["government_id"] = number;
        told
    };
    let corrected = after.is_some_and(|after| number(after) != number(before));
    let now = if corrected { "corrected".into() } else { Value::Null };
    (told(before, Value::Null), after.map(|after| told(after, now)))
}

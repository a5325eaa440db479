//! Changing people: what they are in this transaction, and what is added to it.

use folkmoot_core::{
    Action, AssignmentRecord, CustomFieldId, CustomFieldRecord, CustomFieldRecordId, EmployeeRecord, Group,
    LeaveQuota, Object, PayrollUser, PersonHistory, StandardRole, User, UserId, WorkHourRecord,
};
use futures_util::TryStreamExt;
use serde::Serialize;

use crate::accounts::json;
use crate::db::each_backend;
use crate::effects::PersonEffect;
use crate::keys::Purpose;
use crate::load::all_rows;
use crate::rows::{self, StoredCustomFieldRecord};
use crate::table::cells;
use crate::write_people::{assignment_row, employee_row, user_row, work_hours_row};
use crate::{StoreError, StoreResult, Tx, tables};

/// What is added to somebody in one change.
#[derive(Clone, Debug, Default)]
pub struct PersonAddition {
    /// New employee records.
    pub employee: Vec<EmployeeRecord>,
    /// New assignment records.
    pub assignment: Vec<AssignmentRecord>,
    /// New work hour records.
    pub work_hours: Vec<WorkHourRecord>,
    /// Values of custom fields, new or in the place of those with the same number.
    pub custom_fields: Vec<CustomFieldRecord>,
    /// Values of custom fields that are no more.
    pub custom_fields_removed: Vec<CustomFieldRecordId>,
    /// What payroll providers call them, new or in the place of what there was; nothing where it is empty.
    pub payroll: Vec<PayrollUser>,
    /// How much leave they get, new or in the place of what there was; nothing of their own where neither is said.
    pub leave_quotas: Vec<LeaveQuota>,
}

impl PersonAddition {
    /// Whether nothing is added.
    pub fn is_empty(&self) -> bool {
        self.employee.is_empty()
            && self.assignment.is_empty()
            && self.work_hours.is_empty()
            && self.custom_fields.is_empty()
            && self.custom_fields_removed.is_empty()
            && self.payroll.is_empty()
            && self.leave_quotas.is_empty()
    }
}

/// The parts of somebody that a change needs to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Employee records.
    pub employee: bool,
    /// Assignment records.
    pub assignment: bool,
    /// Work hour records.
    pub work_hours: bool,
    /// Values of custom fields.
    pub custom_fields: bool,
}

/// All rows of one user in this transaction.
macro_rules! rows_of {
    ($tx:expr, $user:expr, $query:expr, $reader:path) => {{
        let account = $tx.account.0;
        each_backend!(in &mut $tx.transaction, executor => {
            let query = sqlx::query($query).bind(account).bind($user.0).bind($user.0);
            all_rows!(query, executor, |row| $reader(row).map(|(_, value)| value))
        })
    }};
}

impl Tx<'_> {
    /// Somebody as this transaction has them, those parts that are asked for; `None` when there is nobody.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn person(&mut self, id: UserId, parts: Parts) -> StoreResult<Option<PersonHistory>> {
        let Some(user) = self.user(id).await? else { return Ok(None) };
        let mut history = PersonHistory {
            user,
            employee: Vec::new(),
            assignment: Vec::new(),
            work_hours: Vec::new(),
            custom_field_records: Vec::new(),
            leave_usages: Vec::new(),
        };
        if parts.employee {
            history.employee = rows_of!(self, id, rows::EMPLOYEE_RECORD, rows::employee_record);
        }
        if parts.assignment {
            history.assignment = rows_of!(self, id, rows::ASSIGNMENT_RECORD, rows::assignment_record);
        }
        if parts.work_hours {
            history.work_hours = rows_of!(self, id, rows::WORK_HOUR_RECORD, rows::work_hour_record);
        }
        if parts.custom_fields {
            let stored: Vec<StoredCustomFieldRecord> =
                rows_of!(self, id, rows::CUSTOM_FIELD_RECORD, rows::custom_field_record);
            for record in stored {
                history.custom_field_records.push(self.store.open_custom_field(self.account, record).await?);
            }
        }
        Ok(Some(history))
    }

    /// Who administers the account, by assignment or by group; those included who have no access.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn administrators(&mut self) -> StoreResult<Vec<UserId>> {
        self.flush_deferred().await?;
        let account = self.account.0;
        let found: Vec<i64> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_scalar(
                "SELECT u.id FROM users u WHERE u.account_id = $1 AND (EXISTS (
                     SELECT 1 FROM role_assignments a
                     JOIN roles r ON r.account_id = a.account_id AND r.id = a.role_id
                     WHERE a.account_id = u.account_id AND a.user_id = u.id AND r.standard = $2
                 ) OR (u.group_id = $3 AND NOT EXISTS (
                     SELECT 1 FROM role_assignments a WHERE a.account_id = u.account_id AND a.user_id = u.id
                 ))) ORDER BY u.id",
            )
            .bind(account)
            .bind(StandardRole::SystemAdministrator.code())
            .bind(Group::Administrators.number())
            .fetch_all(executor)
            .await?
        );
        Ok(found.into_iter().map(UserId).collect())
    }

    /// Whether somebody but `except` has this username or e-mail address, folded, as either of the two.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_identifier_taken(&mut self, folded: &str, except: UserId) -> StoreResult<bool> {
        self.flush_deferred().await?;
        let account = self.account.0;
        let others: i64 = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM users
                 WHERE account_id = $1 AND (username_folded = $2 OR email_folded = $2) AND id <> $3",
            )
            .bind(account)
            .bind(folded)
            .bind(except.0)
            .fetch_one(executor)
            .await?
        );
        Ok(others > 0)
    }

    /// Changes somebody: their user from `before` to `after`, and adds `addition`. `is_encrypted` tells which custom
    /// fields' values are sealed.
    ///
    /// # Errors
    /// When the database fails, or refuses what refers to nothing.
    pub async fn change_person(
        &mut self,
        before: &User,
        mut after: User,
        addition: &PersonAddition,
        is_encrypted: impl Fn(CustomFieldId) -> bool,
    ) -> StoreResult<()> {
        let (account, id) = (self.account, before.id);
        after.modified = self.now;
        self.defer_update(&tables::USERS, user_row(account, before), user_row(account, &after)).await?;
        let logged = self.logged();
        if !addition.employee.is_empty() {
            let rows: Vec<_> =
                addition.employee.iter().map(|record| employee_row(account, id, record)).collect();
            self.insert(&tables::EMPLOYEE_RECORDS, &rows).await?;
        }
        if !addition.assignment.is_empty() {
            let rows: Vec<_> =
                addition.assignment.iter().map(|record| assignment_row(account, id, record)).collect();
            self.insert(&tables::ASSIGNMENT_RECORDS, &rows).await?;
        }
        if !addition.work_hours.is_empty() {
            let rows: Vec<_> =
                addition.work_hours.iter().map(|record| work_hours_row(account, id, record)).collect();
            self.insert(&tables::WORK_HOUR_RECORDS, &rows).await?;
        }
        for record in &addition.custom_fields {
            let sealed = is_encrypted(record.field).then(|| {
                let content = record.content.as_bytes();
                self.store.keys.seal(Purpose::CustomField, account, content).0.into_vec()
            });
            let clear = sealed.is_none().then_some(record.content.as_str());
            let row = cells![account.0, record.id.0, id.0, record.field.0, clear, sealed];
            self.replace(&tables::CUSTOM_FIELD_RECORDS, row).await?;
        }
        for record in &addition.custom_fields_removed {
            let (account, record) = (account.0, record.0);
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query("DELETE FROM custom_field_records WHERE account_id = $1 AND id = $2 AND user_id = $3")
                    .bind(account)
                    .bind(record)
                    .bind(id.0)
                    .execute(executor)
                    .await?
                    .rows_affected()
            );
        }
        self.write_payroll(id, &addition.payroll).await?;
        self.write_leave_quotas(id, &addition.leave_quotas).await?;
        self.log_change(before, &after, addition, is_encrypted);
        // Values of custom fields are in an order that is for the organisation to say.
        if addition.custom_fields.is_empty() && addition.custom_fields_removed.is_empty() {
            self.note_effect(logged, PersonEffect { user: after, added: addition.clone() });
        }
        Ok(())
    }

    /// Each record that is added is an entry of its own, and the user's comes last: whoever follows the log finds the
    /// whole change when they find that.
    fn log_change(
        &mut self,
        before: &User,
        after: &User,
        addition: &PersonAddition,
        is_encrypted: impl Fn(CustomFieldId) -> bool,
    ) {
        let id = before.id;
        for record in &addition.employee {
            let mut record = record.clone();
            record.data.government_id = None;
            self.log(
                Object::EmployeeRecord,
                record.id,
                Action::Add,
                None,
                Some(json(&Owned::new(id, &record))),
            );
        }
        for record in &addition.assignment {
            self.log(
                Object::AssignmentRecord,
                record.id,
                Action::Add,
                None,
                Some(json(&Owned::new(id, record))),
            );
        }
        for record in &addition.work_hours {
            self.log(
                Object::WorkHourRecord,
                record.id,
                Action::Add,
                None,
                Some(json(&Owned::new(id, record))),
            );
        }
        let (mut was, mut is) = (fields_of(before), fields_of(after));
        let same: Vec<String> = was.keys().filter(|key| was.get(*key) == is.get(*key)).cloned().collect();
        for key in same {
            was.remove(&key);
            is.remove(&key);
        }
        let values: Vec<_> =
            addition.custom_fields.iter().filter(|record| !is_encrypted(record.field)).collect();
        if !values.is_empty() {
            is.insert("custom_field_records".to_owned(), serde_json::json!(values));
        }
        if !addition.custom_fields_removed.is_empty() {
            is.insert(
                "custom_field_records_removed".to_owned(),
                serde_json::json!(addition.custom_fields_removed),
            );
        }
        if !addition.payroll.is_empty() {
            is.insert("payroll_users".to_owned(), serde_json::json!(addition.payroll));
        }
        if !addition.leave_quotas.is_empty() {
            is.insert("leave_quotas".to_owned(), serde_json::json!(addition.leave_quotas));
        }
        self.log(Object::User, id.0, Action::Edit, Some(json(&was)), Some(json(&is)));
    }

    /// Deletes somebody with their profile and history. Those who reported to them have no manager until they get
    /// another. The change log keeps that they were deleted, by whom and when.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn delete_person(&mut self, id: UserId) -> StoreResult<User> {
        let user = self.user(id).await?.ok_or(StoreError::NoUser)?;
        let account = self.account.0;
        for statement in OF_A_USER {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query(statement).bind(account).bind(id.0).execute(executor).await?.rows_affected()
            );
        }
        let what = serde_json::json!({ "username": user.username });
        self.log(Object::User, id.0, Action::Delete, Some(what.to_string()), None);
        Ok(user)
    }
}

/// What has no meaning without its user, and the user.
const OF_A_USER: [&str; 16] = [
    "DELETE FROM invitations WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM mobile_devices WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM changes_once WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM key_uses WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM leave_quotas WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM payroll_users WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM accepted_invites WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM leave_usages WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM custom_field_records WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM work_hour_records WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM superseded_assignment_records WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM superseded_employee_records WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM assignment_records WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM employee_records WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM role_assignments WHERE account_id = $1 AND user_id = $2",
    "DELETE FROM users WHERE account_id = $1 AND id = $2",
];

/// A record, and whose it is.
#[derive(Serialize)]
pub(crate) struct Owned<'a, T> {
    user_id: UserId,
    #[serde(flatten)]
    pub(crate) record: &'a T,
}

impl<'a, T> Owned<'a, T> {
    pub(crate) fn new(user_id: UserId, record: &'a T) -> Self {
        Owned { user_id, record }
    }
}

/// What the log may say of a user.
fn fields_of(user: &User) -> serde_json::Map<String, serde_json::Value> {
    let mut user = user.clone();
    user.password_hash = None;
    user.api_key_hash = None;
    user.api_key = None;
    match serde_json::to_value(&user) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}

//! Every row is read as loading reads it; what is sealed is opened.

use std::collections::BTreeMap;

use folkmoot_core::{AccountId, CustomFieldId, EmployeeRecord, Superseded, User, fold_identifier};
use futures_util::TryStreamExt;
use sqlx::Row;

use super::Checking;
use crate::db::each_backend;
use crate::keys::Purpose;
use crate::rows::{self, StoredCustomFieldRecord};
use crate::{Finding, StoreError, StoreResult, load, roles};

/// Reads all rows that `$query` finds. `$id` is the position of the column that names a row; `$check` says what is
/// wrong with a value, if anything.
macro_rules! every_row {
    ($checking:expr, $account:expr, $table:literal, $query:expr, [$($bind:expr),*], $id:literal, $reader:path,
     |$value:ident| $check:expr) => {{
        let read: StoreResult<()> = async {
            each_backend!(in &mut $checking.snapshot, executor => {
                let mut rows = sqlx::query($query).bind($account.0)$(.bind($bind))*.fetch(executor);
                while let Some(row) = rows.try_next().await? {
                    $checking.report.rows += 1;
                    $checking.steps.step();
                    let id: i64 = row.try_get($id).unwrap_or_default();
                    let wrong: Result<(), String> = match $reader(&row) {
                        Ok($value) => $check,
                        Err(error) => Err(error.to_string()),
                    };
                    if let Err(what) = wrong {
                        $checking.report.findings.push(Finding::row($account.0, $table, id, what));
                    }
                }
            });
            Ok(())
        }
        .await;
        if let Err(error) = read {
            $checking.cannot_read(Some($account), $table, error).await;
        }
    }};
}

const FOLDED: &str =
    "SELECT id, username, username_folded, email, email_folded FROM users WHERE account_id = $1 ORDER BY id";

impl Checking<'_> {
    pub(super) async fn rows(&mut self, account: AccountId) {
        let (first, last) = (i64::MIN, i64::MAX);
        every_row!(self, account, "jobs", load::JOBS, [], 0, rows::job, |_job| Ok(()));
        every_row!(self, account, "departments", load::DEPARTMENTS, [], 0, rows::department, |_row| Ok(()));
        every_row!(self, account, "locations", load::LOCATIONS, [], 0, rows::location, |_row| Ok(()));
        every_row!(
            self,
            account,
            "employee_classes",
            load::EMPLOYEE_CLASSES,
            [],
            0,
            rows::employee_class,
            |_row| Ok(())
        );
        every_row!(self, account, "leave_types", load::LEAVE_TYPES, [], 0, rows::leave_type, |_row| Ok(()));
        every_row!(self, account, "event_types", load::EVENT_TYPES, [], 0, rows::event_type, |_row| Ok(()));
        every_row!(
            self,
            account,
            "company_values",
            load::COMPANY_VALUES,
            [],
            0,
            rows::company_value,
            |_row| Ok(())
        );
        every_row!(self, account, "badges", load::BADGES, [], 0, rows::badge, |_row| Ok(()));
        every_row!(self, account, "roles", roles::ROLES, [], 0, rows::role, |_row| Ok(()));
        every_row!(
            self,
            account,
            "role_assignments",
            roles::ROLE_ASSIGNMENTS,
            [],
            0,
            rows::role_assignment,
            |_row| Ok(())
        );
        let mut encrypted: BTreeMap<CustomFieldId, bool> = BTreeMap::new();
        every_row!(self, account, "custom_fields", load::CUSTOM_FIELDS, [], 0, rows::custom_field, |field| {
            encrypted.insert(field.id, field.encrypted);
            Ok(())
        });
        every_row!(self, account, "users", rows::USER, [first, last], 0, rows::user, |user| {
            if let Some(picture) = user.picture {
                self.pictures.entry((account, picture)).or_insert(user.id);
            }
            self.report.sealed_values += u64::from(user.api_key.is_some());
            check_key(self.store, account, &user)
        });
        every_row!(self, account, "users", FOLDED, [], 0, folded, |right| {
            if right { Ok(()) } else { Err("its name or address is not found by its spelling".into()) }
        });
        every_row!(
            self,
            account,
            "employee_records",
            rows::EMPLOYEE_RECORD,
            [first, last],
            1,
            rows::employee_record,
            |owned| {
                let record: EmployeeRecord = owned.1;
                self.report.sealed_values += u64::from(record.data.government_id.is_some());
                check_government_id(self.store, account, &record)
            }
        );
        every_row!(
            self,
            account,
            "assignment_records",
            rows::ASSIGNMENT_RECORD,
            [first, last],
            1,
            rows::assignment_record,
            |_row| Ok(())
        );
        every_row!(
            self,
            account,
            "superseded_employee_records",
            rows::SUPERSEDED_EMPLOYEE_RECORD,
            [first, last],
            22,
            rows::superseded_employee_record,
            |owned| {
                self.report.sealed_values += u64::from(owned.1.record.data.government_id.is_some());
                check_superseded(&owned.1)
                    .and_then(|()| check_government_id(self.store, account, &owned.1.record))
            }
        );
        every_row!(
            self,
            account,
            "superseded_assignment_records",
            rows::SUPERSEDED_ASSIGNMENT_RECORD,
            [first, last],
            22,
            rows::superseded_assignment_record,
            |owned| check_superseded(&owned.1)
        );
        every_row!(
            self,
            account,
            "work_hour_records",
            rows::WORK_HOUR_RECORD,
            [first, last],
            1,
            rows::work_hour_record,
            |_row| Ok(())
        );
        every_row!(
            self,
            account,
            "custom_field_records",
            rows::CUSTOM_FIELD_RECORD,
            [first, last],
            1,
            rows::custom_field_record,
            |owned| {
                self.report.sealed_values += u64::from(owned.1.sealed.is_some());
                check_custom(self.store, account, &owned.1, &encrypted)
            }
        );
        every_row!(
            self,
            account,
            "leave_usages",
            rows::LEAVE_USAGE,
            [first, last],
            0,
            rows::leave_usage,
            |_row| Ok(())
        );
        every_row!(self, account, "webhooks", rows::WEBHOOKS, [], 0, rows::webhook, |stored| {
            self.report.sealed_values +=
                u64::from(stored.secure_key.is_some()) + u64::from(stored.secret.is_some());
            stored
                .secrets(&self.store.keys, account)
                .map(drop)
                .map_err(|_| "a secret of it does not open".to_owned())
        });
    }
}

fn check_key(store: &crate::Store, account: AccountId, user: &User) -> Result<(), String> {
    match (&user.api_key, &user.api_key_hash) {
        (Some(sealed), Some(hash)) => {
            let key = store.keys.open_api_key(account, sealed).map_err(|_| "its API key does not open")?;
            if store.keys.hash_api_key(account, &key) == *hash {
                Ok(())
            } else {
                Err("its API key is not the one it is found by".into())
            }
        }
        (None, None) => Ok(()),
        _ => Err("its API key is half there".into()),
    }
}

fn check_government_id(
    store: &crate::Store,
    account: AccountId,
    record: &EmployeeRecord,
) -> Result<(), String> {
    let Some(sealed) = &record.data.government_id else { return Ok(()) };
    let opened = store.keys.open_government_id(account, sealed).map(drop);
    opened.map_err(|_| "its government number does not open".to_owned())
}

fn check_superseded<T>(version: &Superseded<T>) -> Result<(), String> {
    if version.since <= version.until {
        Ok(())
    } else {
        Err("is said to have been believed until before it was believed".into())
    }
}

fn check_custom(
    store: &crate::Store,
    account: AccountId,
    record: &StoredCustomFieldRecord,
    encrypted: &BTreeMap<CustomFieldId, bool>,
) -> Result<(), String> {
    // That there is such a field is for the references to tell.
    let sealed_by_definition = encrypted.get(&record.field).copied();
    match (&record.content, &record.sealed) {
        (None, Some(sealed)) => {
            store
                .keys
                .open_text(Purpose::CustomField, account, sealed)
                .map_err(|_| "its content does not open".to_owned())?;
            if sealed_by_definition == Some(false) {
                return Err("is sealed, and its field is not encrypted".into());
            }
            Ok(())
        }
        (Some(_), None) if sealed_by_definition == Some(true) => {
            Err("is not sealed, and its field is encrypted".into())
        }
        (Some(_), None) => Ok(()),
        (None, None) => Err("is empty".into()),
        (Some(_), Some(_)) => Err("is both sealed and not".into()),
    }
}

/// Whether a user's folded identifiers are what folding makes of them.
fn folded<'r, R>(row: &'r R) -> StoreResult<bool>
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    &'r str: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let text = |column: usize| row.try_get::<&str, _>(column).map_err(StoreError::from);
    Ok(fold_identifier(text(1)?) == text(2)? && fold_identifier(text(3)?) == text(4)?)
}

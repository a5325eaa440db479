//! Every reference leads somewhere, those included that the database does not enforce.

use futures_util::TryStreamExt;

use super::Checking;
use crate::db::each_backend;
use crate::{Finding, StoreResult};

/// A table, the column that names its rows, what a column refers to, and the query for rows where it leads nowhere.
struct Reference(&'static str, &'static str, &'static str);

macro_rules! references {
    ($($table:literal [$id:literal] { $($column:literal => $target:literal),* $(,)? })*) => {
        [$($(Reference(
            $table,
            concat!("its ", $column, " is not in ", $target),
            concat!(
                "SELECT t.account_id, t.", $id, " FROM ", $table, " t LEFT JOIN ", $target,
                " o ON o.account_id = t.account_id AND o.id = t.", $column,
                " WHERE t.", $column, " IS NOT NULL AND o.id IS NULL ORDER BY 1, 2"
            ),
        ),)*)*]
    };
}

macro_rules! of_accounts {
    ($($table:literal [$id:literal]),* $(,)?) => {
        [$(Reference(
            $table,
            "its account is not there",
            concat!(
                "SELECT t.account_id, t.", $id, " FROM ", $table, " t LEFT JOIN accounts o ON o.id = t.account_id",
                " WHERE o.id IS NULL ORDER BY 1, 2"
            ),
        ),)*]
    };
}

const BETWEEN_ROWS: [Reference; 29] = references! {
    "employee_records"["id"] { "user_id" => "users" }
    "assignment_records"["id"] {
        "user_id" => "users", "manager_id" => "users", "job_id" => "jobs", "department_id" => "departments",
        "location_id" => "locations", "employee_class_id" => "employee_classes",
    }
    "superseded_employee_records"["id"] { "user_id" => "users" }
    // Not their managers: nothing is to be corrected any more in what was believed of somebody who was deleted since.
    "superseded_assignment_records"["id"] {
        "user_id" => "users", "job_id" => "jobs", "department_id" => "departments",
        "location_id" => "locations", "employee_class_id" => "employee_classes",
    }
    "work_hour_records"["id"] { "user_id" => "users" }
    "custom_field_records"["id"] { "user_id" => "users", "custom_field_id" => "custom_fields" }
    "leave_usages"["user_id"] { "user_id" => "users", "leave_type_id" => "leave_types" }
    "accepted_invites"["user_id"] { "user_id" => "users" }
    "payroll_users"["user_id"] { "user_id" => "users" }
    "leave_quotas"["user_id"] { "user_id" => "users", "leave_type_id" => "leave_types" }
    "mobile_devices"["user_id"] { "user_id" => "users" }
    "invitations"["user_id"] { "user_id" => "users" }
    "role_assignments"["id"] { "user_id" => "users", "role_id" => "roles" }
    "changes"["revision"] { "actor_id" => "users" }
    "webhook_cursors"["webhook_id"] { "webhook_id" => "webhooks" }
    "webhook_deliveries"["id"] { "webhook_id" => "webhooks" }
};

const TO_ACCOUNTS: [Reference; 14] = of_accounts!(
    "sequences"["next"],
    "changes"["revision"],
    "jobs"["id"],
    "departments"["id"],
    "locations"["id"],
    "employee_classes"["id"],
    "custom_fields"["id"],
    "leave_types"["id"],
    "event_types"["id"],
    "company_values"["id"],
    "badges"["id"],
    "users"["id"],
    "roles"["id"],
    "webhooks"["id"],
);

impl Checking<'_> {
    pub(super) async fn references(&mut self) {
        for reference in BETWEEN_ROWS.iter().chain(&TO_ACCOUNTS) {
            if let Err(error) = self.reference(reference).await {
                self.cannot_read(None, reference.0, error).await;
            }
        }
    }

    async fn reference(&mut self, Reference(table, what, query): &Reference) -> StoreResult<()> {
        let Checking { snapshot, report, .. } = self;
        each_backend!(in snapshot, executor => {
            let mut rows = sqlx::query_as::<_, (i64, i64)>(*query).fetch(executor);
            while let Some((account, id)) = rows.try_next().await? {
                report.findings.push(Finding::row(account, table, id, *what));
            }
        });
        Ok(())
    }
}

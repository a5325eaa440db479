//! Writing the organisation.

use folkmoot_core::{Action, Object, Org};

use crate::accounts::json;
use crate::db::each_backend;
use crate::{StoreResult, Tx};

impl Tx<'_> {
    /// Adds everything in `org`; the numbers must be free.
    ///
    /// # Errors
    /// When the database fails or a number is taken.
    pub async fn add_org(&mut self, org: &Org) -> StoreResult<()> {
        let account = self.account.0;
        for job in org.jobs.values() {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query(
                    "INSERT INTO jobs (account_id, id, title, requirements, created, modified)
                     VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(account)
                .bind(job.id.0)
                .bind(job.title.as_str())
                .bind(job.requirements.as_str())
                .bind(job.created.as_microsecond())
                .bind(job.modified.as_microsecond())
                .execute(executor)
                .await?
            );
            self.log(Object::Job, job.id.0, Action::Add, None, Some(json(job)));
        }
        for item in org.departments.values() {
            let named = Named(item.id.0, &item.name, item.order, item.created, item.modified);
            self.add_named("INSERT INTO departments (account_id, id, name, sort_order, created, modified) VALUES ($1, $2, $3, $4, $5, $6)", named).await?;
            self.log(Object::Department, item.id.0, Action::Add, None, Some(json(item)));
        }
        for item in org.locations.values() {
            let named = Named(item.id.0, &item.name, item.order, item.created, item.modified);
            self.add_named("INSERT INTO locations (account_id, id, name, sort_order, created, modified) VALUES ($1, $2, $3, $4, $5, $6)", named).await?;
            self.log(Object::Location, item.id.0, Action::Add, None, Some(json(item)));
        }
        for item in org.employee_classes.values() {
            let named = Named(item.id.0, &item.class, item.order, item.created, item.modified);
            self.add_named("INSERT INTO employee_classes (account_id, id, name, sort_order, created, modified) VALUES ($1, $2, $3, $4, $5, $6)", named).await?;
            self.log(Object::EmployeeClass, item.id.0, Action::Add, None, Some(json(item)));
        }
        for field in org.custom_fields.values() {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query(
                    "INSERT INTO custom_fields
                         (account_id, id, name, kind, encrypted, sort_order, privacy, created, modified)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                )
                .bind(account)
                .bind(field.id.0)
                .bind(field.name.as_str())
                .bind(field.kind.code())
                .bind(field.encrypted)
                .bind(field.order)
                .bind(field.privacy.number())
                .bind(field.created.as_microsecond())
                .bind(field.modified.as_microsecond())
                .execute(executor)
                .await?
            );
            self.log(Object::CustomField, field.id.0, Action::Add, None, Some(json(field)));
        }
        for leave_type in org.leave_types.values() {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query(
                    "INSERT INTO leave_types
                         (account_id, id, name, accrual, action_phrase, unpaid, created, modified)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                )
                .bind(account)
                .bind(leave_type.id.0)
                .bind(leave_type.name.as_str())
                .bind(leave_type.accrual.code())
                .bind(leave_type.action_phrase.as_str())
                .bind(leave_type.unpaid)
                .bind(leave_type.created.as_microsecond())
                .bind(leave_type.modified.as_microsecond())
                .execute(executor)
                .await?
            );
            self.log(Object::LeaveType, leave_type.id.0, Action::Add, None, Some(json(leave_type)));
        }
        Ok(())
    }

    async fn add_named(&mut self, insert: &'static str, row: Named<'_>) -> StoreResult<()> {
        let Named(id, name, order, created, modified) = row;
        let account = self.account.0;
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query(insert)
                .bind(account)
                .bind(id)
                .bind(name)
                .bind(order)
                .bind(created.as_microsecond())
                .bind(modified.as_microsecond())
                .execute(executor)
                .await?
        );
        Ok(())
    }
}

/// What departments, locations and employee classes have in common.
struct Named<'a>(i64, &'a str, i64, jiff::Timestamp, jiff::Timestamp);

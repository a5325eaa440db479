//! What payroll providers call people, and how much leave they get where that is not what everybody gets. Neither is held
//! in memory: both are read for few documents.

use folkmoot_core::{AccountId, Fixed, LeaveQuota, LeaveTypeId, PayrollProviderId, PayrollUser, UserId};

use crate::db::each_backend;
use crate::table::cells;
use crate::{Store, StoreResult, Tx, tables};

const PAYROLL: &str = "SELECT payroll_provider_id, payroll_id FROM payroll_users \
     WHERE account_id = $1 AND user_id = $2 ORDER BY payroll_provider_id";
const QUOTAS: &str = "SELECT leave_type_id, quota, carry_over FROM leave_quotas \
     WHERE account_id = $1 AND user_id = $2 ORDER BY leave_type_id";

fn payroll_user((provider, payroll_id): (i64, String)) -> PayrollUser {
    PayrollUser { provider: PayrollProviderId(provider), payroll_id: payroll_id.into() }
}

fn leave_quota((leave_type, quota, carry_over): (i64, Option<i64>, Option<i64>)) -> LeaveQuota {
    let days = |days: Option<i64>| days.map(Fixed::from_ten_thousandths);
    LeaveQuota { leave_type: LeaveTypeId(leave_type), quota: days(quota), carry_over: days(carry_over) }
}

impl Store {
    /// What payroll providers call somebody, by provider.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payroll_users(&self, account: AccountId, user: UserId) -> StoreResult<Vec<PayrollUser>> {
        let rows: Vec<(i64, String)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(PAYROLL).bind(account.0).bind(user.0).fetch_all(executor).await?
        );
        Ok(rows.into_iter().map(payroll_user).collect())
    }
}

impl Tx<'_> {
    /// What payroll providers call somebody, as this transaction has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payroll_users(&mut self, user: UserId) -> StoreResult<Vec<PayrollUser>> {
        let account = self.account.0;
        let rows: Vec<(i64, String)> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_as(PAYROLL).bind(account).bind(user.0).fetch_all(executor).await?
        );
        Ok(rows.into_iter().map(payroll_user).collect())
    }

    /// How much leave somebody gets, of the types of which that is not what everybody gets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leave_quotas(&mut self, user: UserId) -> StoreResult<Vec<LeaveQuota>> {
        let account = self.account.0;
        let rows: Vec<(i64, Option<i64>, Option<i64>)> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_as(QUOTAS).bind(account).bind(user.0).fetch_all(executor).await?
        );
        Ok(rows.into_iter().map(leave_quota).collect())
    }

    pub(crate) async fn write_payroll(&mut self, user: UserId, what: &[PayrollUser]) -> StoreResult<()> {
        const DELETE: &str = "DELETE FROM payroll_users \
             WHERE account_id = $1 AND user_id = $2 AND payroll_provider_id = $3";
        for PayrollUser { provider, payroll_id } in what {
            if payroll_id.is_empty() {
                self.delete_owned(DELETE, user, provider.0).await?;
            } else {
                let row = cells![self.account.0, user.0, provider.0, payroll_id.as_str()];
                self.replace(&tables::PAYROLL_USERS, row).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn write_leave_quotas(&mut self, user: UserId, what: &[LeaveQuota]) -> StoreResult<()> {
        const DELETE: &str =
            "DELETE FROM leave_quotas WHERE account_id = $1 AND user_id = $2 AND leave_type_id = $3";
        for LeaveQuota { leave_type, quota, carry_over } in what {
            if quota.is_none() && carry_over.is_none() {
                self.delete_owned(DELETE, user, leave_type.0).await?;
            } else {
                let days = |days: &Option<Fixed>| days.map(Fixed::ten_thousandths);
                let row = cells![self.account.0, user.0, leave_type.0, days(quota), days(carry_over)];
                self.replace(&tables::LEAVE_QUOTAS, row).await?;
            }
        }
        Ok(())
    }

    async fn delete_owned(&mut self, statement: &'static str, user: UserId, of: i64) -> StoreResult<()> {
        let account = self.account.0;
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query(statement).bind(account).bind(user.0).bind(of).execute(executor).await?.rows_affected()
        );
        Ok(())
    }
}

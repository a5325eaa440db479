//! Finding the accounts in which somebody has an address.

use folkmoot_core::{AccountId, AccountState, Dated, EmploymentStatus, Text, UserId, fold_identifier};
use futures_util::TryStreamExt;
use jiff::civil::Date;

use crate::db::each_backend;
use crate::load::read_all;
use crate::{Store, StoreResult, rows};

/// Nobody works in more companies than this; an address that seems to is not worth more queries.
const MOST: i64 = 100;

impl Store {
    /// The subdomains of the active accounts in which somebody active on the day `as_of` has this e-mail address,
    /// whatever its case, in order of creation.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn accounts_of_email(&self, email: &str, as_of: Date) -> StoreResult<Vec<Text>> {
        let candidates: Vec<(i64, i64, String)> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT users.account_id, users.id, accounts.subdomain
                 FROM users JOIN accounts ON accounts.id = users.account_id
                 WHERE users.email_folded = $1 AND accounts.state = $2
                 ORDER BY users.account_id LIMIT $3",
            )
            .bind(fold_identifier(email).as_str())
            .bind(AccountState::Active.code())
            .bind(MOST)
            .fetch_all(executor)
            .await?
        );
        let mut found = Vec::new();
        for (account, user, subdomain) in candidates {
            if self.is_active(AccountId(account), UserId(user), as_of).await? {
                found.push(Text::from(subdomain));
            }
        }
        Ok(found)
    }

    /// Whether somebody may use their account, by the records that the directory would hold of them.
    async fn is_active(&self, account: AccountId, user: UserId, as_of: Date) -> StoreResult<bool> {
        let records = read_all!(
            &self.db,
            rows::ASSIGNMENT_RECORD,
            [account.0, user.0, user.0],
            rows::assignment_record
        );
        let records = Dated::new(records.into_iter().map(|(_, record)| record).collect(), as_of);
        let status = records.at(as_of).map_or(EmploymentStatus::Active, |record| record.data.status);
        Ok(status == EmploymentStatus::Active)
    }
}

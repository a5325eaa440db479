//! Reading the change log: for those who follow it, and for the audit trail.

use folkmoot_core::{
    AccountId, Action, AssignmentRecord, EmployeeRecord, Object, Source, UserId, WorkHourRecord,
};
use futures_util::TryStreamExt;
use jiff::Timestamp;

use crate::db::each_backend;
use crate::load::read_all;
use crate::{Store, StoreResult, rows};

/// An entry of the change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the log: the account revision that it made.
    pub revision: u64,
    /// When.
    pub at: Timestamp,
    /// Who, if it was a user.
    pub actor: Option<UserId>,
    /// Through which door.
    pub source: Source,
    /// What kind of object changed.
    pub object: Object,
    /// Which one.
    pub object_id: i64,
    /// What was done to it.
    pub action: Action,
    /// What it was before, as JSON without secrets.
    pub before: Option<String>,
    /// What it was after that, as JSON without secrets.
    pub after: Option<String>,
    /// The address of the client that asked for it.
    pub address: Option<String>,
    /// The request that asked for it, as the server's log names it.
    pub request: Option<String>,
    /// The hash of the log up to and with this entry, in hexadecimal digits.
    pub hash: Option<String>,
}

/// Somebody's dated records, past ones included, each kind in order of effect.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Personal data.
    pub employee: Vec<EmployeeRecord>,
    /// Job data.
    pub assignment: Vec<AssignmentRecord>,
    /// Working hours.
    pub work_hours: Vec<WorkHourRecord>,
}

impl Store {
    /// The entries of an account's change log that follow revision `after`, in order, up to revision `until`: at most
    /// `limit` of them.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn changes(
        &self,
        account: AccountId,
        after: u64,
        until: u64,
        limit: u32,
    ) -> StoreResult<Vec<Change>> {
        let (after, until, limit) = (after.cast_signed(), until.cast_signed(), i64::from(limit));
        Ok(read_all!(&self.db, rows::CHANGES, [account.0, after, until, limit], rows::change))
    }

    /// All records of one kind of `user`: those that entries about objects of the kind `object` are about.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn records(&self, account: AccountId, user: UserId, object: Object) -> StoreResult<Records> {
        let mut records = Records::default();
        let id = user.0;
        match object {
            Object::EmployeeRecord => {
                let found =
                    read_all!(&self.db, rows::EMPLOYEE_RECORD, [account.0, id, id], rows::employee_record);
                records.employee = found.into_iter().map(|(_, record)| record).collect();
            }
            Object::AssignmentRecord => {
                let found = read_all!(
                    &self.db,
                    rows::ASSIGNMENT_RECORD,
                    [account.0, id, id],
                    rows::assignment_record
                );
                records.assignment = found.into_iter().map(|(_, record)| record).collect();
            }
            Object::WorkHourRecord => {
                let found =
                    read_all!(&self.db, rows::WORK_HOUR_RECORD, [account.0, id, id], rows::work_hour_record);
                records.work_hours = found.into_iter().map(|(_, record)| record).collect();
            }
            _ => {}
        }
        Ok(records)
    }
}

//! Every row is what it was when it was written: its checksum says so.

use std::collections::HashSet;

use folkmoot_core::AccountId;
use futures_util::TryStreamExt;

use super::Checking;
use crate::db::each_backend;
use crate::table::Table;
use crate::{Finding, Place, StoreResult, tables};

impl Checking<'_> {
    /// Compares the checksums of all rows of an account. What has been said to be wrong with a row already is not said
    /// again in this less helpful way.
    pub(super) async fn sums(&mut self, account: AccountId) {
        for table in tables::ALL {
            if let Err(error) = self.sums_of(table, account).await {
                self.cannot_read(Some(account), table.name, error).await;
            }
        }
    }

    async fn sums_of(&mut self, table: &'static Table, account: AccountId) -> StoreResult<()> {
        let named = |finding: &Finding| match finding.place {
            Place::Row { account: a, table: t, id } if a == account && t == table.name => Some(id),
            _ => None,
        };
        let known: HashSet<i64> = self.report.findings.iter().filter_map(named).collect();
        let Checking { snapshot, report, steps, .. } = self;
        each_backend!(in snapshot, executor => {
            let mut rows = sqlx::query(table.select).bind(account.0).fetch(executor);
            while let Some(row) = rows.try_next().await? {
                steps.step();
                // A row that cannot be read has been told of by whoever reads it for what it means.
                let Ok((cells, sum)) = table.read(&row) else { continue };
                let id = table.id(&cells);
                if sum != Some(table.sum(&cells)) && !known.contains(&id) {
                    let what = "its checksum does not match: something in it was changed by another hand";
                    report.findings.push(Finding::row(account.0, table.name, id, what));
                }
            }
        });
        Ok(())
    }
}

//! Checking a store: that everything in it can be read, fits together, and is what it was.
//!
//! Rows are read in one view of the database, as it was when the check began; writers are not held up. Before a
//! picture is said to be missing or superfluous, the rows are asked again, since they may have changed.

mod files;
mod log;
mod references;
mod rows;
mod sums;

use std::collections::BTreeMap;

use folkmoot_core::{AccountId, AccountState, PictureName, UserId};

use crate::db::{Transaction, each_backend};
use crate::progress::Steps;
use crate::{Finding, KeySource, OnProgress, Place, Stage, Store, StoreError, StoreResult};

/// What a check may do beyond looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// Whether to remove what nobody needs: pictures that no row names, directory images that cannot be read, and
    /// leftovers of writers that were killed.
    pub repair: bool,
}

/// What a check looked at, and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// How many accounts were checked.
    pub accounts: u64,
    /// How many rows were read, those of the change log not counted.
    pub rows: u64,
    /// How many sealed values were opened.
    pub sealed_values: u64,
    /// How many entries of the change log were read.
    pub changes: u64,
    /// How many pictures were read.
    pub pictures: u64,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

impl CheckReport {
    /// Whether everything is as it should be, or has been put right.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.repaired)
    }
}

/// A check under way.
struct Checking<'a> {
    store: &'a Store,
    snapshot: Transaction,
    report: CheckReport,
    /// The pictures that rows name, each with somebody who has it.
    pictures: BTreeMap<(AccountId, PictureName), UserId>,
    steps: Steps<'a>,
    /// Why nothing more can be read.
    lost: Option<StoreError>,
}

impl Store {
    /// Checks everything: the database's structure, every row of every account, every sealed value, every reference,
    /// the change log, and the content of every picture. The store can be served and written to meanwhile; a picture
    /// that is being written at this moment may then be said to be nobody's.
    ///
    /// # Errors
    /// When it cannot be told: damage that is found is no error but a finding.
    pub async fn check(&self, options: CheckOptions, on_progress: OnProgress) -> StoreResult<CheckReport> {
        let mut report = CheckReport::default();
        let mut snapshot = self.db.snapshot().await?;
        let steps = Steps::begin(&on_progress, Stage::CheckDatabase, 1);
        match snapshot.structural_damage().await {
            Ok(damage) => {
                report.findings.extend(damage.into_iter().map(|what| Finding::new(Place::Database, what)));
            }
            Err(error) => report.findings.push(Finding::new(Place::Database, error.to_string())),
        }
        // After the view was taken: whatever sealed a value in it is in the source by now.
        if let Err(error) = self.keys.refresh().await {
            let place = match self.keys.source() {
                KeySource::File(path) => Place::File(path.clone()),
                KeySource::Command(_) => Place::KeyCommand,
            };
            report.findings.push(Finding::new(place, error.to_string()));
        }
        steps.finish();
        let steps = Steps::begin(&on_progress, Stage::CheckRows, 0);
        let pictures = BTreeMap::new();
        let mut checking = Checking { store: self, snapshot, report, pictures, steps, lost: None };
        let accounts = checking.accounts().await;
        for (account, revision) in &accounts {
            checking.report.accounts += 1;
            checking.rows(*account).await;
            checking.change_log(*account, *revision).await;
            checking.sequences(*account).await;
        }
        checking.references().await;
        for (account, _) in &accounts {
            checking.sums(*account).await;
            checking.chain(*account).await;
        }
        let Checking { mut report, pictures, steps, lost, .. } = checking;
        if let Some(error) = lost {
            return Err(error);
        }
        steps.finish();
        let accounts: Vec<AccountId> = accounts.into_iter().map(|(account, _)| account).collect();
        files::check(self, &accounts, pictures, options, &on_progress, &mut report).await?;
        Ok(report)
    }
}

impl Checking<'_> {
    /// Every account that can be read, with its revision.
    async fn accounts(&mut self) -> Vec<(AccountId, i64)> {
        type Row = (i64, String, String, String, String, i64);
        let rows: Result<Vec<Row>, sqlx::Error> = each_backend!(in &mut self.snapshot, executor =>
            sqlx::query_as("SELECT id, subdomain, name, settings, state, revision FROM accounts JOIN revisions ON account_id = id ORDER BY id")
                .fetch_all(executor)
                .await
        );
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => {
                self.cannot_read(None, "accounts", error.into()).await;
                Vec::new()
            }
        };
        let mut accounts = Vec::new();
        for (id, subdomain, name, settings, state, revision) in rows {
            self.report.rows += 1;
            if let Err(error) = serde_json::from_str::<folkmoot_core::Settings>(&settings) {
                self.found(Finding::row(id, "accounts", id, format!("its settings: {error}")));
            }
            if AccountState::from_code(&state).is_none() {
                self.found(Finding::row(id, "accounts", id, "its state is not a known one"));
            }
            if name.is_empty() || subdomain.is_empty() || subdomain != subdomain.to_lowercase() {
                self.found(Finding::row(id, "accounts", id, "its name or subdomain is not one"));
            }
            accounts.push((AccountId(id), revision));
        }
        accounts
    }

    fn found(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    /// Tells that a table cannot be read, and goes on to the next. A database that is gone is no damage: that ends the
    /// check.
    async fn cannot_read(&mut self, account: Option<AccountId>, table: &'static str, error: StoreError) {
        if error.is_unreachable() {
            self.lost.get_or_insert(error);
            return;
        }
        self.found(Finding::new(Place::Table { account, table }, format!("cannot be read: {error}")));
        if let Err(error) = self.snapshot.forgive().await {
            self.lost.get_or_insert(error);
        }
    }
}

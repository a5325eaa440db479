//! The change log has no gaps, says things that mean something, and ends where the account does; identifiers are
//! handed out beyond those in use.

use folkmoot_core::{AccountId, Action, Object, Sequences, Source};
use futures_util::TryStreamExt;

use super::Checking;
use crate::chain::{self, Break, Broken, Verified};
use crate::db::each_backend;
use crate::{Finding, StoreResult};

type Entry = (i64, String, String, String, Option<String>, Option<String>);

impl Checking<'_> {
    pub(super) async fn change_log(&mut self, account: AccountId, newest: i64) {
        let mut last = 0;
        let read: StoreResult<()> = async {
            let Checking { snapshot, report, steps, .. } = &mut *self;
            each_backend!(in snapshot, executor => {
                let mut entries = sqlx::query_as::<_, Entry>(
                    "SELECT revision, source, object, action, before, after FROM changes
                     WHERE account_id = $1 ORDER BY revision",
                )
                .bind(account.0)
                .fetch(executor);
                while let Some(entry) = entries.try_next().await? {
                    report.changes += 1;
                    steps.step();
                    let revision = entry.0;
                    if revision != last + 1 {
                        let what = format!("revisions {} to {} are missing", last + 1, revision - 1);
                        report.findings.push(Finding::row(account.0, "changes", revision, what));
                    }
                    last = revision;
                    if let Some(what) = wrong(&entry) {
                        report.findings.push(Finding::row(account.0, "changes", revision, what));
                    }
                }
            });
            Ok(())
        }
        .await;
        if let Err(error) = read {
            self.cannot_read(Some(account), "changes", error).await;
        } else if last != newest {
            let what = format!("its revision is {newest}, and the change log ends at {last}");
            self.found(Finding::row(account.0, "accounts", account.0, what));
        }
    }

    /// Follows the chain of the log. An entry of which something has been said already is not told of again, nor what is
    /// missing.
    pub(super) async fn chain(&mut self, account: AccountId) {
        match chain::verify(&mut self.snapshot, account, None).await {
            Ok(Verified { broken: Some(Break { revision, what: Broken::Hash }), .. }) => {
                let finding =
                    Finding::row(account.0, "changes", revision.cast_signed(), Broken::Hash.in_words());
                if self.report.findings.iter().all(|known| known.place != finding.place) {
                    self.found(finding);
                }
            }
            Err(error) if error.is_unreachable() => {
                self.cannot_read(Some(account), "changes", error).await;
            }
            // A row that cannot be read has been told of by whoever reads it for what it means.
            Ok(_) | Err(_) => {}
        }
    }

    pub(super) async fn sequences(&mut self, account: AccountId) {
        if let Err(error) = self.check_sequences(account).await {
            self.cannot_read(Some(account), "sequences", error).await;
        }
    }

    async fn check_sequences(&mut self, account: AccountId) -> StoreResult<()> {
        let rows: Vec<(String, i64)> = each_backend!(in &mut self.snapshot, executor =>
            sqlx::query_as("SELECT name, next FROM sequences WHERE account_id = $1")
                .bind(account.0)
                .fetch_all(executor)
                .await?
        );
        let mut sequences = Sequences::default();
        for (name, next) in rows {
            self.report.rows += 1;
            match sequences.entry(&name) {
                Some(entry) => *entry = next,
                None => {
                    self.found(Finding::row(account.0, "sequences", next, "counts nothing that there is"));
                }
            }
        }
        for (name, next) in sequences.entries() {
            let Some(query) = highest(name) else { continue };
            let highest: Option<i64> = each_backend!(in &mut self.snapshot, executor =>
                sqlx::query_scalar(query).bind(account.0).fetch_one(executor).await?
            );
            if highest.is_some_and(|highest| highest >= next) {
                let what = format!("{name} go on at {next}, and {} is in use", highest.unwrap_or_default());
                self.found(Finding::row(account.0, "sequences", next, what));
            }
        }
        Ok(())
    }
}

fn wrong((_, source, object, action, before, after): &Entry) -> Option<&'static str> {
    let json = |text: &Option<String>| {
        text.as_deref().is_none_or(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
    };
    if Source::from_code(source).is_none() {
        Some("its source is not a known one")
    } else if Object::from_code(object).is_none() {
        Some("its kind of object is not a known one")
    } else if Action::from_code(action).is_none() {
        Some("its action is not a known one")
    } else if !json(before) || !json(after) {
        Some("what was before or after is not JSON")
    } else {
        None
    }
}

/// The query for the highest identifier in use of a sequence, whose table has the same name.
fn highest(sequence: &str) -> Option<&'static str> {
    macro_rules! queries {
        ($($name:literal),*) => {
            match sequence {
                $($name => Some(concat!("SELECT MAX(id) FROM ", $name, " WHERE account_id = $1")),)*
                _ => None,
            }
        };
    }
    queries!(
        "users",
        "employee_records",
        "assignment_records",
        "work_hour_records",
        "custom_field_records",
        "jobs",
        "departments",
        "locations",
        "employee_classes",
        "custom_fields",
        "leave_types",
        "event_types",
        "company_values",
        "badges",
        "roles",
        "role_assignments",
        "webhooks",
        "webhook_deliveries"
    )
}

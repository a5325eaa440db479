//! What happens to everybody, one thing after the other, and who is to be told of each: written by hand from
//! `docs/api.md`, 'Following changes'.

use folkmoot_core::UserId;
use folkmoot_store::Author;
use folkmoot_testing::organisations::{HISTORY, Member};

use super::documents::Spelling;
use super::{ADMIN, Company};

/// From which day on a change counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// It is not dated, or of today.
    Today,
    /// A day to come.
    Later,
    /// A day of last year, of which something else has been said since.
    LastYear,
}

/// A change of somebody: which record it is of, which field, what is said there, what it takes to see the field.
pub(super) type Change = (&'static str, &'static str, &'static str, &'static str, Since);

use Since::{LastYear, Later, Today};

const DETAILS: &str = "basic_information.view_details";
const EMPLOYMENT: &str = "basic_information.view_employment";
const PAY: &str = "sensitive_information.view_compensation";

#[rustfmt::skip]
pub(super) const CHANGES: [Change; 23] = [
    ("employee", "last_name", "told13", "", LastYear),
    ("assignment", "pay_rate", "99999.90", PAY, LastYear),
    ("", "email", "told1@example.org", "", Today),
    ("", "twitter_username", "told2", "", Today),
    ("", "password", "told3", "oneself", Today),
    ("", "custom1", "told4", "", Today),
    ("", "custom2", "told5", "privacy.view_employee_items", Today),
    ("", "custom3", "told6", "privacy.view_manager_items", Today),
    ("", "custom4", "told7", "privacy.view_administrator_items", Today),
    ("employee", "first_name", "told8", "", Today),
    ("employee", "city", "told9", DETAILS, Today),
    ("employee", "emergency_number", "told10", DETAILS, Today),
    ("employee", "birthdate", "1977-07-07", "sensitive_information.view_birthday", Today),
    ("employee", "government_id", "told11", "sensitive_information.view_government_id", Today),
    ("employee", "last_name", "told12", "", Later),
    ("employee", "birthdate", "1978-08-08", "sensitive_information.view_birthday", Later),
    ("assignment", "ext", "told14", "", Today),
    ("assignment", "employee_num", "told15", EMPLOYMENT, Today),
    ("assignment", "date_hired", "1999-09-09", EMPLOYMENT, Today),
    ("assignment", "pay_rate", "77777.70", PAY, Today),
    ("assignment", "phone", "told16", "", Later),
    ("assignment", "pay_rate", "88888.80", PAY, Later),
    ("work_hour", "hours", "7.77", EMPLOYMENT, Today),
];

/// A change that was made.
pub(super) struct Happened {
    pub(super) change: Change,
    /// To whom.
    pub(super) target: i64,
    /// The revision after it.
    pub(super) revision: u64,
}

/// What an entry of the log takes to be told to a viewer who may know of the person: one of these, each all of it.
pub(super) type Ways = Vec<Vec<&'static str>>;

impl Company {
    /// Makes every change to everybody, as an administrator; returns what was done, in order.
    pub(super) async fn change_all(&self) -> Vec<Happened> {
        let mut happened = Vec::new();
        for target in &self.organisation.members {
            for change in CHANGES {
                self.change(target.id, change).await;
                let revision = self.server.store.revision(self.account).await.expect("a revision");
                happened.push(Happened { change, target: target.id, revision });
            }
        }
        happened
    }

    async fn change(&self, id: i64, (kind, field, value, _, from): Change) {
        if field == "password" {
            let mut tx =
                self.server.store.begin(self.account, Author::OPERATOR).await.expect("a transaction");
            tx.set_password_hash(UserId(id), value).await.expect("a change");
            tx.commit().await.expect("a commit");
            return;
        }
        let record = if kind == "employee" { "employee_record" } else { "assignment_record" };
        let what = match (kind, field.strip_prefix("custom")) {
            (_, Some(number)) => format!(
                "custom_field_record[0][custom_field_id]={number}&custom_field_record[0][content]={value}"
            ),
            ("", None) if field == "email" => format!("email={id}{value}"),
            ("", None) => format!("{field}={value}"),
            (_, None) => format!("{record}[{field}]={value}"),
        };
        let day = match from {
            Today => String::new(),
            Later => format!("&{record}[effective_date]=2026-12-01"),
            LastYear => format!("&{record}[effective_date]=2025-11-01"),
        };
        let spelling = Spelling::all().nth(2).expect("version 2 in JSON");
        let ask = self.ask("PUT", ADMIN, &format!("/users/{id}.json"), spelling);
        ask.form(format!("id={id}&{what}{day}")).send().await.is(200);
    }
}

impl Happened {
    /// What the entries that it made take to be told, with the object of each. Of records, it takes the right to their
    /// history to be told of them as such; as a change of the person it is told to those who see what changed.
    pub(super) fn entries(&self, target: &Member) -> Vec<(&'static str, Ways)> {
        let (kind, _, _, need, from) = self.change;
        let object = match kind {
            "" => return vec![("User", vec![vec![need]])],
            "employee" => "EmployeeRecord",
            "assignment" => "AssignmentRecord",
            _ => "WorkHourRecord",
        };
        let of_kind = HISTORY.iter().find(|(known, _)| *known == kind);
        let history = of_kind.map_or(EMPLOYMENT, |(_, history)| *history);
        // Whoever came after that day is there from that day on now, and the change holds until today.
        let is_first = from == LastYear && target.times().all(|time| time > 0);
        match from {
            Today => vec![(object, vec![vec![need, history]]), ("User", vec![vec![need]])],
            _ if is_first => vec![
                (object, vec![vec![history]]),
                (object, vec![vec![need, history]]),
                ("User", vec![vec![history], vec![need]]),
            ],
            Later | LastYear => {
                vec![(object, vec![vec![need, history]]), ("User", vec![vec![need, history]])]
            }
        }
    }
}

//! Reading an account into a [`Directory`].

use std::collections::BTreeMap;

use folkmoot_core::{
    AccountId, AssignmentRecord, CustomFieldRecord, Directory, DirectoryParts, EmployeeRecord, Org, Person,
    PersonHistory, User, UserId,
};
use futures_util::TryStreamExt;
use jiff::civil::Date;

use crate::db::each_backend;
use crate::keys::Purpose;
use crate::rows::{self, StoredCustomFieldRecord};
use crate::{Store, StoreError, StoreResult};

/// The jobs of an account.
pub(crate) const JOBS: &str =
    "SELECT id, title, requirements, created, modified FROM jobs WHERE account_id = $1";
/// The departments of an account.
pub(crate) const DEPARTMENTS: &str =
    "SELECT id, name, sort_order, created, modified FROM departments WHERE account_id = $1";
/// The locations of an account.
pub(crate) const LOCATIONS: &str =
    "SELECT id, name, sort_order, created, modified FROM locations WHERE account_id = $1";
/// The employee classes of an account.
pub(crate) const EMPLOYEE_CLASSES: &str =
    "SELECT id, name, sort_order, created, modified FROM employee_classes WHERE account_id = $1";
/// The types of events of an account.
pub(crate) const EVENT_TYPES: &str =
    "SELECT id, name, sort_order, created, modified FROM event_types WHERE account_id = $1";
/// The values of the company whose account it is.
pub(crate) const COMPANY_VALUES: &str =
    "SELECT id, name, sort_order, created, modified FROM company_values WHERE account_id = $1";
/// The badges of an account.
pub(crate) const BADGES: &str =
    "SELECT id, name, sort_order, created, modified FROM badges WHERE account_id = $1";
/// The custom fields of an account.
pub(crate) const CUSTOM_FIELDS: &str = "SELECT id, name, kind, encrypted, sort_order, privacy, created, modified FROM custom_fields WHERE account_id = $1";
/// The leave types of an account.
pub(crate) const LEAVE_TYPES: &str = "SELECT id, name, accrual, action_phrase, unpaid, created, modified FROM leave_types WHERE account_id = $1";

/// All rows that `$query` finds on `$executor`, through `$reader`, each as it comes.
macro_rules! all_rows {
    ($query:expr, $executor:expr, $reader:expr) => {{
        let mut rows = $query.fetch($executor);
        let mut values = Vec::new();
        while let Some(row) = rows.try_next().await? {
            values.push($reader(&row)?);
        }
        values
    }};
}
pub(crate) use all_rows;

/// All rows that `$query` finds for these bind values, through `$reader`.
macro_rules! read_all {
    ($db:expr, $query:expr, [$($bind:expr),*], $reader:path) => {
        each_backend!(read $db, executor => {
            $crate::load::all_rows!(sqlx::query($query)$(.bind($bind))*, executor, $reader)
        })
    };
}
pub(crate) use read_all;

/// Those of whom rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Everybody with a number from the first to the last.
    Range(UserId, UserId),
    /// Several, at most [`rows::AMONG`], by their numbers.
    Among(Vec<UserId>),
}

impl Whom {
    /// One person.
    pub(crate) fn one(user: UserId) -> Whom {
        Whom::Range(user, user)
    }

    /// These, who are at least one and at most [`rows::AMONG`].
    pub(crate) fn these(users: &[UserId]) -> Whom {
        match *users {
            [user] => Whom::one(user),
            _ => Whom::Among(users.to_vec()),
        }
    }

    /// The values to bind: as many as the statement takes.
    fn numbers(&self) -> Vec<i64> {
        match self {
            Whom::Range(first, last) => vec![first.0, last.0],
            Whom::Among(users) => {
                let last = users.last().into_iter().cycle();
                users.iter().chain(last).take(rows::AMONG).map(|user| user.0).collect()
            }
        }
    }
}

/// All rows of these people, through `$reader`: what is to be awaited.
macro_rules! read_of {
    ($store:expr, $account:expr, $whom:expr, $range:expr, $among:expr, $reader:path) => {
        async {
            let query = match $whom {
                Whom::Range(..) => $range,
                Whom::Among(_) => $among,
            };
            StoreResult::Ok(each_backend!(read &$store.db, executor => {
                let mut query = sqlx::query(query).bind($account.0);
                for number in $whom.numbers() {
                    query = query.bind(number);
                }
                all_rows!(query, executor, $reader)
            }))
        }
    };
}

impl Store {
    /// Reads the whole account, as of the newest revision, for the day `as_of`: from its image and the change log
    /// where that is possible, else row by row.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], or when the database fails or holds what it should not.
    pub async fn load_directory(&self, account: AccountId, as_of: Date) -> StoreResult<Directory> {
        match self.directory_from_image(account, as_of).await? {
            Some(directory) => Ok(self.refresh(&directory, as_of).await?.unwrap_or(directory)),
            None => self.load_rows(account, as_of).await,
        }
    }

    pub(crate) async fn load_rows(&self, account: AccountId, as_of: Date) -> StoreResult<Directory> {
        // Tables are read side by side on connections of their own, each with its own view of the database. When
        // nothing was committed meanwhile, the views were one; otherwise all who were changed are read again.
        loop {
            let revision = self.revision(account).await?;
            let definition = self.account(account).await?;
            let org = self.load_org(account).await?;
            let access = self.load_access(account, definition.settings).await?;
            let people = self.load_everybody(account, &org, as_of).await?;
            let changes = self.changes_since(account, revision).await?;
            if changes.are_few(people.len() as u64) {
                let parts = DirectoryParts { account: definition, org, people, revision };
                let directory = Directory::new(parts, as_of).with_access(access, revision);
                if changes.revision == revision {
                    return Ok(directory);
                }
                return self.take_up(directory, &changes).await;
            }
        }
    }

    /// Everybody, a block of numbers at a time: past records are let go of block by block, and no connection is kept
    /// from others for long.
    async fn load_everybody(&self, account: AccountId, org: &Org, as_of: Date) -> StoreResult<Vec<Person>> {
        const BLOCK: i64 = 8192;
        let (first, last, count): (Option<i64>, Option<i64>, i64) = each_backend!(read &self.db, executor =>
            sqlx::query_as("SELECT MIN(id), MAX(id), COUNT(*) FROM users WHERE account_id = $1")
                .bind(account.0)
                .fetch_one(executor)
                .await?
        );
        let mut people = Vec::with_capacity(count.unsigned_abs() as usize);
        let (Some(mut first), Some(last)) = (first, last) else { return Ok(people) };
        while first <= last {
            let end = first.saturating_add(BLOCK - 1).min(last);
            let block = self.load_people(account, org, &Whom::Range(UserId(first), UserId(end))).await?;
            people.extend(block.into_iter().map(|person| person.person(as_of)));
            first = end.saturating_add(1);
            if end == i64::MAX {
                break;
            }
        }
        Ok(people)
    }

    pub(crate) async fn load_org(&self, account: AccountId) -> StoreResult<Org> {
        let jobs = read_all!(&self.db, JOBS, [account.0], rows::job);
        let departments = read_all!(&self.db, DEPARTMENTS, [account.0], rows::department);
        let locations = read_all!(&self.db, LOCATIONS, [account.0], rows::location);
        let employee_classes = read_all!(&self.db, EMPLOYEE_CLASSES, [account.0], rows::employee_class);
        let custom_fields = read_all!(&self.db, CUSTOM_FIELDS, [account.0], rows::custom_field);
        let leave_types = read_all!(&self.db, LEAVE_TYPES, [account.0], rows::leave_type);
        let event_types = read_all!(&self.db, EVENT_TYPES, [account.0], rows::event_type);
        let company_values = read_all!(&self.db, COMPANY_VALUES, [account.0], rows::company_value);
        let badges = read_all!(&self.db, BADGES, [account.0], rows::badge);
        Ok(Org {
            jobs: by_id(jobs, |job| job.id),
            departments: by_id(departments, |department| department.id),
            locations: by_id(locations, |location| location.id),
            employee_classes: by_id(employee_classes, |class| class.id),
            custom_fields: by_id(custom_fields, |field| field.id),
            leave_types: by_id(leave_types, |leave_type| leave_type.id),
            event_types: by_id(event_types, |event_type| event_type.id),
            company_values: by_id(company_values, |value| value.id),
            badges: by_id(badges, |badge| badge.id),
        })
    }

    /// These people, with every record they ever had.
    pub(crate) async fn load_people(
        &self,
        account: AccountId,
        org: &Org,
        whom: &Whom,
    ) -> StoreResult<Vec<PersonHistory>> {
        let (users, employee, assignment, hours, custom, leave) = tokio::try_join!(
            read_of!(self, account, whom, rows::USER, rows::USER_AMONG, rows::user),
            read_of!(
                self,
                account,
                whom,
                rows::EMPLOYEE_RECORD,
                rows::EMPLOYEE_RECORD_AMONG,
                rows::employee_record
            ),
            read_of!(
                self,
                account,
                whom,
                rows::ASSIGNMENT_RECORD,
                rows::ASSIGNMENT_RECORD_AMONG,
                rows::assignment_record
            ),
            read_of!(
                self,
                account,
                whom,
                rows::WORK_HOUR_RECORD,
                rows::WORK_HOUR_RECORD_AMONG,
                rows::work_hour_record
            ),
            read_of!(
                self,
                account,
                whom,
                rows::CUSTOM_FIELD_RECORD,
                rows::CUSTOM_FIELD_RECORD_AMONG,
                rows::custom_field_record
            ),
            read_of!(self, account, whom, rows::LEAVE_USAGE, rows::LEAVE_USAGE_AMONG, rows::leave_usage),
        )?;
        let mut employee = Grouped::new(employee);
        let mut assignment = Grouped::new(assignment);
        let mut hours = Grouped::new(hours);
        let mut opened = Vec::with_capacity(custom.len());
        for (user, record) in custom {
            opened.push((user, self.open_custom_field(account, record).await?));
        }
        let mut custom = Grouped::new(opened);
        let mut leave = Grouped::new(leave);
        users
            .into_iter()
            .map(|user: User| {
                let id = user.id;
                let mut custom_field_records = custom.of(id);
                custom_field_records.sort_by_key(|record| {
                    (org.custom_fields.get(&record.field).map(|field| field.order), record.field)
                });
                Ok(PersonHistory {
                    user,
                    employee: employee.of(id),
                    assignment: assignment.of(id),
                    work_hours: hours.of(id),
                    custom_field_records,
                    leave_usages: leave.of(id),
                })
            })
            .collect()
    }

    pub(crate) async fn open_custom_field(
        &self,
        account: AccountId,
        record: StoredCustomFieldRecord,
    ) -> StoreResult<CustomFieldRecord> {
        let content = match (record.content, record.sealed) {
            (Some(content), _) => content,
            (None, Some(sealed)) => {
                let open = || self.keys.open_text(Purpose::CustomField, account, &sealed);
                self.keys.following(open).await?.into()
            }
            (None, None) => {
                return Err(StoreError::Damaged(format!("custom field record {} is empty", record.id)));
            }
        };
        Ok(CustomFieldRecord { id: record.id, field: record.field, content })
    }

    /// The employee record with this number, past ones included, and whose it is.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn employee_record(
        &self,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<(UserId, EmployeeRecord)>> {
        let Some(user) = self
            .owner("SELECT user_id FROM employee_records WHERE account_id = $1 AND id = $2", account, id)
            .await?
        else {
            return Ok(None);
        };
        let records =
            read_all!(&self.db, rows::EMPLOYEE_RECORD, [account.0, user, user], rows::employee_record);
        Ok(records.into_iter().find(|(_, record)| record.id == id))
    }

    /// The assignment record with this number, past ones included, and whose it is.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn assignment_record(
        &self,
        account: AccountId,
        id: i64,
    ) -> StoreResult<Option<(UserId, AssignmentRecord)>> {
        let Some(user) = self
            .owner("SELECT user_id FROM assignment_records WHERE account_id = $1 AND id = $2", account, id)
            .await?
        else {
            return Ok(None);
        };
        let records =
            read_all!(&self.db, rows::ASSIGNMENT_RECORD, [account.0, user, user], rows::assignment_record);
        Ok(records.into_iter().find(|(_, record)| record.id == id))
    }

    async fn owner(&self, query: &'static str, account: AccountId, id: i64) -> StoreResult<Option<i64>> {
        Ok(each_backend!(read &self.db, executor =>
            sqlx::query_scalar(query).bind(account.0).bind(id).fetch_optional(executor).await?
        ))
    }
}

fn by_id<K: Ord, T>(items: Vec<T>, id: impl Fn(&T) -> K) -> BTreeMap<K, T> {
    items.into_iter().map(|item| (id(&item), item)).collect()
}

/// Rows in order of their users, handed out user by user.
struct Grouped<T>(std::iter::Peekable<std::vec::IntoIter<(UserId, T)>>);

impl<T> Grouped<T> {
    fn new(rows: Vec<(UserId, T)>) -> Self {
        Grouped(rows.into_iter().peekable())
    }

    fn of(&mut self, user: UserId) -> Vec<T> {
        let mut values = Vec::new();
        // A row of a user that the other query did not see is passed over; the revision check then reads again.
        while self.0.next_if(|(owner, _)| *owner < user).is_some() {}
        while let Some((_, value)) = self.0.next_if(|(owner, _)| *owner == user) {
            values.push(value);
        }
        values
    }
}

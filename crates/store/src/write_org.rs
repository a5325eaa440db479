//! Writing the organisation.

use folkmoot_core::{
    Action, Badge, CompanyValue, CustomField, Department, EmployeeClass, EventType, Job, LeaveType, Location,
    Object, Org,
};
use jiff::Timestamp;

use crate::accounts::json;
use crate::db::each_backend;
use crate::table::{Cell, Table, cells};
use crate::{StoreResult, Tx, tables};

/// An object of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgItem {
    /// A job.
    Job(Job),
    /// A department.
    Department(Department),
    /// A location.
    Location(Location),
    /// An employee class.
    EmployeeClass(EmployeeClass),
    /// The definition of a custom field.
    CustomField(CustomField),
    /// A leave type.
    LeaveType(LeaveType),
    /// A type of events.
    EventType(EventType),
    /// A value of the company.
    Value(CompanyValue),
    /// A badge.
    Badge(Badge),
}

/// Counts the records, and versions of records, that say this in a column.
macro_rules! used_by_records {
    ($column:literal) => {
        concat!(
            "SELECT (SELECT COUNT(*) FROM assignment_records WHERE account_id = $1 AND ",
            $column,
            " = $2) + (SELECT COUNT(*) FROM superseded_assignment_records WHERE account_id = $1 AND ",
            $column,
            " = $2)"
        )
    };
}

impl OrgItem {
    fn object(&self) -> Object {
        match self {
            OrgItem::Job(_) => Object::Job,
            OrgItem::Department(_) => Object::Department,
            OrgItem::Location(_) => Object::Location,
            OrgItem::EmployeeClass(_) => Object::EmployeeClass,
            OrgItem::CustomField(_) => Object::CustomField,
            OrgItem::LeaveType(_) => Object::LeaveType,
            OrgItem::EventType(_) => Object::EventType,
            OrgItem::Value(_) => Object::Value,
            OrgItem::Badge(_) => Object::Badge,
        }
    }

    fn table(&self) -> &'static Table {
        match self {
            OrgItem::Job(_) => &tables::JOBS,
            OrgItem::Department(_) => &tables::DEPARTMENTS,
            OrgItem::Location(_) => &tables::LOCATIONS,
            OrgItem::EmployeeClass(_) => &tables::EMPLOYEE_CLASSES,
            OrgItem::CustomField(_) => &tables::CUSTOM_FIELDS,
            OrgItem::LeaveType(_) => &tables::LEAVE_TYPES,
            OrgItem::EventType(_) => &tables::EVENT_TYPES,
            OrgItem::Value(_) => &tables::COMPANY_VALUES,
            OrgItem::Badge(_) => &tables::BADGES,
        }
    }

    fn id(&self) -> i64 {
        match self {
            OrgItem::Job(item) => item.id.0,
            OrgItem::Department(item) => item.id.0,
            OrgItem::Location(item) => item.id.0,
            OrgItem::EmployeeClass(item) => item.id.0,
            OrgItem::CustomField(item) => item.id.0,
            OrgItem::LeaveType(item) => item.id.0,
            OrgItem::EventType(item) => item.id.0,
            OrgItem::Value(item) => item.id.0,
            OrgItem::Badge(item) => item.id.0,
        }
    }

    /// How it is told in the change log.
    fn told(&self) -> String {
        match self {
            OrgItem::Job(item) => json(item),
            OrgItem::Department(item) => json(item),
            OrgItem::Location(item) => json(item),
            OrgItem::EmployeeClass(item) => json(item),
            OrgItem::CustomField(item) => json(item),
            OrgItem::LeaveType(item) => json(item),
            OrgItem::EventType(item) => json(item),
            OrgItem::Value(item) => json(item),
            OrgItem::Badge(item) => json(item),
        }
    }

    fn row(&self, account: i64) -> Vec<Cell<'_>> {
        match self {
            OrgItem::Job(job) => cells![
                account,
                job.id.0,
                job.title.as_str(),
                job.requirements.as_str(),
                job.created.as_microsecond(),
                job.modified.as_microsecond(),
            ],
            OrgItem::Department(item) => {
                named(account, item.id.0, &item.name, item.order, item.created, item.modified)
            }
            OrgItem::Location(item) => {
                named(account, item.id.0, &item.name, item.order, item.created, item.modified)
            }
            OrgItem::EmployeeClass(item) => {
                named(account, item.id.0, &item.class, item.order, item.created, item.modified)
            }
            OrgItem::EventType(item) => {
                named(account, item.id.0, &item.name, item.order, item.created, item.modified)
            }
            OrgItem::Value(item) => {
                named(account, item.id.0, &item.name, item.order, item.created, item.modified)
            }
            OrgItem::Badge(item) => {
                named(account, item.id.0, &item.name, item.order, item.created, item.modified)
            }
            OrgItem::CustomField(field) => cells![
                account,
                field.id.0,
                field.name.as_str(),
                field.kind.code(),
                field.encrypted,
                field.order,
                field.privacy.number(),
                field.created.as_microsecond(),
                field.modified.as_microsecond(),
            ],
            OrgItem::LeaveType(leave_type) => cells![
                account,
                leave_type.id.0,
                leave_type.name.as_str(),
                leave_type.accrual.code(),
                leave_type.action_phrase.as_str(),
                leave_type.unpaid,
                leave_type.created.as_microsecond(),
                leave_type.modified.as_microsecond(),
            ],
        }
    }

    /// Counts what refers to it, in history as well: a record of the past still says what it said, and one that was
    /// corrected what it was believed to say.
    const fn uses(&self) -> Option<&'static str> {
        let query = match self {
            OrgItem::Job(_) => used_by_records!("job_id"),
            OrgItem::Department(_) => used_by_records!("department_id"),
            OrgItem::Location(_) => used_by_records!("location_id"),
            OrgItem::EmployeeClass(_) => used_by_records!("employee_class_id"),
            OrgItem::CustomField(_) => {
                "SELECT COUNT(*) FROM custom_field_records WHERE account_id = $1 AND custom_field_id = $2"
            }
            OrgItem::LeaveType(_) => {
                "SELECT (SELECT COUNT(*) FROM leave_usages WHERE account_id = $1 AND leave_type_id = $2)
                     + (SELECT COUNT(*) FROM leave_quotas WHERE account_id = $1 AND leave_type_id = $2)"
            }
            // Nothing that is kept refers to them.
            OrgItem::EventType(_) | OrgItem::Value(_) | OrgItem::Badge(_) => return None,
        };
        Some(query)
    }
}

impl Tx<'_> {
    /// Adds everything in `org`; the numbers must be free.
    ///
    /// # Errors
    /// When the database fails or a number is taken.
    pub async fn add_org(&mut self, org: &Org) -> StoreResult<()> {
        let jobs = org.jobs.values().cloned().map(OrgItem::Job);
        let items = jobs
            .chain(org.departments.values().cloned().map(OrgItem::Department))
            .chain(org.locations.values().cloned().map(OrgItem::Location))
            .chain(org.employee_classes.values().cloned().map(OrgItem::EmployeeClass))
            .chain(org.custom_fields.values().cloned().map(OrgItem::CustomField))
            .chain(org.leave_types.values().cloned().map(OrgItem::LeaveType))
            .chain(org.event_types.values().cloned().map(OrgItem::EventType))
            .chain(org.company_values.values().cloned().map(OrgItem::Value))
            .chain(org.badges.values().cloned().map(OrgItem::Badge));
        for item in items {
            self.add_org_item(&item).await?;
        }
        Ok(())
    }

    /// Adds an object of the organisation; its number must be free.
    ///
    /// # Errors
    /// When the database fails or the number is taken.
    pub async fn add_org_item(&mut self, item: &OrgItem) -> StoreResult<()> {
        self.insert(item.table(), &[item.row(self.account.0)]).await?;
        self.log(item.object(), item.id(), Action::Add, None, Some(item.told()));
        Ok(())
    }

    /// Changes an object of the organisation from what it is to what it is to be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_org_item(&mut self, before: &OrgItem, after: &OrgItem) -> StoreResult<()> {
        let account = self.account.0;
        self.update(after.table(), &before.row(account), &after.row(account)).await?;
        self.log(after.object(), after.id(), Action::Edit, Some(before.told()), Some(after.told()));
        Ok(())
    }

    /// Deletes an object of the organisation, unless anything refers to it or ever did. Returns whether it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_org_item(&mut self, item: &OrgItem) -> StoreResult<bool> {
        let (account, id) = (self.account.0, item.id());
        if let Some(query) = item.uses() {
            let uses: i64 = each_backend!(in &mut self.transaction, executor =>
                sqlx::query_scalar(query).bind(account).bind(id).fetch_one(executor).await?
            );
            if uses > 0 {
                return Ok(false);
            }
        }
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query(item.table().delete_one).bind(account).bind(id).execute(executor).await?.rows_affected()
        );
        self.log(item.object(), id, Action::Delete, Some(item.told()), None);
        Ok(true)
    }
}

/// What all kinds that are a name with a place among others have in common.
fn named(
    account: i64,
    id: i64,
    name: &str,
    order: i64,
    created: Timestamp,
    modified: Timestamp,
) -> Vec<Cell<'_>> {
    cells![account, id, name, order, created.as_microsecond(), modified.as_microsecond()]
}

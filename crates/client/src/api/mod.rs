//! The calls of the whole API, typed: what is read, and what is changed.
//!
//! Begin at [`crate::Client::api`]. What is read ignores what it does not know, and a field is `None` when the caller may
//! not see it. What is changed is built, sent by [`Write::send`], and answered with the object as it is then.
//!
//! ```no_run
//! use folkmoot_client::{Client, api::{AssignmentChange, JobChange, UserChange}};
//!
//! # async fn example(key: secrecy::SecretString) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://acme.example.com", "helen", key).build()?;
//! let api = client.api();
//!
//! let job = api.jobs().create(JobChange::new().title("Smith")).idempotency_key("smith-1").send().await?;
//! let alice = api.users().get(7).await?;
//! let change = UserChange::new().assignment(
//!     AssignmentChange::new().effective_date("2026-02-01".parse()?).job(Some(job.id.clone())),
//! );
//! // Only if nobody else has changed her in the meantime.
//! let etag = alice.etag.clone().unwrap_or_default();
//! match api.users().update(&alice.id, change).if_match(etag).send().await {
//!     Ok(_) => {}
//!     Err(error) if error.code() == Some("VALIDATION_ERROR") => println!("{:?}", error.messages()),
//!     Err(error) => return Err(error.into()),
//! }
//!
//! let mut changes = api.changes().follow(0);
//! loop {
//!     let change = changes.next().await?;
//!     println!("{} {}", change.object, change.object_id);
//! }
//! # }
//! ```
//!
//! Documents are JSON, whatever the client's format; versions 2 and 3 are spoken, and version 2 for a client of another.

mod account;
mod call;
mod changes;
mod collection;
mod events;
mod form;
mod id;
mod org;
mod read;
mod records;
mod roles;
mod stream;
mod user_change;
mod users;
mod webhooks;
mod words;

pub use account::{Company, FoundAccount, MobileDevice, SystemInfo};
pub use call::{Done, Tagged, Write};
pub use changes::{AuditEntry, AuditQuery, Change, Changes, Page};
pub use collection::{ChangeForm, Collection, Editable, Entity};
pub use id::Id;
pub use org::{
    Badge, CompanyValue, CustomField, CustomFieldChange, Department, EmployeeClass, EmployeeClassChange,
    EventType, Job, JobChange, LeaveType, Location, NamedChange,
};
pub use records::{
    AssignmentRecord, CustomFieldRecord, EmployeeRecord, History, LeaveTypeReference, LeaveUsage, PayInfo,
    Reference,
};
pub use roles::{
    ExplainedField, Explanation, PermissionGroup, Role, RoleAssignment, RoleChange, ShownBecause,
};
pub use stream::ChangeStream;
pub use user_change::{AssignmentChange, EmployeeChange, UserChange};
pub use users::{Person, Picture, Users};
pub use webhooks::{Delivery, Webhook, WebhookChange, Webhooks};
pub use words::{
    Accrual, Action, DeliveryState, EmploymentStatus, FieldKind, Gender, Group, PayBasis, Privacy,
    Relationship,
};

use crate::client::Client;

/// The whole API of an account; made by [`Client::api`].
#[derive(Clone, Copy, Debug)]
pub struct Api<'a> {
    client: &'a Client,
}

macro_rules! collections {
    ($($(#[$doc:meta])* $method:ident($kind:ty);)*) => {
        impl<'a> Api<'a> {
            $(
                $(#[$doc])*
                pub fn $method(self) -> Collection<'a, $kind> {
                    Collection::new(self)
                }
            )*
        }
    };
}

collections! {
    /// The jobs.
    jobs(Job);
    /// The departments.
    departments(Department);
    /// The locations.
    locations(Location);
    /// The types of events.
    event_types(EventType);
    /// The company's values.
    values(CompanyValue);
    /// The badges.
    badges(Badge);
    /// The classes of employees.
    employee_classes(EmployeeClass);
    /// The definitions of custom fields.
    custom_fields(CustomField);
    /// The types of leave, which are read alone.
    leave_types(LeaveType);
    /// The roles.
    roles(Role);
}

impl<'a> Api<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// The people.
    pub fn users(self) -> Users<'a> {
        Users::new(self)
    }

    /// What has happened.
    pub fn changes(self) -> Changes<'a> {
        Changes::new(self)
    }

    /// The webhooks.
    pub fn webhooks(self) -> Webhooks<'a> {
        Webhooks::new(self)
    }
}

//! What each route does.

pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod corrections;
mod cursor;
pub(crate) mod explain;
pub(crate) mod fallback;
pub(crate) mod find_accounts;
pub(crate) mod history;
mod id;
pub(crate) mod invitations;
pub(crate) mod mobile_devices;
pub(crate) mod openapi;
pub(crate) mod org;
pub(crate) mod org_writes;
pub(crate) mod pictures;
pub(crate) mod records;
pub(crate) mod roles;
mod secrets;
pub(crate) mod system_info;
pub(crate) mod user_writes;
pub(crate) mod users;
pub(crate) mod webhooks;

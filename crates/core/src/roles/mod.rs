//! Roles: who may do what, to whom (`org.md`, 'Roles (v3)'; `docs/decisions/0017-roles.md`).
//!
//! A [`Role`] is a number of permission groups, each a set of rights within a limit. Somebody's rights over a person are
//! those of all permission groups of all their roles within whose limit the person is: rights add up, and nothing takes
//! one away. Groups (Employees, Managers, Administrators) are no second model: whoever has been assigned no role holds
//! the standard roles of their group, which are made by the account's management style and salary setting.

mod access;
mod granting;
mod rights;
mod role;
mod standard;

pub use access::{Access, Assigned};
pub use granting::{RoleChange, RoleRefusal};
pub use rights::{Card, RIGHTS, Reach, Right, RightFact, Rights};
pub use role::{PermissionGroup, Relationship, Role};
pub use standard::StandardRole;

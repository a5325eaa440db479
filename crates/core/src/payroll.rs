//! What payroll providers call people (`users.md`, v1 shapes: `payroll_user`).

use serde::{Deserialize, Serialize};

use crate::{PayrollProviderId, Text};

/// What a payroll provider calls somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayrollUser {
    /// The provider.
    pub provider: PayrollProviderId,
    /// Their identifier there.
    pub payroll_id: Text,
}

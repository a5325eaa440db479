//! Where identifiers come from: per account and kind, each the next that was never used.

use serde::{Deserialize, Serialize};

macro_rules! sequences {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// The next free identifier of each kind. Taken from the store inside a writing transaction and handed
        /// back to it with what was written, so that no number is ever given twice.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Sequences {
            $($(#[$doc])* pub $name: i64,)*
        }

        impl Default for Sequences {
            fn default() -> Self {
                Sequences { $($name: 1,)* }
            }
        }

        impl Sequences {
            /// Each kind by name, with its next free identifier.
            pub fn entries(&self) -> impl Iterator<Item = (&'static str, i64)> {
                [$((stringify!($name), self.$name),)*].into_iter()
            }

            /// The entry of the kind called `name`.
            pub fn entry(&mut self, name: &str) -> Option<&mut i64> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

sequences! {
    /// Users.
    users;
    /// Employee records.
    employee_records;
    /// Assignment records.
    assignment_records;
    /// Work-hour records.
    work_hour_records;
    /// Custom field records.
    custom_field_records;
    /// Jobs.
    jobs;
    /// Departments.
    departments;
    /// Locations.
    locations;
    /// Employee classes.
    employee_classes;
    /// Custom fields.
    custom_fields;
    /// Leave types.
    leave_types;
    /// Types of events.
    event_types;
    /// The company's values.
    company_values;
    /// Badges.
    badges;
    /// Roles.
    roles;
    /// Role assignments.
    role_assignments;
    /// Webhooks.
    webhooks;
    /// Deliveries of webhooks.
    webhook_deliveries;
}

impl Sequences {
    /// Takes the next identifier of a sequence: `Sequences::take(&mut sequences.users)`.
    pub fn take(next: &mut i64) -> i64 {
        let id = *next;
        *next += 1;
        id
    }

    /// Notes that `id` is in use, so that the sequence goes on behind it.
    pub fn mark_used(next: &mut i64, id: i64) {
        *next = (*next).max(id.saturating_add(1));
    }
}

//! The schemas of what is answered, by their names. Where version 1 has a shape of its own its name ends in `V1`, and
//! version 3's in `V3`, where it differs from version 2's.

mod feeds;
mod first;
mod organisation;
mod people;
mod roles;

use serde_json::Value;

/// Every schema, by its name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    let mut all = people::shapes();
    all.extend(organisation::shapes());
    all.extend(first::shapes());
    all.extend(roles::shapes());
    all.extend(feeds::shapes());
    all
}

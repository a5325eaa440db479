//! What each route does.

pub(crate) mod fallback;
mod id;
pub(crate) mod org;
pub(crate) mod pictures;
pub(crate) mod records;
pub(crate) mod users;

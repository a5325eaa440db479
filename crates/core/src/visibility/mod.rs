//! Who sees what. [`Visible`] can only be made here, and only it can be rendered: what is not allowed to leave
//! cannot even be written down (`users.md`, 'Who sees what').

mod explain;
mod feed;
mod history;
mod mask;
mod objects;
mod sight;
mod viewer;
mod views;

pub use explain::{Explanation, FieldExplained, Reason};
pub use feed::{Counts, Happening, Part, Touched};
pub use history::{History, HistoryOf};
pub use mask::{Mask, Needs};
pub use objects::{HeldRoles, SystemInfo};
pub use sight::Sight;
pub(crate) use viewer::Standing;
pub use viewer::Viewer;
pub use views::{
    AssignmentView, CustomFieldRecordView, EmployeeView, FullUser, LeaveUsageView, ListedUser, PartialUser,
    Shown,
};

/// A value reduced to what its viewer may see. Only the rules of this module make one.
#[derive(Clone, Copy, Debug)]
pub struct Visible<T>(T);

impl<T> Visible<T> {
    /// The reduced value.
    pub fn get(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::Deref for Visible<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

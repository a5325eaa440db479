//! Version 2 of the API: the reference shapes (`users.md`, `org.md`). Everything here takes [`Visible`] values, so
//! nothing can be written that its viewer may not see.
//!
//! [`Visible`]: folkmoot_core::Visible

mod org;
mod user;

use folkmoot_core::{PictureName, UserId};
pub use org::{
    CustomFieldDocument, DepartmentDocument, EmployeeClassDocument, JobDocument, LeaveTypeDocument,
    LocationDocument,
};
pub use user::{
    AssignmentRecordDocument, AvatarDocument, EmployeeRecordDocument, FullUserDocument, PartialUserDocument,
};

use crate::{Emit, Format};

/// What the same data is spelled differently for.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// The format, which is also the suffix of every `url` (since 2.2.0).
    pub format: Format,
    /// Where pictures are said to be.
    pub pictures: PictureUrls<'a>,
}

/// Where user objects say that pictures are (`avatars.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureUrls<'a> {
    /// At an absolute address below this one: it names the content, needs no credentials and never changes.
    Public(&'a str),
    /// At `/users/view/{id}/picture` of the account's host, with credentials.
    Private,
}

impl Style<'_> {
    fn url<E: Emit>(&self, collection: &str, id: i64, out: &mut E) {
        out.key("url");
        out.string_from(format_args!("/{collection}/{id}.{}", self.format.suffix()));
    }

    fn avatar<E: Emit>(&self, user: UserId, picture: Option<PictureName>, out: &mut E) {
        out.key("avatar");
        out.begin_object();
        out.key("url");
        match (picture, self.pictures) {
            (None, _) => out.null(),
            (Some(name), PictureUrls::Public(base)) => out.string_from(format_args!("{base}{name}")),
            (Some(_), PictureUrls::Private) => out.string_from(format_args!("/users/view/{user}/picture")),
        }
        out.end_object();
    }
}

//! What the same data is spelled differently for: version, format, and where pictures are.

use std::fmt;

use folkmoot_core::{PictureName, UserId};

use crate::{ApiMajor, Emit, Format};

/// What the same data is spelled differently for.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// The version, which selects the shape.
    pub version: ApiMajor,
    /// The format, which is also the suffix of every `url` (since 2.2.0).
    pub format: Format,
    /// Where pictures are said to be.
    pub pictures: PictureUrls<'a>,
}

/// Where user objects say that pictures are (`avatars.md`).
#[derive(Clone, Copy, Debug)]
pub enum PictureUrls<'a> {
    /// At an absolute address below this one: it names the content, needs no credentials and never changes.
    Public(&'a str),
    /// At absolute addresses that are not of that form.
    Addressed(&'a dyn PictureAddresses),
    /// At `/users/view/{id}/picture` of the account's host, with credentials.
    Private,
}

/// Knows the absolute addresses of pictures.
pub trait PictureAddresses: fmt::Debug {
    /// Writes the address of the picture called `name`.
    ///
    /// # Errors
    /// Those of `out`.
    fn write(&self, name: PictureName, out: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// An address, to be written as a string.
struct Address<'a>(&'a dyn PictureAddresses, PictureName);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(self.1, f)
    }
}

impl Style<'_> {
    pub(crate) fn url<E: Emit>(&self, collection: &str, id: i64, out: &mut E) {
        out.key("url");
        out.string_from(format_args!("/{collection}/{id}.{}", self.format.suffix()));
    }

    pub(crate) fn avatar<E: Emit>(&self, user: UserId, picture: Option<PictureName>, out: &mut E) {
        out.key("avatar");
        out.begin_object();
        out.key("url");
        match (picture, self.pictures) {
            (None, _) => out.null(),
            (Some(name), PictureUrls::Public(base)) => out.string_from(format_args!("{base}{name}")),
            (Some(name), PictureUrls::Addressed(addresses)) => {
                out.string_from(format_args!("{}", Address(addresses, name)));
            }
            (Some(_), PictureUrls::Private) => out.string_from(format_args!("/users/view/{user}/picture")),
        }
        out.end_object();
    }
}
